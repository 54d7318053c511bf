use core::net::Ipv4Addr;

use super::*;
use crate::binding::Token;

const TOKEN: Token = Token::new(*b"\xB5\x2C\x57\x7E\x55\xDE\x6B\x3C\xAF\x5B\x0C\x88\x24\x10\xD8\xBF");
const OWN: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 59);

fn info(token: &Token) -> DeviceInfo<'_> {
    DeviceInfo::new(
        ("a1GQc8iJOWI", "gateway_test01"),
        ("B0:F8:93:15:BF:21", OWN),
        CIPHER_DEVICE_SECRET,
        token,
        43_603,
    )
}

fn text(bytes: Result<Vec<u8>, crate::error::Error>) -> String {
    String::from_utf8(bytes.unwrap()).unwrap()
}

#[test]
fn writes_what_the_guide_shows() {
    assert_eq!(
        text(report(0, &TOKEN)),
        r#"{"id":"0","version":"1.0","method":"thing.awss.enrollee.match","params":{"token":"B52C577E55DE6B3CAF5B0C882410D8BF"}}"#
    );
    assert_eq!(
        text(notify(7, &info(&TOKEN))),
        r#"{"id":"7","version":"1.0","method":"device.info.notify","params":{"awssVer":{"smartconfig":"2.0","zconfig":"2.0","router":"2.0","ap":"2.0","softap":"2.0"},"productKey":"a1GQc8iJOWI","deviceName":"gateway_test01","mac":"B0:F8:93:15:BF:21","ip":"10.0.0.59","cipherType":4,"token":"B52C577E55DE6B3CAF5B0C882410D8BF","remainTime":43603,"type":0}}"#
    );
    let query =
        Query::parse(br#"{"id":123,"version":"1.0","method":"device.info.get","params":{}}"#).unwrap();
    assert_eq!(
        text(query_answer(&query, &info(&TOKEN))),
        r#"{"id":123,"code":200,"data":{"awssVer":{"smartconfig":"2.0","zconfig":"2.0","router":"2.0","ap":"2.0","softap":"2.0"},"productKey":"a1GQc8iJOWI","deviceName":"gateway_test01","mac":"B0:F8:93:15:BF:21","ip":"10.0.0.59","cipherType":4,"token":"B52C577E55DE6B3CAF5B0C882410D8BF","remainTime":43603,"type":0}}"#
    );
    assert_eq!(text(query_not_yet(&query)), r#"{"id":123,"code":400,"data":{}}"#);
    assert_eq!(text(reset(0)), r#"{"id":"0","version":"1.0","method":"thing.reset","params":{}}"#);
}

#[test]
fn echoes_the_id_of_a_query_as_one_json_value() {
    for (sent, echoed) in [
        (r#"9"#, "9"),
        (r#""9""#, "9"),
        (r#""123""#, "123"),
        (r#"-1.5e3"#, "-1.5e3"),
        (r#""abc""#, r#""abc""#),
        (r#""007""#, r#""007""#),
        (r#""1,\"code\":200""#, r#""1,\"code\":200""#),
        (r#""true""#, r#""true""#),
        (r#""""#, r#""""#),
        (r#""\u4f60""#, r#""你""#),
    ] {
        let request = format!(r#"{{"id":{sent}}}"#);
        let query = Query::parse(request.as_bytes()).unwrap_or_else(|error| panic!("{sent}: {error}"));
        assert_eq!(text(query_not_yet(&query)), format!(r#"{{"id":{echoed},"code":400,"data":{{}}}}"#));
    }
}

#[test]
fn refuses_queries_without_a_sensible_id() {
    let long = format!(r#"{{"id":"{}"}}"#, "x".repeat(31));
    let deep = format!(r#"{{"id":{}1{}}}"#, "[".repeat(500), "]".repeat(500));
    for request in [
        "",
        "x",
        "[]",
        "{}",
        r#"{"id":null}"#,
        r#"{"id":true}"#,
        r#"{"id":{}}"#,
        r#"{"id":[1]}"#,
        &long,
        &deep,
    ] {
        assert!(Query::parse(request.as_bytes()).is_err(), "{request}");
    }
    assert!(Query::parse(b"{\"id\":1,\"x\":\"\xFF\"}").is_err());
}

#[test]
fn skips_what_it_does_not_know_however_deep() {
    let request = format!(r#"{{"x":{}1{},"id":5}}"#, r#"{"a":["#.repeat(100), "]}".repeat(100));
    assert!(Query::parse(request.as_bytes()).is_ok());
}

#[test]
fn reads_replies_with_numbers_bare_or_quoted() {
    for payload in [r#"{"id":"3","code":200}"#, r#"{"id":3,"code":"200","message":"success"}"#] {
        let reply = Reply::parse(payload.as_bytes()).unwrap();
        assert_eq!((reply.id, reply.code), (3, 200));
    }
    let refusal = Reply::parse(r#"{"id":"0","code":460,"message":"\u8bf7求","data":{}}"#.as_bytes()).unwrap();
    assert_eq!((refusal.code, refusal.message.as_str()), (460, "请求"));
    for payload in [
        r#"{"code":200}"#,
        r#"{"id":"0"}"#,
        r#"{"id":"0","code":null}"#,
        r#"{"id":"0","code":200,"message":7}"#,
        r#"{"id":"0","code":99999999999999999999999999}"#,
        r#"{"id":"0","code":200"#,
        r#"{"id":"0","id":"1","code":200}"#,
    ] {
        assert!(Reply::parse(payload.as_bytes()).is_err(), "{payload}");
    }
}

#[test]
fn answers_a_cloud_event_with_its_id_and_identifier() {
    let event = CloudEvent::parse(
        br#"{"id":"17","version":"1.0","method":"_thing.event.notify","params":{"identifier":"awss.\"x","value":{"Operation":"Bind"}}}"#,
    )
    .unwrap();
    assert_eq!(
        text(cloud_event_reply(&event)),
        r#"{"code":200,"id":"17","version":"1.0","method":"_thing.event.notify","message":"success","data":{"identifier":"awss.\"x","serviceResult":{}}}"#
    );
    assert!(CloudEvent::parse(br#"{"id":"17","params":{}}"#).is_err());
}
