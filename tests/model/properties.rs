//! The cloud sets and reads properties.

use crate::device::{Device, PROPERTY_SET, SEND_PROP_SET_REPLY, connected, request};
use crate::support::broker::Broker;
use crate::support::cloud::{Cloud, Replies};
use crate::support::network::Network;
use crate::support::{SOON, topic};

const SET_REPLY: &str = "thing/service/property/set_reply";
const PROPERTY_GET: &str = "thing/service/property/get";
const GET_REPLY: &str = "thing/service/property/get_reply";

fn is_set_reply_to(id: &str) -> String {
    format!(r#"{{"id":"{id}","code":200,"data":{{}}}}"#)
}

#[test]
fn a_set_is_answered_before_the_application_is_told() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    device.hear("@set ");
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(400), "]".repeat(400));
    let params = [r#"{"PowerSwitch":1}"#, "{}", r#"{ "a" : [1, {"b":"\u00e9\"é"}] }"#, &deep];
    for (n, params) in params.into_iter().enumerate() {
        // What the callback posts comes behind the answer.
        device.ok(&format!(r#"obeys set report 0 {{"n":{n}}}"#));
        let id = format!("6{n}");
        let before = cloud.len();
        cloud.publish(&topic(PROPERTY_SET), request(&id, PROPERTY_SET, params));
        device.hear_callback("set", &format!("devid=0 request={params}"));
        let answer = cloud.wait_from(before, SOON, |message| message.topic == topic(SET_REPLY));
        assert_eq!(String::from_utf8_lossy(&answer.what.payload), is_set_reply_to(&id));
        assert_eq!(answer.what.qos, rumqttc::QoS::AtMostOnce);
        let post = cloud.nth("thing/event/property/post", n, SOON);
        assert!(post.index > answer.index, "{:?}", cloud.since(before));
    }
    device.close_and_check();
}

#[test]
fn the_answer_names_the_request_whatever_its_id_is() {
    let network = Network::new();
    let (_broker, cloud, device) = connected(&network, &[]);
    for id in ["0", "-1", "4294967296", "a b", "é", r#"a\"b"#, r#"\\"#, r#"\n"#] {
        let before = cloud.len();
        let asked = request(id, PROPERTY_SET, "{}");
        cloud.publish(&topic(PROPERTY_SET), &asked);
        let answer = cloud.wait_from(before, SOON, |message| message.topic == topic(SET_REPLY)).what.json();
        let asked: serde_json::Value = serde_json::from_str(&asked).expect("JSON");
        assert_eq!(answer["id"], asked["id"]);
        assert_eq!(answer["code"], 200, "{id}");
    }
    device.close_and_check();
}

#[test]
fn the_answer_can_be_left_to_the_application() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let mut device = Device::start(&network).with(&[(SEND_PROP_SET_REPLY, 0)]).connected();
    device.hear("@connected");
    cloud.publish(&topic(PROPERTY_SET), request("5", PROPERTY_SET, "{}"));
    device.hear_callback("set", "devid=0 request={}");
    device.id("report 0 {}");
    cloud.nth("thing/event/property/post", 0, SOON);
    assert!(cloud.messages(SET_REPLY).is_empty(), "{:?}", cloud.messages(SET_REPLY));
    device.close_and_check();
}

#[test]
fn without_a_callback_a_set_is_answered_all_the_same() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    device.ok("register set 0");
    let from = device.process.log_len();
    device.answered_mark(&cloud);
    device.answered_mark(&cloud);
    assert_eq!(device.callbacks_from(from), [""; 0], "{}", device.log_text());
    device.ok("register set 1");
    device.catch_up(&cloud);
    device.close_and_check();
}

#[test]
fn a_get_is_answered_with_what_the_application_says() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    for (n, (answers, answer)) in [
        (r#"0 {"PowerSwitch":1}"#, r#""code":200,"data":{"PowerSwitch":1}"#),
        (r#"1 {"PowerSwitch":1}"#, r#""code":400,"data":{"PowerSwitch":1}"#),
        ("0 {}", r#""code":200,"data":{}"#),
    ]
    .iter()
    .enumerate()
    {
        device.ok(&format!("answers get {answers}"));
        cloud.publish(&topic(PROPERTY_GET), request(&format!("8{n}"), PROPERTY_GET, r#"["PowerSwitch"]"#));
        device.hear_callback("get", r#"devid=0 request=["PowerSwitch"]"#);
        let reply = cloud.nth(GET_REPLY, n, SOON).what;
        assert_eq!(String::from_utf8_lossy(&reply.payload), format!(r#"{{"id":"8{n}",{answer}}}"#));
    }
    device.close_and_check();
}
