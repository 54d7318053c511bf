//! QoS 2 from the broker: the whole handshake, each message once.

use super::*;
use crate::knobs::MQTT_QOS2_MAX;

const PUBLISH_9: &str = "34070001 61 0009 7878";
const PUBLISH_9_AGAIN: &str = "3c070001 61 0009 7878";

/// Takes the message with id 9, and acknowledges it.
fn begun() -> Client {
    let mut client = connected();
    let acknowledgement = take(&mut client, PUBLISH_9, at(1)).unwrap();
    assert!(sent(&mut client).is_empty());
    client.acknowledge(acknowledgement);
    assert_eq!(sent_packets(&mut client), ["50020009"]);
    client
}

fn reconnect(client: &mut Client, connack: &str) {
    client.connection_lost(0, at(2));
    connect(client, connack, at(2));
}

#[test]
fn the_handshake() {
    let mut client = begun();
    receive(&mut client, "62020009", at(2));
    assert_eq!(sent_packets(&mut client), ["70020009"]);
    // The id is free for another message.
    assert!(take(&mut client, PUBLISH_9, at(3)).is_some());
}

#[test]
fn a_message_sent_again_is_acknowledged_and_not_delivered() {
    let mut client = begun();
    assert_eq!(take(&mut client, PUBLISH_9_AGAIN, at(2)), None);
    assert_eq!(sent_packets(&mut client), ["50020009"]);
    reconnect(&mut client, CONNACK_SESSION_PRESENT);
    assert_eq!(take(&mut client, PUBLISH_9_AGAIN, at(3)), None);
    assert_eq!(sent_packets(&mut client), ["50020009"]);
    receive(&mut client, "62020009", at(4));
    assert_eq!(sent_packets(&mut client), ["70020009"]);
}

#[test]
fn a_lost_session_forgets() {
    let mut client = begun();
    reconnect(&mut client, CONNACK);
    assert!(take(&mut client, PUBLISH_9, at(3)).is_some());
}

#[test]
fn a_clean_session_forgets_whatever_the_broker_says() {
    let mut client = Client::new(Config { clean_session: true, ..Config::default() });
    client.start(at(0));
    connect(&mut client, CONNACK, at(0));
    assert!(take(&mut client, PUBLISH_9, at(1)).is_some());
    reconnect(&mut client, CONNACK_SESSION_PRESENT);
    assert!(take(&mut client, PUBLISH_9_AGAIN, at(3)).is_some());
}

#[test]
fn a_pubrel_is_answered_whether_the_message_is_known_or_not() {
    let mut client = begun();
    for _ in 0..2 {
        receive(&mut client, "62020009", at(2));
        assert_eq!(sent_packets(&mut client), ["70020009"]);
    }
    receive(&mut client, "6202ffff", at(2));
    assert_eq!(sent_packets(&mut client), ["7002ffff"]);
}

fn publish(id: usize, dup: bool) -> String {
    format!("{}050001 61 {id:04x}", if dup { "3c" } else { "34" })
}

/// As many brokers do after a long absence: they send all that has piled up.
#[test]
fn more_open_messages_than_there_is_room_for_come_with_the_next_connection() {
    let mut client = connected();
    for id in 1..=MQTT_QOS2_MAX + 3 {
        let taken = take(&mut client, &publish(id, false), at(1));
        assert_eq!(taken.is_some(), id <= MQTT_QOS2_MAX, "{id}");
        taken.into_iter().for_each(|owed| client.acknowledge(owed));
    }
    assert_eq!(sent_packets(&mut client).len(), MQTT_QOS2_MAX);
    for id in 1..=MQTT_QOS2_MAX {
        assert!(client.is_connected());
        receive(&mut client, &format!("6202{id:04x}"), at(2));
    }
    // Those that there was room for are done.
    assert_eq!(sent_packets(&mut client).len(), MQTT_QOS2_MAX);
    assert_eq!(client.handle_timeout(at(2)), Err(Dead::AcknowledgementLost));
    reconnect(&mut client, CONNACK_SESSION_PRESENT);
    for id in MQTT_QOS2_MAX + 1..=MQTT_QOS2_MAX + 3 {
        assert!(take(&mut client, &publish(id, true), at(3)).is_some(), "{id}");
        receive(&mut client, &format!("6202{id:04x}"), at(3));
    }
    assert!(client.is_connected());
}

#[test]
fn what_a_doubtful_session_has_left_does_not_take_the_room_for_ever() {
    let mut client = connected();
    for id in 1..=MQTT_QOS2_MAX {
        assert!(take(&mut client, &publish(id, false), at(1)).is_some());
    }
    client.connection_lost(0, at(2));
    client.connecting();
    client.connection_opened(&CREDENTIALS, at(2)).unwrap();
    for _ in 0..2 {
        reconnect(&mut client, CONNACK_SESSION_PRESENT);
        for id in 101..=100 + MQTT_QOS2_MAX {
            assert!(take(&mut client, &publish(id, true), at(3)).is_some(), "{id}");
            receive(&mut client, &format!("6202{id:04x}"), at(3));
        }
    }
    assert!(client.is_connected());
}

#[test]
fn acknowledgements_of_an_earlier_connection_are_ignored() {
    for (packet, answer) in [(PUBLISH_9, "50020009"), ("32050001 61 0009", "40020009")] {
        let mut client = connected();
        let old = take(&mut client, packet, at(1)).unwrap();
        client.connection_lost(0, at(2));
        client.acknowledge(old);
        connect(&mut client, CONNACK, at(2));
        client.acknowledge(old);
        assert!(sent(&mut client).is_empty());
        let new = take(&mut client, packet, at(3)).unwrap();
        assert_ne!(old, new);
        client.acknowledge(new);
        assert_eq!(sent_packets(&mut client), [answer]);
    }
}

#[test]
fn no_room_for_an_answer_ends_the_connection() {
    let mut client = begun();
    while client.is_connected() {
        receive(&mut client, "62020009", at(2));
    }
    assert_eq!(client.handle_timeout(at(2)), Err(Dead::AcknowledgementLost));
    reconnect(&mut client, CONNACK_SESSION_PRESENT);
    receive(&mut client, "62020009", at(3));
    assert_eq!(sent_packets(&mut client), ["70020009"]);
}
