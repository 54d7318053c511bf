//! How long calls take.

use std::thread;
use std::time::Duration;

use crate::application::Application;
use crate::robust_support::packet;
use crate::robust_support::rogue::RogueBroker;
use crate::support::broker::Broker;
use crate::support::network::Network;

/// What a publish may take while another thread yields, ms.
const LONGEST_PUBLISH_MS: i32 = 50;

/// At the same time, for each takes 10 s.
#[test]
fn calls_that_take_ten_seconds_take_no_longer_and_hold_up_no_others() {
    thread::scope(|scope| {
        scope.spawn(|| publish_beside_yield("0"));
        scope.spawn(|| publish_beside_yield("1"));
        scope.spawn(a_server_that_is_not_there_is_given_up_after_ten_seconds);
        scope.spawn(a_connack_that_does_not_come_is_waited_for_5_s_at_a_time_and_10_in_all);
    });
}

/// 200 publishes beside one yield of 10 s, which is not over before them.
fn publish_beside_yield(qos: &str) {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut application = Application::start(&network).constructed();
    let command = format!("publish_beside_yield 200 /out {qos}");
    application.begin(&command);
    let (longest, took) = application.finish_timed(&command);
    assert!((0..LONGEST_PUBLISH_MS).contains(&longest), "{longest} ms\n{}", application.log_text());
    assert!(took >= Duration::from_secs(9), "the yield was over after {took:?}");
    application.destroy_and_check();
}

fn a_server_that_is_not_there_is_given_up_after_ten_seconds() {
    let network = Network::new();
    let mut application = Application::start(&network);
    application.begin("construct null");
    let (result, took) = application.finish_timed("construct null");
    assert_eq!(result, 0);
    assert!((9_500..11_000).contains(&took.as_millis()), "{took:?}\n{}", application.log_text());
    application.hear("IOT_MQTT_Construct: cannot connect to the server within 10000 ms");
    application.counts().assert_nothing_held();
}

fn a_connack_that_does_not_come_is_waited_for_5_s_at_a_time_and_10_in_all() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut application = Application::start(&network);
    application.begin("construct null");
    let mut first = broker.accept();
    assert!(first.is_hung_up(Duration::from_secs(8)), "{}", application.log_text());
    let mut second = broker.accept();
    assert!(!second.is_silent(Duration::from_secs(6)), "{}", application.log_text());
    let (result, took) = application.finish_timed("construct null");
    assert_eq!(result, 0, "{}", application.log_text());
    assert!((9_500..11_500).contains(&took.as_millis()), "{took:?}");
    application.counts().assert_nothing_held();
    drop(first);
    // The next one is a new beginning.
    let mut session = application.construct_at(&broker, "null");
    session.send(&packet::PINGRESP);
    application.destroy_and_check();
}

#[test]
fn a_yield_takes_as_long_as_it_was_told() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut application = Application::start(&network).constructed();
    for (timeout_ms, range) in [("0", 5..300), ("100", 95..400), ("1500", 1_490..1_900)] {
        let command = format!("yield {timeout_ms}");
        application.begin(&command);
        let (result, took) = application.finish_timed(&command);
        assert_eq!(result, 0);
        assert!(range.contains(&took.as_millis()), "{timeout_ms}: {took:?}");
    }
    application.destroy_and_check();
}

#[test]
fn destroy_returns_soon_although_the_broker_reads_nothing() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut application = Application::start(&network);
    let session = application.construct_at(&broker, "null");
    application.id("publish /out 1 unanswered");
    application.begin("destroy");
    let (result, took) = application.finish_timed("destroy");
    assert_eq!(result, 0);
    assert!(took < Duration::from_secs(2), "{took:?}");
    application.counts().assert_nothing_held();
    drop(session);
}
