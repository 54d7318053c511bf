//! The broker goes away and comes back.

use std::time::Duration;

use crate::support::broker::{Broker, Setting};
use crate::support::cloud::{Cloud, Replies};
use crate::support::coap::Request;
use crate::support::device::Device;
use crate::support::network::Network;
use crate::support::{SOON, topic};

const MATCH_REPLY: &str = "thing/awss/enrollee/match_reply";
/// Time that the cloud has for its reply.
const REPLY_TIMEOUT: Duration = Duration::from_secs(30);

#[test]
fn a_lost_session_is_subscribed_again_and_binding_goes_on() {
    let network = Network::new();
    let mut broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let device = Device::start(&network).connected();
    device.wait_for_reply(0);

    broker.stop();
    let lost = device.wait_for("event: ITE_DISCONNECTED");
    // The token is known and alive: phones get it all the same.
    assert_eq!(Request::QUERY.answer(&network)["code"], 200);
    broker.restart();
    let back = device.wait_after(&lost, "event: ITE_CONNECT_SUCC");
    assert_eq!(device.lines_with("event: ITE_MQTT_CONNECT_SUCC").len(), 1, "{}", device.log_text());
    let again = format!("mqtt subscribe packet sent,topic = {}!", topic(MATCH_REPLY));
    device.wait_after(&lost, &again);
    // The cloud may be back later than the device: the report is repeated then.
    device.wait_long_after(&back, "awss_report_token_reply", REPLY_TIMEOUT + SOON);
    let answer = Request::QUERY.answer(&network);
    cloud.report_of(answer["data"]["token"].as_str().unwrap_or_else(|| panic!("{answer}")), SOON);
}

#[test]
fn a_kept_session_is_not_subscribed_again() {
    let network = Network::new();
    let mut broker = Broker::start_with(&network, &[Setting::KeepSessions]);
    let _cloud = Cloud::join(&network, Replies::Success);
    let device = Device::start(&network).connected();
    device.wait_for_reply(0);
    let subscribed = device.lines_with("mqtt subscribe packet sent").len();

    broker.shut_down();
    let lost = device.wait_for("event: ITE_DISCONNECTED");
    broker.restart();
    device.wait_after(&lost, "event: ITE_CONNECT_SUCC");
    assert_eq!(Request::QUERY.answer(&network)["code"], 200);
    // The reply to the next token comes by the old subscription.
    device.wait_after(&lost, "awss_report_token_reply");
    assert_eq!(device.lines_with("mqtt subscribe packet sent").len(), subscribed, "{}", device.log_text());
}
