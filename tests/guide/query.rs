//! 2): the phone asks the device.

use std::collections::HashSet;
use std::iter;
use std::net::SocketAddrV4;
use std::time::Duration;

use crate::support::SOON;
use crate::support::broker::Broker;
use crate::support::cloud::{Cloud, Replies};
use crate::support::coap::{ANY_DEVICE, GROUP, Listener, QUERY, Request, own_path};
use crate::support::device::Device;
use crate::support::network::{DEVICE, Network, phone};

/// A device whose first token the cloud has accepted.
macro_rules! bound_ready {
    ($network:ident, $broker:ident, $cloud:ident, $device:ident) => {
        let $network = Network::new();
        let $broker = Broker::start(&$network);
        let $cloud = Cloud::join(&$network, Replies::Success);
        let $device = Device::start(&$network).connected();
        $device.wait_for_reply(0);
    };
}

#[test]
fn steps_8_and_9_give_the_reported_token_and_report_the_next() {
    bound_ready!(network, _broker, cloud, device);
    let token = cloud.token_report(0, SOON).what.token();
    let answer = Request::QUERY.answer(&network);
    assert_eq!((&answer["id"], &answer["code"]), (&123.into(), &200.into()), "{answer}");
    assert_eq!(answer["data"]["token"], token);
    assert!((1..=45_000).contains(&answer["data"]["remainTime"].as_u64().unwrap()), "{answer}");

    let asked = device.wait_for("Request path is /sys/device/info/get");
    let found = device.wait_after(&asked, "Found the resource: /sys/device/info/get");
    let told = device.wait_after(&found, r#"sending message to app: {"id":123,"code":200,"data":{"awssVer""#);
    let updated = device.wait_after(&told, "update token");
    device.wait_after(&updated, "report token:");
    assert_ne!(cloud.token_report(1, SOON).what.token(), token);
}

#[test]
fn every_way_of_asking_is_answered() {
    bound_ready!(network, _broker, _cloud, device);
    let own = own_path();
    let ways = [
        Request { confirmable: false, ..Request::QUERY },
        Request { path: &own, ..Request::QUERY },
        Request { to: GROUP, confirmable: false, ..Request::QUERY },
        Request { payload: r#"{"id":"9"}"#, ..Request::QUERY },
    ];
    for (n, way) in ways.iter().enumerate() {
        device.wait_for_reply(n);
        let answer = way.answer(&network);
        assert_eq!(answer["code"], 200, "{answer}");
        let id = if way.payload == QUERY { 123 } else { 9 };
        assert_eq!(answer["id"], id, "{answer}");
    }
}

#[test]
fn each_phone_gets_a_token_of_its_own_that_the_cloud_knows() {
    bound_ready!(network, _broker, cloud, device);
    let mut tokens = HashSet::new();
    for phone in 0..3 {
        device.wait_for_reply(phone.into());
        let answer = Request { phone, ..Request::QUERY }.answer(&network);
        let token = answer["data"]["token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        cloud.report_of(&token, SOON);
        assert!(tokens.insert(token), "a token given twice");
    }
}

#[test]
fn no_token_is_given_before_the_cloud_knows_it() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let device = Device::start(&network).connected();
    let report = cloud.token_report(0, SOON).what;
    let answer = Request::QUERY.send(&network);
    assert_eq!(answer, r#"{"id":123,"code":400,"data":{}}"#);
    cloud.reply(&report, 200);
    device.wait_for_reply(0);
    assert_eq!(Request::QUERY.answer(&network)["data"]["token"], report.token());
}

#[test]
fn phones_are_answered_while_the_application_sleeps() {
    bound_ready!(network, _broker, _cloud, device);
    let mut device = device;
    assert_eq!(device.call("fall_asleep"), 0);
    let answer = Request::QUERY.answer(&network);
    assert_eq!(answer["code"], 200, "{answer}");
    device.wait_for("update token");
}

#[test]
fn what_cannot_be_answered_is_refused_with_its_code() {
    bound_ready!(network, _broker, _cloud, _device);
    for (request, code) in [
        (Request { path: "no/such/resource", ..Request::QUERY }, "4.04"),
        (Request { method: "post", ..Request::QUERY }, "4.05"),
        (Request { payload: "not JSON", ..Request::QUERY }, "4.00"),
        (Request { path: "no/such/resource", confirmable: false, ..Request::QUERY }, "4.04"),
    ] {
        assert_eq!((request.to, request.phone), (DEVICE, 0));
        let answer = request.send(&network);
        assert!(answer.starts_with(code), "{} {}: {answer}", request.method, request.path);
    }
    assert_eq!(Request { path: ANY_DEVICE, ..Request::QUERY }.answer(&network)["code"], 200);
}

#[test]
fn a_flood_of_queries_ends_in_silence_and_one_warning() {
    bound_ready!(network, _broker, _cloud, device);
    let phone = Listener::bind(&network, SocketAddrV4::new(phone(0), 0));
    for message_id in 0..200_u16 {
        let mut query = vec![0x50, 0x01];
        query.extend(message_id.to_be_bytes());
        query.extend(b"\xb3sys\x06device\x04info\x03get\x11\x32\xff{\"id\":1}");
        phone.send(&query).expect("send a query");
    }
    let answers = iter::from_fn(|| phone.receive(Duration::from_millis(500))).count();
    assert!((1..=20).contains(&answers), "{answers} answers");
    device.wait_for("over the rate limit not answered");
    assert_eq!(device.lines_with("over the rate limit").len(), 1, "{}", device.log_text());
}
