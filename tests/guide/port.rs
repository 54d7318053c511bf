//! Ports that lack something.

use crate::support::SOON;
use crate::support::broker::Broker;
use crate::support::cloud::{Cloud, Replies};
use crate::support::coap::{Listener, Request};
use crate::support::device::{Device, Lacks};
use crate::support::network::Network;

#[test]
fn without_threads_yield_serves_phones_and_timers() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let _cloud = Cloud::join(&network, Replies::Success);
    let phone = Listener::new(&network);
    let device = Device::start_on_poor_port(&network, Lacks::Threads).connected();
    device.wait_for_reply(0);
    for n in 0..5 {
        assert!(phone.receive(SOON).is_some(), "broadcast {n}: {}", device.log_text());
    }
    let answer = Request::QUERY.answer(&network);
    assert_eq!(answer["code"], 200, "{answer}");
    assert!(device.lines_with("Enter to CoAP daemon task").is_empty());
}

#[test]
fn without_storage_it_binds_with_one_warning() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let _cloud = Cloud::join(&network, Replies::Success);
    let mut device = Device::start_on_poor_port(&network, Lacks::Storage).connected();
    device.wait_for_reply(0);
    assert_eq!(device.lines_with("HAL_Kv_Set fails").len(), 1, "{}", device.log_text());
    // An unbind that a restart would forget is refused.
    assert_eq!(device.call("awss_report_reset"), -1);
    assert_eq!(Request::QUERY.answer(&network)["code"], 200);
}
