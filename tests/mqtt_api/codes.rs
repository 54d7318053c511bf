//! What each function gives, and that nothing is sent when it is an error.

use std::time::Duration;

use crate::application::{Application, IMPATIENT_FILTERS};
use crate::robust_support::packet;
use crate::robust_support::rogue::RogueBroker;
use crate::support::broker::Broker;
use crate::support::network::Network;

const NULL_VALUE: i32 = -2;
const QOS: i32 = -20;
const PACKET: i32 = -21;
const STATE: i32 = -27;
const TOPIC: i32 = -41;
const TOO_MANY_MESSAGES: i32 = -42;
const TOO_MANY_FILTERS: i32 = -47;

/// Topics and filters that are neither.
fn malformed() -> Vec<String> {
    let mut texts: Vec<_> =
        ["a/b", "/a/#/b", "/a/b#", "/a+/b", "/\u{1}", "/\u{e9}"].map(str::to_owned).to_vec();
    texts.push(format!("/{}", "t".repeat(128)));
    texts
}

#[test]
fn malformed_topics_and_messages_are_refused_and_not_sent() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut application = Application::start(&network);
    let mut session = application.construct_at(&broker, "observer=observer");
    for text in malformed() {
        for (command, code) in [
            (format!("publish {text} 0 text"), TOPIC),
            (format!("publish {text} 1 text"), TOPIC),
            (format!("publish_simple {text} 0 text"), -1),
            (format!("subscribe {text} 0 a"), TOPIC),
            (format!("subscribe_sync {text} 0 a 1000"), TOPIC),
            (format!("unsubscribe {text}"), TOPIC),
        ] {
            assert_eq!(application.call(&command), code, "{command}");
        }
    }
    for (command, code) in [
        ("publish /a/+ 0 text", TOPIC),
        ("publish /# 0 text", TOPIC),
        ("publish /a 2 text", QOS),
        ("publish /a 3 text", QOS),
        ("publish_simple /a 2 text", -1),
        ("publish_simple /a -1 text", -1),
        ("publish_long /a 0 70000", PACKET),
        ("publish_long /a 1 70000", PACKET),
        ("yield -1", -1),
    ] {
        assert_eq!(application.call(command), code, "{command}");
        application.hear(if command.starts_with("yield") {
            "Invalid argument, timeout_ms = -1"
        } else {
            "IOT_MQTT_Publish"
        });
    }
    assert!(session.is_silent(Duration::from_millis(200)), "something was sent");
    application.destroy_and_check();
}

#[test]
fn the_longest_topic_and_every_printable_character_pass() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut application = Application::start(&network).constructed();
    let printable: String = (0x21..=0x7e_u8).map(char::from).filter(|c| !matches!(c, '+' | '#')).collect();
    let longest = format!("/{}", "t".repeat(127));
    for topic in [longest, format!("/{printable}"), "/".to_owned(), "//a//".to_owned()] {
        application.id(&format!("subscribe_sync {topic} 1 a 5000"));
        application.id(&format!("publish {topic} 1 text"));
        let message = application.hear("@message a ").what;
        assert!(message.contains(&format!("topic={topic} payload=text ")), "{message}");
        application.id(&format!("unsubscribe {topic}"));
    }
    application.destroy_and_check();
}

#[test]
fn without_a_client_subscriptions_are_kept_and_the_rest_is_refused() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut application = Application::start(&network);
    for (command, code) in [
        ("publish /a 0 text", NULL_VALUE),
        ("publish /a 1 text", NULL_VALUE),
        ("publish_simple /a 0 text", NULL_VALUE),
        ("unsubscribe /a", NULL_VALUE),
        ("state", NULL_VALUE),
        ("yield 10", NULL_VALUE),
        ("yield -1", NULL_VALUE),
        ("destroy", NULL_VALUE),
        ("subscribe a 0 a", TOPIC),
        ("subscribe /a 0 a", 0),
        ("subscribe_sync /b 0 a 5000", 0),
    ] {
        assert_eq!(application.call(command), code, "{command}");
    }
}

