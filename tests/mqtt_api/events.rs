//! What the observer is told of requests and of the connection.

use std::thread;
use std::time::Duration;

use crate::application::Application;
use crate::robust_support::packet::{self, PUBLISH_AT_LEAST_ONCE, SUBSCRIBE, UNSUBSCRIBE};
use crate::robust_support::rogue::{RogueBroker, Session};
use crate::support::network::Network;

/// With a request timeout of 500 ms and an observer.
fn connected(network: &Network) -> (RogueBroker, Application, Session) {
    let broker = RogueBroker::listen(network);
    let mut application = Application::start_impatient(network);
    let session = application.construct_at(&broker, "timeout=500 observer=observer");
    (broker, application, session)
}

#[test]
fn a_granted_subscription_is_a_success() {
    let network = Network::new();
    let (_broker, mut application, mut session) = connected(&network);
    let id = application.id("subscribe /a 1 a");
    let asking = session.expect(SUBSCRIBE);
    assert_eq!((asking.id(), asking.filter()), (id, "/a"));
    assert!(application.lines_with("@event SUBCRIBE").is_empty());
    session.send(&packet::suback(id));
    application.hear_event_of("SUBCRIBE_SUCCESS", id);
    application.destroy_and_check();
}

#[test]
fn a_refused_subscription_is_told_and_asked_again() {
    let network = Network::new();
    let (_broker, mut application, mut session) = connected(&network);
    let id = application.id("subscribe /a 1 a");
    session.expect(SUBSCRIBE);
    session.send(&packet::suback_refusing(id));
    application.hear("broker refused subscription /a (0x80)");
    application.hear_event_of("SUBCRIBE_NACK", id);
    let again = session.expect(SUBSCRIBE);
    assert_eq!(again.filter(), "/a");
    session.send(&packet::suback(again.id()));
    session.send(&packet::publish("/a", b"granted"));
    application.hear_message("a", "topic=/a payload=granted qos=0 dup=0 retain=0 id=0");
    application.destroy_and_check();
}

#[test]
fn a_subscription_without_an_answer_times_out_once_and_is_asked_again() {
    let network = Network::new();
    let (_broker, mut application, mut session) = connected(&network);
    let id = application.id("subscribe /a 1 a");
    let first = session.expect(SUBSCRIBE);
    let timeout = application.hear_event_of("SUBCRIBE_TIMEOUT", id);
    let again = session.expect(SUBSCRIBE);
    assert_eq!((again.id(), &again.body), (id, &first.body));
    session.expect(SUBSCRIBE);
    assert_eq!(application.lines_with("@event SUBCRIBE_TIMEOUT").len(), 1, "{timeout:?}");
    session.send(&packet::suback(id));
    application.hear_event_of("SUBCRIBE_SUCCESS", id);
    application.destroy_and_check();
}

#[test]
fn subscribe_sync_waits_for_the_answer_and_no_longer_than_it_was_told() {
    let network = Network::new();
    let (_broker, mut application, mut session) = connected(&network);
    application.begin("subscribe_sync /a 1 a 5000");
    let asking = session.expect(SUBSCRIBE);
    assert!(session.is_silent(Duration::from_millis(300)));
    session.send(&packet::suback(asking.id()));
    let (result, took) = application.finish_timed("subscribe_sync /a 1 a 5000");
    assert_eq!(result.to_be_bytes()[2..], asking.id());
    assert!((300..2_000).contains(&took.as_millis()), "{took:?}");

    application.begin("subscribe_sync /b 1 b 700");
    session.expect(SUBSCRIBE);
    let (result, took) = application.finish_timed("subscribe_sync /b 1 b 700");
    assert_eq!(result, -1);
    assert!((650..1_500).contains(&took.as_millis()), "{took:?}");
    application.hear("sync subscribe time out");
    // It goes on asking.
    let again = session.expect(SUBSCRIBE);
    session.send(&packet::suback(again.id()));
    session.send(&packet::publish("/b", b"late"));
    application.hear_message("b", "topic=/b payload=late qos=0 dup=0 retain=0 id=0");

    // A refusal is no agreement.
    application.begin("subscribe_sync /c 1 c 500");
    let asking = session.expect(SUBSCRIBE);
    session.send(&packet::suback_refusing(asking.id()));
    assert_eq!(application.finish("subscribe_sync /c 1 c 500"), -1);
    application.destroy_and_check();
}

