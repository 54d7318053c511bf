//! Which handlers are told of a message, and of what in it.

use std::process::Command;

use crate::application::Application;
use crate::robust_support::packet::{self, PUBLISH_AT_LEAST_ONCE, SUBSCRIBE, UNSUBSCRIBE};
use crate::robust_support::rogue::{RogueBroker, Session};
use crate::support::broker::Broker;
use crate::support::network::{Network, SERVER};

/// Subscribes `handler`; the broker agrees.
fn subscribe(application: &mut Application, session: &mut Session, filter: &str, handler: &str) {
    let id = application.id(&format!("subscribe {filter} 1 {handler}"));
    let asking = session.expect(SUBSCRIBE);
    assert_eq!((asking.id(), asking.filter()), (id, filter));
    session.serve(&asking);
    application.hear_event_of("SUBCRIBE_SUCCESS", id);
}

/// Unsubscribes; the broker agrees.
fn unsubscribe(application: &mut Application, session: &mut Session, filter: &str) {
    let id = application.id(&format!("unsubscribe {filter}"));
    let leaving = session.expect(UNSUBSCRIBE);
    session.serve(&leaving);
    application.hear_event_of("UNSUBCRIBE_SUCCESS", id);
}

fn connected(network: &Network) -> (RogueBroker, Application, Session) {
    let broker = RogueBroker::listen(network);
    let mut application = Application::start(network);
    let session = application.construct_at(&broker, "observer=observer");
    (broker, application, session)
}

#[test]
fn every_matching_handler_is_told_once_in_the_order_of_subscription() {
    let network = Network::new();
    let (_broker, mut application, mut session) = connected(&network);
    for (filter, handler) in [
        ("/a/b/#", "below"),
        ("/a/b", "first"),
        ("/+/b", "any"),
        ("/a/c", "other"),
        ("/a/b", "second"),
        ("/#", "all"),
        ("/a/+", "child"),
        ("/a/+/", "deeper"),
    ] {
        subscribe(&mut application, &mut session, filter, handler);
    }
    session.send(&packet::publish_with_id(PUBLISH_AT_LEAST_ONCE | 0x09, "/a/b", [3, 4], b"text"));
    for handler in ["below", "first", "any", "second", "all", "child"] {
        application.hear_message(handler, "topic=/a/b payload=text qos=1 dup=1 retain=1 id=772");
    }
    session.expect(packet::PUBACK);
    session.send(&packet::publish("/a/c", b"next"));
    for handler in ["other", "all", "child"] {
        application.hear_message(handler, "topic=/a/c payload=next qos=0 dup=0 retain=0 id=0");
    }
    application.destroy_and_check();
}

#[test]
fn a_subscription_made_twice_is_one_and_is_asked_for_again() {
    let network = Network::new();
    let (_broker, mut application, mut session) = connected(&network);
    for _ in 0..3 {
        subscribe(&mut application, &mut session, "/a", "a");
    }
    assert_eq!(application.lines_with("dup sub,topic = /a").len(), 2, "{}", application.log_text());
    session.send(&packet::publish("/a", b"once"));
    application.hear_message("a", "topic=/a payload=once qos=0 dup=0 retain=0 id=0");
    session.send(&packet::publish("/a", b"end"));
    application.hear_message("a", "topic=/a payload=end qos=0 dup=0 retain=0 id=0");
    application.destroy_and_check();
}

#[test]
fn what_no_handler_is_for_goes_to_the_observer() {
    let network = Network::new();
    let (_broker, mut application, mut session) = connected(&network);
    subscribe(&mut application, &mut session, "/a", "a");
    session.send(&packet::publish("/b", b"stray"));
    application.hear("NO matching any topic, call default handle function");
    application.hear_message("observer", "topic=/b payload=stray qos=0 dup=0 retain=0 id=0");
    session.send(&packet::publish_with_id(PUBLISH_AT_LEAST_ONCE, "/b", [0, 9], b"stray"));
    application.hear_message("observer", "topic=/b payload=stray qos=1 dup=0 retain=0 id=9");
    assert_eq!(session.expect(packet::PUBACK).id(), [0, 9]);
    application.destroy_and_check();
}

