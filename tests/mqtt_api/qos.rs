//! Acknowledgements in either direction.

use std::time::{Duration, Instant};

use crate::application::Application;
use crate::robust_support::packet::{
    self, DUP, PUBACK, PUBCOMP, PUBLISH_AT_LEAST_ONCE, PUBLISH_EXACTLY_ONCE, PUBREC, PUBREL, SUBSCRIBE,
};
use crate::robust_support::rogue::{RogueBroker, Session};
use crate::support::network::Network;

/// With a handler `a` on `/a`.
fn subscribed(network: &Network) -> (RogueBroker, Application, Session) {
    let broker = RogueBroker::listen(network);
    let mut application = Application::start(network);
    application.ok("subscribe /a 2 a");
    let mut session = application.construct_at(&broker, "observer=observer");
    let asking = session.expect(SUBSCRIBE);
    session.serve(&asking);
    application.hear("@event SUBCRIBE_SUCCESS");
    (broker, application, session)
}

/// The next connection, on which the broker still has the session.
fn resumed(broker: &RogueBroker) -> Session {
    let mut session = broker.accept();
    session.send(&packet::CONNACK_SESSION_PRESENT);
    session
}

#[test]
fn a_message_is_acknowledged_after_its_handler_has_run() {
    let network = Network::new();
    let (_broker, mut application, mut session) = subscribed(&network);
    application.ok("obeys a sleep 700");
    let sent = Instant::now();
    for id in [5, 4, 6] {
        session.send(&packet::publish_with_id(PUBLISH_AT_LEAST_ONCE, "/a", [0, id], b"slow"));
    }
    for (round, id) in [5, 4, 6].into_iter().enumerate() {
        assert_eq!(session.expect(PUBACK).id(), [0, id]);
        let least = Duration::from_millis(700 * (round as u64 + 1));
        assert!(sent.elapsed() >= least, "acknowledged {:?} after it was sent", sent.elapsed());
        application.hear("@message a ");
    }
    application.destroy_and_check();
}

#[test]
fn unacknowledged_publishes_are_sent_again_in_order_with_dup() {
    let network = Network::new();
    let (broker, mut application, mut session) = subscribed(&network);
    let mut published = Vec::new();
    for text in ["one", "two", "three", "four"] {
        published.push((application.id(&format!("publish /out 1 {text}")), text));
        let message = session.expect(PUBLISH_AT_LEAST_ONCE);
        assert_eq!(message.publish().2, text);
    }
    session.send(&packet::puback(published[1].0));
    application.hear_event_of("PUBLISH_SUCCESS", published.remove(1).0);
    for present in [true, false] {
        drop(session);
        session = broker.accept();
        session.send(if present { &packet::CONNACK_SESSION_PRESENT } else { &packet::CONNACK });
        if !present {
            let asking = session.expect(SUBSCRIBE);
            session.serve(&asking);
        }
        for (id, text) in &published {
            let message = session.expect(PUBLISH_AT_LEAST_ONCE | DUP);
            assert_eq!(message.publish(), ("/out", Some(*id), *text));
        }
    }
    application.hear("@event RECONNECT");
    let last = application.id("publish /out 1 last");
    assert_eq!(session.expect(PUBLISH_AT_LEAST_ONCE).publish(), ("/out", Some(last), "last"));
    application.hear("@event RECONNECT");
    for (id, _) in published.into_iter().chain([(last, "last")]) {
        session.send(&packet::puback(id));
        application.hear_event_of("PUBLISH_SUCCESS", id);
    }
    application.destroy_and_check();
}

#[test]
fn nothing_is_sent_twice_on_one_connection() {
    let network = Network::new();
    let (_broker, mut application, mut session) = subscribed(&network);
    application.id("publish /out 1 once");
    session.expect(PUBLISH_AT_LEAST_ONCE);
    // Twice the request timeout, after which the C SDK sends again.
    assert!(session.is_silent(Duration::from_millis(4_500)), "{}", application.log_text());
    application.destroy_and_check();
}

