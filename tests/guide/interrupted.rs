//! Binding and unbinding go on where something cut them off.

use crate::support::SOON;
use crate::support::broker::Broker;
use crate::support::build::scratch_dir;
use crate::support::cloud::{Cloud, Replies};
use crate::support::coap::{Listener, Request};
use crate::support::device::Device;
use crate::support::network::Network;

const TOKEN_REPORT: &str = "thing/awss/enrollee/match";
const UNBIND_REPORT: &str = "thing/reset";

#[test]
fn a_token_in_flight_is_reported_again_after_a_reconnect() {
    let network = Network::new();
    let mut broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let device = Device::start(&network).connected();
    let token = cloud.token_report(0, SOON).what.token();
    broker.stop();
    let lost = device.wait_for("event: ITE_DISCONNECTED");
    broker.restart();
    let report = device.wait_after(&lost, "report token:");
    assert!(report.what.contains(&token), "another token: {}", report.what);
}

#[test]
fn a_reported_token_is_given_out_once_while_the_cloud_is_away() {
    let network = Network::new();
    let mut broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let device = Device::start(&network).connected();
    device.wait_for_reply(0);
    broker.stop();
    device.wait_for("event: ITE_DISCONNECTED");
    let token = cloud.token_report(0, SOON).what.token();
    assert_eq!(Request::QUERY.answer(&network)["data"]["token"], token);
    assert_eq!(Request::QUERY.send(&network), r#"{"id":123,"code":400,"data":{}}"#);
}

#[test]
fn a_stopped_unbind_is_taken_up_by_the_next_connection() {
    let network = Network::new();
    let mut broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let mut device = Device::start(&network).connected();
    assert_eq!(device.call("awss_report_reset"), 0);
    cloud.nth(UNBIND_REPORT, 0, SOON);
    assert_eq!(device.call("awss_stop_report_reset"), 0);
    broker.stop();
    let lost = device.wait_for("event: ITE_DISCONNECTED");
    broker.restart();
    device.wait_after(&lost, "report reset");
}

#[test]
fn an_unbind_that_the_cloud_refuses_stays_pending() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let mut device = Device::start(&network).connected();
    cloud.token_report(0, SOON);
    assert_eq!(device.call("awss_report_reset"), 0);
    cloud.reply(&cloud.nth(UNBIND_REPORT, 0, SOON).what, 500);
    device.wait_for("bind: reset: the cloud answered code 500");
    cloud.nth(UNBIND_REPORT, 1, SOON);
    assert_eq!(device.call("awss_check_reset"), 1);
    assert_eq!(cloud.messages(TOKEN_REPORT).len(), 1, "a token was reported before the unbind");
}

#[test]
fn a_confirmed_unbind_is_not_repeated_by_the_next_boot() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let flash = scratch_dir("flash");
    let mut device = Device::boot(&network, &flash, None).connected();
    assert_eq!(device.call("awss_report_reset"), 0);
    device.wait_for("event: monitor 0x3000");
    device.cut_power();

    let mut device = Device::boot(&network, &flash, None);
    assert_eq!(device.call("awss_check_reset"), 0);
    let device = device.connected();
    device.wait_for_reply(0);
    assert_eq!(cloud.messages(UNBIND_REPORT).len(), 1);
}

#[test]
fn an_application_that_wakes_up_finds_the_reply_to_the_next_token() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let phone = Listener::new(&network);
    let mut device = Device::start(&network).connected();
    device.wait_for_reply(0);
    assert_eq!(device.call("fall_asleep"), 0);
    let first = cloud.token_report(0, SOON).what.token();
    assert_eq!(phone.receive(SOON).expect("a broadcast").json()["params"]["token"], first);
    assert_eq!(Request::QUERY.answer(&network)["data"]["token"], first);
    let second = cloud.token_report(1, SOON).what.token();
    assert_eq!(device.call("wake_up"), 0);
    device.wait_for_reply(1);
    assert_eq!(Request::QUERY.answer(&network)["data"]["token"], second);
}

#[test]
fn a_device_that_is_opened_again_broadcasts_its_new_token() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let mut device = Device::start(&network).connected();
    device.wait_for_reply(0);
    assert_eq!(device.call("close"), 0);
    let phone = Listener::new(&network);
    let _device = device.connected();
    let token = cloud.token_report(1, SOON).what.token();
    assert_eq!(phone.receive(SOON).expect("a broadcast").json()["params"]["token"], token);
}