#[test]
fn unsubscribing_is_told_whether_answered_or_not() {
    let network = Network::new();
    let (_broker, mut application, mut session) = connected(&network);
    for filter in ["/a", "/b"] {
        let id = application.id(&format!("subscribe {filter} 1 a"));
        let asking = session.expect(SUBSCRIBE);
        session.serve(&asking);
        application.hear_event_of("SUBCRIBE_SUCCESS", id);
    }
    let id = application.id("unsubscribe /a");
    let leaving = session.expect(UNSUBSCRIBE);
    assert_eq!((leaving.id(), leaving.filter()), (id, "/a"));
    session.serve(&leaving);
    application.hear_event_of("UNSUBCRIBE_SUCCESS", id);

    let id = application.id("unsubscribe /b");
    session.expect(UNSUBSCRIBE);
    application.hear_event_of("UNSUBCRIBE_TIMEOUT", id);
    let again = session.expect(UNSUBSCRIBE);
    assert_eq!((again.id(), again.filter()), (id, "/b"));
    session.serve(&again);
    application.hear_event_of("UNSUBCRIBE_SUCCESS", id);
    application.destroy_and_check();
}

#[test]
fn a_publish_is_a_success_when_acknowledged_and_given_up_when_not() {
    let network = Network::new();
    let (_broker, mut application, mut session) = connected(&network);
    let acknowledged = application.id("publish /a 1 one");
    let message = session.expect(PUBLISH_AT_LEAST_ONCE);
    assert_eq!(message.publish(), ("/a", Some(acknowledged), "one"));
    session.serve(&message);
    application.hear_event_of("PUBLISH_SUCCESS", acknowledged);

    let lost = application.id("publish_simple /a 1 two");
    session.expect(PUBLISH_AT_LEAST_ONCE);
    // The connection lives: something is heard, and later than in the millisecond of the publish.
    thread::sleep(Duration::from_millis(50));
    session.send(&packet::publish("/none", b""));
    application.hear_message("observer", "topic=/none payload= qos=0 dup=0 retain=0 id=0");
    application.hear("given up: no PUBACK");
    let told = application.hear_event_of("PUBLISH_TIMEOUT", lost);
    // An acknowledgement that comes too late says nothing.
    session.send(&packet::puback(lost));
    let next = application.id("publish /a 1 three");
    let message = session.expect(PUBLISH_AT_LEAST_ONCE);
    session.serve(&message);
    application.hear_event_of("PUBLISH_SUCCESS", next);
    assert_eq!(application.lines_with("@event PUBLISH").len(), 3, "{told:?}");
    application.destroy_and_check();
}

#[test]
fn what_is_unanswered_when_the_client_ends_is_told_from_inside_destroy() {
    let network = Network::new();
    let (_broker, mut application, mut session) = connected(&network);
    application.id("subscribe /b 1 b");
    let asking = session.expect(SUBSCRIBE);
    session.serve(&asking);
    application.hear("@event SUBCRIBE_SUCCESS");
    application.ok("fall_asleep");
    let published = application.id("publish /a 1 text");
    let subscribed = application.id("subscribe /a 1 a");
    let unsubscribed = application.id("unsubscribe /b");
    application.ok("destroy");
    let told = application.lines_with("@event ");
    for (event, id) in
        [("PUBLISH_NACK", published), ("SUBCRIBE_NACK", subscribed), ("UNSUBCRIBE_NACK", unsubscribed)]
    {
        let line = format!("@event {event} id={}", u16::from_be_bytes(id));
        assert_eq!(told.iter().filter(|told| **told == line).count(), 1, "{line}: {told:?}");
    }
    application.counts().assert_nothing_held();
}

#[test]
fn the_observer_is_told_once_of_a_lost_connection_and_once_of_its_return() {
    let network = Network::new();
    let (broker, mut application, session) = connected(&network);
    assert!(application.lines_with("CONNECT id=").is_empty(), "{}", application.log_text());
    drop(session);
    application.hear_event_of("DISCONNECT", [0, 0]);
    assert_eq!(application.call("state"), 0);
    // Attempts that fail are not told.
    drop(broker.accept());
    let mut session = broker.accept();
    session.send(&packet::CONNACK);
    application.hear_event_of("RECONNECT", [0, 0]);
    assert_eq!(application.call("state"), 1);
    assert_eq!(application.lines_with("CONNECT id=").len(), 2, "{}", application.log_text());
    application.destroy_and_check();
}

#[test]
fn nobody_need_observe() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut application = Application::start(&network);
    let mut session = application.construct_at(&broker, "null");
    application.id("subscribe /a 1 a");
    let asking = session.expect(SUBSCRIBE);
    session.send(&packet::publish("/unmatched", b"text"));
    session.send(&packet::publish("/unmatched", &[b'x'; 3_000]));
    session.serve(&asking);
    session.send(&packet::publish("/a", b"text"));
    application.hear("NO matching any topic, call default handle function");
    application.hear_message("a", "topic=/a payload=text qos=0 dup=0 retain=0 id=0");
    application.destroy_and_check();
}
