//! Connections that end, and the session that outlives them.

use super::*;
use crate::{
    error::Error,
    knobs::{MQTT_BACKOFF_MAX_MS, MQTT_BACKOFF_MIN_MS, MQTT_TX_MAX},
};

/// Loses the connection at `now` and opens the next one.
fn reconnect(client: &mut Client, connack: &str, now: u64) {
    client.connection_lost(0, at(now));
    assert!(client.wants_connection(at(now)));
    connect(client, connack, at(now));
}

#[test]
fn connects_when_started() {
    let mut client = Client::new(Config::default());
    assert!(!client.wants_connection(at(0)));
    assert_eq!(client.poll_timeout().if_ever(), None);
    client.start(at(5));
    assert_eq!(client.poll_timeout().if_ever(), Some(at(5)));
    assert!(client.wants_connection(at(5)));
    client.connecting();
    assert!(!client.wants_connection(at(5)));
    client.connection_opened(&CREDENTIALS, at(6)).unwrap();
    assert!(!client.is_connected());
    assert_eq!(
        client.handle_packet(&bytes(CONNACK), at(7)),
        Ok(Incoming::Connected { session_present: false })
    );
    assert!(client.is_connected());
}

#[test]
fn the_interval_doubles_to_its_maximum_and_is_reset_by_success() {
    let mut client = Client::new(Config::default());
    client.start(at(0));
    let mut interval = MQTT_BACKOFF_MIN_MS;
    for _ in 0..10 {
        client.connecting();
        client.connection_lost(u32::MAX, at(0));
        assert_eq!(client.poll_timeout().if_ever(), Some(at(interval)));
        assert!(!client.wants_connection(at(interval - 1)));
        assert!(client.wants_connection(at(interval)));
        interval = MQTT_BACKOFF_MAX_MS.min(interval * 2);
    }
    connect(&mut client, CONNACK, at(0));
    client.connection_lost(u32::MAX, at(0));
    assert_eq!(client.poll_timeout().if_ever(), Some(at(MQTT_BACKOFF_MIN_MS)));
}

#[test]
fn a_new_start_begins_with_the_shortest_interval() {
    let mut client = Client::new(Config::default());
    for _ in 0..2 {
        client.start(at(0));
        client.connecting();
        client.connection_lost(u32::MAX, at(0));
        assert_eq!(client.poll_timeout().if_ever(), Some(at(MQTT_BACKOFF_MIN_MS)));
        client.stop();
    }
}

#[test]
fn jitter_spreads_over_the_whole_interval() {
    for (jitter, wait) in [
        (0, 0),
        (u32::MAX / 4, MQTT_BACKOFF_MIN_MS / 4),
        (u32::MAX / 2, MQTT_BACKOFF_MIN_MS / 2),
        (u32::MAX, MQTT_BACKOFF_MIN_MS),
    ] {
        let mut client = connected();
        client.connection_lost(jitter, at(0));
        assert_eq!(client.poll_timeout().if_ever(), Some(at(wait)));
    }
}

#[test]
fn a_loss_told_twice_counts_once() {
    let mut client = connected();
    client.connection_lost(u32::MAX, at(0));
    client.connection_lost(u32::MAX, at(1));
    assert_eq!(client.poll_timeout().if_ever(), Some(at(MQTT_BACKOFF_MIN_MS)));
}

#[test]
fn refusals_are_named() {
    for (code, refusal, text) in [
        (1, ConnectRefusal::ProtocolVersion, "unacceptable protocol version (1)"),
        (2, ConnectRefusal::IdentifierRejected, "identifier rejected (2)"),
        (3, ConnectRefusal::ServerUnavailable, "server unavailable (3)"),
        (4, ConnectRefusal::BadUserNameOrPassword, "bad user name or password (4)"),
        (5, ConnectRefusal::NotAuthorized, "not authorized (5)"),
    ] {
        let mut client = Client::new(Config::default());
        client.start(at(0));
        client.connecting();
        client.connection_opened(&CREDENTIALS, at(0)).unwrap();
        let connack = [0x20, 2, 0, code];
        assert_eq!(client.handle_packet(&connack, at(0)), Ok(Incoming::Refused(refusal)));
        assert_eq!(refusal.to_string(), text);
        assert!(!client.is_connected());
        // The broker closes; it has no more to say.
        assert!(client.handle_packet(&bytes(CONNACK), at(0)).is_err());
        client.connection_lost(u32::MAX, at(0));
        assert_eq!(client.poll_timeout().if_ever(), Some(at(MQTT_BACKOFF_MIN_MS)));
    }
}