#[test]
fn after_unsubscribe_none_of_its_handlers_is_told() {
    let network = Network::new();
    let (_broker, mut application, mut session) = connected(&network);
    for (filter, handler) in [("/a", "one"), ("/a", "two"), ("/+", "stays")] {
        subscribe(&mut application, &mut session, filter, handler);
    }
    unsubscribe(&mut application, &mut session, "/a");
    session.send(&packet::publish("/a", b"text"));
    application.hear_message("stays", "topic=/a payload=text qos=0 dup=0 retain=0 id=0");
    unsubscribe(&mut application, &mut session, "/+");
    session.send(&packet::publish("/a", b"last"));
    application.hear_message("observer", "topic=/a payload=last qos=0 dup=0 retain=0 id=0");
    // Also from what nobody here has subscribed to.
    unsubscribe(&mut application, &mut session, "/never");
    // And what was unsubscribed can be subscribed to anew.
    subscribe(&mut application, &mut session, "/a", "two");
    session.send(&packet::publish("/a", b"anew"));
    application.hear_message("two", "topic=/a payload=anew qos=0 dup=0 retain=0 id=0");
    application.destroy_and_check();
}

#[test]
fn handlers_stop_before_the_broker_has_agreed_to_unsubscribe() {
    let network = Network::new();
    let (_broker, mut application, mut session) = connected(&network);
    subscribe(&mut application, &mut session, "/a", "a");
    let id = application.id("unsubscribe /a");
    let leaving = session.expect(UNSUBSCRIBE);
    session.send(&packet::publish("/a", b"between"));
    session.serve(&leaving);
    application.hear_event_of("UNSUBCRIBE_SUCCESS", id);
    assert!(application.lines_with("@message a ").is_empty(), "{}", application.log_text());
    application.destroy_and_check();
}

#[test]
fn what_was_subscribed_before_construct_is_asked_for_in_that_order() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut application = Application::start(&network);
    let filters = ["/z", "/a", "/m/+", "/b/#", "/z", "/y", "/x"];
    for filter in filters {
        application.ok(&format!("subscribe {filter} 1 a"));
    }
    let mut session = application.construct_at(&broker, "observer=observer");
    let mut asked: Vec<String> = Vec::new();
    while asked.len() < 6 {
        let asking = session.expect(SUBSCRIBE);
        if !asked.contains(&asking.filter().to_owned()) {
            asked.push(asking.filter().to_owned());
        }
        session.serve(&asking);
    }
    assert_eq!(asked, ["/z", "/a", "/m/+", "/b/#", "/y", "/x"]);
    session.send(&packet::publish("/z", b"text"));
    application.hear_message("a", "topic=/z payload=text qos=0 dup=0 retain=0 id=0");
    session.send(&packet::publish("/m/n", b"text"));
    application.hear_message("a", "topic=/m/n payload=text qos=0 dup=0 retain=0 id=0");
    application.destroy_and_check();
}

#[test]
fn every_quality_of_service_comes_through_mosquitto() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut application = Application::start(&network).constructed();
    application.id("subscribe_sync /to/# 2 a 5000");
    for qos in ["0", "1", "2"] {
        let sent = network.peers.run(|| {
            Command::new("mosquitto_pub")
                .args(["-h", &SERVER.to_string(), "-t", "/to/me", "-m", qos, "-q", qos])
                .status()
        });
        assert!(sent.expect("mosquitto_pub is installed").success());
        let message = application.hear("@message a ").what;
        assert!(
            message.contains(&format!("topic=/to/me payload={qos} qos={qos} dup=0 retain=0 ")),
            "{message}"
        );
    }
    assert_eq!(application.lines_with("@message ").len(), 3, "{}", application.log_text());
    application.destroy_and_check();
}

#[test]
fn a_retained_message_is_kept_by_mosquitto_and_comes_as_such() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut application = Application::start(&network).constructed();
    application.id("publish /kept 1 kept retain");
    application.id("publish /dropped 1 dropped");
    application.hear("@event PUBLISH_SUCCESS");
    application.hear("@event PUBLISH_SUCCESS");
    application.id("subscribe_sync /+ 0 a 5000");
    application.hear_message("a", "topic=/kept payload=kept qos=0 dup=0 retain=1 id=0");
    application.id("publish /kept 1 new");
    application.hear_message("a", "topic=/kept payload=new qos=0 dup=0 retain=0 id=0");
    assert_eq!(application.lines_with("@message ").len(), 2, "{}", application.log_text());
    application.destroy_and_check();
}
