//! `IOT_MQTT_Construct` and `IOT_MQTT_Destroy`: who connects as whom, and what comes of it.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::application::{Application, Device};
use crate::robust_support::packet::{self, Connect};
use crate::robust_support::rogue::RogueBroker;
use crate::support::broker::{Broker, PORT, Setting};
use crate::support::network::{Network, SERVER};
use crate::support::{DEVICE_NAME, DEVICE_PASSWORD, DEVICE_SECRET, PRODUCT_KEY};

/// What a construct that fails at once may take on a loaded machine.
const AT_ONCE: Duration = Duration::from_secs(2);
/// The flags of user name, password and clean session.
const USER_AND_PASSWORD: u8 = 0xc0;
const CLEAN_SESSION: u8 = 0x02;

/// Constructs with `parameters`; the broker lets it in.
fn construct(parameters: &str) -> (Application, Connect) {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut application = Application::start(&network);
    let command = format!("construct {parameters}");
    application.begin(&command);
    let (mut session, connect) = broker.accept_with_connect();
    session.send(&packet::CONNACK);
    assert_eq!(application.finish(&command), 1, "{}", application.log_text());
    application.hear("@ITE_MQTT_CONNECT_SUCC");
    assert_eq!(application.call("state"), 1);
    application.ok("destroy");
    session.expect(packet::DISCONNECT);
    application.counts().assert_nothing_held();
    (application, Connect::parse(&connect))
}

#[test]
fn without_parameters_it_is_the_device_of_the_port() {
    for parameters in ["null", "host= id= user= password= info= port=0"] {
        let (mut application, connect) = construct(parameters);
        assert_eq!(connect.flags, USER_AND_PASSWORD);
        // Twice the interval between pings, as 3.0.1 says it.
        assert_eq!(connect.keep_alive_s, 120);
        let bare = format!("{PRODUCT_KEY}.{DEVICE_NAME}|timestamp=2524608000000,_v=sdk-c-");
        assert!(connect.client_id.starts_with(&bare), "{}", connect.client_id);
        assert_eq!(connect.user_name, format!("{DEVICE_NAME}&{PRODUCT_KEY}"));
        assert_eq!(connect.password, DEVICE_PASSWORD);
        for (command, code) in [("destroy", -2), ("destroy null", -2), ("state", -2), ("yield 10", -2)] {
            assert_eq!(application.call(command), code, "{command}");
        }
    }
}

#[test]
fn every_parameter_reaches_the_broker() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let device = Device {
        product_key: PRODUCT_KEY,
        name: DEVICE_NAME,
        secret: DEVICE_SECRET,
        domain: "nowhere.invalid",
    };
    let mut application = Application::start_as(&network, device);
    let command =
        format!("construct host={SERVER} port={PORT} id=me user=you password=secret keepalive=45000 clean=1");
    application.begin(&command);
    let (mut session, connect) = broker.accept_with_connect();
    session.send(&packet::CONNACK);
    assert_eq!(application.finish(&command), 1, "{}", application.log_text());
    let connect = Connect::parse(&connect);
    assert_eq!(connect.flags, USER_AND_PASSWORD | CLEAN_SESSION);
    assert_eq!(connect.keep_alive_s, 90);
    assert_eq!(
        (connect.client_id.as_str(), connect.user_name.as_str(), connect.password.as_str()),
        ("me", "you", "secret")
    );
    // The second one is the first one.
    assert_eq!(application.call("construct id=another"), 1);
    application.hear("Already exist default MQTT connection");
    application.destroy_and_check();
}

#[test]
fn customized_information_is_part_of_the_default_client_id() {
    let (_, connect) = construct("info=key=1");
    assert!(connect.client_id.ends_with(",key=1|"), "{}", connect.client_id);
}

#[test]
fn numbers_out_of_their_range_count_as_defaults() {
    let (application, connect) = construct("keepalive=29999 timeout=5001");
    assert_eq!(connect.keep_alive_s, 120);
    for line in [
        "Using default request_timeout_ms: 2000, configured value(5001) out of [500, 5000]",
        "Using default keepalive_interval_ms: 60000, configured value(29999) out of [30000, 1200000]",
    ] {
        assert_eq!(application.lines_with(line).len(), 1, "{}", application.log_text());
    }
    let (_, connect) = construct("keepalive=1200000");
    assert_eq!(connect.keep_alive_s, 1200);
}

