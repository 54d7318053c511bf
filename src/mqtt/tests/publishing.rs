//! Messages in both directions.

use super::*;
use crate::{
    error::Error,
    knobs::{MQTT_INFLIGHT_MAX, MQTT_TX_MAX},
};

#[test]
fn delivers_a_message() {
    let mut client = connected();
    client.subscribe(REPLY_TOPIC, Qos::AtMostOnce, None, at(0)).unwrap();
    let packet = bytes(REPLY);
    assert_eq!(
        client.handle_packet(&packet, at(1)),
        Ok(Incoming::Message(Message {
            topic: REPLY_TOPIC,
            payload: REPLY_PAYLOAD,
            qos: Qos::AtMostOnce,
            dup: false,
            retain: false,
            packet_id: None,
            for_library: true,
            acknowledgement: None,
        }))
    );
}

#[test]
fn delivers_a_message_nobody_subscribed_to() {
    let mut client = connected();
    let packet = bytes("3b07 0002 2f61 0009 78");
    let Ok(Incoming::Message(Message {
        topic,
        payload,
        qos,
        dup,
        retain,
        packet_id,
        for_library,
        acknowledgement,
        ..
    })) = client.handle_packet(&packet, at(1))
    else {
        panic!("no message")
    };
    assert_eq!((topic, payload, qos), ("/a", &b"x"[..], Qos::AtLeastOnce));
    assert_eq!((dup, retain, packet_id, for_library), (true, true, Some(9), false));
    // Acknowledged once the owner says so.
    assert!(sent(&mut client).is_empty());
    client.acknowledge(acknowledgement.unwrap());
    assert_eq!(sent_packets(&mut client), ["40020009"]);
}

#[test]
fn needs_a_connection() {
    let mut client = Client::new(Config::default());
    client.start(at(0));
    assert_eq!(client.publish("/a", b"", Qos::AtLeastOnce, at(0)), Err(Error::Offline));
    assert!(sent(&mut client).is_empty());
}

#[test]
fn the_window_is_full_until_a_puback_comes() {
    let mut client = connected();
    let ids: Vec<_> = (0..MQTT_INFLIGHT_MAX)
        .map(|_| client.publish("/a", b"x", Qos::AtLeastOnce, at(0)).unwrap().unwrap())
        .collect();
    assert_eq!(client.publish("/a", b"x", Qos::AtLeastOnce, at(0)), Err(Error::Full));
    assert_eq!(client.publish("/a", b"x", Qos::AtMostOnce, at(0)), Ok(None));
    assert_eq!(sent_packets(&mut client).len(), MQTT_INFLIGHT_MAX + 1);
    receive(&mut client, &format!("4002{:04x}", ids[0]), at(1));
    assert!(client.publish("/a", b"x", Qos::AtLeastOnce, at(1)).is_ok());
}

#[test]
fn the_queue_is_full_until_it_is_taken() {
    let mut client = connected();
    // Fixed header, length of the topic name and topic name.
    let fills_the_queue = vec![0; MQTT_TX_MAX - 7];
    let too_long = vec![0; MQTT_TX_MAX - 6];
    assert_eq!(client.publish("/a", &too_long, Qos::AtMostOnce, at(0)), Err(Error::TooLong));
    assert_eq!(client.publish("/a", &too_long, Qos::AtLeastOnce, at(0)), Err(Error::TooLong));
    client.publish("/a", &fills_the_queue, Qos::AtMostOnce, at(0)).unwrap();
    assert_eq!(client.publish("/a", b"", Qos::AtMostOnce, at(0)), Err(Error::Full));
    // A QoS 1 message is kept anyway, and waits.
    client.publish("/a", b"", Qos::AtLeastOnce, at(0)).unwrap();
    client.publish("/b", b"", Qos::AtLeastOnce, at(0)).unwrap();
    // There is room for the short packets all the same.
    take_and_acknowledge(&mut client, 1, at(0));
    assert!(client.is_connected());
    let headers: Vec<_> = sent_packets(&mut client).iter().map(|packet| packet[..2].to_owned()).collect();
    assert_eq!(headers, ["30", "40", "32", "32"]);
}

#[test]
fn a_queue_too_small_for_requests_is_made_larger() {
    let mut client = Client::new(Config { transmit_max: 0, ..Config::default() });
    client.start(at(0));
    connect(&mut client, CONNACK, at(0));
    let filter = "x".repeat(256);
    assert_eq!(client.subscribe(&filter, Qos::AtMostOnce, None, at(0)), Ok(Some(1)));
    assert_eq!(client.publish("/a", &[0; 600], Qos::AtMostOnce, at(0)), Err(Error::TooLong));
}

#[test]
fn packet_ids_go_round_and_skip_0_and_those_in_use() {
    let mut client = connected();
    let kept = client.publish("/a", b"", Qos::AtLeastOnce, at(0)).unwrap().unwrap();
    client.subscribe("/a", Qos::AtMostOnce, None, at(0)).unwrap();
    assert_eq!(kept, 1);
    for expected in (3..=u16::MAX).chain(3..10) {
        assert_eq!(client.publish("/a", b"", Qos::AtLeastOnce, at(0)), Ok(Some(expected)));
        receive(&mut client, &format!("4002{expected:04x}"), at(0));
        sent(&mut client);
    }
}

#[test]
fn a_steady_state_swaps_two_buffers() {
    let mut client = connected();
    let mut buffer = Vec::new();
    let mut buffers = Vec::new();
    for _ in 0..8 {
        client.publish("/a", b"x", Qos::AtMostOnce, at(0)).unwrap();
        assert!(client.swap_transmit(&mut buffer));
        buffers.push(buffer.as_ptr());
        buffer.clear();
        assert!(!client.swap_transmit(&mut buffer));
    }
    assert!(buffers.windows(3).all(|three| three[0] == three[2]));
}
