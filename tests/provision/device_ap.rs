//! `awss_dev_ap_start` and a phone on the access point.

use coap_lite::{MessageClass, MessageType, ResponseType};
use serde_json::json;

use crate::phone::{self, PHONE};
use crate::script::{Trace, play};

const SWITCH_AP: &str = "/sys/awss/device/softap/switchap";
const OPEN: &str = "open ap 'adh_a1GQc8iJOWI_15BF21' '' 100 0";
const CONNECT: &str = "connect 30000 'linkkit-lab' '12345678' 255 255 d8fee3112233 0";
/// `12345678` under the product secret of `virtual_identity.c`.
const RANDOM: &str = "101112131415161718191a1b1c1d1e1f";
const PASSWD: &str = "19C5EDB2FAD010A965B0F628F338AFF1";
const TOKEN: &str = "A1A2A3A4A5A6A7A8A9AAABACADAEAFB0";

pub fn request(params: &[(&str, &str)]) -> String {
    numbered_request(0x2A01, params)
}

/// With this message id: one that was used before makes a repetition.
pub fn numbered_request(message_id: u16, params: &[(&str, &str)]) -> String {
    let mut wanted = json!({
        "ssid": "linkkit-lab", "random": RANDOM, "bssid": "d8:fe:e3:11:22:33", "passwd": PASSWD,
    });
    for (name, value) in params {
        wanted[*name] = (*value).into();
    }
    let wanted: serde_json::Map<_, _> =
        wanted.as_object().unwrap().clone().into_iter().filter(|(_, value)| value != "absent").collect();
    let body =
        json!({ "id": "7", "version": "1.0", "method": "awss.device.softap.switchap", "params": wanted });
    phone::get(MessageType::NonConfirmable, message_id, SWITCH_AP, &body.to_string())
}

/// With the access point up and one request made.
fn asked(request: &str, then: &[&str]) -> Trace {
    play(&[&["join 0 2000", "dev-ap", "wait 1500", request, "wait 50"], then].concat())
}

