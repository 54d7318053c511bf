//! Open and close, start and stop.

use std::time::Duration;

use crate::support::SOON;
use crate::support::broker::Broker;
use crate::support::cloud::{Cloud, Replies};
use crate::support::coap::{Listener, Request};
use crate::support::device::Device;
use crate::support::network::Network;

#[test]
fn a_device_that_is_closed_and_opened_again_binds_again() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let mut device = Device::start(&network).connected();
    device.wait_for_reply(0);
    assert_eq!(device.call("close"), 0, "{}", device.log_text());
    let mut device = device.connected();
    device.wait_for_reply(1);
    let tokens = [0, 1].map(|n| cloud.token_report(n, SOON).what.token());
    assert_ne!(tokens[0], tokens[1]);
    assert_eq!(Request::QUERY.answer(&network)["data"]["token"], tokens[1]);
    assert_eq!(device.call("close"), 0);
}

#[test]
fn a_stopped_binding_is_silent_until_it_is_started_again() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let mut device = Device::start(&network).connected();
    device.wait_for_reply(0);
    assert_eq!(device.call("awss_bind_deinit"), 0);
    let phone = Listener::new(&network);
    assert!(phone.receive(Duration::from_secs(1)).is_none(), "a broadcast after awss_bind_deinit");
    assert_eq!(device.call("awss_report_cloud"), 0);
    cloud.token_report(1, SOON);
    assert!(phone.receive(SOON).is_some(), "{}", device.log_text());
}

#[test]
fn nothing_works_before_open_and_nothing_breaks() {
    let network = Network::new();
    let mut device = Device::start(&network);
    for (function, result) in [
        ("connect", -1),
        ("close", -1),
        ("awss_report_cloud", -1),
        ("awss_bind_deinit", 0),
        ("awss_check_reset", 0),
        ("awss_stop_report_reset", 0),
        ("open", 0),
        ("open", -1),
        ("close", 0),
    ] {
        assert_eq!(device.call(function), result, "{function}: {}", device.log_text());
    }
}
