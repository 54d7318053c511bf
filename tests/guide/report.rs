//! The token on its way to the cloud, and the cloud's reply.

use std::time::Duration;

use rumqttc::QoS;

use crate::support::broker::{Broker, Setting};
use crate::support::cloud::{Cloud, Replies};
use crate::support::device::Device;
use crate::support::network::Network;
use crate::support::{SOON, topic};

const MATCH_REPLY: &str = "thing/awss/enrollee/match_reply";
/// Least time between two reports.
const REPORT_GAP: Duration = Duration::from_secs(1);

#[test]
fn step_3_subscribes_before_it_reports() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let device = Device::start(&network).connected();
    let reply = topic(MATCH_REPLY);
    let sent = device.wait_for(&format!("mqtt subscribe packet sent,topic = {reply}!"));
    let granted = device.wait_after(&sent, &format!("sub {reply} success"));
    device.wait_after(&granted, "report token:");
    assert!(device.lines_with("report token:")[0].index > granted.index, "{}", device.log_text());
}

#[test]
fn steps_2_and_4_report_a_random_token() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let device = Device::start(&network).connected();
    let report = cloud.token_report(0, SOON).what;
    let token = report.token();
    let payload = format!(
        r#"{{"id":"0","version":"1.0","method":"thing.awss.enrollee.match","params":{{"token":"{token}"}}}}"#
    );
    assert_eq!(String::from_utf8_lossy(&report.payload), payload);
    assert_eq!(report.qos, QoS::AtLeastOnce);
    assert_eq!(token.len(), 32);
    assert!(token.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'A'..=b'F')), "{token}");

    let reported = device.wait_for(&format!("report token:{payload}"));
    let result = device.wait_after(&reported, "report token res:");
    let packet_id = result.what.rsplit(':').next().and_then(|id| id.parse::<u16>().ok());
    assert!(packet_id.is_some_and(|id| id > 0), "{}", result.what);
}

#[test]
fn tokens_of_two_boots_differ() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let first_boot = Device::start(&network).connected();
    let first = cloud.token_report(0, SOON).what.token();
    drop(first_boot);
    let _second_boot = Device::start(&network).connected();
    assert_ne!(cloud.token_report(1, SOON).what.token(), first);
}

#[test]
fn step_5_takes_the_reply_to_its_report_and_no_other() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let device = Device::start(&network).connected();
    let report = cloud.token_report(0, SOON).what;
    cloud.publish(&topic(MATCH_REPLY), r#"{"id":"77","code":200,"data":{}}"#);
    device.wait_for("bind: reply 77 is not for the report in flight");
    assert!(device.lines_with("awss_report_token_reply").is_empty(), "{}", device.log_text());
    cloud.reply(&report, 200);
    device.wait_for("awss_report_token_reply");
}

#[test]
fn a_refusal_of_the_cloud_is_tried_again_and_then_told() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let device = Device::start(&network).connected();
    let first = cloud.token_report(0, SOON);
    cloud.reply(&first.what, 460);
    let second = cloud.token_report(1, SOON);
    assert!(second.at - first.at >= REPORT_GAP, "again after {:?}", second.at - first.at);
    assert_eq!(second.what.token(), first.what.token());
    cloud.reply(&second.what, 460);
    device.wait_for("[err]");
    let errors = device.lines_with("[err]");
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert!(
        errors[0].what.contains("bind: report: the cloud refused the token with code 460"),
        "{errors:#?}"
    );
    assert!(device.lines_with("awss_report_token_reply").is_empty(), "{}", device.log_text());
}

#[test]
fn a_refused_subscription_is_told_and_tried_again() {
    let network = Network::new();
    let mut broker = Broker::start_with(&network, &[Setting::RefuseSubscription(&topic(MATCH_REPLY))]);
    let cloud = Cloud::join(&network, Replies::Success);
    let device = Device::start(&network).connected();
    let refused = device.wait_for(&format!("sub {} fail", topic(MATCH_REPLY)));
    device.wait_for("bind: subscribe: broker refused .../match_reply (0x80)");
    device.wait_after(&refused, &format!("mqtt subscribe packet sent,topic = {}!", topic(MATCH_REPLY)));
    let errors = device.lines_with("[err]");
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert!(cloud.messages("thing/awss/enrollee/match").is_empty(), "reported without hope of a reply");

    broker.stop();
    drop(broker);
    let _broker = Broker::start(&network);
    device.wait_for(&format!("sub {} success", topic(MATCH_REPLY)));
    device.wait_for("awss_report_token_reply");
}
