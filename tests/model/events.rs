//! `IOT_Linkkit_TriggerEvent`.

use rumqttc::QoS;

use crate::device::{Device, RECV_EVENT_REPLY, connected, reply};
use crate::support::broker::Broker;
use crate::support::cloud::{Cloud, Replies};
use crate::support::network::Network;
use crate::support::{SOON, topic};

#[test]
fn an_event_goes_out_under_its_name() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    for event in ["Error", "a", "tsl_Block-1.x:Error", "LowBatteryAlarmOfTheDoorLockInTheCellar"] {
        let id = device.id(&format!(r#"trigger {event} {{"ErrorCode":0}}"#));
        let sent = cloud.nth(&format!("thing/event/{event}/post"), 0, SOON).what;
        let envelope = format!(
            r#"{{"id":"{id}","version":"1.0","params":{{"ErrorCode":0}},"method":"thing.event.{event}.post"}}"#
        );
        assert_eq!(String::from_utf8_lossy(&sent.payload), envelope);
        assert_eq!(sent.qos, QoS::AtMostOnce);
    }
    device.close_and_check();
}

#[test]
fn the_longest_names_fit() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let (product_key, name, event) = ("k".repeat(20), "n".repeat(32), "e".repeat(50));
    let mut device = Device::start_as(&network, &product_key, &name).connected();
    let own = |suffix: &str| format!("/sys/{product_key}/{name}/{suffix}");
    device.id(&format!("trigger {event} {{}}"));
    cloud.nth_on(&own(&format!("thing/event/{event}/post")), 0, SOON);
    device.id("report 15 {}");
    cloud.nth_on(&own("thing/property/desired/delete"), 0, SOON);
    device.ok("answers service 0 {}");
    // The reply has another topic that must fit.
    let service = "s".repeat(128 - own("thing/service/_reply").len());
    cloud.publish(
        &own(&format!("thing/service/{service}")),
        r#"{"id":"1","version":"1.0","method":"thing.service.x","params":{}}"#,
    );
    device.hear_callback("service", &format!("devid=0 id={service} request={{}}"));
    cloud.nth_on(&own(&format!("thing/service/{service}_reply")), 0, SOON);
    device.refused(&format!("trigger {event}e {{}}"));
    device.close_and_check();
}

#[test]
fn what_is_no_event_is_refused_with_a_line() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    let first = device.id("trigger Error {}");
    let too_long = "e".repeat(300);
    // A blank, a NUL, a line's end, no UTF-8.
    let not_names = ["hex:612062", "hex:6100", "hex:0a", "hex:ff"];
    let levels = ["/", "a/b", "+", "a+", "#", "Error#", r#"""#, "null", "empty", "negative", &too_long];
    for event in not_names.into_iter().chain(levels) {
        device.refused(&format!("trigger {event} {{}}"));
    }
    for payload in ["[]", "1", "{", "null", "empty", "negative", "{}x", "hex:7b22ff223a317d"] {
        device.refused(&format!("trigger Error {payload}"));
    }
    for devid in [-1, 1] {
        device.refused(&format!("trigger Error {{}} {devid}"));
    }
    assert_eq!(device.id("trigger Error {}"), first + 1);
    cloud.nth("thing/event/Error/post", 1, SOON);
    let is_event = |topic: &str| topic.contains("/thing/event/");
    assert_eq!(cloud.since(0).iter().filter(|seen| is_event(&seen.what.topic)).count(), 2);
    device.close_and_check();
}

#[test]
fn the_application_is_told_what_the_cloud_replies() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[(RECV_EVENT_REPLY, 1)]);
    for (code, message) in [(200, "success"), (460, "request parameter error"), (5092, "")] {
        let id = device.id(r#"trigger Error {"ErrorCode":0}"#);
        cloud.publish(&topic("thing/event/Error/post_reply"), reply(id, code, "{}", message));
        device.hear_callback(
            "event_reply",
            &format!("devid=0 msgid={id} code={code} id=Error message={message}"),
        );
    }
    // A reply without words.
    let id = device.id("trigger Error {}");
    cloud.publish(
        &topic("thing/event/Error/post_reply"),
        format!(r#"{{"id":"{id}","code":200,"data":{{}}}}"#),
    );
    device.hear_callback("event_reply", &format!("devid=0 msgid={id} code=200 id=Error message="));
    device.close_and_check();
}
