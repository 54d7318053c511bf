//! 1): the device broadcasts its token.

use std::net::Ipv4Addr;
use std::time::Duration;

use coap_lite::{MessageClass, MessageType, Packet, RequestType, ResponseType};
use serde_json::json;

use crate::support::broker::Broker;
use crate::support::cloud::{Cloud, Replies};
use crate::support::coap::{self, Datagram, Listener};
use crate::support::device::Device;
use crate::support::network::{DEVICE, Network};
use crate::support::{DEVICE_NAME, PRODUCT_KEY, SOON};

/// The gap before the n-th broadcast (from 0) is n times this.
const STEP: Duration = Duration::from_millis(100);
/// How late a broadcast may be on a loaded machine.
const LATE: Duration = Duration::from_millis(250);
/// How much too short a gap looks when the broadcast before it was late.
const EARLY: Duration = Duration::from_millis(80);
const TOKEN_LIFE_MS: u64 = 45_000;
/// `IOTX_AWSS_BIND_NOTIFY`
const BIND_NOTIFY: &str = "0x100f";

#[test]
fn step_7_begins_with_the_cloud_s_reply() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let phone = Listener::new(&network);
    let device = Device::start(&network).connected();
    let report = cloud.token_report(0, SOON).what;
    let early = phone.receive(Duration::from_millis(500));
    assert!(early.is_none(), "broadcast before the cloud knows the token: {early:?}");
    cloud.reply(&report, 200);
    let replied = device.wait_for("awss_report_token_reply");
    let broadcast = device.wait_after(&replied, "topic:/sys/device/info/notify");
    device.wait_after(&broadcast, r#"payload:{"id":"1","version":"1.0","method":"device.info.notify""#);
    assert_eq!(receive(&phone, &device).json()["params"]["token"], report.token());
    device.wait_for(&format!("event: monitor {BIND_NOTIFY}"));
    device.wait_for(&format!("event: ITE_AWSS_STATUS {BIND_NOTIFY}"));
}

#[test]
fn step_7_broadcasts_to_each_network_at_growing_intervals() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let _cloud = Cloud::join(&network, Replies::Success);
    let phone = Listener::new(&network);
    let device = Device::start(&network).connected();
    let destinations = [
        Ipv4Addr::BROADCAST,
        Ipv4Addr::new(10, 255, 255, 255),
        Ipv4Addr::new(10, 77, 255, 255),
        Ipv4Addr::new(10, 77, 0, 255),
    ];
    let mut last: Option<Datagram> = None;
    for (n, destination) in (0..10).zip(destinations.into_iter().cycle()) {
        let broadcast = receive(&phone, &device);
        assert_eq!(broadcast.to, destination, "broadcast {n}");
        assert_eq!((broadcast.from, broadcast.from_port), (DEVICE, coap::PORT));
        if let Some(last) = last {
            let gap = broadcast.at - last.at;
            let expected = STEP * n;
            assert!(gap + EARLY >= expected && gap <= expected + LATE, "{gap:?} before broadcast {n}");
        }
        last = Some(broadcast);
    }
}

#[test]
fn step_8_a_phone_receives_all_it_needs() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let phone = Listener::new(&network);
    let device = Device::start(&network).connected();
    let broadcast = receive(&phone, &device);
    let message = broadcast.message();
    assert_eq!(message.header.get_type(), MessageType::NonConfirmable);
    assert_eq!(message.header.code, MessageClass::Request(RequestType::Post));
    assert_eq!(message.get_token().len(), 4);
    assert_eq!(path(&message), "/sys/device/info/notify");

    let token = cloud.token_report(0, SOON).what.token();
    let payload = String::from_utf8(message.payload).expect("UTF-8");
    let remaining = broadcast.json()["params"]["remainTime"].as_u64().expect("a number");
    assert!((TOKEN_LIFE_MS - 5_000..=TOKEN_LIFE_MS).contains(&remaining), "{remaining}");
    let expected = format!(
        r#"{{"id":"1","version":"1.0","method":"device.info.notify","params":{{"awssVer":{{"smartconfig":"2.0","zconfig":"2.0","router":"2.0","ap":"2.0","softap":"2.0"}},"productKey":"{PRODUCT_KEY}","deviceName":"{DEVICE_NAME}","mac":"B0:F8:93:15:BF:21","ip":"{DEVICE}","cipherType":3,"token":"{token}","remainTime":{remaining},"type":0}}}}"#
    );
    assert_eq!(payload, expected);
}

#[test]
fn a_phone_s_answer_ends_the_broadcasts_and_renews_the_token() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let phone = Listener::new(&network);
    let device = Device::start(&network).connected();
    let broadcast = receive(&phone, &device).message();
    phone.send(&answer(broadcast.get_token())).expect("send the answer");
    device.wait_for("update token");
    let token = cloud.token_report(0, SOON).what.token();
    assert_ne!(cloud.token_report(1, SOON).what.token(), token);
    device.wait_for_reply(1);
    // Those already under way when the answer arrived.
    while phone.receive(STEP * 3).is_some() {}
    let sent = device.lines_with("topic:/sys/device/info/notify").len();
    assert!(sent < 5, "{sent} broadcasts after an answer to the first");
    assert!(phone.receive(STEP * 10).is_none(), "{}", device.log_text());
}

#[test]
fn an_answer_with_a_guessed_token_does_not_end_the_broadcasts() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let _cloud = Cloud::join(&network, Replies::Success);
    let phone = Listener::new(&network);
    let device = Device::start(&network).connected();
    receive(&phone, &device);
    // The C SDK counts up from here.
    for guess in 0x0102_0304_u32..0x0102_0304 + 14 {
        phone.send(&answer(&guess.to_le_bytes())).expect("send the guess");
    }
    for _ in 0..5 {
        receive(&phone, &device);
    }
    assert!(device.lines_with("update token").is_empty(), "{}", device.log_text());
}

fn receive(phone: &Listener, device: &Device) -> Datagram {
    phone.receive(SOON).unwrap_or_else(|| panic!("no broadcast within {SOON:?}:\n{}", device.log_text()))
}

fn path(message: &Packet) -> String {
    let segments = message.get_option(coap_lite::CoapOption::UriPath).into_iter().flatten();
    segments.map(|segment| format!("/{}", String::from_utf8_lossy(segment))).collect()
}

fn answer(token: &[u8]) -> Vec<u8> {
    let mut message = Packet::new();
    message.header.set_type(MessageType::NonConfirmable);
    message.header.code = MessageClass::Response(ResponseType::Content);
    message.header.message_id = 0x4321;
    message.set_token(token.to_vec());
    message.payload = json!({"id": 123, "code": 200, "data": {}}).to_string().into_bytes();
    message.to_bytes().expect("a small message")
}