#[test]
fn subscribes_again_when_the_session_is_gone() {
    let mut client = connected();
    client.subscribe("/a", Qos::AtMostOnce, None, at(0)).unwrap();
    client.subscribe("/b", Qos::AtLeastOnce, None, at(0)).unwrap();
    receive(&mut client, "9003000100", at(0));
    receive(&mut client, "9003000280", at(0));
    reconnect(&mut client, CONNACK, 10);
    assert_eq!(sent_packets(&mut client), ["8207000300022f6100", "8207000400022f6201"]);
    assert_eq!(client.subscription("/a"), Some(SubscriptionState::Pending));
}

#[test]
fn subscribes_to_what_was_never_granted_when_the_session_is_present() {
    let mut client = connected();
    for filter in ["/a", "/b", "/c"] {
        client.subscribe(filter, Qos::AtMostOnce, None, at(0)).unwrap();
    }
    // Granted, refused, unanswered.
    receive(&mut client, "9003000100", at(0));
    receive(&mut client, "9003000280", at(0));
    client.connection_lost(0, at(10));
    assert_eq!(client.subscription("/c"), Some(SubscriptionState::Wanted));
    connect(&mut client, CONNACK_SESSION_PRESENT, at(10));
    // The one that was never answered keeps its packet id.
    assert_eq!(sent_packets(&mut client), ["8207000400022f6200", "8207000300022f6300"]);
    assert_eq!(client.subscription("/a"), Some(SubscriptionState::Granted));
}

/// A CONNECT whose CONNACK does not arrive may have begun a session in place of the lost one.
#[test]
fn does_not_trust_a_session_that_an_unanswered_connect_may_have_begun() {
    let mut client = connected();
    client.subscribe("/a", Qos::AtMostOnce, recipient(1), at(0)).unwrap();
    receive(&mut client, "9003000100", at(0));
    client.unsubscribe("/b", at(0)).unwrap();
    let acknowledgement = take(&mut client, "34050001 61 0009", at(0)).unwrap();
    client.acknowledge(acknowledgement);
    client.connection_lost(0, at(10));
    client.connecting();
    client.connection_opened(&CREDENTIALS, at(10)).unwrap();
    reconnect(&mut client, CONNACK_SESSION_PRESENT, 20);
    assert_eq!(sent_packets(&mut client), ["8207000300022f6100", "a206000200022f62"]);
    // One message of the old session, if it lives, and one of the new one, if that has begun.
    assert_eq!(take(&mut client, "3c050001 61 0009", at(20)), None);
    assert!(take(&mut client, "34050001 61 0009", at(20)).is_some());
    receive(&mut client, "9003000300", at(20));
    // The doubt is over.
    reconnect(&mut client, CONNACK_SESSION_PRESENT, 30);
    assert_eq!(sent_packets(&mut client), ["a206000200022f62"]);
}

#[test]
fn unsubscribes_again_only_when_the_session_is_present() {
    for (connack, expected) in [(CONNACK_SESSION_PRESENT, 1), (CONNACK, 0)] {
        let mut client = connected();
        client.unsubscribe("/a", at(0)).unwrap();
        reconnect(&mut client, connack, 10);
        assert_eq!(sent_packets(&mut client).len(), expected);
    }
}

#[test]
fn unacknowledged_messages_are_sent_again_in_order_with_dup() {
    for connack in [CONNACK_SESSION_PRESENT, CONNACK] {
        let mut client = connected();
        for payload in [b"1", b"2", b"3"] {
            client.publish("/a", payload, Qos::AtLeastOnce, at(0)).unwrap();
        }
        client.publish("/a", b"lost", Qos::AtMostOnce, at(0)).unwrap();
        receive(&mut client, "40020002", at(0));
        let again = ["3a0700022f61000131", "3a0700022f61000333"];
        reconnect(&mut client, connack, 10);
        assert_eq!(sent_packets(&mut client), again);
        reconnect(&mut client, connack, 20);
        assert_eq!(sent_packets(&mut client), again);
        receive(&mut client, "40020001", at(20));
        receive(&mut client, "40020003", at(20));
        reconnect(&mut client, connack, 30);
        assert!(sent(&mut client).is_empty());
    }
}

