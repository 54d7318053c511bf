//! Unbinding: the cloud is told until it confirms, across power losses, and before any token.

use std::time::Duration;

use crate::support::SOON;
use crate::support::broker::Broker;
use crate::support::build::scratch_dir;
use crate::support::cloud::{Cloud, Replies};
use crate::support::coap::Request;
use crate::support::device::Device;
use crate::support::network::Network;

const RESET: &str = "thing/reset";
/// Time between two unbind reports.
const REPEAT: Duration = Duration::from_secs(3);
/// The first report may reach the cloud late, the next in time.
const TOLERANCE: Duration = Duration::from_secs(1);
/// `IOTX_RESET`
const RESET_EVENT: &str = "0x3000";

#[test]
fn an_unbind_is_repeated_until_confirmed_then_binding_starts() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let mut device = Device::start(&network).connected();
    cloud.reply(&cloud.token_report(0, SOON).what, 200);
    device.wait_for_reply(0);

    assert_eq!(device.call("awss_report_reset"), 0);
    assert_eq!(device.call("awss_check_reset"), 1);
    let first = cloud.nth(RESET, 0, SOON);
    assert_eq!(
        String::from_utf8_lossy(&first.what.payload),
        r#"{"id":"0","version":"1.0","method":"thing.reset","params":{}}"#
    );
    assert_eq!(Request::QUERY.send(&network), r#"{"id":123,"code":400,"data":{}}"#);
    let second = cloud.nth(RESET, 1, SOON);
    let waited = second.at - first.at;
    assert!(waited.abs_diff(REPEAT) < TOLERANCE, "repeated after {waited:?}");
    assert_eq!(cloud.messages("thing/awss/enrollee/match").len(), 1, "a token before the unbind");

    cloud.reply(&second.what, 200);
    device.wait_for(&format!("event: monitor {RESET_EVENT}"));
    device.wait_for(&format!("event: ITE_AWSS_STATUS {RESET_EVENT}"));
    assert_eq!(device.call("awss_check_reset"), 0);
    cloud.token_report(1, SOON);
}

#[test]
fn an_unbind_survives_a_power_loss_and_goes_first() {
    let network = Network::new();
    let flash = scratch_dir("flash");
    let mut device = Device::boot(&network, &flash, None);
    assert_eq!(device.call("awss_report_reset"), 0);
    device.cut_power();

    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let mut device = Device::boot(&network, &flash, None).connected();
    assert_eq!(device.call("awss_check_reset"), 1);
    let reset = cloud.nth(RESET, 0, SOON);
    assert!(cloud.messages("thing/awss/enrollee/match").is_empty(), "a token before the unbind");
    cloud.reply(&reset.what, 200);
    cloud.token_report(0, SOON);
    assert_eq!(device.call("awss_check_reset"), 0);
}

#[test]
fn a_stopped_unbind_stays_pending_and_silent() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::None);
    let mut device = Device::start(&network).connected();
    assert_eq!(device.call("awss_report_reset"), 0);
    cloud.nth(RESET, 0, SOON);
    assert_eq!(device.call("awss_stop_report_reset"), 0);
    let sent = cloud.messages(RESET).len();
    std::thread::sleep(REPEAT + TOLERANCE);
    assert_eq!(cloud.messages(RESET).len(), sent);
    assert_eq!(device.call("awss_check_reset"), 1);
}
