//! The form of the log, and what must not be in it.

use crate::support::broker::Broker;
use crate::support::cloud::{Cloud, Replies};
use crate::support::coap::{Request, own_path};
use crate::support::device::Device;
use crate::support::network::{Network, SERVER};
use crate::support::{DEVICE_NAME, DEVICE_PASSWORD, DEVICE_SECRET, PRODUCT_KEY, PRODUCT_SECRET};

#[test]
fn the_device_introduces_itself() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let device = Device::start(&network).connected();
    let mut line = device.wait_for(&format!("ProductKey : {PRODUCT_KEY}"));
    for keyword in [
        &format!("DeviceName : {DEVICE_NAME}"),
        &format!("DeviceID : {PRODUCT_KEY}.{DEVICE_NAME}"),
        "PartnerID Buf : ",
        "ModuleID Buf : ",
        "Guider URL : ",
        "Guider SecMode : ",
        "Guider Timestamp : 2524608000000",
        "MQTT init success!",
        &format!("Host : {SERVER}"),
        "Port : 1883",
        &format!("ClientID : {PRODUCT_KEY}.{DEVICE_NAME}|"),
        "CM Fd: 0",
    ] {
        line = device.wait_after(&line, keyword);
    }
    device.wait_for("Register new resource /sys/device/info/get success, count: ");
    device.wait_for(&format!("Register new resource /{} success, count: ", own_path()));
    device.wait_for("Enter to CoAP daemon task");
}

#[test]
fn lines_have_the_form_of_the_c_sdk_and_no_secret() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let _cloud = Cloud::join(&network, Replies::Success);
    let mut device = Device::start(&network).connected();
    device.wait_for_reply(0);
    Request::QUERY.answer(&network);
    device.wait_for_reply(1);
    assert_eq!(device.call("close"), 0);
    let is_of_library = |line: &str| !line.starts_with("device: ") && !line.starts_with("event: ");
    let lines = device.lines_with("");
    let lines: Vec<_> =
        lines.iter().map(|line| line.what.as_str()).filter(|line| is_of_library(line)).collect();
    for line in lines.iter().filter(|line| !line.is_empty()) {
        assert!(has_the_form_of_the_c_sdk(line), "{line}");
    }
    for secret in [DEVICE_SECRET, PRODUCT_SECRET, DEVICE_PASSWORD] {
        assert!(device.lines_with(secret).is_empty(), "{:#?}", device.lines_with(secret));
    }
}

#[test]
fn the_log_level_decides_what_is_shown() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let _cloud = Cloud::join(&network, Replies::Success);
    let mut device = Device::start(&network);
    assert_eq!(device.call("log_warnings"), 0);
    let mut device = device.connected();
    device.wait_for("event: ITE_AWSS_STATUS");
    assert_eq!(device.call("close"), 0);
    assert_eq!(device.call("close"), -1);
    for level in ["[inf]", "[dbg]"] {
        assert!(device.lines_with(level).is_empty(), "{}", device.log_text());
    }
    device.wait_for("[err]");
}

/// `[lvl] function(line): message`
fn has_the_form_of_the_c_sdk(line: &str) -> bool {
    let Some((head, _)) = line.split_once("): ") else { return false };
    let (level, place) = head.split_once("] ").unwrap_or_default();
    let (function, number) = place.split_once('(').unwrap_or_default();
    matches!(level, "[err" | "[wrn" | "[inf" | "[dbg")
        && !function.is_empty()
        && number.parse::<u32>().is_ok()
}
