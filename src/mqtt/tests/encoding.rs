//! What we send, byte by byte, and what we refuse to send.

use super::*;
use crate::{
    error::Error,
    knobs::{MQTT_SUBSCRIPTIONS_MAX, MQTT_TX_MAX},
};

#[test]
fn connect_equals_the_captured_one() {
    let mut client = Client::new(Config::default());
    client.start(at(0));
    client.connecting();
    client.connection_opened(&CREDENTIALS, at(0)).unwrap();
    assert_eq!(
        hex(&sent(&mut client)),
        "10e00100044d51545404c0003c0076613147516338694a4f57492e676174657761795f7465737430317c74696d657374616d703d323532343630383030303030302c5f763d73646b2d632d332e302e312c7365637572656d6f64653d332c7369676e6d6574686f643d686d61637368613235362c6c616e3d432c67773d302c6578743d307c001a676174657761795f74657374303126613147516338694a4f5749004036323230303142453235363435443036354138394232314445433042434435414534394636353346444435303833413539324432354537303142444233323245"
    );
}

#[test]
fn subscribe_equals_the_captured_one_but_for_the_packet_id() {
    let mut client = connected();
    client.subscribe(REPLY_TOPIC, Qos::AtMostOnce, None, at(0)).unwrap();
    assert_eq!(
        hex(&sent(&mut client)),
        "82440001003f2f7379732f613147516338694a4f57492f676174657761795f7465737430312f7468696e672f617773732f656e726f6c6c65652f6d617463685f7265706c7900"
    );
}

#[test]
fn encodes_the_short_packets() {
    let mut client = connected();
    client.subscribe("/a", Qos::ExactlyOnce, recipient(1), at(0)).unwrap();
    client.unsubscribe("/a", at(0)).unwrap();
    client.publish("/a", b"x", Qos::AtMostOnce, at(0)).unwrap();
    client.publish("/a", b"", Qos::AtLeastOnce, at(0)).unwrap();
    take_and_acknowledge(&mut client, 0x1234, at(0));
    client.stop();
    assert_eq!(
        sent_packets(&mut client),
        ["8207000100022f6102", "a206000200022f61", "300500022f6178", "320600022f610003", "40021234", "e000"]
    );
}

/// What mqttrs makes of valid fields, of any length.
#[test]
fn equals_mqttrs_byte_by_byte() {
    use mqttrs::{Packet, Pid, Publish, QoS, QosPid, Subscribe, SubscribeTopic, Unsubscribe};
    let encode = |packet: &Packet<'_>| {
        let mut space = vec![0; 6_000];
        let length = mqttrs::encode_slice(packet, &mut space).unwrap();
        hex(&space[..length])
    };
    let pid = |id: u16| Pid::try_from(id).unwrap();
    for length in [1, 100, 120, 123, 124, 125, 200, 256] {
        let topic_name = &"x".repeat(length);
        let mut client = connected();
        for (id, qos, theirs) in [
            (1, Qos::AtMostOnce, QoS::AtMostOnce),
            (2, Qos::AtLeastOnce, QoS::AtLeastOnce),
            (3, Qos::ExactlyOnce, QoS::ExactlyOnce),
        ] {
            client.subscribe(topic_name, qos, recipient(1), at(0)).unwrap();
            let topics = [SubscribeTopic { topic_path: topic_name[..].into(), qos: theirs }];
            let topics = topics.into_iter().collect();
            let expected = encode(&Packet::Subscribe(Subscribe { pid: pid(id), topics }));
            assert_eq!(sent_packets(&mut client), [expected]);
        }
        client.unsubscribe(topic_name, at(0)).unwrap();
        let topics = [topic_name[..].into()].into_iter().collect();
        let expected = encode(&Packet::Unsubscribe(Unsubscribe { pid: pid(4), topics }));
        assert_eq!(sent_packets(&mut client), [expected]);
        for (payload, retain) in [(0, false), (1, true), (1_000, false), (3_700, true)] {
            let payload = &vec![b'p'; payload];
            let publish = |qospid| Publish { dup: false, qospid, retain, topic_name, payload };
            client.publish_for_application(topic_name, payload, Qos::AtMostOnce, retain, at(0)).unwrap();
            assert_eq!(sent_packets(&mut client), [encode(&Packet::Publish(publish(QosPid::AtMostOnce)))]);
            let id = client.publish_for_application(topic_name, payload, Qos::AtLeastOnce, retain, at(0));
            let qospid = QosPid::AtLeastOnce(pid(id.unwrap().unwrap()));
            assert_eq!(sent_packets(&mut client), [encode(&Packet::Publish(publish(qospid)))]);
        }
    }
}

