//! The rules of `joining.rs`, message by message.

use super::*;
use crate::cloud::topics::Inbound;

const SECRET: &str = "7jluWm1zql7bt8qK";
const RANDOM: &str = "A0A1A2A3A4A5A6A7A8A9AAABACADAEAF";
const REPORT: &str = concat!(
    "07746573745F30360B6131583262456E5038327A10A0A1A2A3A4A5A6A7A8A9AAABACADAEAF030014",
    "BB255CD92C480681C2926CCC6A1498CC889C1493"
);
/// Of the secret and the random bytes.
const KEY: &str = "A6DA44BCE4F0EA0D7F7D7D70193386B6";

fn device() -> DeviceId {
    DeviceId::new("a1GQc8iJOWI", "gateway_test01")
}

fn service() -> JoiningService {
    let new_device = format!("a1X2bEnP82z,test_06,{SECRET}").parse().unwrap();
    JoiningService::new(&[new_device], 30, Duration::ZERO)
}

fn hand_of(cloud: &mut JoiningService, device: &DeviceId, suffix: &str, payload: &[u8]) -> Outcome {
    let topic = device.topic(suffix);
    let Some(Inbound::Joining(device, message)) = Inbound::parse(&topic) else { panic!("{topic}") };
    cloud.handle(device, message, &topic, payload)
}

fn hand(cloud: &mut JoiningService, suffix: &str, payload: impl AsRef<[u8]>) -> Outcome {
    hand_of(cloud, &device(), suffix, payload.as_ref())
}

fn found(report: &str) -> String {
    let params = json!({
        "awssVer": {}, "type": 0, "ssid": "lab", "bssid": "40:31:3C:05:B1:89", "rssi": -40, "payload": [report],
    });
    json!({"id": "1", "version": "1.0", "method": "thing.awss.enrollee.found", "params": params}).to_string()
}

fn key_request(device_name: &str, cipher_type: u8, random: &str) -> String {
    let params = json!({
        "awssVer": {}, "productKey": "a1X2bEnP82z", "deviceName": device_name, "cipherType": cipher_type,
        "random": random,
    });
    json!({"id": "2", "version": "1.0", "method": "thing.cipher.get", "params": params}).to_string()
}

/// Topic, behind that of the device, and message.
fn sent(outcome: &Outcome) -> Vec<(String, Value)> {
    let prefix = device().topic("");
    let message = |outgoing: &Outgoing| {
        let suffix = outgoing.topic.strip_prefix(&prefix).unwrap().to_owned();
        (suffix, serde_json::from_slice(&outgoing.payload).unwrap())
    };
    outcome.outgoing.iter().map(message).collect()
}

fn told(outcome: &Outcome) -> Vec<String> {
    outcome.events.iter().map(ToString::to_string).collect()
}

