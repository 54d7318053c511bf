//! The request that a device gets, and what its answers mean.

use super::*;

const TOKEN: &str = "B52C577E55DE6B3CAF5B0C882410D8BF";

fn network(ssid: &str, bssid: Option<&str>) -> NetworkArgs {
    NetworkArgs {
        ssid: ssid.to_owned(),
        passwd: "12345678".to_owned(),
        bssid: bssid.map(|bssid| bssid.parse().unwrap()),
    }
}

fn params(network: &NetworkArgs) -> String {
    let random = std::array::from_fn(|n| 0x10 + u8::try_from(n).unwrap());
    let token = TOKEN.parse().unwrap();
    serde_json::to_string(&SwitchAp::new(network, "7jluWm1zql7bt8qK", random, &token)).unwrap()
}

fn refusal(answer: &str) -> (String, u8) {
    let error = read_answer(answer.as_bytes()).unwrap_err();
    (error.to_string(), error.downcast_ref::<ProvisionFailure>().unwrap().exit_status())
}

#[test]
fn the_request_has_name_random_bytes_address_password_and_token() {
    assert_eq!(
        params(&network("linkkit-lab", Some("d8fee3112233"))),
        concat!(
            r#"{"ssid":"linkkit-lab","random":"101112131415161718191A1B1C1D1E1F","#,
            r#""bssid":"D8:FE:E3:11:22:33","passwd":"19C5EDB2FAD010A965B0F628F338AFF1","#,
            r#""token":"B52C577E55DE6B3CAF5B0C882410D8BF"}"#
        )
    );
}

#[test]
fn a_name_that_is_not_ascii_goes_in_hex() {
    let params = params(&network("中文", None));
    assert!(params.starts_with(r#"{"xssid":"E4B8ADE69687","random":"#), "{params}");
    assert!(!params.contains(r#""ssid""#) && !params.contains("bssid"), "{params}");
}

#[test]
fn an_accepting_device_says_who_it_is() {
    let answer = br#"{"id":123,"code":200,"data":{"productKey":"pk","deviceName":"dn","type":0}}"#;
    let acceptance = read_answer(answer).unwrap();
    assert_eq!(
        (acceptance.product_key.as_deref(), acceptance.device_name.as_deref()),
        (Some("pk"), Some("dn"))
    );
    assert_eq!(acceptance.token, None);
    assert!(read_answer(br#"{"id":123,"code":200,"data":"success"}"#).unwrap().product_key.is_none());
}

#[test]
fn a_device_may_have_a_token_of_its_own() {
    let answer = format!(r#"{{"code":200,"data":{{"token":"{TOKEN}","remainTime":0}}}}"#);
    assert_eq!(read_answer(answer.as_bytes()).unwrap().token.unwrap().to_string(), TOKEN);
}

#[test]
fn each_refusal_has_its_exit_status() {
    for (code, reason, status) in [
        (-1, "ssid error", 4),
        (-4, "random len error", 5),
        (-3, "passwd len error", 6),
        (-3, "passwd content error", 6),
        (-2, "anything", 7),
    ] {
        let answer = format!(r#"{{"id":123,"code":{code},"data":"{reason}"}}"#);
        assert_eq!(refusal(&answer), (format!("the device refuses: {code} {reason}"), status));
    }
    for unreadable in ["", "{", "{}", r#"{"code":"200"}"#] {
        assert_eq!(refusal(unreadable).1, 3, "{unreadable}");
    }
}
