//! `IOT_Linkkit_Report` and the messages that `IOT_Linkkit_Query` sends as well.

use rumqttc::QoS;

use crate::device::message_type::{
    DEVICEINFO_DELETE, DEVICEINFO_UPDATE, POST_PROPERTY, POST_RAW_DATA, PROPERTY_DESIRED_DELETE,
    PROPERTY_DESIRED_GET,
};
use crate::device::{Device, connected};
use crate::support::broker::Broker;
use crate::support::cloud::Message;
use crate::support::network::Network;
use crate::support::{SOON, topic};

/// Type, topic and method of what carries JSON.
const JSON: [(i32, &str, &str); 5] = [
    (POST_PROPERTY, "thing/event/property/post", "thing.event.property.post"),
    (DEVICEINFO_UPDATE, "thing/deviceinfo/update", "thing.deviceinfo.update"),
    (DEVICEINFO_DELETE, "thing/deviceinfo/delete", "thing.deviceinfo.delete"),
    (PROPERTY_DESIRED_GET, "thing/property/desired/get", "thing.property.desired.get"),
    (PROPERTY_DESIRED_DELETE, "thing/property/desired/delete", "thing.property.desired.delete"),
];
const OBJECTS: [&str; 5] = [
    "{}",
    r#"{"PowerSwitch":1}"#,
    // Blanks, escapes, numbers and a repeated key, which are the application's.
    " {\t\"a\" :\n1.50e+2 , \"a\":\"\\u00e9\\/é\" } ",
    r#"{"a":{"b":[{"c":null},true,-0.0]}}"#,
    r#"{"":"","id":"1","params":{}}"#,
];
const ARRAYS: [&str; 4] = [
    "[]",
    r#"["PowerSwitch","Brightness"]"#,
    r#"[{"attrKey":"room","attrValue":"kitchen","domain":"SYSTEM"}]"#,
    "\r\n[ 1 , [] ]\n",
];
/// What is no whole JSON text of an object or array.
const BROKEN: [&str; 13] = [
    "1",
    "null",
    "\"{}\"",
    "x",
    "{",
    "[",
    "{\"a\":1",
    "{}}",
    "{}{}",
    "[][]",
    "{a:1}",
    "{\"a\":01}",
    "{\"a\":1,}",
];

fn takes_an_array(message_type: i32) -> bool {
    [DEVICEINFO_UPDATE, DEVICEINFO_DELETE, PROPERTY_DESIRED_GET].contains(&message_type)
}

/// For the command line, which splits at blanks.
fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("hex:{digits}")
}

fn text(message: &Message) -> String {
    String::from_utf8(message.payload.clone()).expect("UTF-8")
}

#[test]
fn payloads_go_out_unchanged_in_their_envelope() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    let mut last = 0;
    for (message_type, suffix, method) in JSON {
        let payloads: &[&str] = if takes_an_array(message_type) { &ARRAYS } else { &OBJECTS };
        let calls = if message_type >= PROPERTY_DESIRED_GET { &["report", "query"][..] } else { &["report"] };
        for call in calls {
            for payload in payloads {
                let id = device.id(&format!("{call} {message_type} {}", hex(payload.as_bytes())));
                assert!(id > last, "{id} after {last}");
                last = id;
                let sent = cloud.wait_from(0, SOON, |message| {
                    message.topic == topic(suffix) && text(message).starts_with(&format!(r#"{{"id":"{id}","#))
                });
                let envelope =
                    format!(r#"{{"id":"{id}","version":"1.0","params":{payload},"method":"{method}"}}"#);
                assert_eq!(text(&sent.what), envelope);
                assert_eq!(sent.what.qos, QoS::AtMostOnce);
            }
        }
    }
    device.close_and_check();
}

#[test]
fn raw_data_goes_out_as_it_is_and_has_no_id() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    let every_byte: Vec<u8> = (0..=255).collect();
    for (n, data) in [&b"\0"[..], b"{}", b"not JSON", &every_byte].into_iter().enumerate() {
        device.ok(&format!("report {POST_RAW_DATA} {}", hex(data)));
        let sent = cloud.nth("thing/model/up_raw", n, SOON).what;
        assert_eq!((&*sent.payload, sent.qos), (data, QoS::AtMostOnce));
    }
    device.close_and_check();
}

#[test]
fn what_is_refused_has_its_line_and_is_not_sent() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    let first = device.id("report 0 {}");
    let before = cloud.nth("thing/event/property/post", 0, SOON).index + 1;
    let too_deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(512), "]".repeat(512));
    let not_utf8 = hex(b"{\"a\":\"\xff\"}");
    let has_nul = hex(b"{\"a\":1}\0");
    for (message_type, _, _) in JSON {
        let wrong_kind = if takes_an_array(message_type) { "{}" } else { "[]" };
        let payloads = [wrong_kind, "null", "empty", "negative", &not_utf8, &has_nul, &too_deep];
        for payload in payloads.into_iter().chain(BROKEN) {
            device.refused(&format!("report {message_type} {payload}"));
        }
    }
    for payload in ["null", "empty", "negative"] {
        device.refused(&format!("report {POST_RAW_DATA} {payload}"));
    }
    for message_type in [-1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 255, i32::MAX] {
        device.refused(&format!("report {message_type} {{}}"));
    }
    for devid in [-1, 1, i32::MAX] {
        device.refused(&format!("report {POST_PROPERTY} {{}} {devid}"));
    }
    // No id was spent.
    assert_eq!(device.id("report 0 {}"), first + 1);
    let marker = cloud.nth("thing/event/property/post", 1, SOON);
    let sent: Vec<_> = cloud.since(before).into_iter().filter(|seen| seen.index < marker.index).collect();
    let of_the_model = sent.iter().filter(|seen| !seen.what.topic.contains("/thing/awss/"));
    assert_eq!(of_the_model.count(), 0, "{sent:?}");
    device.close_and_check();
}

#[test]
fn nothing_is_reported_without_a_connection() {
    let network = Network::new();
    let mut broker = Broker::start(&network);
    let mut device = Device::start(&network);
    let calls = [
        "report 0 {}",
        "report 1 []",
        "report 2 []",
        "report 3 raw",
        "report 14 []",
        "report 15 {}",
        "query 7",
        "query 14 []",
        "query 15 {}",
        "trigger Error {}",
    ];
    let all_refused = |device: &mut Device| {
        for call in calls {
            device.refused(call);
        }
    };
    all_refused(&mut device);
    device.ok("open");
    all_refused(&mut device);
    device.ok("connect");
    device.id("report 0 {}");
    broker.stop();
    device.hear_callback("disconnected", "");
    all_refused(&mut device);
    broker.restart();
    device.hear_callback("connected", "");
    device.id("report 0 {}");
    device.ok("close");
    all_refused(&mut device);
    device.check_closed();
}

#[test]
fn a_long_report_goes_out_whole_and_one_that_is_too_long_is_refused() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    for (n, length) in [20, 900, 3_900].into_iter().enumerate() {
        device.id(&format!("report_long {POST_PROPERTY} {length}"));
        let sent = cloud.nth("thing/event/property/post", n, SOON).what;
        assert_eq!(sent.json()["params"]["a"].as_str().map(str::len), Some(length - 8));
    }
    // More than may wait for the socket, and more than an MQTT packet holds.
    for length in [4_096, 300_000_000] {
        device.refused(&format!("report_long {POST_PROPERTY} {length}"));
    }
    device.id("report 0 {}");
    device.close_and_check();
}