#[test]
fn a_message_that_comes_exactly_once_does_so_whatever_is_repeated() {
    let network = Network::new();
    let (_broker, mut application, mut session) = subscribed(&network);
    let message = |first, text: &str| packet::publish_with_id(first, "/a", [1, 2], text.as_bytes());
    for first in [PUBLISH_EXACTLY_ONCE, PUBLISH_EXACTLY_ONCE | DUP, PUBLISH_EXACTLY_ONCE | DUP] {
        session.send(&message(first, "once"));
        assert_eq!(session.expect(PUBREC).id(), [1, 2]);
    }
    application.hear_message("a", "topic=/a payload=once qos=2 dup=0 retain=0 id=258");
    for _ in 0..2 {
        session.send(&packet::acknowledgement(PUBREL, [1, 2]));
        assert_eq!(session.expect(PUBCOMP).id(), [1, 2]);
    }
    // After PUBREL the packet id is that of another message.
    session.send(&message(PUBLISH_EXACTLY_ONCE, "next"));
    assert_eq!(session.expect(PUBREC).id(), [1, 2]);
    application.hear_message("a", "topic=/a payload=next qos=2 dup=0 retain=0 id=258");
    assert_eq!(application.lines_with("@message a ").len(), 2, "{}", application.log_text());
    application.destroy_and_check();
}

#[test]
fn exactly_once_holds_over_a_reconnect_while_the_session_does() {
    let network = Network::new();
    let (broker, mut application, mut session) = subscribed(&network);
    let message = |first, text: &str| packet::publish_with_id(first, "/a", [0, 9], text.as_bytes());
    session.send(&message(PUBLISH_EXACTLY_ONCE, "once"));
    session.expect(PUBREC);
    application.hear("payload=once");
    drop(session);

    // The broker has not seen PUBREC.
    let mut session = resumed(&broker);
    session.send(&message(PUBLISH_EXACTLY_ONCE | DUP, "once"));
    assert_eq!(session.expect(PUBREC).id(), [0, 9]);
    drop(session);

    // It has, but its PUBREL was lost.
    let mut session = resumed(&broker);
    session.send(&packet::acknowledgement(PUBREL, [0, 9]));
    assert_eq!(session.expect(PUBCOMP).id(), [0, 9]);
    session.send(&message(PUBLISH_EXACTLY_ONCE, "second"));
    session.expect(PUBREC);
    application.hear("payload=second");
    drop(session);

    // In a new session every packet id is new.
    let mut session = broker.accept();
    session.send(&packet::CONNACK);
    let asking = session.expect(SUBSCRIBE);
    session.serve(&asking);
    session.send(&message(PUBLISH_EXACTLY_ONCE | DUP, "third"));
    session.expect(PUBREC);
    application.hear("payload=third");
    assert_eq!(application.lines_with("@message a ").len(), 3, "{}", application.log_text());
    application.destroy_and_check();
}

#[test]
fn one_message_more_than_may_be_open_comes_with_the_next_connection() {
    const MAX: u8 = 32;
    let network = Network::new();
    let (broker, mut application, mut session) = subscribed(&network);
    let message =
        |first, id| packet::publish_with_id(first, "/a", [0, id], format!("number {id}.").as_bytes());
    for id in 1..=MAX {
        session.send(&message(PUBLISH_EXACTLY_ONCE, id));
        assert_eq!(session.expect(PUBREC).id(), [0, id]);
    }
    session.send(&message(PUBLISH_EXACTLY_ONCE, MAX + 1));
    application.hear("QoS 2 message 33 not taken");
    for id in 1..MAX {
        session.send(&packet::acknowledgement(PUBREL, [0, id]));
        assert_eq!(session.expect(PUBCOMP).id(), [0, id]);
    }
    session.send(&packet::acknowledgement(PUBREL, [0, MAX]));
    assert!(session.is_hung_up(Duration::from_secs(3)), "{}", application.log_text());
    let mut session = resumed(&broker);
    // The last PUBCOMP may be lost with the connection.
    session.send(&packet::acknowledgement(PUBREL, [0, MAX]));
    assert_eq!(session.expect(PUBCOMP).id(), [0, MAX]);
    session.send(&message(PUBLISH_EXACTLY_ONCE | DUP, MAX + 1));
    assert_eq!(session.expect(PUBREC).id(), [0, MAX + 1]);
    application.hear("payload=number 33.");
    assert_eq!(
        application.lines_with("@message a ").len(),
        usize::from(MAX) + 1,
        "{}",
        application.log_text()
    );
    application.destroy_and_check();
}

#[test]
fn messages_left_open_take_no_memory_after_destroy() {
    let network = Network::new();
    let (_broker, application, mut session) = subscribed(&network);
    for id in 1..=8 {
        session.send(&packet::publish_with_id(PUBLISH_EXACTLY_ONCE, "/a", [0, id], b"open"));
        session.expect(PUBREC);
    }
    application.destroy_and_check();
}
