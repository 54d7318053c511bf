//! The log is a contract: its keywords are there, and no secret is.

use std::cell::RefCell;

use log::{Level, LevelFilter, Log, Metadata, Record};

use super::world::*;
use crate::sign::{Credentials, SecureMode};

struct Recorder;

thread_local! {
    // Each test runs in a thread of its own.
    static LINES: RefCell<Vec<(Level, String)>> = const { RefCell::new(Vec::new()) };
}

impl Log for Recorder {
    fn enabled(&self, _: &Metadata) -> bool {
        true
    }
    fn log(&self, record: &Record) {
        LINES.with_borrow_mut(|lines| lines.push((record.level(), record.args().to_string())));
    }
    fn flush(&self) {}
}

/// Lines logged while `act` runs.
pub fn lines(act: impl FnOnce()) -> Vec<(Level, String)> {
    // Fails when it is installed already.
    let _ = log::set_logger(&Recorder);
    log::set_max_level(LevelFilter::Trace);
    LINES.take();
    act();
    LINES.take()
}

#[test]
fn every_keyword_of_the_guide_is_logged() {
    let lines = lines(|| {
        let mut world = World::new();
        world.run(2_000);
        world.phone(&query(1, r#"{"id":123}"#));
        world.run(2_000);
        world.publish("nobody/subscribed/this", "{}");
    });
    let sys = "/sys/a1GQc8iJOWI/gateway_test01";
    for (level, keyword) in [
        (Level::Info, "ProductKey : a1GQc8iJOWI".to_owned()),
        (Level::Info, "DeviceName : gateway_test01".to_owned()),
        (Level::Info, "DeviceID : a1GQc8iJOWI.gateway_test01".to_owned()),
        (Level::Info, "PartnerID Buf :".to_owned()),
        (Level::Info, "ModuleID Buf :".to_owned()),
        (Level::Info, "Guider URL :".to_owned()),
        (Level::Info, "Guider SecMode : 3 (TCP + Direct + Plain)".to_owned()),
        (Level::Info, "Guider Timestamp : 2524608000000".to_owned()),
        (Level::Info, "MQTT init success!".to_owned()),
        (Level::Info, "mqtt connect success!".to_owned()),
        (Level::Info, format!("mqtt subscribe packet sent,topic = {sys}/thing/awss/enrollee/match_reply!")),
        (Level::Debug, format!("sub {sys}/thing/awss/enrollee/match_reply success")),
        (Level::Debug, "no rst".to_owned()),
        (
            Level::Debug,
            r#"report token:{"id":"0","version":"1.0","method":"thing.awss.enrollee.match""#.to_owned(),
        ),
        (Level::Info, "report token res:".to_owned()),
        (Level::Debug, "Packet Ident : ".to_owned()),
        (Level::Debug, "Topic Length : 63".to_owned()),
        (Level::Debug, format!("Topic Name : {sys}/thing/awss/enrollee/match_reply")),
        (Level::Debug, "Payload Len/Room : ".to_owned()),
        (Level::Debug, "Receive Buflen : ".to_owned()),
        (Level::Debug, "delivering msg ...".to_owned()),
        (Level::Debug, "topic be matched".to_owned()),
        (Level::Info, "awss_report_token_reply".to_owned()),
        (Level::Debug, "Register new resource /sys/device/info/get success, count: 1".to_owned()),
        (Level::Debug, format!("Register new resource {sys}/device/info/get success, count: 2")),
        (Level::Info, "topic:/sys/device/info/notify".to_owned()),
        (Level::Debug, r#"payload:{"id":"1","version":"1.0","method":"device.info.notify""#.to_owned()),
        (Level::Debug, "Request path is /sys/device/info/get".to_owned()),
        (Level::Debug, "Found the resource: /sys/device/info/get".to_owned()),
        (Level::Info, r#"sending message to app: {"id":123,"code":200,"data":{"awssVer""#.to_owned()),
        (Level::Info, "update token".to_owned()),
    ] {
        assert!(
            lines.iter().any(|(at, line)| *at == level && line.starts_with(&keyword)),
            "{level}: {keyword}"
        );
    }
}

#[test]
fn no_line_holds_a_secret() {
    let lines = lines(|| {
        let mut world = World::with_reset_flag(true);
        world.cloud.reply_code = 500;
        world.run(5_000);
        world.cloud.reply_code = 200;
        world.cut();
        world.run(60_000);
        world.phone(&query(1, r#"{"id":123}"#));
        world.cloud.connack_code = 4;
        world.cut();
        world.run(10_000);
    });
    let identity = crate::identity::Identity::new(PK, DN, DS).unwrap();
    let mut credentials = Credentials::empty();
    credentials.sign(&identity, SecureMode::Tcp, "").unwrap();
    assert!(lines.len() > 50);
    for (_, line) in lines {
        assert!(!line.contains(DS) && !line.contains(credentials.password.as_str()), "{line}");
    }
}

#[test]
fn each_failed_bind_ends_with_one_error_that_names_step_and_reason() {
    type Act = fn(&mut World);
    let cases: [(&str, Act); 4] = [
        ("bind: report: no reply on .../match_reply after 2 tries of 30000 ms", |world| {
            world.cloud.ignores_reports = 10;
            world.run(200_000);
        }),
        ("bind: report: the cloud refused the token with code 460 (m) after 2 tries", |world| {
            world.cloud.reply_code = 460;
            world.run(200_000);
        }),
        ("bind: subscribe: broker refused .../match_reply (0x80)", |world| {
            world.cloud.refuses = Some("match_reply");
            world.run(0);
        }),
        ("bind: mqtt: not authorized (5): check the device secret", |world| {
            world.cloud.connack_code = 5;
            world.settle();
        }),
    ];
    for (expected, act) in cases {
        let mut world = World::new();
        let errors: Vec<_> =
            lines(|| act(&mut world)).into_iter().filter(|(level, _)| *level == Level::Error).collect();
        assert_eq!(errors, [(Level::Error, expected.to_owned())]);
    }
}
