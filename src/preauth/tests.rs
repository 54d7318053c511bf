use super::*;
use crate::auth::{BODY_MAX, Failure};
use crate::http::Response;
use crate::identity::Identity;

const BODY: &str = concat!(
    r#"{"code":200,"data":{"iotId":"id1","iotToken":"token1","#,
    r#""resources":{"mqtt":{"host":"mqtt.example","port":1883}}},"message":"success"}"#
);

/// Feeds a response in pieces of the size that is asked for, or of `piece` bytes.
fn feed(response: &[u8], piece: usize) -> Result<Grant, Failure> {
    let mut reply = Response::new(BODY_MAX)?;
    let mut rest = response;
    while !rest.is_empty() {
        let space = reply.space();
        let got = space.len().min(piece).min(rest.len());
        space[..got].copy_from_slice(&rest[..got]);
        rest = &rest[got..];
        if reply.advance(got)? {
            // It never asks for a byte behind the response, for which a port would wait.
            assert!(rest.is_empty(), "{rest:?}");
            return Grant::read(&reply);
        }
    }
    reply.end()?;
    Grant::read(&reply)
}

fn sized(body: &str) -> std::string::String {
    format!("HTTP/1.1 200 OK\r\nServer: x\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn failure(response: &str) -> Failure {
    feed(response.as_bytes(), usize::MAX).err().unwrap_or_else(|| panic!("granted: {response}"))
}

#[test]
fn asks_in_the_order_of_the_c_sdk() {
    let device = Identity::new("a1X2bEnP82z", "test_06", "wQ1xOzFH3kLdjCTLfi8Xbw4otRz0lHoq").unwrap();
    let request = request(&device, "iot-auth.cn-shanghai.aliyuncs.com").unwrap();
    let request = core::str::from_utf8(&request).unwrap();
    let (head, form) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /auth/devicename HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nHost: iot-auth.cn-shanghai.aliyuncs.com"), "{head}");
    assert!(head.contains(&format!("\r\nContent-Length: {}", form.len())), "{head}");
    assert_eq!(
        form,
        concat!(
            "productKey=a1X2bEnP82z&deviceName=test_06&signmethod=hmacsha256",
            "&sign=EC81FD83AB43E06CFC330549F222F358CDC7565FD89FC859C22057AC43F0640C",
            "&version=default&clientId=a1X2bEnP82z.test_06&timestamp=2524608000000&resources=mqtt"
        )
    );
}

#[test]
fn takes_a_grant_however_the_reply_drips_in() {
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n{}\r\n{:x}\r\n{}\r\n0\r\n",
        &BODY[..10],
        BODY.len() - 10,
        &BODY[10..]
    );
    let to_close = format!("HTTP/1.1 200 OK\r\n\r\n{BODY}");
    for response in [sized(BODY), chunked, to_close] {
        for piece in [1, 3, usize::MAX] {
            let grant =
                feed(response.as_bytes(), piece).unwrap_or_else(|failure| panic!("{failure}: {response}"));
            assert_eq!((grant.username.as_str(), grant.password.as_str()), ("id1", "token1"));
            assert_eq!((grant.host.as_str(), grant.port), ("mqtt.example", 1883));
        }
    }
}

#[test]
fn names_what_is_wrong_with_a_reply() {
    assert_eq!(failure("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), Failure::Status(404));
    assert_eq!(failure(&sized(r#"{"code":5005,"message":"no"}"#)), Failure::Code(5005));
    assert_eq!(failure("SSH-2.0-x\r\n\r\n"), Failure::NotUnderstood("not HTTP"));
    assert_eq!(failure(&sized("<html>")), Failure::NotUnderstood("not JSON"));
    assert_eq!(failure(&sized("{}")), Failure::NotUnderstood("no code"));
    for (member, what) in
        [("iotId", "no iotId"), ("iotToken", "no iotToken"), ("host", "no host"), ("port", "no port")]
    {
        assert_eq!(failure(&sized(&BODY.replace(member, "x"))), Failure::NotUnderstood(what));
    }
    assert_eq!(failure(&sized(&BODY.replace("mqtt.example", "a b"))), Failure::NotUnderstood("no host"));
    assert_eq!(failure(&sized(&BODY.replace("1883", "70000"))), Failure::NotUnderstood("no port"));
    assert_eq!(failure("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), Failure::Cut);
    assert_eq!(failure("HTTP/1.1 200"), Failure::Cut);
    assert!(matches!(failure(&"x".repeat(2_000)), Failure::NotUnderstood("its head is too long")));
    assert!(matches!(failure(&sized(&" ".repeat(2_049))), Failure::NotUnderstood("its body is too long")));
}