#[test]
fn encodes_each_size_of_the_remaining_length() {
    for (payload, header) in [(123, "307f"), (124, "308001"), (4000, "30a41f")] {
        let mut client = connected();
        client.publish("/a", &vec![0; payload], Qos::AtMostOnce, at(0)).unwrap();
        assert!(hex(&sent(&mut client)).starts_with(header), "{payload}");
    }
}

#[test]
fn refuses_credentials_that_cannot_be_encoded() {
    let long = "x".repeat(65_536);
    let larger_than_the_queue = "x".repeat(MQTT_TX_MAX);
    for (client_id, username, error) in [
        ("", "user", Error::Malformed),
        ("a\0b", "user", Error::Malformed),
        ("id", "us\0er", Error::Malformed),
        (&long, "user", Error::TooLong),
        ("id", &long, Error::TooLong),
        ("id", &larger_than_the_queue, Error::TooLong),
    ] {
        let mut client = Client::new(Config::default());
        client.start(at(0));
        client.connecting();
        let credentials = Credentials { client_id, username, password: "secret" };
        assert_eq!(client.connection_opened(&credentials, at(0)), Err(error));
        assert!(sent(&mut client).is_empty());
    }
}

#[test]
fn refuses_topic_names_that_cannot_be_published_to() {
    let mut client = connected();
    for (name, error) in [
        ("", Error::Malformed),
        ("/a/+", Error::Malformed),
        ("/a/#", Error::Malformed),
        ("/a\0", Error::Malformed),
        // Cut to 16 bits, the length would be 3 and the rest payload.
        (&"x".repeat(65_539), Error::TooLong),
    ] {
        for qos in [Qos::AtMostOnce, Qos::AtLeastOnce] {
            assert_eq!(client.publish(name, b"", qos, at(0)), Err(error));
        }
    }
    assert!(sent(&mut client).is_empty());
}

#[test]
fn refuses_filters_that_cannot_be_subscribed_to() {
    let mut client = connected();
    for (filter, error) in [
        ("", Error::Malformed),
        ("/a/#/b", Error::Malformed),
        ("/a+", Error::Malformed),
        ("/a\0", Error::Malformed),
        (&"x".repeat(257), Error::TooLong),
    ] {
        assert_eq!(client.subscribe(filter, Qos::AtMostOnce, None, at(0)), Err(error));
        assert_eq!(client.unsubscribe(filter, at(0)), Err(error));
    }
    assert!(sent(&mut client).is_empty());
    client.subscribe(&"x".repeat(256), Qos::AtMostOnce, None, at(0)).unwrap();
    assert_eq!(sent(&mut client).len(), 264);
}

#[test]
fn refuses_more_filters_than_there_is_room_for() {
    let mut client = connected();
    for n in 0..MQTT_SUBSCRIPTIONS_MAX {
        client.subscribe(&format!("/{n}"), Qos::AtMostOnce, None, at(0)).unwrap();
    }
    assert_eq!(client.subscribe("/one/more", Qos::AtMostOnce, None, at(0)), Err(Error::Full));
    client.subscribe("/0", Qos::AtLeastOnce, None, at(0)).unwrap();
}
