//! The guide's list of what to look for when binding fails.

use crate::support::broker::Broker;
use crate::support::cloud::{Cloud, Replies};
use crate::support::coap::Request;
use crate::support::device::Device;
use crate::support::network::Network;
use crate::support::{DEVICE_SECRET, PRODUCT_SECRET, topic};

#[test]
fn the_keywords_of_the_guide_come_in_its_order() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let _cloud = Cloud::join(&network, Replies::Success);
    let device = Device::start(&network).connected();
    device.wait_for_reply(0);
    device.wait_for("device.info.notify");
    Request::QUERY.answer(&network);
    let match_reply = topic("thing/awss/enrollee/match_reply");
    let mut line = device.wait_for("ProductKey : ");
    for keyword in [
        "Host : ",
        "ClientID : ",
        "mqtt connect success!",
        &format!("mqtt subscribe packet sent,topic = {match_reply}!"),
        "report token:",
        "report token res:",
        &format!("Topic Name : {match_reply}"),
        "topic be matched",
        "awss_report_token_reply",
        "topic:/sys/device/info/notify",
        "device.info.notify",
        "Request path is /sys/device/info/get",
        "Found the resource: /sys/device/info/get",
        "sending message to app:",
        "update token",
    ] {
        line = device.wait_after(&line, keyword);
    }
    let log = device.log_text();
    assert!(!log.contains(DEVICE_SECRET) && !log.contains(PRODUCT_SECRET), "a secret in the log");
}
