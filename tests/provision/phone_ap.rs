//! `awss_start` and a phone whose access point the device joins; `awss_devinfo_notify`.

use std::collections::HashSet;
use std::sync::OnceLock;

use coap_lite::MessageType;
use serde_json::{Value, json};

use crate::phone::{self, PHONE};
use crate::phone_cipher;
use crate::script::{Trace, play};
use crate::smartconfig::BEACON;

/// Of `aha` on channel 11, WPA2 with AES.
const AHA_BEACON: &str = "frame 80000000ffffffffffffccfa00c8cfd2ccfa00c8cfd20000000000000000000064001104\
    0003616861010882848b960c12182403010b30140100000fac040100000fac040100000fac020000";
const JOIN_AHA: &str = "connect 30000 'aha' '12345678' 4 3 ccfa00c8cfd2 11";
const JOIN_LAB: &str = "connect 30000 'linkkit-lab' 'a good password' 255 255 d8fee3112233 0";
const PASSWORD: &str = "a good password";
const SWITCH_AP: &str = "/sys/a1GQc8iJOWI/gateway_test01/awss/device/switchap";
const WIFI_LIST: &str = "/sys/a1GQc8iJOWI/gateway_test01/awss/event/wifilist/get";
/// Until the device looks for a phone whose access point is there.
const FOUND: [&str; 5] = ["start", "wait 300", "press", BEACON, AHA_BEACON];
/// Of `virtual_identity.c`.
const PRODUCT_SECRET: &str = "7jluWm1zql7bt8qK";
const QUIET: [&str; 5] = ["status", "air", "sent", "udp", "channel"];

/// What the device announces on the access point: the same in each run.
fn announced_random() -> &'static str {
    static RANDOM: OnceLock<String> = OnceLock::new();
    RANDOM.get_or_init(|| {
        let trace = play(&[&["join 0 500"], &FOUND[..], &["wait 1000"]].concat());
        let announcement = phone::sent(&trace)[0].json();
        assert_eq!(announcement["method"], "awss.device.info.notify");
        announcement["params"]["random"].as_str().unwrap().to_owned()
    })
}

/// As a phone encrypts it under what was announced.
fn encrypted(password: &str) -> String {
    phone_cipher::encrypted(PRODUCT_SECRET, announced_random(), password)
}

/// What the password is encrypted with.
pub fn key() -> Vec<u8> {
    phone_cipher::key(PRODUCT_SECRET, announced_random())
}

/// To join `linkkit-lab`; `members` come on top, and null takes one away.
pub fn request(message_id: u16, members: &Value) -> String {
    let mut params = json!({
        "ssid": "linkkit-lab", "bssid": "d8:fe:e3:11:22:33", "cipherType": 3, "passwd": encrypted(PASSWORD),
    });
    let wanted = params.as_object_mut().unwrap();
    wanted.extend(members.as_object().unwrap().clone());
    wanted.retain(|_, value| !value.is_null());
    let body = json!({ "id": "7", "version": "1.0", "method": "awss.device.switchap", "params": params });
    phone::get(MessageType::NonConfirmable, message_id, SWITCH_AP, &body.to_string())
}

/// On the access point of the phone for half a second, and `then`.
pub fn with_phone(before: &[&str], then: &[&str]) -> Trace {
    play(&[before, &["join 0 500"], &FOUND, &["wait 1000"], then].concat())
}

fn to_phone(trace: &Trace) -> Vec<phone::Sent> {
    let phone = PHONE.replace(' ', ":");
    phone::sent(trace).into_iter().filter(|sent| sent.to == phone).collect()
}

#[test]
fn has_the_order_of_events_that_the_c_sdk_has() {
    let ask = request(1, &json!({}));
    let trace = with_phone(&[], &[&ask, "wait 300000", "leftover"]);
    assert_eq!(
        trace.without(&QUIET),
        [
            "event 1000",
            "open monitor",
            "event 1001",
            "press -> 0",
            "event 1002",
            "event 1005",
            "close monitor",
            "event 1008",
            JOIN_AHA,
            "event 100d",
            "event 100a",
            JOIN_LAB,
            // Neither of IOTX_AWSS_CONNECT_ROUTER nor of IOTX_AWSS_GOT_IP is told here.
            "event 100e",
            "start -> 0",
            "leftover: nothing",
        ]
    );
    let answers = to_phone(&trace);
    assert_eq!(answers.len(), 5);
    for answer in &answers {
        assert_eq!(answer.json(), json!({ "id": 7, "code": 200, "data": "success" }));
    }
    let (first, joined) = (answers[0].at, trace.one(JOIN_LAB).at);
    assert!((1_000..1_200).contains(&(joined - first)), "{trace:?}");
    let methods: Vec<Value> = phone::sent(&trace)
        .iter()
        .map(|sent| sent.json()["method"].clone())
        .filter(Value::is_string)
        .collect();
    assert_eq!(methods.iter().filter(|method| *method == "awss.event.connectap.notify").count(), 31);
    // The device info was announced as long as nobody asked.
    let infos = methods.iter().filter(|method| *method == "awss.device.info.notify").count();
    assert!((2..5).contains(&infos), "{infos}");
}

