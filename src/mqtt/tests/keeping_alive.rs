//! PINGREQ, and links that are dead.

use super::*;
use crate::knobs::{MQTT_CONNACK_TIMEOUT_MS, MQTT_PING_INTERVAL_MS};

const INTERVAL: u64 = MQTT_PING_INTERVAL_MS;

#[test]
fn pings_after_silence_and_lives_by_the_answers() {
    let mut client = connected();
    for n in 1..=5 {
        assert_eq!(client.poll_timeout().if_ever(), Some(at(n * INTERVAL)));
        client.handle_timeout(at(n * INTERVAL - 1)).unwrap();
        assert!(sent(&mut client).is_empty());
        client.handle_timeout(at(n * INTERVAL)).unwrap();
        assert_eq!(sent_packets(&mut client), ["c000"]);
        receive(&mut client, "d000", at(n * INTERVAL + 50));
    }
}

#[test]
fn a_missing_pingresp_ends_the_connection() {
    let mut client = connected();
    client.handle_timeout(at(INTERVAL)).unwrap();
    // Other traffic is no answer.
    receive(&mut client, REPLY, at(INTERVAL + 1));
    assert_eq!(client.poll_timeout().if_ever(), Some(at(2 * INTERVAL)));
    client.handle_timeout(at(2 * INTERVAL - 1)).unwrap();
    assert_eq!(client.handle_timeout(at(2 * INTERVAL)), Err(Dead::NoPingresp));
}

#[test]
fn silence_in_one_direction_is_enough_for_a_ping() {
    let mut only_receives = connected();
    receive(&mut only_receives, REPLY, at(INTERVAL - 1));
    only_receives.handle_timeout(at(INTERVAL)).unwrap();
    assert_eq!(sent_packets(&mut only_receives), ["c000"]);

    let mut only_sends = connected();
    only_sends.publish("/a", b"", Qos::AtMostOnce, at(INTERVAL - 1)).unwrap();
    sent(&mut only_sends);
    only_sends.handle_timeout(at(INTERVAL)).unwrap();
    assert_eq!(sent_packets(&mut only_sends), ["c000"]);
}

#[test]
fn traffic_in_both_directions_needs_no_ping() {
    let mut client = connected();
    client.publish("/a", b"", Qos::AtMostOnce, at(10)).unwrap();
    receive(&mut client, REPLY, at(20));
    assert_eq!(client.poll_timeout().if_ever(), Some(at(10 + INTERVAL)));
}

#[test]
fn a_missing_connack_ends_the_connection() {
    let mut client = Client::new(Config::default());
    client.start(at(0));
    client.connecting();
    assert_eq!(client.poll_timeout().if_ever(), None);
    client.connection_opened(&CREDENTIALS, at(100)).unwrap();
    let deadline = at(100 + MQTT_CONNACK_TIMEOUT_MS);
    assert_eq!(client.poll_timeout().if_ever(), Some(deadline));
    client.handle_timeout(at(99 + MQTT_CONNACK_TIMEOUT_MS)).unwrap();
    assert_eq!(client.handle_timeout(deadline), Err(Dead::NoConnack));
}

#[test]
fn an_acknowledgement_without_room_ends_the_connection() {
    let mut client = connected();
    let mut acknowledged = 0;
    while client.is_connected() {
        take_and_acknowledge(&mut client, 1, at(0));
        acknowledged += 1;
        assert!(acknowledged < 100_000);
    }
    assert!(client.poll_timeout().if_ever().unwrap() <= at(0));
    assert_eq!(client.handle_timeout(at(0)), Err(Dead::AcknowledgementLost));
}