#[test]
fn while_the_connection_is_lost_requests_are_refused() {
    let network = Network::new();
    let mut broker = Broker::start(&network);
    let mut application = Application::start(&network).constructed();
    application.id("subscribe_sync /kept 0 a 5000");
    broker.stop();
    application.hear("@event DISCONNECT");
    for (command, code) in [
        ("state", 0),
        ("publish /a 0 text", STATE),
        ("publish /a 1 text", STATE),
        ("publish_simple /a 1 text", -1),
        ("subscribe /a 0 a", STATE),
        ("subscribe_sync /a 0 a 1000", STATE),
        ("unsubscribe /kept", STATE),
        ("yield 10", 0),
    ] {
        assert_eq!(application.call(command), code, "{command}");
    }
    broker.restart();
    application.hear("@event RECONNECT");
    // The handlers of a filter that was not unsubscribed stay, and a refused filter is not asked for.
    application.id("publish /kept 1 text");
    application.hear_message("a", "topic=/kept payload=text qos=0 dup=0 retain=0 id=0");
    assert!(application.lines_with("mqtt subscribe packet sent,topic = /a!").is_empty());
    application.destroy_and_check();
}

#[test]
fn a_full_window_refuses_until_the_broker_acknowledges() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut application = Application::start(&network);
    let mut session = application.construct_at(&broker, "observer=observer");
    let ids: Vec<_> = (0..10).map(|n| application.id(&format!("publish /a 1 {n}"))).collect();
    assert_eq!(application.call("publish /a 1 refused"), TOO_MANY_MESSAGES);
    assert_eq!(application.call("publish_simple /a 1 refused"), -1);
    // Quality of service 0 is not concerned.
    application.ok("publish /b 0 passes");
    session.send(&packet::puback(ids[3]));
    application.hear_event_of("PUBLISH_SUCCESS", ids[3]);
    let again = application.id("publish /a 1 again");
    assert!(!ids.contains(&again) || again == ids[3], "{again:?} is in use");
    application.destroy_and_check();
}

#[test]
fn a_full_table_refuses_filters() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut application = Application::start_impatient(&network);
    for n in 0..IMPATIENT_FILTERS {
        application.ok(&format!("subscribe /early/{n} 0 a"));
    }
    assert_eq!(application.call("subscribe /late 0 a"), TOO_MANY_FILTERS);
    let mut session = application.construct_at(&broker, "observer=observer");
    let mut asked = Vec::new();
    while asked.len() < IMPATIENT_FILTERS {
        let asking = session.expect(packet::SUBSCRIBE);
        asked.push(asking.filter().to_owned());
        session.serve(&asking);
    }
    assert_eq!(asked, (0..IMPATIENT_FILTERS).map(|n| format!("/early/{n}")).collect::<Vec<_>>());
    assert_eq!(application.call("subscribe /late 0 a"), TOO_MANY_FILTERS);
    application.id("unsubscribe /early/3");
    let asking = session.expect(packet::UNSUBSCRIBE);
    session.serve(&asking);
    application.hear("@event UNSUBCRIBE_SUCCESS");
    application.id("subscribe /late 0 a");
    application.destroy_and_check();
}

#[test]
fn an_unknown_quality_of_service_subscribes_with_0() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut application = Application::start(&network);
    let mut session = application.construct_at(&broker, "observer=observer");
    for (qos, asked) in [("0", 0), ("1", 1), ("2", 2), ("3", 0), ("-1", 0), ("77", 0)] {
        application.id(&format!("subscribe /q/{qos} {qos} a"));
        let asking = session.expect(packet::SUBSCRIBE);
        assert_eq!(asking.body.last(), Some(&asked), "{qos}");
        session.serve(&asking);
    }
    application.destroy_and_check();
}
