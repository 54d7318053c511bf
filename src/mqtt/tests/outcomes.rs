//! What the application is told about its requests.

use super::*;
use crate::{
    error::Error,
    knobs::{MQTT_INFLIGHT_MAX, MQTT_OUTCOMES_MAX, MQTT_PUBACK_TIMEOUT_MS, MQTT_SUBACK_TIMEOUT_MS},
};

const TIMEOUT: u64 = MQTT_SUBACK_TIMEOUT_MS;

fn publish(client: &mut Client, now: u64) -> u16 {
    client.publish_for_application("/a", b"x", Qos::AtLeastOnce, false, at(now)).unwrap().unwrap()
}

/// Lets time pass until `end`, with a broker that answers pings and no more.
fn run(client: &mut Client, end: u64) {
    while let Some(due) = client.poll_timeout().if_ever().filter(|due| *due <= at(end)) {
        client.handle_timeout(due).unwrap();
        if sent_packets(client).iter().any(|packet| packet == "c000") {
            receive(client, "d000", due.plus(1));
        }
    }
}

#[test]
fn subscriptions_end_with_the_answer_of_the_broker() {
    let mut client = connected();
    assert_eq!(client.subscribe("/a", Qos::AtMostOnce, recipient(1), at(0)), Ok(Some(1)));
    assert_eq!(client.subscribe("/b", Qos::AtMostOnce, recipient(1), at(0)), Ok(Some(2)));
    assert_eq!(client.subscribe("/c", Qos::AtMostOnce, None, at(0)), Ok(Some(3)));
    receive(&mut client, "9003000380", at(1));
    receive(&mut client, "9003000280", at(1));
    receive(&mut client, "9003000100", at(1));
    assert_eq!(
        outcomes(&mut client),
        [Outcome::SubscribeRefused { packet_id: 2 }, Outcome::Subscribed { packet_id: 1 }]
    );
    assert_eq!(client.unsubscribe("/a", at(2)), Ok(Some(4)));
    receive(&mut client, "b0020004", at(3));
    assert_eq!(outcomes(&mut client), [Outcome::Unsubscribed { packet_id: 4 }]);
    // A refused one is asked for again on behalf of the library.
    run(&mut client, 20_000);
    receive(&mut client, "9003000500", at(20_000));
    receive(&mut client, "9003000600", at(20_000));
    assert_eq!(client.subscription("/b"), Some(SubscriptionState::Granted));
    assert!(outcomes(&mut client).is_empty());
}

#[test]
fn each_request_for_a_filter_has_its_own() {
    let mut client = connected();
    for (id, number) in [(1, 1), (2, 2), (3, 1)] {
        assert_eq!(client.subscribe("/a", Qos::AtMostOnce, recipient(number), at(0)), Ok(Some(id)));
    }
    for id in 1..=3 {
        receive(&mut client, &format!("9003{id:04x}00"), at(1));
        assert_eq!(outcomes(&mut client), [Outcome::Subscribed { packet_id: id }]);
    }
}

#[test]
fn a_missing_answer_is_told_once_and_does_not_end_the_request() {
    let mut client = connected();
    client.subscribe("/a", Qos::AtMostOnce, recipient(1), at(0)).unwrap();
    client.unsubscribe("/b", at(0)).unwrap();
    run(&mut client, TIMEOUT - 1);
    assert!(outcomes(&mut client).is_empty());
    run(&mut client, 10 * TIMEOUT);
    assert_eq!(
        outcomes(&mut client),
        [Outcome::SubscribeTimedOut { packet_id: 1 }, Outcome::UnsubscribeTimedOut { packet_id: 2 }]
    );
    receive(&mut client, "9003000100", at(10 * TIMEOUT));
    receive(&mut client, "b0020002", at(10 * TIMEOUT));
    assert_eq!(
        outcomes(&mut client),
        [Outcome::Subscribed { packet_id: 1 }, Outcome::Unsubscribed { packet_id: 2 }]
    );
}

#[test]
fn a_request_outlives_its_connection_under_its_packet_id() {
    let mut client = connected();
    client.subscribe("/a", Qos::AtMostOnce, recipient(1), at(0)).unwrap();
    client.unsubscribe("/b", at(0)).unwrap();
    sent(&mut client);
    client.connection_lost(0, at(1));
    // It times out where there is no connection, too.
    assert_eq!(client.poll_timeout().if_ever(), Some(at(1)));
    client.connecting();
    assert_eq!(client.poll_timeout().if_ever(), Some(at(TIMEOUT)));
    client.handle_timeout(at(TIMEOUT)).unwrap();
    assert_eq!(outcomes(&mut client).len(), 2);
    assert_eq!(client.poll_timeout().if_ever(), None);
    connect(&mut client, CONNACK_SESSION_PRESENT, at(2 * TIMEOUT));
    assert_eq!(sent_packets(&mut client), ["8207000100022f6100", "a206000200022f62"]);
    receive(&mut client, "9003000100", at(2 * TIMEOUT));
    assert_eq!(outcomes(&mut client), [Outcome::Subscribed { packet_id: 1 }]);
    // With the session, what was to be unsubscribed is gone.
    client.connection_lost(0, at(2 * TIMEOUT));
    connect(&mut client, CONNACK, at(2 * TIMEOUT));
    assert_eq!(outcomes(&mut client), [Outcome::Unsubscribed { packet_id: 2 }]);
}