#[test]
fn a_new_device_that_may_join_is_checked_in_and_its_key_given() {
    let mut cloud = service();
    let outcome = hand(&mut cloud, "thing/awss/enrollee/found", found(REPORT));
    let named = json!({"productKey": "a1X2bEnP82z", "deviceName": "test_06", "timeout": 30});
    let [(reply_topic, reply), (checkin_topic, checkin)] = &sent(&outcome)[..] else { panic!("{outcome:?}") };
    assert_eq!((reply_topic.as_str(), checkin_topic.as_str()), (FOUND_REPLY, CHECKIN));
    assert_eq!((&reply["id"], &reply["code"], &reply["data"]), (&json!("1"), &json!(200), &json!([named])));
    assert_eq!((&checkin["method"], &checkin["params"]), (&json!("thing.awss.enrollee.checkin"), &named));
    assert_eq!(
        told(&outcome),
        ["new device found: a1GQc8iJOWI/gateway_test01 hears a1X2bEnP82z/test_06 at -40 dBm, in lab"]
    );

    let answered = hand(&mut cloud, "thing/awss/enrollee/checkin_reply", r#"{"id":1,"code":200,"data":{}}"#);
    assert_eq!(told(&answered), ["device answered the checkin: a1GQc8iJOWI/gateway_test01 code 200"]);

    let outcome = hand(&mut cloud, "thing/cipher/get", key_request("test_06", 3, RANDOM));
    let [(topic, reply)] = &sent(&outcome)[..] else { panic!("{outcome:?}") };
    assert_eq!(
        (topic.as_str(), &reply["code"], &reply["data"]["secret"]),
        (KEY_REPLY, &json!(200), &json!(KEY))
    );
    assert_eq!(reply["data"]["deviceName"], "test_06");
    assert!(told(&outcome).iter().all(|line| !line.contains(KEY)), "the key is nobody's to see");
}

#[test]
fn the_c_sdks_padding_is_seen_through() {
    let mut padded = found(REPORT).into_bytes();
    padded.resize(511, 0);
    assert_eq!(hand(&mut service(), "thing/awss/enrollee/found", padded).outgoing.len(), 2);
}

#[test]
fn a_new_device_that_nobody_wants_is_answered_and_left_outside() {
    let stranger = REPORT.replace("746573745F3036", "746573745F3037");
    let forged = REPORT.replace("BB255C", "BB255D");
    for report in [stranger, forged] {
        let mut cloud = service();
        let outcome = hand(&mut cloud, "thing/awss/enrollee/found", found(&report));
        assert_eq!(sent(&outcome).len(), 1, "{report}");
        assert!(matches!(outcome.events[1], CloudEvent::NewDeviceRefused { .. }), "{outcome:?}");
        let outcome = hand(&mut cloud, "thing/cipher/get", key_request("test_06", 3, RANDOM));
        assert_eq!(sent(&outcome)[0].1["code"], 460, "no key for what was not checked in");
    }
}

#[test]
fn a_key_is_given_to_the_device_that_was_asked_only_and_as_reported() {
    let mut cloud = service();
    hand(&mut cloud, "thing/awss/enrollee/found", found(REPORT));
    for request in [
        key_request("test_07", 3, RANDOM),
        key_request("test_06", 4, RANDOM),
        key_request("test_06", 3, &RANDOM.replace("AF", "AE")),
        key_request("test_06", 3, ""),
    ] {
        let outcome = hand(&mut cloud, "thing/cipher/get", &request);
        let reply = &sent(&outcome)[0].1;
        assert_eq!((&reply["code"], &reply["data"]), (&json!(460), &json!({})), "{request}");
    }
    let other = DeviceId::new("a1GQc8iJOWI", "gateway_test02");
    let outcome =
        hand_of(&mut cloud, &other, "thing/cipher/get", key_request("test_06", 3, RANDOM).as_bytes());
    assert!(!String::from_utf8_lossy(&outcome.outgoing[0].payload).contains(KEY));
    assert!(matches!(outcome.events[..], [CloudEvent::NewDeviceRefused { .. }]));
}

#[test]
fn nonsense_is_told_and_survived() {
    let mut cloud = service();
    let mut payloads: Vec<_> = ["", "{", "[]", r#"{"id":"0"}"#, "\0"].map(str::to_owned).into();
    payloads.extend(["", "0", "zz", "07", &REPORT[..REPORT.len() - 2]].map(found));
    for payload in payloads {
        let outcome = hand(&mut cloud, "thing/awss/enrollee/found", &payload);
        assert!(matches!(outcome.events[..], [CloudEvent::Malformed { .. }]), "{payload}: {outcome:?}");
        assert!(outcome.outgoing.is_empty());
    }
    for suffix in ["thing/awss/enrollee/checkin_reply", "thing/cipher/get"] {
        let outcome = hand(&mut cloud, suffix, "{}");
        assert!(matches!(outcome.events[..], [CloudEvent::Malformed { .. }]), "{suffix}");
    }
}

#[test]
fn the_command_line_form_is_checked_and_the_secret_kept() {
    for wrong in ["", "pk", "pk,dn", "pk,dn,", "pk,dn,ps,more"] {
        assert!(wrong.parse::<NewDevice>().is_err(), "{wrong}");
    }
    let device: NewDevice = format!("pk,dn,{SECRET}").parse().unwrap();
    assert!(!format!("{device:?}").contains(SECRET));
    assert!(!format!("{:?}", service()).contains(SECRET));
}
