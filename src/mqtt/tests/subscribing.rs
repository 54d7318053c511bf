//! Subscriptions: granted, refused, unanswered, given up.

use super::*;
use crate::knobs::{MQTT_BACKOFF_MAX_MS, MQTT_BACKOFF_MIN_MS, MQTT_SUBACK_TIMEOUT_MS, MQTT_TX_MAX};

const SUBSCRIBE_1: &str = "8207000100022f6100";

fn subscribed() -> Client {
    let mut client = connected();
    client.subscribe("/a", Qos::AtMostOnce, recipient(1), at(0)).unwrap();
    assert_eq!(sent_packets(&mut client), [SUBSCRIBE_1]);
    client
}

#[test]
fn is_granted() {
    let mut client = subscribed();
    assert_eq!(client.subscription("/a"), Some(SubscriptionState::Pending));
    assert_eq!(client.subscription("/b"), None);
    assert_eq!(client.handle_packet(&bytes("9003000100"), at(1)), Ok(Incoming::SubscriptionsChanged));
    assert_eq!(client.subscription("/a"), Some(SubscriptionState::Granted));
}

#[test]
fn waits_for_the_connection() {
    let mut client = Client::new(Config::default());
    client.subscribe("/a", Qos::AtMostOnce, None, at(0)).unwrap();
    client.subscribe("/b", Qos::AtLeastOnce, None, at(0)).unwrap();
    assert_eq!(client.subscription("/a"), Some(SubscriptionState::Wanted));
    client.start(at(0));
    connect(&mut client, CONNACK, at(0));
    assert_eq!(sent_packets(&mut client), [SUBSCRIBE_1, "8207000200022f6201"]);
}

#[test]
fn is_asked_for_again_until_the_broker_answers() {
    let mut client = subscribed();
    for n in 1..=3 {
        let due = at(n * MQTT_SUBACK_TIMEOUT_MS);
        assert_eq!(client.poll_timeout().if_ever(), Some(due));
        client.handle_timeout(due).unwrap();
        // The same packet, the same id [MQTT-2.3.1-3].
        assert_eq!(sent_packets(&mut client), [SUBSCRIBE_1]);
    }
    receive(&mut client, "9003000100", at(3 * MQTT_SUBACK_TIMEOUT_MS + 1));
    // The answers to the others.
    receive(&mut client, "9003000180", at(3 * MQTT_SUBACK_TIMEOUT_MS + 2));
    assert_eq!(client.subscription("/a"), Some(SubscriptionState::Granted));
}

#[test]
fn is_retried_with_growing_waits_when_refused() {
    let mut client = subscribed();
    let (mut now, mut wait) = (0, MQTT_BACKOFF_MIN_MS);
    for id in 1..=10 {
        receive(&mut client, &format!("9003{id:04x}80"), at(now));
        assert_eq!(client.subscription("/a"), Some(SubscriptionState::Refused));
        client.handle_timeout(at(now + wait - 1)).unwrap();
        assert_eq!(client.subscription("/a"), Some(SubscriptionState::Refused));
        now += wait;
        wait = MQTT_BACKOFF_MAX_MS.min(wait * 2);
        client.handle_timeout(at(now)).unwrap();
        assert_eq!(client.subscription("/a"), Some(SubscriptionState::Pending));
        // The pings of this long time.
        receive(&mut client, "d000", at(now));
    }
    receive(&mut client, "9003000b01", at(now));
    assert_eq!(client.subscription("/a"), Some(SubscriptionState::Granted));
}

#[test]
fn a_refused_one_of_the_library_covers_no_message() {
    let mut client = connected();
    client.subscribe("/a", Qos::AtMostOnce, None, at(0)).unwrap();
    let packet = bytes("3005 0002 2f61 78");
    let is_subscribed = |client: &mut Client| {
        matches!(
            client.handle_packet(&packet, at(1)),
            Ok(Incoming::Message(Message { for_library: true, .. }))
        )
    };
    // Messages may come before the SUBACK.
    assert!(is_subscribed(&mut client));
    receive(&mut client, "9003000180", at(1));
    assert!(!is_subscribed(&mut client));
}

#[test]
fn a_request_that_finds_no_room_is_sent_later() {
    let mut client = connected();
    client.publish("/a", &vec![0; MQTT_TX_MAX - 10], Qos::AtMostOnce, at(0)).unwrap();
    client.subscribe("/a", Qos::AtMostOnce, None, at(0)).unwrap();
    assert_eq!(client.subscription("/a"), Some(SubscriptionState::Wanted));
    assert_eq!(sent_packets(&mut client).len(), 1);
    let due = client.poll_timeout().if_ever().unwrap();
    assert!(at(0) < due && due < at(1_000));
    client.handle_timeout(due).unwrap();
    assert_eq!(sent_packets(&mut client).len(), 1);
    assert_eq!(client.subscription("/a"), Some(SubscriptionState::Pending));
}

#[test]
fn each_call_sends_one_subscribe() {
    let mut client = subscribed();
    receive(&mut client, "9003000100", at(1));
    client.subscribe("/a", Qos::AtLeastOnce, None, at(2)).unwrap();
    assert_eq!(sent_packets(&mut client), ["8207000200022f6101"]);
}

#[test]
fn unsubscribes() {
    let mut client = subscribed();
    receive(&mut client, "9003000100", at(1));
    client.unsubscribe("/a", at(2)).unwrap();
    assert_eq!(sent_packets(&mut client), ["a206000200022f61"]);
    assert_eq!(client.subscription("/a"), None);
    // The wrong kind of answer is none.
    receive(&mut client, "9003000200", at(2));
    client.handle_timeout(at(2 + MQTT_SUBACK_TIMEOUT_MS)).unwrap();
    assert_eq!(sent_packets(&mut client), ["a206000200022f61"]);
    assert_eq!(client.handle_packet(&bytes("b0020002"), at(3)), Ok(Incoming::SubscriptionsChanged));
    client.handle_timeout(at(3 + 3 * MQTT_SUBACK_TIMEOUT_MS)).unwrap();
    assert!(sent(&mut client).is_empty());
}

#[test]
fn unsubscribes_from_what_an_earlier_run_subscribed_to() {
    let mut client = Client::new(Config::default());
    client.unsubscribe("/a", at(0)).unwrap();
    client.start(at(0));
    connect(&mut client, CONNACK_SESSION_PRESENT, at(0));
    assert_eq!(sent_packets(&mut client), ["a206000100022f61"]);
}

#[test]
fn a_change_of_mind_counts() {
    let mut client = subscribed();
    client.unsubscribe("/a", at(1)).unwrap();
    client.subscribe("/a", Qos::AtMostOnce, recipient(1), at(2)).unwrap();
    sent(&mut client);
    // Answers to the first SUBSCRIBE and to the UNSUBSCRIBE.
    receive(&mut client, "9003000180", at(3));
    receive(&mut client, "b0020002", at(3));
    assert_eq!(client.subscription("/a"), Some(SubscriptionState::Pending));
    receive(&mut client, "9003000300", at(3));
    assert_eq!(client.subscription("/a"), Some(SubscriptionState::Granted));
}