#[test]
fn scans_again_without_the_press_if_the_phone_cannot_be_joined() {
    let script = [&["join -1 500"], &FOUND[..], &["wait 1000", "pressed", "stop", "leftover"]].concat();
    let trace = play(&script);
    let begin = trace.without(&QUIET).iter().position(|line| *line == JOIN_AHA).unwrap();
    assert_eq!(
        trace.without(&QUIET)[begin + 1..],
        [
            "event 1009",
            "event 1010",
            "open monitor",
            "pressed 0",
            "stop",
            "close monitor",
            "start -> -1",
            "stop -> 0",
            "leftover: nothing"
        ]
    );
}

#[test]
fn scans_again_if_it_cannot_join_what_the_phone_asks_for() {
    let trace = with_phone(
        &[],
        &[&request(1, &json!({})), "join -1 500", "wait 3000", "pressed", "stop", "leftover"],
    );
    let lines = trace.without(&QUIET);
    let begin = lines.iter().position(|line| *line == JOIN_LAB).unwrap();
    assert_eq!(lines[begin + 1..begin + 4], ["event 1010", "open monitor", "pressed 0"]);
    assert_eq!(lines.last(), Some(&"leftover: nothing"));
}

#[test]
fn a_phone_that_asks_for_nothing_is_left_after_a_minute() {
    let trace = with_phone(&[], &["wait 70000", "stop", "leftover"]);
    let (joined, left) = (trace.one("event 100d").at, trace.one("event 1010").at);
    assert!((60_000..60_200).contains(&(left - joined)), "{trace:?}");
    assert_eq!(trace.all("open monitor").len(), 2);
    let infos: Vec<_> = phone::sent(&trace);
    assert_eq!(infos.len(), 31);
    let whole = infos[30].at - infos[0].at;
    assert!((46_500..47_500).contains(&whole), "{whole}");
    assert_eq!(trace.one("leftover").what, "leftover: nothing");
}

#[test]
fn the_time_of_the_press_ends_quietly_once_a_phone_is_found() {
    let trace = with_phone(&[], &["pressed", &request(1, &json!({})), "wait 200000", "pressed"]);
    assert_eq!(trace.all("pressed 0").len(), 2);
    assert!(trace.all("event 1010").is_empty(), "{trace:?}");
    // Over it is before: no phone is let in.
    let trace = play(&["start", "press", "wait 181000", AHA_BEACON, "wait 1000", "stop"]);
    assert_eq!(trace.all("event 1010").len(), 1);
    assert!(trace.all("event 1008").is_empty() && trace.all("connect").is_empty(), "{trace:?}");
}

#[test]
fn refuses_with_the_codes_of_the_protocol_and_waits_on() {
    let refusals = [
        (json!({ "ssid": null }), -1, "ssid error"),
        (json!({ "ssid": "s".repeat(33) }), -1, "ssid error"),
        (json!({ "ssid": null, "xssid": "4g" }), -1, "ssid error"),
        (json!({ "cipherType": null }), -4, "no security level error"),
        (json!({ "cipherType": 4 }), -4, "security level error"),
        (json!({ "cipherType": 5 }), -4, "security level error"),
        (json!({ "passwd": "A".repeat(130) }), -3, "passwd len error"),
        (json!({ "passwd": "A" }), -3, "passwd len error"),
        (json!({ "passwd": "g".repeat(32) }), -3, "passwd content error"),
        (json!({ "passwd": "0".repeat(32) }), -3, "passwd content error"),
    ];
    let mut script = Vec::new();
    for (message_id, (members, ..)) in (1..).zip(&refusals) {
        script.extend([request(message_id, members), "wait 1500".to_owned()]);
    }
    script.extend([
        request(100, &json!({})),
        "wait 3000".to_owned(),
        "stop".to_owned(),
        "wait 500".to_owned(),
        "leftover".to_owned(),
    ]);
    let script: Vec<&str> = script.iter().map(String::as_str).collect();
    let trace = with_phone(&[], &script);
    // Each is said five times.
    let answers: Vec<Value> = to_phone(&trace).iter().step_by(5).map(phone::Sent::json).collect();
    let expected = refusals.iter().map(|(_, code, text)| json!({ "id": 7, "code": code, "data": text }));
    let success = json!({ "id": 7, "code": 200, "data": "success" });
    assert_eq!(answers, expected.chain([success]).collect::<Vec<_>>());
    assert_eq!(trace.one(JOIN_LAB).what, JOIN_LAB);
    assert_eq!(trace.one("leftover").what, "leftover: nothing");
}

