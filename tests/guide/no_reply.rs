//! "如果30秒中内无应答,则尝试再次上报,总尝试次数为2": in real time.

use std::time::Duration;

use crate::support::SOON;
use crate::support::broker::Broker;
use crate::support::cloud::{Cloud, Replies};
use crate::support::coap::Request;
use crate::support::device::Device;
use crate::support::network::Network;

const REPLY_TIMEOUT: Duration = Duration::from_secs(30);
/// The first report may reach the cloud late, the next in time.
const TOLERANCE: Duration = Duration::from_secs(1);

#[test]
fn step_6_reports_twice_then_gives_up_until_a_phone_asks() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let device = Device::start(&network).connected();
    let first = cloud.token_report(0, SOON);
    let second = cloud.token_report(1, REPLY_TIMEOUT + SOON);
    assert_waited(second.at - first.at);
    assert_eq!(second.what.token(), first.what.token());
    assert_ne!(second.what.id(), first.what.id());

    let error = device.wait_long_for("[err]", REPLY_TIMEOUT + SOON);
    assert_waited(error.at - second.at);
    let reason = "bind: report: no reply on .../match_reply after 2 tries of 30000 ms";
    assert!(error.what.contains(reason), "{}", error.what);

    let answer = Request::QUERY.answer(&network);
    assert_eq!((&answer["code"], answer["data"].get("token")), (&400.into(), None), "{answer}");
    let third = cloud.token_report(2, SOON);
    assert!(third.at > error.at, "reported again without a reason");
    assert_ne!(third.what.token(), first.what.token());
    assert_eq!(device.lines_with("[err]").len(), 1, "{}", device.log_text());
}

fn assert_waited(waited: Duration) {
    // The clocks of device and test are read at different moments.
    let early = Duration::from_millis(250);
    assert!((REPLY_TIMEOUT - early..REPLY_TIMEOUT + TOLERANCE).contains(&waited), "waited {waited:?}");
}