#[test]
fn a_request_without_a_connection_has_no_packet_id_yet() {
    let mut client = Client::new(Config::default());
    client.start(at(0));
    assert_eq!(client.subscribe("/a", Qos::AtMostOnce, recipient(1), at(0)), Ok(None));
    connect(&mut client, CONNACK, at(0));
    assert_eq!(sent_packets(&mut client), ["8207000100022f6100"]);
    receive(&mut client, "9003000100", at(0));
    assert_eq!(outcomes(&mut client), [Outcome::Subscribed { packet_id: 1 }]);
}

#[test]
fn a_publish_ends_with_its_puback() {
    let mut client = connected();
    let own = client.publish("/a", b"x", Qos::AtLeastOnce, at(0)).unwrap().unwrap();
    let id = publish(&mut client, 0);
    receive(&mut client, &format!("4002{id:04x}"), at(1));
    receive(&mut client, &format!("4002{own:04x}"), at(1));
    receive(&mut client, &format!("4002{id:04x}"), at(1));
    assert_eq!(outcomes(&mut client), [Outcome::Published { packet_id: id }]);
    assert_eq!(
        client.publish_for_application("/a", b"", Qos::ExactlyOnce, false, at(1)),
        Err(Error::Unsupported)
    );
}

#[test]
fn a_retained_publish_says_so() {
    let mut client = connected();
    client.publish_for_application("/a", b"x", Qos::AtLeastOnce, true, at(0)).unwrap();
    assert_eq!(client.publish_for_application("/a", b"x", Qos::AtMostOnce, true, at(0)), Ok(None));
    assert_eq!(sent_packets(&mut client), ["330700022f61000178", "310500022f6178"]);
}

#[test]
fn a_broker_that_answers_all_but_a_publish_loses_it() {
    let mut client = connected();
    let ids = [publish(&mut client, 0), publish(&mut client, 10)];
    client.publish("/a", b"own", Qos::AtLeastOnce, at(0)).unwrap();
    receive(&mut client, REPLY, at(20));
    run(&mut client, MQTT_PUBACK_TIMEOUT_MS - 1);
    assert!(outcomes(&mut client).is_empty());
    run(&mut client, MQTT_PUBACK_TIMEOUT_MS);
    assert_eq!(outcomes(&mut client), [Outcome::PublishLost { packet_id: ids[0] }]);
    run(&mut client, MQTT_PUBACK_TIMEOUT_MS + 10);
    assert_eq!(outcomes(&mut client), [Outcome::PublishLost { packet_id: ids[1] }]);
    receive(&mut client, &format!("4002{:04x}", ids[0]), at(MQTT_PUBACK_TIMEOUT_MS + 11));
    assert!(outcomes(&mut client).is_empty());
    // The window is open again.
    for _ in 0..MQTT_INFLIGHT_MAX {
        publish(&mut client, MQTT_PUBACK_TIMEOUT_MS + 12);
    }
    assert!(client.is_connected());
}

#[test]
fn a_link_that_died_loses_nothing() {
    let mut client = connected();
    receive(&mut client, REPLY, at(5));
    let id = publish(&mut client, 10);
    // Nothing comes any more, until the link counts as dead.
    let dead_at = loop {
        let due = client.poll_timeout().if_ever().unwrap();
        if client.handle_timeout(due) == Err(Dead::NoPingresp) {
            break due.as_millis();
        }
    };
    assert!(dead_at > MQTT_PUBACK_TIMEOUT_MS);
    client.connection_lost(0, at(dead_at));
    connect(&mut client, CONNACK_SESSION_PRESENT, at(dead_at));
    assert_eq!(sent_packets(&mut client), ["3a0700022f61000178"]);
    receive(&mut client, &format!("4002{id:04x}"), at(dead_at + 1));
    assert_eq!(outcomes(&mut client), [Outcome::Published { packet_id: id }]);
}

#[test]
fn stopping_tells_the_rest() {
    let mut client = connected();
    client.subscribe("/a", Qos::AtMostOnce, recipient(1), at(0)).unwrap();
    client.subscribe("/own", Qos::AtMostOnce, None, at(0)).unwrap();
    client.unsubscribe("/b", at(0)).unwrap();
    let id = publish(&mut client, 0);
    client.publish("/a", b"own", Qos::AtLeastOnce, at(0)).unwrap();
    client.stop();
    assert_eq!(
        outcomes(&mut client),
        [
            Outcome::PublishLost { packet_id: id },
            Outcome::SubscribeTimedOut { packet_id: 1 },
            Outcome::UnsubscribeTimedOut { packet_id: 3 },
        ]
    );
    client.stop();
    assert!(outcomes(&mut client).is_empty());
    // The subscription stays for the next start, and the publish does not.
    sent(&mut client);
    client.start(at(1));
    connect(&mut client, CONNACK, at(1));
    assert_eq!(sent_packets(&mut client).len(), 2);
    assert_eq!(client.subscription("/a"), Some(SubscriptionState::Pending));
}

#[test]
fn those_that_nobody_takes_do_not_pile_up() {
    let mut client = connected();
    for _ in 0..MQTT_OUTCOMES_MAX + 5 {
        let id = publish(&mut client, 0);
        receive(&mut client, &format!("4002{id:04x}"), at(0));
        sent(&mut client);
    }
    let kept = outcomes(&mut client);
    assert_eq!(kept.len(), MQTT_OUTCOMES_MAX);
    assert_eq!(kept[0], Outcome::Published { packet_id: 1 });
}
