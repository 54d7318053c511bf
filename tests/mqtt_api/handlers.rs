//! What a handler may do from inside.

use crate::application::Application;
use crate::robust_support::packet::{self, PUBLISH_AT_LEAST_ONCE, SUBSCRIBE, UNSUBSCRIBE};
use crate::robust_support::rogue::{RogueBroker, Session};
use crate::support::network::Network;

/// With handlers `a` and `b`, in this order, on `/t`; `a` obeys `command`.
fn with_handlers(network: &Network, command: &str) -> (RogueBroker, Application, Session) {
    let broker = RogueBroker::listen(network);
    let mut application = Application::start(network);
    application.ok("subscribe /t 1 a");
    application.ok("subscribe /+ 1 b");
    application.ok(&format!("obeys a {command}"));
    let mut session = application.construct_at(&broker, "observer=observer");
    for _ in 0..2 {
        let asking = session.expect(SUBSCRIBE);
        session.serve(&asking);
        application.hear("@event SUBCRIBE_SUCCESS");
    }
    (broker, application, session)
}

fn send(session: &mut Session, text: &str) {
    session.send(&packet::publish("/t", text.as_bytes()));
}

fn told(text: &str) -> String {
    format!("topic=/t payload={text} qos=0 dup=0 retain=0 id=0")
}

#[test]
fn a_handler_that_unsubscribes_another_keeps_the_message_from_it() {
    let network = Network::new();
    let (_broker, mut application, mut session) = with_handlers(&network, "unsubscribe /+");
    send(&mut session, "text");
    application.hear_message("a", &told("text"));
    let leaving = session.expect(UNSUBSCRIBE);
    assert_eq!(leaving.filter(), "/+");
    session.serve(&leaving);
    application.hear("@event UNSUBCRIBE_SUCCESS");
    assert!(application.lines_with("@message b ").is_empty(), "{}", application.log_text());
    application.destroy_and_check();
}

#[test]
fn a_handler_that_unsubscribes_itself_is_called_once() {
    let network = Network::new();
    let (_broker, mut application, mut session) = with_handlers(&network, "unsubscribe /t");
    send(&mut session, "one");
    application.hear_message("a", &told("one"));
    application.hear_message("b", &told("one"));
    send(&mut session, "two");
    application.hear_message("b", &told("two"));
    application.destroy_and_check();
}

#[test]
fn a_handler_may_subscribe_others_and_waits_for_nothing() {
    let network = Network::new();
    let (_broker, mut application, mut session) = with_handlers(&network, "subscribe_sync /t 0 new 5000");
    send(&mut session, "one");
    application.hear_message("a", &told("one"));
    let (result, took) = application.finish_timed("subscribe_sync /t 0 new 5000");
    assert!(result > 0 && took.as_millis() < 500, "{result} after {took:?}");
    let asking = session.expect(SUBSCRIBE);
    session.serve(&asking);
    application.ok("obeys a");
    application.hear("@event SUBCRIBE_SUCCESS");
    send(&mut session, "two");
    for handler in ["a", "b", "new"] {
        application.hear_message(handler, &told("two"));
    }
    application.destroy_and_check();
}

#[test]
fn a_handler_may_publish() {
    let network = Network::new();
    let (_broker, mut application, mut session) = with_handlers(&network, "publish /answer 1 answer");
    session.send(&packet::publish_with_id(PUBLISH_AT_LEAST_ONCE, "/t", [0, 7], b"question"));
    let answer = session.expect(PUBLISH_AT_LEAST_ONCE);
    let (topic, id, payload) = answer.publish();
    assert_eq!((topic, payload), ("/answer", "answer"));
    assert_eq!(session.expect(packet::PUBACK).id(), [0, 7]);
    session.serve(&answer);
    application.hear("@message b ");
    application.hear_event_of("PUBLISH_SUCCESS", id.expect("a packet id"));
    application.destroy_and_check();
}

#[test]
fn a_handler_that_destroys_the_client_is_the_last_one_called() {
    let network = Network::new();
    let (broker, mut application, mut session) = with_handlers(&network, "destroy");
    session.send(&packet::publish_with_id(PUBLISH_AT_LEAST_ONCE, "/t", [0, 7], b"text"));
    application.hear("@message a ");
    assert_eq!(application.finish("destroy"), 0);
    // Not acknowledged: the broker sends it again to the next client.
    session.expect(packet::DISCONNECT);
    assert_eq!(application.call("state"), -2);
    assert!(application.lines_with("@message b ").is_empty(), "{}", application.log_text());
    application.counts().assert_nothing_held();
    application.ok("obeys a");
    let mut session = application.construct_at(&broker, "null");
    application.id("subscribe /t 1 a");
    let asking = session.expect(SUBSCRIBE);
    session.serve(&asking);
    send(&mut session, "again");
    application.hear_message("a", &told("again"));
    application.destroy_and_check();
}

#[test]
fn a_handler_that_makes_a_new_client_gets_a_client() {
    let network = Network::new();
    let (broker, mut application, mut session) = with_handlers(&network, "destroy");
    application.ok("obeys observer construct null");
    application.id("publish /never 1 answered");
    send(&mut session, "text");
    application.hear_message("a", &told("text"));
    // The observer is told from inside destroy that its publish is lost.
    let mut session = broker.accept();
    session.send(&packet::CONNACK);
    application.hear("@event PUBLISH_NACK");
    assert_eq!(application.finish("construct null"), 1, "{}", application.log_text());
    assert_eq!(application.call("state"), 1);
    application.ok("obeys observer");
    application.destroy_and_check();
}

#[test]
fn a_handler_may_yield() {
    let network = Network::new();
    let (_broker, mut application, mut session) = with_handlers(&network, "yield 100");
    send(&mut session, "one");
    send(&mut session, "two");
    for text in ["one", "two"] {
        application.hear_message("a", &told(text));
        application.hear_message("b", &told(text));
    }
    application.destroy_and_check();
}

#[test]
fn an_observer_may_destroy_the_client_when_the_connection_is_lost() {
    let network = Network::new();
    let (_broker, mut application, session) = with_handlers(&network, "state");
    application.ok("obeys observer destroy");
    drop(session);
    assert_eq!(application.finish("destroy"), 0, "{}", application.log_text());
    assert_eq!(application.call("state"), -2);
    application.counts().assert_nothing_held();
}
