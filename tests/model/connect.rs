//! What the device asks of the broker when it connects, and in which order the application hears of it.

use std::collections::BTreeSet;
use std::thread;

use crate::device::Device;
use crate::device::{RECV_EVENT_REPLY, RECV_PROP_REPLY, connected};
use crate::robust_support::packet::{self, PUBLISH_AT_LEAST_ONCE, SUBSCRIBE};
use crate::robust_support::rogue::{RogueBroker, Session};
use crate::support::broker::{Broker, Setting};
use crate::support::cloud::{Cloud, Replies};
use crate::support::network::Network;
use crate::support::{SOON, topic, topic_of};

/// Of the device model, below `/sys/{pk}/{dn}/`.
const OF_THE_MODEL: [&str; 15] = [
    "thing/service/property/set",
    "thing/service/property/get",
    "thing/service/+",
    "thing/deviceinfo/update_reply",
    "thing/deviceinfo/delete_reply",
    "thing/property/desired/get_reply",
    "thing/property/desired/delete_reply",
    "thing/dynamicTsl/get_reply",
    "rrpc/request/+",
    "thing/model/down_raw",
    "thing/model/up_raw_reply",
    "thing/disable",
    "thing/enable",
    "thing/delete",
    "thing/awss/enrollee/match_reply",
];
const POST_REPLIES: &str = "thing/event/+/post_reply";
const DEVICE_INFO: &str = r#"{"id":"1","version":"1.0","params":[{"attrKey":"SYS_LP_SDK_VERSION","attrValue":"3.0.1","domain":"SYSTEM"},{"attrKey":"SYS_SDK_LANGUAGE","attrValue":"C","domain":"SYSTEM"}],"method":"thing.deviceinfo.update"}"#;

fn filters_of_the_model() -> BTreeSet<String> {
    let ext = [topic_of("ext/ntp", "/response"), topic_of("ext/error", "")];
    OF_THE_MODEL.iter().map(|suffix| topic(suffix)).chain(ext).collect()
}

/// What a device has asked for without a single SUBACK.
struct Asked {
    filters: BTreeSet<String>,
    ids: Vec<[u8; 2]>,
}

/// Takes what the device sends until it has asked for all `wanted`; grants nothing.
fn read_subscriptions(session: &mut Session, wanted: &BTreeSet<String>) -> Asked {
    let mut asked = Asked { filters: BTreeSet::new(), ids: Vec::new() };
    while !wanted.is_subset(&asked.filters) {
        let packet = session.read();
        match packet.first {
            SUBSCRIBE => {
                asked.filters.insert(packet.filter().to_owned());
                asked.ids.push(packet.id());
            }
            PUBLISH_AT_LEAST_ONCE => session.send(&packet::puback(packet.publish().1.expect("a packet id"))),
            _ => {}
        }
    }
    asked
}

/// Lets the device in, and grants what the model needs once it has asked for all of it.
fn accept_and_grant(broker: &RogueBroker) -> Session {
    let mut session = broker.accept();
    session.send(&packet::CONNACK);
    for id in read_subscriptions(&mut session, &filters_of_the_model()).ids {
        session.send(&packet::suback(id));
    }
    session
}

/// Serves until the device hangs up, and gives what it has asked for meanwhile.
fn serve_to_the_end(mut session: Session) -> Vec<String> {
    let mut filters = Vec::new();
    while let Ok(packet) = session.try_read() {
        if packet.first == SUBSCRIBE {
            filters.push(packet.filter().to_owned());
        }
        if let Some(report) = session.serve(&packet) {
            session.confirm(&report);
        }
    }
    filters
}

#[test]
fn all_subscriptions_leave_without_waiting_for_one_to_be_granted() {
    for (options, post_replies) in [
        (&[][..], false),
        (&[(RECV_PROP_REPLY, 1)][..], true),
        (&[(RECV_EVENT_REPLY, 1)][..], true),
        (&[(RECV_EVENT_REPLY, 1), (RECV_EVENT_REPLY, 0)][..], false),
    ] {
        let network = Network::new();
        let broker = RogueBroker::listen(&network);
        let mut device = Device::start(&network).with(options);
        device.ok("open");
        device.begin("connect");
        let mut session = broker.accept();
        session.send(&packet::CONNACK);
        let mut wanted = filters_of_the_model();
        if post_replies {
            wanted.insert(topic(POST_REPLIES));
        }
        let asked = read_subscriptions(&mut session, &wanted);
        assert_eq!(asked.filters.contains(&topic(POST_REPLIES)), post_replies, "{options:?}");
        for id in asked.ids {
            session.send(&packet::suback(id));
        }
        let served = thread::spawn(move || serve_to_the_end(session));
        assert_eq!(device.finish("connect"), 0, "{}", device.log_text());
        device.close_and_check();
        assert_eq!(served.join().expect("the broker saw nothing strange"), [""; 0], "asked for once more");
    }
}

