//! `IOT_MQTT_*` and `IOT_Linkkit_*` in one application, which share the one client.

use crate::application::Application;
use crate::robust_support::packet::{self, Connect};
use crate::robust_support::rogue::RogueBroker;
use crate::support::broker::Broker;
use crate::support::cloud::{Cloud, Replies};
use crate::support::network::Network;
use crate::support::{SOON, topic};

const CONNECTED: &str = "@ITE_MQTT_CONNECT_SUCC";

/// A message of the application to itself, through the broker.
fn assert_hears_itself(application: &mut Application, text: &str) {
    application.id(&format!("publish /app/me 1 {text}"));
    let message = application.hear("@message app ").what;
    assert!(message.contains(&format!("payload={text} ")), "{message}");
}

#[test]
fn a_device_opens_on_the_client_and_takes_it_along_when_it_closes() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let mut application = Application::start(&network).constructed();
    application.id("subscribe_sync /app/# 1 app 5000");
    application.ok("open");
    assert_hears_itself(&mut application, "open");
    application.ok("connect");
    cloud.token_report(0, SOON);
    application.hear("@ITE_CONNECT_SUCC");
    application.hear("awss_report_token_reply");
    assert_eq!(application.lines_with(CONNECTED).len(), 1, "{}", application.log_text());
    assert_hears_itself(&mut application, "connected");
    assert_eq!(application.call("construct null"), 1);
    application.ok("close");
    assert_eq!(application.call("state"), -2);
    application.counts().assert_nothing_held();
}

#[test]
fn a_client_of_a_connected_device_is_the_devices_and_outlives_destroy() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let mut application = Application::start(&network);
    application.ok("open");
    assert_eq!(application.call("state"), -2);
    application.ok("connect");
    assert_eq!(application.call("state"), 1);
    assert_eq!(application.call("construct observer=observer"), 1);
    assert_eq!(application.lines_with(CONNECTED).len(), 1, "{}", application.log_text());
    application.id("subscribe_sync /app/# 1 app 5000");
    assert_hears_itself(&mut application, "both");
    application.ok("destroy");
    // The device goes on, without the application's handlers.
    assert_eq!(application.call("state"), 1);
    cloud.publish("/app/me", "nobody");
    cloud.token_report(0, SOON);
    application.ok("yield 300");
    application.ok("close");
    assert!(!application.log_text().contains("payload=nobody"), "{}", application.log_text());
    application.counts().assert_nothing_held();
}

#[test]
fn a_device_that_is_open_connects_with_construct_and_then_as_a_device() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let mut application = Application::start(&network);
    application.ok("open");
    assert_eq!(application.call("construct null"), 1, "{}", application.log_text());
    assert_eq!(application.lines_with(CONNECTED).len(), 1, "{}", application.log_text());
    application.id("subscribe_sync /app/# 1 app 5000");
    application.ok("connect");
    cloud.token_report(0, SOON);
    assert_hears_itself(&mut application, "device");
    application.ok("close");
    application.counts().assert_nothing_held();
}

#[test]
fn a_device_does_not_open_on_the_client_of_another() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut application = Application::start(&network);
    application.ok("rename somebody_else");
    assert_eq!(application.call("construct observer=observer"), 1);
    assert_eq!(application.call("open"), -1);
    application.hear("the MQTT client is connected as another device");
    assert_eq!(application.call("state"), 1);
    application.ok("destroy");
    application.ok("open");
    application.ok("connect");
    application.ok("close");
    application.counts().assert_nothing_held();
}

#[test]
fn messages_of_the_device_stay_with_the_device_and_others_reach_the_observer() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut application = Application::start(&network);
    application.begin("construct observer=observer");
    let (mut session, connect) = broker.accept_with_connect();
    assert_eq!(Connect::parse(&connect).keep_alive_s, 120);
    session.send(&packet::CONNACK);
    assert_eq!(application.finish("construct observer=observer"), 1);
    application.ok("open");
    application.begin("connect");
    let report = session.expect_report();
    session.confirm(&report);
    session.send(&packet::publish("/app/x", b"unmatched"));
    application.begin("state");
    application.hear("awss_report_token_reply");
    application.hear_message("observer", "topic=/app/x payload=unmatched qos=0 dup=0 retain=0 id=0");
    let served = std::thread::spawn(move || session.serve_to_the_end());
    assert_eq!(application.finish("connect"), 0, "{}", application.log_text());
    let of_device = topic("thing/awss/enrollee/match_reply");
    let to_observer = application.lines_with("@message observer");
    assert!(to_observer.iter().all(|line| !line.contains(&of_device)), "{to_observer:?}");
    application.ok("close");
    served.join().expect("the broker saw nothing strange");
    application.counts().assert_nothing_held();
}