/// What the phone was answered in the first place: code and text.
fn refusal(trace: &Trace) -> (i64, String) {
    let sent = phone::sent(trace);
    assert_eq!(sent.len(), 1, "{trace:?}");
    assert_eq!(sent[0].to, PHONE.replace(' ', ":"));
    let answer = sent[0].json();
    (answer["code"].as_i64().unwrap(), answer["data"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn joins_what_the_phone_asks_for_and_announces_it() {
    let own_token = request(&[("token", TOKEN)]);
    let message_id = phone::sent(&asked(&own_token, &[]))[0].packet.header.message_id;
    let acked = phone::ack(message_id);
    let trace = asked(&own_token, &[&acked, "wait 70000", "leftover"]);
    assert_eq!(
        trace.without(&["sent", "udp join"]),
        [
            OPEN,
            "udp open *:5683",
            "close ap",
            CONNECT,
            "udp close",
            "udp open *:5683",
            "event 100e",
            "status 100e",
            "dev-ap -> 0",
            "udp close",
            "leftover: nothing",
        ]
    );
    // The acknowledgement was awaited, and no longer than it took.
    assert!(trace.one("close ap").at < 1_800, "{trace:?}");
    let sent = phone::sent(&trace);
    let answer = &sent[0];
    assert_eq!(answer.packet.header.get_type(), MessageType::Confirmable);
    assert_eq!(answer.packet.header.code, MessageClass::Response(ResponseType::Content));
    assert_eq!(answer.packet.get_token(), b"fone");
    let answer = answer.json();
    assert_eq!((&answer["id"], &answer["code"]), (&json!(7), &json!(200)));
    assert_eq!(answer["data"]["token"], json!(null), "the phone has made its own");
    assert_eq!(answer["data"]["productKey"], "a1GQc8iJOWI");
    assert_eq!(sent[1].json()["method"], "awss.event.connectap.notify");
    assert_eq!(sent.len(), 1 + 31);
}

#[test]
fn a_phone_without_a_token_is_told_one() {
    let trace = asked(&request(&[]), &[]);
    let answer = phone::sent(&trace)[0].json();
    let token = answer["data"]["token"].as_str().unwrap().to_owned();
    assert!(token.len() == 32 && token.bytes().all(|digit| digit.is_ascii_hexdigit()), "{token}");
    assert_ne!(token, "0".repeat(32));
}

#[test]
fn an_answer_that_nobody_acknowledges_delays_for_two_seconds_at_most() {
    let trace = asked(&request(&[]), &["wait 6000"]);
    let (answered, closed) = (phone::sent(&trace)[0].at, trace.one("close ap").at);
    assert!((1_900..2_200).contains(&(closed - answered)), "{trace:?}");
}

#[test]
fn a_failed_join_opens_the_access_point_again() {
    let ask = |number: u16| numbered_request(0x2A01 + number, &[]);
    let mut script: Vec<String> = ["join -1 500", "dev-ap", "wait 1500"].map(str::to_owned).into();
    for number in 0..3 {
        script.extend([ask(number), "wait 6000".to_owned()]);
    }
    script.extend(["join 0 500".to_owned(), ask(3), "wait 6000".to_owned()]);
    let trace = play(&script.iter().map(String::as_str).collect::<Vec<_>>());
    let steps = trace.without(&["sent", "udp", "event", "status"]);
    let failed = [OPEN, "close ap", CONNECT];
    let expected = [&failed[..], &failed, &failed, &failed, &["dev-ap -> 0"]].concat();
    assert_eq!(steps, expected, "{trace:?}");
    assert_eq!(trace.all("event 100b").len() + trace.all("event 100c").len(), 0);
}

#[test]
fn refuses_with_the_codes_of_the_protocol() {
    let long_ssid = "s".repeat(33);
    let long_passwd = "A".repeat(130);
    // 0xFF bytes under the same key are no text.
    for (params, code, text) in [
        (&[("ssid", "absent")][..], -1, "ssid error"),
        (&[("ssid", "")], -1, "ssid error"),
        (&[("ssid", &long_ssid)], -1, "ssid error"),
        (&[("ssid", "absent"), ("xssid", "4g")], -1, "ssid error"),
        (&[("random", "absent")], -4, "random len error"),
        (&[("random", "1011")], -4, "random len error"),
        (&[("random", "101112131415161718191a1b1c1d1e1f20")], -4, "random len error"),
        (&[("passwd", &long_passwd)], -3, "passwd len error"),
        (&[("passwd", "19C5EDB2FAD010A965B0F628F338AFFX")], -3, "passwd content error"),
        (&[("random", "202122232425262728292a2b2c2d2e2f")], -3, "passwd content error"),
    ] {
        let trace = asked(&request(params), &["wait 4000", "dev-ap-stop", "wait 200", "leftover"]);
        assert_eq!(refusal(&trace), (code, text.to_owned()), "{params:?}");
        assert!(trace.all("connect").is_empty(), "{params:?}");
        assert_eq!(trace.one("leftover").what, "leftover: nothing");
    }
}

#[test]
fn a_request_without_a_password_is_for_an_open_network() {
    let trace = asked(&request(&[("passwd", "absent")]), &["wait 6000"]);
    assert_eq!(trace.one("connect").what, CONNECT.replace("12345678", ""));
}

#[test]
fn what_cannot_be_read_is_a_bad_request_and_changes_nothing() {
    for payload in ["", "{", "[]", "7", r#"{"params":{"ssid":"x"}}"#] {
        let bad = phone::get(MessageType::Confirmable, 0x2A00, SWITCH_AP, payload);
        let trace = asked(&bad, &[&request(&[]), "wait 6000"]);
        let sent = phone::sent(&trace);
        assert_eq!(
            sent[0].packet.header.code,
            MessageClass::Response(ResponseType::BadRequest),
            "{payload}: {trace:?}"
        );
        assert_eq!(trace.one("dev-ap ->").what, "dev-ap -> 0", "{payload}");
    }
}

#[test]
fn a_second_request_while_one_is_carried_out_is_not_answered() {
    let second = phone::get(
        MessageType::NonConfirmable,
        0x2A02,
        SWITCH_AP,
        &json!({"id":"8","params":{"ssid":"other","random":RANDOM,"passwd":PASSWD}}).to_string(),
    );
    let trace = asked(&request(&[]), &[&second, "wait 6000"]);
    assert_eq!(trace.one("connect").what, CONNECT);
    let sent = phone::sent(&trace);
    let answers = sent.iter().filter(|sent| sent.to.starts_with("10.0.0.100"));
    assert!(answers.clone().all(|answer| answer.json()["id"] == 7), "{trace:?}");
    assert!(answers.count() > 0);
}

#[test]
fn stops_at_every_step_and_leaves_nothing() {
    let request = request(&[]);
    // Opening, settling, waiting, answered, joining, announcing.
    for (waited, is_asked) in
        [(0, false), (500, false), (1_500, false), (100, true), (2_500, true), (5_000, true)]
    {
        let wait = format!("wait {waited}");
        let ask: &[&str] = if is_asked { &["wait 1500", &request] } else { &[] };
        let rest = [&*wait, "dev-ap-stop", "stop", "wait 500", "leftover"];
        let trace = play(&[&["join 0 2000", "dev-ap"], ask, &rest].concat());
        let (stopped, ended) = (trace.one("dev-ap-stop ->").at, trace.one("dev-ap ->").at);
        assert!(ended <= stopped, "{trace:?}");
        assert_eq!(trace.one("leftover").what, "leftover: nothing", "{waited} {trace:?}");
    }
}

#[test]
fn gives_up_after_three_tries_to_open_it() {
    let trace = play(&["ap -1", "dev-ap", "wait 5000", "leftover"]);
    assert_eq!(trace.without(&["udp"]), [OPEN, OPEN, OPEN, "dev-ap -> -1", "leftover: nothing"]);
}

#[test]
fn one_of_the_two_runs_at_a_time() {
    let trace = play(&["dev-ap", "wait 100", "start", "dev-ap", "wait 100", "dev-ap-stop", "wait 100"]);
    assert_eq!(
        trace.without(&["udp"]),
        [OPEN, "start -> -1", "dev-ap -> -1", "dev-ap-stop", "close ap", "dev-ap -> -1", "dev-ap-stop -> 0"]
    );
}