#[test]
fn tells_a_phone_what_networks_there_are_in_parts() {
    let ask = phone::observe(1, WIFI_LIST, r#"{"id":"9","version":"1.0","params":{}}"#);
    let trace = with_phone(&["finds 20"], &[&ask, "wait 5000", "stop", "leftover"]);
    assert_eq!(trace.all("scan").len(), 1);
    let told = to_phone(&trace);
    assert_eq!(told[0].json(), json!({ "id": 9, "code": 200, "data": "success" }));
    assert!(told.len() > 3, "{trace:?}");
    let mut names = HashSet::new();
    for part in &told[1..] {
        assert!(part.packet.payload.len() <= 512);
        assert_eq!((&part.json()["id"], &part.json()["code"]), (&json!(9), &json!(200)));
        for entry in part.json()["data"]["wifiList"].as_array().unwrap() {
            assert!(names.insert(entry["ssid"].to_string()), "{entry}");
        }
    }
    assert_eq!(names.len(), 20);
    assert_eq!(trace.one("leftover").what, "leftover: nothing");
}

#[test]
fn stops_at_every_step_and_leaves_nothing() {
    let request = request(1, &json!({}));
    // Joining the phone, on its access point, answered, joining what it named, announcing.
    for (waited, is_asked) in
        [(0, false), (200, false), (2_000, false), (30_000, false), (100, true), (1_200, true), (5_000, true)]
    {
        let wait = format!("wait {waited}");
        let ask: &[&str] = if is_asked { &["wait 1000", &request] } else { &[] };
        let rest = [&*wait, "stop", "wait 500", "leftover"];
        let trace = play(&[&["join 0 500"], &FOUND[..], ask, &rest].concat());
        assert_eq!(trace.all("start ->").len(), 1, "{waited} {trace:?}");
        let (ended, stopped) = (trace.one("start ->").at, trace.one("stop ->").at);
        assert!(ended <= stopped, "{trace:?}");
        assert_eq!(trace.one("leftover").what, "leftover: nothing", "{waited} {trace:?}");
    }
}

#[test]
fn the_application_can_have_the_device_info_announced() {
    let trace = play(&["devinfo-notify", "wait 70000", "leftover"]);
    assert_eq!(trace.without(&["udp", "sent"]), ["devinfo-notify -> 0", "leftover: nothing"]);
    let sent = phone::sent(&trace);
    assert_eq!(sent.len(), 31);
    let whole = sent[30].at - sent[0].at;
    assert!((46_500..47_500).contains(&whole), "{whole}");
    for message in &sent {
        let announced = message.json();
        assert_eq!(announced["method"], "awss.device.info.notify");
        assert_eq!(announced["params"]["cipherType"], 3);
        assert_eq!(announced["params"]["sign"].as_str().map(str::len), Some(40));
        // A key of it is not that of every device.
        let random = announced["params"]["random"].as_str().unwrap().to_owned();
        assert!(random.len() == 32 && random != "0".repeat(32), "{random}");
    }
}

#[test]
fn an_answer_or_a_stop_ends_the_announcement_of_the_device_info() {
    let first = phone::sent(&play(&["devinfo-notify", "wait 500"])).remove(0).packet;
    let answer = phone::answer(&first, 123, 200);
    for end in [&*answer, "devinfo-notify-stop", "stop"] {
        let trace = play(&["devinfo-notify", "wait 500", end, "wait 50000", "leftover"]);
        assert!(phone::sent(&trace).len() < 6, "{end}: {trace:?}");
        assert_eq!(trace.one("leftover").what, "leftover: nothing");
    }
    let trace = play(&["devinfo-notify-stop", "devinfo-notify", "wait 1000", "devinfo-notify", "wait 60000"]);
    assert!(phone::sent(&trace).len() > 31, "begun anew it is whole again");
}
