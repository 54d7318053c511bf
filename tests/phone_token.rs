//! The token made by the phone, from a C program to the cloud.

mod support;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use support::SOON;
use support::broker::Broker;
use support::build::{archive_with, c_program_on, port, scratch_dir};
use support::cloud::{Cloud, Replies};
use support::coap::{Listener, Request};
use support::device::{Device, Lacks, SOURCES, WRAPPED};
use support::network::Network;

/// What `device.c` sets, and how it reaches the cloud.
const WHOLE: (&str, &str) = ("set_token", "A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1");
const SHORT: (&str, &str) = ("set_short_token", "F80C29056695A97EFCC82F282E84D776");
const BARE: (&str, &str) = ("set_bare_token", "66840DDA154E8A113C31DD0AD32F7F3A");
/// `STATE_USER_INPUT_NULL_POINTER`
const BEFORE_ITS_TIME: i32 = -257;

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let options = [&WRAPPED[..], &["-DWITH_PROVISION"]].concat();
        let archive = archive_with("mqtt,bind,provision");
        let sources = [&SOURCES[..], &["no_radio.c"]].concat();
        c_program_on("device", &sources, &options, [archive.as_path(), port()])
    })
}

fn device(network: &Network, lacks: Option<Lacks>) -> Device {
    Device::boot_program(program(), network, &scratch_dir("flash"), lacks)
}

#[test]
fn what_is_set_before_open_is_reported_first_and_once() {
    for (set, token) in [WHOLE, SHORT, BARE] {
        let network = Network::new();
        let _broker = Broker::start(&network);
        let cloud = Cloud::join(&network, Replies::Success);
        let mut device = device(&network, None);
        assert_eq!(device.call(set), 0);
        assert_eq!(device.call("set_bad_tokens"), 0);
        let mut device = device.connected();
        assert_eq!(cloud.token_report(0, SOON).what.token(), token);
        let own = cloud.token_report(1, SOON).what.token();
        assert_ne!(own, token);
        device.wait_for_reply(1);
        // It is wiped: the next session begins with a token of the device.
        assert_eq!(device.call("close"), 0);
        let device = device.connected();
        let next = cloud.token_report(2, SOON).what.token();
        device.wait_for_reply(2);
        assert_eq!(Request::QUERY.answer(&network)["data"]["token"], next);
        device.end();
        assert_eq!(
            cloud.messages("thing/awss/enrollee/match").iter().filter(|m| m.what.token() == token).count(),
            1
        );
    }
}

#[test]
fn it_outlives_a_failed_connect_and_a_close() {
    let network = Network::new();
    let mut device = device(&network, None);
    assert_eq!(device.call("open"), 0);
    assert_eq!(device.call(WHOLE.0), 0);
    assert_eq!(device.call("connect"), -1);
    assert_eq!(device.call("close"), 0);
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let _device = device.connected();
    assert_eq!(cloud.token_report(0, SOON).what.token(), WHOLE.1);
}

#[test]
fn a_newer_one_set_while_connected_is_reported_at_once() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let mut device = device(&network, None);
    assert_eq!(device.call(WHOLE.0), 0);
    let mut device = device.connected();
    cloud.report_of(WHOLE.1, SOON);
    assert_eq!(device.call(SHORT.0), 0);
    let report = cloud.report_of(SHORT.1, SOON);
    cloud.reply(&report.what, 200);
    device.wait_for_reply(0);
    let own = cloud.token_report(2, SOON).what.token();
    assert!(own != WHOLE.1 && own != SHORT.1);
}

#[test]
fn a_pending_unbind_goes_first() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let mut device = device(&network, None);
    assert_eq!(device.call("IOT_Bind_Reset"), 0);
    assert_eq!(device.call("awss_check_reset"), 1);
    assert_eq!(device.call(WHOLE.0), 0);
    let device = device.connected();
    let reset = cloud.nth("thing/reset", 0, SOON);
    assert_eq!(Request::QUERY.send(&network), r#"{"id":123,"code":400,"data":{}}"#);
    assert!(cloud.messages("thing/awss/enrollee/match").is_empty());
    cloud.reply(&reset.what, 200);
    assert_eq!(cloud.token_report(0, SOON).what.token(), WHOLE.1);
    device.wait_for("report token res:");
}

#[test]
fn phones_get_no_token_while_it_is_reported() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let mut device = device(&network, None);
    assert_eq!(device.call(WHOLE.0), 0);
    let _device = device.connected();
    cloud.report_of(WHOLE.1, SOON);
    assert_eq!(Request::QUERY.send(&network), r#"{"id":123,"code":400,"data":{}}"#);
}

#[test]
fn a_stopped_binding_keeps_it_and_a_start_reports_it() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let mut device = device(&network, None);
    assert_eq!(device.call("IOT_Bind_Stop"), 0);
    assert_eq!(device.call("IOT_Bind_Yield"), BEFORE_ITS_TIME);
    assert_eq!(device.call("IOT_Bind_Start"), 0);
    let mut device = device.connected();
    device.wait_for_reply(0);
    assert_eq!(device.call("IOT_Bind_Yield"), 0);
    assert_eq!(device.call("IOT_Bind_Stop"), 0);
    assert_eq!(device.call("IOT_Bind_Yield"), BEFORE_ITS_TIME);
    assert_eq!(device.call(WHOLE.0), 0);
    assert_eq!(cloud.messages("thing/awss/enrollee/match").len(), 1);
    assert_eq!(device.call("IOT_Bind_Start"), 0);
    assert_eq!(cloud.token_report(1, SOON).what.token(), WHOLE.1);
    // Once more it has no effect.
    assert_eq!(device.call("IOT_Bind_Start"), 0);
}

#[test]
fn without_threads_its_yield_serves_the_timers_of_binding() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let _cloud = Cloud::join(&network, Replies::Success);
    let phone = Listener::new(&network);
    let mut device = device(&network, Some(Lacks::Threads)).connected();
    device.wait_for_reply(0);
    assert_eq!(device.call("fall_asleep"), 0);
    // Each is due some time after the one before.
    let told_before = device.lines_with("topic:/sys/device/info/notify").len();
    while device.lines_with("topic:/sys/device/info/notify").len() < told_before + 5 {
        assert_eq!(device.call("IOT_Bind_Yield"), 0);
    }
    assert!(phone.receive(SOON).is_some());
}
