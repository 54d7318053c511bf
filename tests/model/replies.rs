//! What the cloud replies to reports, and what happens when it does not.

use std::time::Duration;

use crate::device::message_type::{
    DEVICEINFO_DELETE, DEVICEINFO_UPDATE, POST_PROPERTY, PROPERTY_DESIRED_DELETE, PROPERTY_DESIRED_GET,
};
use crate::device::{Device, RECV_EVENT_REPLY, RECV_PROP_REPLY, connected, reply};
use crate::support::broker::Broker;
use crate::support::network::Network;
use crate::support::topic;

/// How long the device waits for a reply.
const REPLY_TIMEOUT: Duration = Duration::from_secs(10);
/// How late it may notice, on a loaded machine.
const LATE: Duration = Duration::from_secs(5);
const PROPERTY_REPLY: &str = "thing/event/property/post_reply";
/// Command, topic of the reply: what `ITE_REPORT_REPLY` tells of.
const REPORTS: [(&str, &str); 4] = [
    ("report 0 {}", PROPERTY_REPLY),
    ("report 1 []", "thing/deviceinfo/update_reply"),
    ("report 2 []", "thing/deviceinfo/delete_reply"),
    ("report 15 {}", "thing/property/desired/delete_reply"),
];

#[test]
fn the_application_is_told_of_replies_to_its_reports() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[(RECV_PROP_REPLY, 1)]);
    for (command, suffix) in REPORTS {
        let id = device.id(command);
        cloud.publish(&topic(suffix), reply(id, 200, "{}", "success"));
        let heard = device.hear("@report_reply").what;
        assert!(heard.starts_with(&format!("@report_reply devid=0 msgid={id} code=200 reply=")), "{heard}");
        let id = device.id(command);
        cloud.publish(&topic(suffix), reply(id, 6_250, "{}", "product not exist"));
        let heard = device.hear("@report_reply").what;
        assert!(heard.starts_with(&format!("@report_reply devid=0 msgid={id} code=6250 reply=")), "{heard}");
    }
    device.close_and_check();
}

#[test]
fn the_data_of_a_successful_post_is_told() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[(RECV_PROP_REPLY, 1)]);
    for (code, data, message, told) in [
        (200, "{}", "success", "{}"),
        (200, r#"{ "a" : "é\"" }"#, "success", r#"{ "a" : "é\"" }"#),
        (200, "[]", "success", "(null)"),
        (200, "1", "success", "(null)"),
        (200, "{}", "tsl parse: params not exist", "(null)"),
        (460, "{}", "request parameter error", "(null)"),
    ] {
        let id = device.id(&format!("report {POST_PROPERTY} {{}}"));
        cloud.publish(&topic(PROPERTY_REPLY), reply(id, code, data, message));
        device.hear_callback("report_reply", &format!("devid=0 msgid={id} code={code} reply={told}"));
    }
    device.close_and_check();
}

#[test]
fn only_replies_that_were_asked_for_are_told() {
    for (properties, events) in [(0, 0), (1, 0), (0, 1)] {
        let network = Network::new();
        let options = [(RECV_PROP_REPLY, properties), (RECV_EVENT_REPLY, events)];
        let (_broker, cloud, mut device) = connected(&network, &options);
        let post = device.id("report 0 {}");
        let event = device.id("trigger Error {}");
        // The one that the device has sent by itself.
        cloud.publish(&topic("thing/deviceinfo/update_reply"), reply(1, 200, "{}", "success"));
        cloud.publish(&topic(PROPERTY_REPLY), reply(post, 200, "{}", "success"));
        cloud.publish(&topic("thing/event/Error/post_reply"), reply(event, 200, "{}", "success"));
        device.catch_up(&cloud);
        let told = (device.callbacks("report_reply").len(), device.callbacks("event_reply").len());
        assert_eq!(told, (properties as usize, events as usize), "{}", device.log_text());
        device.close_and_check();
    }
}

#[test]
fn a_reply_is_told_once() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[(RECV_PROP_REPLY, 1), (RECV_EVENT_REPLY, 1)]);
    let post = device.id("report 0 {}");
    for _ in 0..3 {
        cloud.publish(&topic(PROPERTY_REPLY), reply(post, 200, "{}", "success"));
    }
    device.catch_up(&cloud);
    assert_eq!(device.callbacks("report_reply").len(), 1, "{}", device.log_text());
    device.close_and_check();
}

