//! Callbacks that call the library: report, query, trigger, close, and open and connect again.

use crate::device::{Device, PROPERTY_SET, RECV_EVENT_REPLY, RECV_PROP_REPLY, reply, request};
use crate::support::broker::Broker;
use crate::support::cloud::{Cloud, Replies};
use crate::support::network::Network;
use crate::support::{SOON, topic, topic_of};

/// What a callback does while the device is connected.
const SEND: &str = r#"report 0 {"a":1};report 3 raw;query 7;query 14 [];trigger Error {"a":1};yield 20"#;
const OPTIONS: [(i32, i32); 2] = [(RECV_PROP_REPLY, 1), (RECV_EVENT_REPLY, 1)];

/// A callback and what makes the library call it.
struct Case {
    callback: &'static str,
    provoke: fn(&mut Device, &Cloud),
}

/// Those that come while the device is connected.
const CASES: [Case; 8] = [
    Case {
        callback: "set",
        provoke: |_, cloud| cloud.publish(&topic(PROPERTY_SET), request("1", PROPERTY_SET, "{}")),
    },
    Case {
        callback: "get",
        provoke: |_, cloud| {
            let suffix = "thing/service/property/get";
            cloud.publish(&topic(suffix), request("1", suffix, "[]"));
        },
    },
    Case {
        callback: "service",
        provoke: |_, cloud| {
            let suffix = "thing/service/Hello";
            cloud.publish(&topic(suffix), request("1", suffix, "{}"));
        },
    },
    Case { callback: "raw", provoke: |_, cloud| cloud.publish(&topic("thing/model/down_raw"), "raw") },
    Case {
        callback: "timestamp",
        provoke: |_, cloud| cloud.publish(&topic_of("ext/ntp", "/response"), r#"{"serverSendTime":"1"}"#),
    },
    Case {
        callback: "report_reply",
        provoke: |device, cloud| {
            let id = device.id("report 0 {}");
            cloud.publish(&topic("thing/event/property/post_reply"), reply(id, 200, "{}", "success"));
        },
    },
    Case {
        callback: "event_reply",
        provoke: |device, cloud| {
            let id = device.id("trigger Error {}");
            cloud.publish(&topic("thing/event/Error/post_reply"), reply(id, 200, "{}", "success"));
        },
    },
    Case {
        callback: "desired",
        provoke: |device, cloud| {
            let id = device.id("report 14 []");
            cloud.publish(&topic("thing/property/desired/get_reply"), reply(id, 200, "{}", "success"));
        },
    },
];

/// Everything in `SEND` was taken.
fn assert_sent(device: &mut Device) {
    for command in SEND.split(';') {
        let result = device.finish(command);
        assert!(result >= 0, "{command} = {result}\n{}", device.log_text());
    }
}

/// Takes each callback in turn and lets it do `then` behind what it sends.
fn each_callback(mut device: Device, cloud: &Cloud, then: &str) {
    device.ok("answers service 0 {}");
    device.ok("answers get 0 {}");
    device = device.with(&OPTIONS).connected();
    device.catch_up(cloud);
    for Case { callback, provoke } in CASES {
        device.ok(&format!("obeys {callback} {SEND};{then}"));
        provoke(&mut device, cloud);
        assert_sent(&mut device);
        for command in then.split(';').filter(|command| !command.is_empty()) {
            assert_eq!(device.finish(command), 0, "{command} in {callback}\n{}", device.log_text());
        }
        if then == "close" {
            device = device.connected();
        }
        device.catch_up(cloud);
    }
    device.close_and_check();
}

#[test]
fn each_callback_may_report() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    each_callback(Device::start_under_memcheck(&network), &cloud, "");
}

#[test]
fn each_callback_may_close() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    each_callback(Device::start_under_memcheck(&network), &cloud, "close");
}

#[test]
fn each_callback_may_begin_another_life() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    each_callback(Device::start_under_memcheck(&network), &cloud, "close;open;connect");
}

#[test]
fn the_callbacks_of_connecting_may_report_and_close() {
    let network = Network::new();
    let mut broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let mut device = Device::start_under_memcheck(&network).with(&OPTIONS);
    for callback in ["mqtt_connected", "initialized", "connected"] {
        device.ok(&format!("obeys {callback} {SEND}"));
        device.ok("open");
        device.begin("connect");
        assert_sent(&mut device);
        device.catch_up(&cloud);
        device.ok("close");
    }
    for callback in ["mqtt_connected", "initialized", "connected"] {
        device.ok(&format!("obeys {callback} close"));
        device.ok("open");
        device.begin("connect");
        assert_eq!(device.finish("close"), 0, "{callback}\n{}", device.log_text());
        // Connecting it again tells that it is closed.
        assert_eq!(device.call("close"), -1, "{callback}\n{}", device.log_text());
    }
    let mut device = device.connected();
    device.ok("obeys disconnected report 0 {};close");
    broker.stop();
    device.hear("@disconnected");
    assert_eq!(device.finish("report 0 {}"), -1);
    assert_eq!(device.finish("close"), 0);
    device.check_closed();
}

/// Lets the callback of a timeout close, while more of them are due.
fn timeout_closes(callback: &str) {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut device = Device::start_under_memcheck(&network).with(&OPTIONS).connected();
    for _ in 0..3 {
        device.id("report 0 {}");
        device.id("trigger Error {}");
    }
    device.ok(&format!("obeys {callback} {SEND};close"));
    for command in SEND.split(';') {
        let result = device.finish_within(command, 3 * SOON);
        assert!(result >= 0, "{command} = {result}\n{}", device.log_text());
    }
    assert_eq!(device.finish("close"), 0, "{}", device.log_text());
    device.check_closed();
}

#[test]
fn the_callback_of_a_report_without_a_reply_may_close() {
    timeout_closes("report_reply");
}

#[test]
fn the_callback_of_an_event_without_a_reply_may_close() {
    timeout_closes("event_reply");
}