#[test]
fn a_message_never_queued_goes_out_without_dup() {
    let mut client = connected();
    client.publish("/a", &vec![0; MQTT_TX_MAX - 10], Qos::AtMostOnce, at(0)).unwrap();
    client.publish("/a", b"1", Qos::AtLeastOnce, at(0)).unwrap();
    reconnect(&mut client, CONNACK, 10);
    assert_eq!(sent_packets(&mut client), ["320700022f61000131"]);
}

#[test]
fn more_than_the_queue_holds_is_sent_again_in_pieces() {
    let mut client = connected();
    for byte in 0..3 {
        client.publish("/a", &vec![byte; MQTT_TX_MAX / 2], Qos::AtLeastOnce, at(0)).unwrap();
    }
    reconnect(&mut client, CONNACK_SESSION_PRESENT, 10);
    let mut piece = Vec::new();
    assert!(client.swap_transmit(&mut piece));
    assert!(piece.len() <= MQTT_TX_MAX);
    let rest: Vec<_> = sent_packets(&mut client);
    assert_eq!(rest.len() * (piece.len()), rest.iter().map(|packet| packet.len() / 2).sum::<usize>());
    assert!(rest.last().unwrap().ends_with("0202"));
}

#[test]
fn subscriptions_come_before_the_messages_sent_again() {
    let mut client = connected();
    client.subscribe("/reply", Qos::AtMostOnce, None, at(0)).unwrap();
    client.publish("/request", b"", Qos::AtLeastOnce, at(0)).unwrap();
    reconnect(&mut client, CONNACK, 10);
    let headers: Vec<_> = sent_packets(&mut client).iter().map(|packet| packet[..2].to_owned()).collect();
    assert_eq!(headers, ["82", "3a"]);
}

#[test]
fn subscriptions_come_first_also_when_they_find_no_room() {
    let mut client = connected();
    client.publish("/r", b"", Qos::AtLeastOnce, at(0)).unwrap();
    client.subscribe("/reply", Qos::AtMostOnce, None, at(0)).unwrap();
    client.connection_lost(0, at(10));
    // What comes before leaves room for the message, and not for the SUBSCRIBE.
    client.connecting();
    client.connection_opened(&CREDENTIALS, at(10)).unwrap();
    sent(&mut client);
    client.transmit.push(&[0xc0, 0].repeat(MQTT_TX_MAX / 2 - 5)).unwrap();
    receive(&mut client, CONNACK, at(10));
    let mut headers: Vec<_> = sent_packets(&mut client).iter().map(|packet| packet[..2].to_owned()).collect();
    headers.dedup();
    assert_eq!(headers, ["c0", "82", "3a"]);
}

#[test]
fn what_was_queued_is_lost_with_the_connection() {
    let mut client = connected();
    client.publish("/a", b"", Qos::AtMostOnce, at(0)).unwrap();
    take_and_acknowledge(&mut client, 1, at(0));
    client.connection_lost(0, at(1));
    assert!(sent(&mut client).is_empty());
    assert!(!client.is_connected());
    assert!(client.handle_packet(&bytes(REPLY), at(1)).is_err());
}

#[test]
fn stop_disconnects_and_stays_so() {
    let mut client = connected();
    client.stop();
    assert_eq!(sent_packets(&mut client), ["e000"]);
    client.connection_lost(0, at(1));
    assert_eq!(client.poll_timeout().if_ever(), None);
    assert!(!client.wants_connection(at(1_000_000)));
    client.start(at(2));
    assert!(client.wants_connection(at(2)));
}

#[test]
fn stop_while_the_transport_is_being_opened() {
    let mut client = Client::new(Config::default());
    client.start(at(0));
    client.connecting();
    client.stop();
    assert_eq!(client.connection_opened(&CREDENTIALS, at(1)), Err(Error::WrongState));
    client.connecting();
    assert_eq!(client.connection_opened(&CREDENTIALS, at(1)), Err(Error::WrongState));
    client.start(at(2));
    client.connecting();
    client.connection_opened(&CREDENTIALS, at(2)).unwrap();
    client.stop();
    assert!(sent(&mut client).is_empty());
}