#[test]
fn a_broker_that_has_lost_the_session_is_asked_for_everything_at_once() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut device = Device::start(&network);
    device.ok("open");
    device.begin("connect");
    let session = accept_and_grant(&broker);
    assert_eq!(device.finish("connect"), 0, "{}", device.log_text());
    drop(session);
    device.hear_callback("disconnected", "");
    let session = accept_and_grant(&broker);
    let served = thread::spawn(move || serve_to_the_end(session));
    device.hear_callback("connected", "");
    device.close_and_check();
    assert_eq!(served.join().expect("the broker saw nothing strange"), [""; 0], "asked for once more");
}

#[test]
fn the_application_hears_of_it_in_order() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let mut device = Device::start(&network);
    device.ok("open");
    device.ok("fall_asleep");
    device.ok("connect");
    assert_eq!(device.callbacks_from(0), ["@mqtt_connected", "@initialized devid=0"]);
    device.ok("wake_up");
    device.hear_callback("connected", "");
    device.catch_up(&cloud);
    assert_eq!(device.callbacks("connected").len(), 1, "{}", device.log_text());
    device.close_and_check();
}

#[test]
fn the_device_tells_what_it_runs_once_it_is_connected() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let device = Device::start(&network).connected();
    let told = cloud.nth("thing/deviceinfo/update", 0, SOON).what;
    assert_eq!(String::from_utf8_lossy(&told.payload), DEVICE_INFO);
    assert_eq!(told.qos, rumqttc::QoS::AtLeastOnce);
    device.close_and_check();
}

#[test]
fn the_first_message_has_the_id_behind_those_of_connecting() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    let first = device.id("report 0 {}");
    cloud.nth("thing/event/property/post", 0, SOON);
    let informed =
        cloud.since(0).iter().filter(|seen| seen.what.topic.contains("/ota/device/inform")).count();
    assert_eq!(first, 2 + i32::try_from(informed).expect("few"));
    let ids = [
        device.id("trigger Error {}"),
        device.id("report 1 []"),
        device.id("report 2 []"),
        device.id("query 14 []"),
        device.id("report 15 {}"),
    ];
    assert_eq!(ids, [first + 1, first + 2, first + 3, first + 4, first + 5]);
    device.close_and_check();
}

#[test]
fn a_reconnected_device_hears_the_cloud_as_before() {
    let network = Network::new();
    let mut broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let mut device = Device::start(&network).connected();
    device.catch_up(&cloud);
    // Its session is lost.
    broker.stop();
    device.hear_callback("disconnected", "");
    broker.restart();
    device.hear_callback("connected", "");
    assert_eq!(device.callbacks("mqtt_connected").len(), 1, "{}", device.log_text());
    assert_eq!(device.callbacks("initialized").len(), 1, "{}", device.log_text());
    let id = device.id("report 0 {}");
    let post = cloud.wait_from(0, SOON, |message| {
        message.topic == topic("thing/event/property/post") && message.id() == id.to_string()
    });
    // The subscriptions are granted in their order, and this is one of the last.
    let rrpc = topic("rrpc/request/9");
    device.ok(r#"answers service 0 {}"#);
    let answered = loop {
        cloud.publish(&rrpc, r#"{"id":"9","version":"1.0","params":{},"method":"thing.service.hello"}"#);
        let reply = topic("rrpc/response/9");
        let seen = cloud.since(post.index);
        if seen.iter().any(|seen| seen.what.topic == reply) {
            break true;
        }
        if post.at.elapsed() > SOON {
            break false;
        }
        thread::sleep(std::time::Duration::from_millis(50));
    };
    assert!(answered, "{}", device.log_text());
    // It has told what it runs.
    let told = cloud.messages("thing/deviceinfo/update").len();
    assert_eq!(told, 1, "{:?}", cloud.since(0));
    device.close_and_check();
}

#[test]
fn a_subscription_that_is_refused_is_told_and_the_others_serve() {
    let network = Network::new();
    let refused = topic("thing/service/+");
    let _broker = Broker::start_with(&network, &[Setting::RefuseSubscription(&refused)]);
    let cloud = Cloud::join(&network, Replies::Success);
    let mut device = Device::start(&network).connected();
    device.hear(&format!("broker refused subscription {refused} (0x80)"));
    device.catch_up(&cloud);
    device.close_and_check();
}
