use super::reply::read_json;
use super::request::{RANDOM_LEN, sign};
use super::*;
use crate::PORT_RANDOM_LEN;
use crate::auth::Failure;
use crate::identity::Identity;

const PRODUCT_SECRET: &str = "4bqTzWBnJ3S2Xjzs";
const SECRET: &str = "wQ1xOzFH3kLdjCTLfi8Xbw4otRz0lHoq";

fn ask(random: &[u8; PORT_RANDOM_LEN], uptime_ms: u64) -> std::string::String {
    let device = Identity::unregistered("a1X2bEnP82z", "test_06").unwrap();
    let noise = Noise { random, uptime_ms };
    let request = request(&device, PRODUCT_SECRET, "iot-auth.cn-shanghai.aliyuncs.com", &noise).unwrap();
    core::str::from_utf8(&request).unwrap().to_owned()
}

fn random(request: &str) -> &str {
    let (_, rest) = request.split_once("&random=").unwrap();
    rest.split_once("&sign=").unwrap().0
}

/// Computed with `openssl dgst -sha256 -hmac`.
#[test]
fn signs_as_the_c_sdk_does() {
    assert_eq!(
        sign(PRODUCT_SECRET, "a1X2bEnP82z", "test_06", "0123456789ABCDE").unwrap().as_str(),
        "1974C8F6312EE9BB873B34876772414EBE6DC0D880F437B1C1AF548C10937922"
    );
}

#[test]
fn asks_in_the_order_of_the_c_sdk() {
    let request = ask(&[0; PORT_RANDOM_LEN], 17);
    let (head, form) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /auth/register/device HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nHost: iot-auth.cn-shanghai.aliyuncs.com\r\n"), "{head}");
    assert!(head.contains(&format!("\r\nContent-Length: {}", form.len())), "{head}");
    // Random and signature computed with Python's hmac.
    assert_eq!(
        form,
        concat!(
            "productKey=a1X2bEnP82z&deviceName=test_06&random=22975A1D3EB72FA",
            "&sign=AB1EB98FE423B1F7C9F9075D2BE41FBEF262C5548BDDDACBC3B429871FA3B2E8",
            "&signMethod=hmacsha256"
        )
    );
}

#[test]
fn no_two_requests_have_the_same_random_text() {
    let first = ask(&[0; PORT_RANDOM_LEN], 17);
    for other in [ask(&[1; PORT_RANDOM_LEN], 17), ask(&[0; PORT_RANDOM_LEN], 18)] {
        assert_eq!(random(&other).len(), RANDOM_LEN);
        assert_ne!(random(&other), random(&first));
    }
}

#[test]
fn needs_a_product_secret() {
    let device = Identity::unregistered("pk", "dn").unwrap();
    let noise = Noise { random: &[0; PORT_RANDOM_LEN], uptime_ms: 0 };
    let with = |secret: &str| request(&device, secret, "host", &noise).err();
    assert_eq!(with(""), Some(Error::Malformed));
    assert_eq!(with(&"s".repeat(64)), None);
    assert_eq!(with(&"s".repeat(65)), Some(Error::TooLong));
}

#[test]
fn takes_a_secret_of_any_length_that_devices_have() {
    for secret in ["s", SECRET, &"s".repeat(64)] {
        let body = format!(r#"{{"code":200,"data":{{"deviceName":"x","deviceSecret":"{secret}"}}}}"#);
        assert_eq!(read_json(body.as_bytes()).unwrap().as_str(), secret);
    }
    let escaped = br#"{"data":{"deviceSecret":"a\/b"},"code":"200"}"#;
    assert_eq!(read_json(escaped).unwrap().as_str(), "a/b");
}

#[test]
fn names_what_is_wrong_with_a_reply() {
    let failure = |body: &str| read_json(body.as_bytes()).err().unwrap();
    assert_eq!(failure("<html>"), Failure::NotUnderstood("not JSON"));
    assert_eq!(failure("{}"), Failure::NotUnderstood("no code"));
    assert_eq!(failure(r#"{"code":6288,"message":"no"}"#), Failure::Code(6288));
    for data in [
        r#"{}"#,
        r#""deviceSecret""#,
        r#"{"deviceSecret":""}"#,
        r#"{"deviceSecret":7}"#,
        r#"{"deviceSecret":"a\u0000b"}"#,
        &format!(r#"{{"deviceSecret":"{}"}}"#, "s".repeat(65)),
        &format!(r#"{{"deeper":{{"deviceSecret":"{SECRET}"}}}}"#),
    ] {
        let body = format!(r#"{{"code":200,"data":{data}}}"#);
        assert_eq!(failure(&body), Failure::NotUnderstood("no deviceSecret"), "{body}");
    }
    let twice = r#"{"code":200,"data":{"deviceSecret":"a","deviceSecret":"b"}}"#;
    assert_eq!(failure(twice), Failure::NotUnderstood("not JSON"));
}

#[test]
fn stores_where_the_c_sdk_does() {
    assert_eq!(storage_key("test_06").unwrap().as_c_str(), c"DYNAMIC_REG_test_06");
    assert_eq!(storage_key(&"n".repeat(32)).unwrap().to_bytes().len(), 44);
    assert!(storage_key(&"n".repeat(33)).is_err());
}

#[test]
fn what_was_stored_is_checked() {
    assert_eq!(check_secret(SECRET.as_bytes()).unwrap().as_str(), SECRET);
    for bytes in [b"".as_slice(), b"a\0b", b"\xff\xff", &[b's'; 65]] {
        assert!(check_secret(bytes).is_none());
    }
}
