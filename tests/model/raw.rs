//! Raw data from the cloud, and its clock.

use crate::device::message_type::{QUERY_TIMESTAMP, QUERY_TOPOLIST};
use crate::device::{Device, connected};
use crate::support::broker::Broker;
use crate::support::network::Network;
use crate::support::{SOON, topic, topic_of};

#[test]
fn raw_data_and_replies_to_it_arrive_as_they_are() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    for (suffix, data, digits) in [
        ("thing/model/down_raw", &b"\x00\x01\xfe\xff"[..], "0001feff"),
        ("thing/model/down_raw", b"{}", "7b7d"),
        ("thing/model/up_raw_reply", b"\xaa", "aa"),
    ] {
        cloud.publish(&topic(suffix), data);
        device.hear_callback("raw", &format!("devid=0 data={digits}"));
    }
    device.close_and_check();
}

#[test]
fn the_time_of_the_cloud_is_asked_for_and_told() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    device.ok(&format!("query {QUERY_TIMESTAMP}"));
    let asked = cloud.nth_on(&topic_of("ext/ntp", "/request"), 0, SOON).what;
    assert_eq!(String::from_utf8_lossy(&asked.payload), r#"{"deviceSendTime":"1234"}"#);
    let response = topic_of("ext/ntp", "/response");
    cloud.publish(
        &response,
        r#"{"deviceSendTime":"1234","serverSendTime":"1571998862002","serverRecvTime":"1571998862000"}"#,
    );
    device.hear_callback("timestamp", "text=1571998862002");
    cloud.publish(&response, r#"{"serverSendTime":1571998862003}"#);
    device.hear_callback("timestamp", "text=1571998862003");
    device.close_and_check();
}

#[test]
fn queries_that_are_none_are_refused_with_a_line() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut device = Device::start(&network).connected();
    for message_type in [QUERY_TOPOLIST, -1, 0, 1, 2, 3, 4, 5, 6, 13, 16, 255] {
        device.refused(&format!("query {message_type} {{}}"));
    }
    for call in ["query 14 {}", "query 14", "query 15 []", "query 15 null", "query 15 negative"] {
        device.refused(call);
    }
    device.close_and_check();
}
