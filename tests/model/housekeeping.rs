//! What the cloud tells the device about itself: disabled, enabled, deleted, in error.

use crate::device::{connected, request};
use crate::support::network::Network;
use crate::support::{SOON, topic, topic_of};

#[test]
fn disable_enable_and_delete_are_answered() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    for suffix in ["thing/disable", "thing/enable", "thing/delete"] {
        cloud.publish(&topic(suffix), request("12", suffix, "{}"));
        let answer = cloud.nth(&format!("{suffix}_reply"), 0, SOON).what;
        assert_eq!(String::from_utf8_lossy(&answer.payload), r#"{"id":"12","code":200,"data":{}}"#);
    }
    device.id("report 0 {}");
    device.close_and_check();
}

#[test]
fn an_error_and_a_model_of_the_cloud_are_logged() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    let from = device.process.log_len();
    cloud.publish(&topic_of("ext/error", ""), r#"{"code":520,"message":"session invalid","id":"1"}"#);
    cloud.publish(&topic("thing/dynamicTsl/get_reply"), r#"{"id":"3","code":200,"data":{"schema":"x"}}"#);
    device.catch_up(&cloud);
    let lines = device.process.lines_from(from);
    assert!(lines.iter().any(|line| line.what.contains("520")), "{lines:#?}");
    assert!(lines.iter().any(|line| line.what.to_lowercase().contains("tsl")), "{lines:#?}");
    assert_eq!(device.callbacks_from(from), [format!("@set devid=0 request={}", device.mark())]);
    device.close_and_check();
}