#[test]
fn each_refusal_has_its_line_and_is_told_at_once() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut application = Application::start(&network);
    let mut lines = BTreeSet::new();
    for code in 1..=5 {
        application.begin("construct null");
        let mut session = broker.accept();
        session.send(&[0x20, 2, 0, code]);
        let (result, took) = application.finish_timed("construct null");
        assert_eq!(result, 0, "{}", application.log_text());
        assert!(took < AT_ONCE, "{took:?}");
        let line = application.hear("bind: mqtt: ").what;
        assert!(line.contains(&format!("({code})")), "{line}");
        application.hear("IOT_MQTT_Construct: refused");
        lines.insert(line);
        assert_eq!(application.call("state"), -2);
        application.counts().assert_nothing_held();
    }
    assert_eq!(lines.len(), 5, "{lines:?}");
    drop(application.construct_at(&broker, "null"));
    application.destroy_and_check();
}

#[test]
fn a_wrong_password_is_refused_by_mosquitto_and_the_right_one_taken() {
    let network = Network::new();
    let _broker = Broker::start_with(&network, &[Setting::Password(DEVICE_PASSWORD)]);
    let mut application = Application::start(&network);
    assert_eq!(application.call("construct password=wrong"), 0);
    assert_eq!(application.call("construct null"), 1, "{}", application.log_text());
    application.destroy_and_check();
}

#[test]
fn a_connection_cut_before_connack_is_tried_again() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut application = Application::start(&network);
    application.begin("construct null");
    for end in [1, 3] {
        broker.accept().send(&packet::CONNACK[..end]);
    }
    broker.accept().send(&packet::CONNACK);
    assert_eq!(application.finish("construct null"), 1, "{}", application.log_text());
    application.destroy_and_check();
}

#[test]
fn a_port_that_names_no_device_has_no_client() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    for (product_key, name, secret, what) in [
        ("", DEVICE_NAME, DEVICE_SECRET, "product key"),
        (PRODUCT_KEY, "", DEVICE_SECRET, "device name"),
        (PRODUCT_KEY, DEVICE_NAME, "", "device secret"),
    ] {
        let device = Device { product_key, name, secret, domain: &SERVER.to_string() };
        let mut application = Application::start_as(&network, device);
        let command = format!("construct host={SERVER} id=me user=you password=secret");
        application.begin(&command);
        let (result, took) = application.finish_timed(&command);
        assert_eq!(result, 0, "{what}");
        assert!(took < AT_ONCE, "{took:?}");
        application.hear(&format!("Invalid {what}, abort!"));
        application.counts().assert_nothing_held();
    }
}

#[test]
fn a_text_that_is_too_long_is_refused_and_named() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut application = Application::start(&network);
    for (parameter, field, max) in [
        ("host", "host", 255),
        ("id", "client_id", 1024),
        ("user", "username", 1024),
        ("password", "password", 1024),
        ("info", "customize_info", 80),
    ] {
        let text = "h".repeat(max + 1);
        assert_eq!(application.call(&format!("construct {parameter}={text}")), 0, "{field}");
        application.hear(&format!("IOT_MQTT_Construct: {field} is longer than {max} bytes"));
    }
    let longest = "i".repeat(1024);
    assert_eq!(application.call(&format!("construct id={longest} user={longest} password={longest}")), 1);
    application.destroy_and_check();
}

#[test]
fn a_client_can_be_made_and_destroyed_again_and_again() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut application = Application::start(&network);
    for round in 0..10 {
        let parameters = if round % 2 == 0 { "null" } else { "clean=1 observer=observer" };
        assert_eq!(application.call(&format!("construct {parameters}")), 1, "{}", application.log_text());
        application.id("subscribe_sync /a/+ 1 a 5000");
        application.id("publish /a/b 1 again");
        application.hear_message("a", "topic=/a/b payload=again qos=1 dup=0 retain=0 id=1");
        application.ok(if round % 3 == 0 { "destroy null" } else { "destroy" });
        application.counts().assert_nothing_held();
    }
}
