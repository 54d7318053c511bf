//! A table of many subscriptions.

use super::*;
use crate::knobs::MQTT_SUBACK_TIMEOUT_MS;

const MANY: usize = 1_000;

fn filter(n: usize) -> String {
    format!("/ext/session/{:03}/{}", n % 7, MANY - n)
}

/// Connected, with [`MANY`] subscriptions that the broker has granted.
fn subscribed() -> Client {
    let mut client = connected();
    for n in 0..MANY {
        client.subscribe(&filter(n), Qos::AtMostOnce, recipient(n), at(0)).unwrap();
        answer(&mut client, at(0));
    }
    client
}

/// Answers every SUBSCRIBE that `client` has to send; gives how many there were.
fn answer(client: &mut Client, now: Instant) -> usize {
    let packets = sent_packets(client);
    for packet in &packets {
        assert!(packet.starts_with("82"), "{packet}");
        let id = if packet.len() > 2 + 2 * 127 { &packet[6..10] } else { &packet[4..8] };
        receive(client, &format!("9003{id}00"), now);
        client.poll_outcome();
    }
    packets.len()
}

#[test]
fn are_all_subscribed_to_again_a_few_at_a_time() {
    let mut client = subscribed();
    client.connection_lost(0, at(1));
    connect(&mut client, CONNACK, at(1));
    let (mut all, mut rounds) = (0, 0);
    loop {
        let sent = answer(&mut client, at(1));
        if sent == 0 {
            break;
        }
        assert!(sent <= 32, "{sent}");
        (all, rounds) = (all + sent, rounds + 1);
    }
    assert_eq!((all, rounds), (MANY, MANY.div_ceil(32)));
    for n in 0..MANY {
        assert_eq!(client.subscription(&filter(n)), Some(SubscriptionState::Granted));
    }
    // Nothing is due but the ping.
    assert_eq!(client.poll_timeout().if_ever(), Some(at(1 + Config::default().ping_interval_ms)));
}

#[test]
fn filters_that_the_broker_ignores_do_not_hold_up_the_others() {
    let mut client = Client::new(Config::default());
    for n in 0..100 {
        client.subscribe(&format!("/{n}"), Qos::AtMostOnce, None, at(0)).unwrap();
    }
    client.start(at(0));
    connect(&mut client, CONNACK, at(0));
    let mut seen = std::collections::BTreeSet::new();
    for round in 1..10 {
        seen.extend(sent_packets(&mut client));
        client.handle_timeout(at(round * MQTT_SUBACK_TIMEOUT_MS)).unwrap();
        receive(&mut client, "d000", at(round * MQTT_SUBACK_TIMEOUT_MS));
    }
    assert_eq!(seen.iter().filter(|packet| packet.starts_with("82")).count(), 100);
}

/// More requests of the application than may be open, none of them answered before the connection breaks.
#[test]
fn are_all_asked_for_when_the_application_asks_for_many_at_once() {
    let mut client = connected();
    let asked = (0..MANY)
        .filter_map(|n| {
            let id = client.subscribe(&filter(n), Qos::AtMostOnce, recipient(n), at(0)).unwrap();
            sent(&mut client);
            id
        })
        .count();
    assert_eq!(asked, 256);
    client.connection_lost(0, at(1));
    connect(&mut client, CONNACK_SESSION_PRESENT, at(1));
    let mut all = 0;
    for round in 1..1_000 {
        all += answer(&mut client, at(1));
        client.handle_timeout(at(1 + round)).unwrap();
    }
    assert_eq!(all, MANY);
}

#[test]
fn are_gone_when_unsubscribed() {
    let mut client = subscribed();
    // In an order of its own, so that the places of open requests move.
    for n in (0..MANY).rev().step_by(2).chain((0..MANY - 1).step_by(2)) {
        client.unsubscribe(&filter(n), at(1)).unwrap();
        if n % 3 == 0 {
            unsuback_all(&mut client);
        }
    }
    unsuback_all(&mut client);
    for n in 0..MANY {
        assert_eq!(client.subscription(&filter(n)), None);
    }
    client.connection_lost(0, at(2));
    connect(&mut client, CONNACK_SESSION_PRESENT, at(2));
    assert!(sent(&mut client).is_empty());
}

fn unsuback_all(client: &mut Client) {
    for packet in sent_packets(client).iter().rev() {
        assert!(packet.starts_with("a2"), "{packet}");
        receive(client, &format!("b002{}", &packet[4..8]), at(1));
        assert!(matches!(client.poll_outcome(), Some(Outcome::Unsubscribed { .. })));
    }
}

#[test]
fn wait_for_the_socket_without_asking_to_be_called() {
    let mut client = subscribed();
    client.connection_lost(0, at(1));
    client.connecting();
    client.connection_opened(&CREDENTIALS, at(1)).unwrap();
    sent(&mut client);
    receive(&mut client, CONNACK, at(1));
    // Nothing takes the bytes.
    client.handle_timeout(at(1)).unwrap();
    assert!(client.poll_timeout() > at(1), "it is called again and again");
    assert!(!sent(&mut client).is_empty());
}