#[test]
fn desired_properties_are_told() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    for call in ["report", "query"] {
        let id = device.id(&format!(r#"{call} {PROPERTY_DESIRED_GET} ["PowerSwitch"]"#));
        let data = r#"{"PowerSwitch":{"value":1,"version":2}}"#;
        cloud.publish(&topic("thing/property/desired/get_reply"), reply(id, 200, data, "success"));
        device.hear_callback("desired", &format!("reply={data}"));
    }
    device.close_and_check();
}

#[test]
fn what_is_not_replied_to_in_time_has_timed_out_and_stays_so() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[(RECV_PROP_REPLY, 1), (RECV_EVENT_REPLY, 1)]);
    let mut sent = Vec::new();
    for message_type in [POST_PROPERTY, DEVICEINFO_UPDATE, DEVICEINFO_DELETE, PROPERTY_DESIRED_DELETE] {
        let payload =
            if [DEVICEINFO_UPDATE, DEVICEINFO_DELETE].contains(&message_type) { "[]" } else { "{}" };
        let command = format!("report {message_type} {payload}");
        let id = device.id(&command);
        sent.push((id, device.hear(&format!("device: {command} = ")).at));
    }
    let event = device.id("trigger Error {}");
    let event_sent = device.hear("device: trigger Error {} = ").at;
    for (id, at) in &sent {
        let line = device.hear_within("@report_reply", REPLY_TIMEOUT + LATE);
        assert_eq!(line.what, format!("@report_reply devid=0 msgid={id} code=100000 reply=(null)"));
        let after = line.at - *at;
        assert!(
            after + Duration::from_millis(50) >= REPLY_TIMEOUT && after < REPLY_TIMEOUT + LATE,
            "{after:?}"
        );
    }
    let line = device.hear_within("@event_reply", REPLY_TIMEOUT + LATE);
    assert_eq!(line.what, format!("@event_reply devid=0 msgid={event} code=100000 id=Error message=timeout"));
    let after = line.at - event_sent;
    assert!(after + Duration::from_millis(50) >= REPLY_TIMEOUT && after < REPLY_TIMEOUT + LATE, "{after:?}");
    // The replies come at last.
    for ((id, _), (_, suffix)) in sent.iter().zip(REPORTS) {
        cloud.publish(&topic(suffix), reply(*id, 200, "{}", "success"));
    }
    cloud.publish(&topic("thing/event/Error/post_reply"), reply(event, 200, "{}", "success"));
    device.catch_up(&cloud);
    assert_eq!(device.callbacks("report_reply").len(), sent.len(), "{}", device.log_text());
    assert_eq!(device.callbacks("event_reply").len(), 1, "{}", device.log_text());
    device.close_and_check();
}

#[test]
fn of_many_reports_each_one_times_out() {
    const POSTS: usize = 100;
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut device = Device::start(&network).with(&[(RECV_PROP_REPLY, 1)]).connected();
    let last = device.id(&format!("post_many {POSTS}"));
    let late = REPLY_TIMEOUT + LATE;
    device.hear_within(&format!("@report_reply devid=0 msgid={last} code=100000"), late);
    assert_eq!(device.callbacks("report_reply").len(), POSTS, "{}", device.log_text());
    device.close_and_check();
}

#[test]
fn a_lost_connection_does_not_keep_a_report_from_timing_out() {
    let network = Network::new();
    let mut broker = Broker::start(&network);
    let mut device = Device::start(&network).with(&[(RECV_PROP_REPLY, 1)]).connected();
    let id = device.id("report 0 {}");
    broker.stop();
    device.hear("@disconnected");
    let line = device.hear_within("@report_reply", REPLY_TIMEOUT + LATE);
    assert_eq!(line.what, format!("@report_reply devid=0 msgid={id} code=100000 reply=(null)"));
    device.close_and_check();
}

#[test]
fn reports_that_are_open_when_the_device_closes_are_forgotten() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[(RECV_PROP_REPLY, 1), (RECV_EVENT_REPLY, 1)]);
    let id = device.id("report 0 {}");
    device.id("trigger Error {}");
    device.ok("close");
    let mut device = device.connected();
    device.catch_up(&cloud);
    cloud.publish(&topic(PROPERTY_REPLY), reply(id, 200, "{}", "success"));
    device.catch_up(&cloud);
    assert!(device.callbacks("report_reply").is_empty(), "{}", device.log_text());
    device.close_and_check();
}
