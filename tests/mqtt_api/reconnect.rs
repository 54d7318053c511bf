//! What becomes of subscriptions when the connection is lost.

use std::time::Duration;

use crate::application::Application;
use crate::robust_support::packet::{self, SUBSCRIBE, UNSUBSCRIBE};
use crate::robust_support::rogue::{RogueBroker, Session};
use crate::support::broker::{Broker, Setting};
use crate::support::network::Network;

/// Serves `count` SUBSCRIBEs and gives their filters.
fn filters(session: &mut Session, count: usize) -> Vec<String> {
    let one = |_| {
        let asking = session.expect(SUBSCRIBE);
        session.serve(&asking);
        asking.filter().to_owned()
    };
    (0..count).map(one).collect()
}

/// With subscriptions to `/c`, `/a/+` and `/b`.
fn subscribed(network: &Network, parameters: &str) -> (RogueBroker, Application, Session) {
    let broker = RogueBroker::listen(network);
    let mut application = Application::start(network);
    for filter in ["/c", "/a/+", "/b"] {
        application.ok(&format!("subscribe {filter} 1 a"));
    }
    let mut session = application.construct_at(&broker, parameters);
    assert_eq!(filters(&mut session, 3), ["/c", "/a/+", "/b"]);
    for _ in 0..3 {
        application.hear("@event SUBCRIBE_SUCCESS");
    }
    (broker, application, session)
}

#[test]
fn mosquitto_killed_without_persistence_is_subscribed_to_again() {
    let network = Network::new();
    let mut broker = Broker::start(&network);
    let mut application = Application::start(&network).constructed();
    application.id("subscribe_sync /a/# 1 a 5000");
    broker.stop();
    application.hear("@event DISCONNECT");
    broker.restart();
    application.hear("@event RECONNECT");
    application.id("publish /a/b 1 back");
    let message = application.hear("@message a ").what;
    assert!(message.contains("topic=/a/b payload=back qos=1 "), "{message}");
    application.destroy_and_check();
}

#[test]
fn mosquitto_that_kept_the_session_is_not() {
    let network = Network::new();
    let mut broker = Broker::start_with(&network, &[Setting::KeepSessions]);
    let mut application = Application::start(&network).constructed();
    application.id("subscribe_sync /a/# 1 a 5000");
    broker.shut_down();
    application.hear("@event DISCONNECT");
    broker.restart();
    application.hear("@event RECONNECT");
    application.id("publish /a/b 1 back");
    application.hear("@message a ");
    assert_eq!(application.lines_with("mqtt subscribe packet sent").len(), 1, "{}", application.log_text());
    application.destroy_and_check();
}

#[test]
fn with_a_clean_session_everything_is_asked_for_again() {
    let network = Network::new();
    let (broker, application, session) = subscribed(&network, "clean=1 observer=observer");
    drop(session);
    let mut session = broker.accept();
    // A broker that keeps a session it was told not to keep.
    session.send(&packet::CONNACK_SESSION_PRESENT);
    assert_eq!(filters(&mut session, 3), ["/c", "/a/+", "/b"]);
    application.destroy_and_check();
}

#[test]
fn a_lost_session_is_asked_for_all_and_a_kept_one_for_nothing() {
    let network = Network::new();
    let (broker, application, session) = subscribed(&network, "observer=observer");
    drop(session);
    let mut session = broker.accept();
    session.send(&packet::CONNACK);
    assert_eq!(filters(&mut session, 3), ["/c", "/a/+", "/b"]);
    drop(session);
    let mut session = broker.accept();
    session.send(&packet::CONNACK_SESSION_PRESENT);
    assert!(session.is_silent(Duration::from_millis(500)), "{}", application.log_text());
    application.destroy_and_check();
}

#[test]
fn a_filter_refused_before_is_asked_for_on_the_next_connection() {
    let network = Network::new();
    let (broker, mut application, mut session) = subscribed(&network, "observer=observer");
    application.id("subscribe /refused 1 a");
    let asking = session.expect(SUBSCRIBE);
    session.send(&packet::suback_refusing(asking.id()));
    application.hear("@event SUBCRIBE_NACK");
    drop(session);
    let mut session = broker.accept();
    session.send(&packet::CONNACK_SESSION_PRESENT);
    assert_eq!(filters(&mut session, 1), ["/refused"]);
    session.send(&packet::publish("/refused", b"granted"));
    application.hear_message("a", "topic=/refused payload=granted qos=0 dup=0 retain=0 id=0");
    application.destroy_and_check();
}

#[test]
fn what_was_unsubscribed_stays_so() {
    let network = Network::new();
    let (broker, mut application, mut session) = subscribed(&network, "observer=observer");
    application.id("unsubscribe /a/+");
    session.expect(UNSUBSCRIBE);
    // Lost with its answer: a broker that has the session may have the subscription.
    drop(session);
    let mut session = broker.accept();
    session.send(&packet::CONNACK_SESSION_PRESENT);
    let again = session.expect(UNSUBSCRIBE);
    assert_eq!(again.filter(), "/a/+");
    session.serve(&again);
    application.hear("@event UNSUBCRIBE_SUCCESS");
    drop(session);
    let mut session = broker.accept();
    session.send(&packet::CONNACK);
    assert_eq!(filters(&mut session, 2), ["/c", "/b"]);
    assert!(session.is_silent(Duration::from_millis(300)), "{}", application.log_text());
    application.destroy_and_check();
}
