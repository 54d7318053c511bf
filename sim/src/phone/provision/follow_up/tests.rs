//! A device in a few lines of script, an embedded cloud, and the phone between them.

use std::sync::Arc;
use std::thread;

use super::*;
use crate::cloud::{BrokerChoice, Cloud, CloudService, Faults};
use crate::file::Offers;
use crate::mqtt_session::MqttSession;
use crate::phone::provision::scripted::{self, LIMIT, announce, free_port};

const TOKEN: &str = "B52C577E55DE6B3CAF5B0C882410D8BF";

fn cloud() -> SocketAddr {
    let listen = free_port();
    let broker = BrokerChoice::Embedded { listen, tls: None, devices: Vec::new() };
    let faults = Faults { reply_delay: Duration::ZERO, drop_replies: 0, reply_code: DONE };
    let service = CloudService::new(LIMIT, faults, Offers::default());
    Cloud::start(broker, service, Arc::new(|_| ())).unwrap();
    listen
}

fn args(broker: SocketAddr, bind_addr: SocketAddr, wait_ms: u64) -> ProvisionArgs {
    scripted::args(&format!(
        "--mode dev-ap --ssid lab --product-secret s --json --broker {broker} --bind-addr {bind_addr} \
         --wait-ms {wait_ms}"
    ))
}

/// What follows for a device that has the credentials.
fn follow_up(args: &ProvisionArgs, device: Option<DeviceId>) -> Result<()> {
    let expected = Expected { device, token: Some(TOKEN.parse().unwrap()) };
    Phone::open(args, expected)?.bind()
}

fn report(broker: SocketAddr) {
    let mut device = MqttSession::new(&broker.into(), "device", "");
    let report = format!(r#"{{"id":"0","params":{{"token":"{TOKEN}"}}}}"#);
    device.publish("/sys/pk/dn/thing/awss/enrollee/match", report).unwrap();
    device.acknowledged(Instant::now() + LIMIT).unwrap();
    device.part();
}

fn status(result: Result<()>) -> u8 {
    result.unwrap_err().downcast_ref::<ProvisionFailure>().unwrap().exit_status()
}

#[test]
fn the_phone_waits_for_the_announcement_and_the_report_then_binds() {
    let (broker, phone) = (cloud(), free_port());
    let device = thread::spawn(move || {
        let answer = announce(phone).join().unwrap();
        thread::sleep(Duration::from_millis(100));
        report(broker);
        answer
    });
    follow_up(&args(broker, phone, 60_000), None).unwrap();
    let answer = device.join().unwrap();
    assert!(answer.ends_with(br#"{"id":"1","code":200,"data":{}}"#), "{}", String::from_utf8_lossy(&answer));
}

#[test]
fn without_an_announcement_the_report_is_enough() {
    let broker = cloud();
    report(broker);
    let device = Some(DeviceId::new("pk", "dn"));
    follow_up(&args(broker, free_port(), 60_000), device).unwrap();
}

#[test]
fn what_stays_away_is_told_apart() {
    let (broker, phone) = (cloud(), free_port());
    let nothing = follow_up(&args(broker, phone, 1), None);
    assert_eq!(status(nothing), ProvisionFailure::NotSeen(LIMIT).exit_status());
    let answered = announce(phone);
    let joined_only = follow_up(&args(broker, phone, 5_000), None);
    assert_eq!(status(joined_only), ProvisionFailure::NotReported(LIMIT).exit_status());
    answered.join().unwrap();
    let stranger = announce(phone);
    let other = follow_up(&args(broker, phone, 500), Some(DeviceId::new("pk", "x")));
    assert_eq!(status(other), ProvisionFailure::NotSeen(LIMIT).exit_status());
    drop(stranger);
}

#[test]
fn a_token_that_somebody_used_is_refused() {
    let broker = cloud();
    report(broker);
    let device = DeviceId::new("pk", "dn");
    App::new(broker.into(), "bob").bind(&device, TOKEN).unwrap();
    let used = follow_up(&args(broker, free_port(), 60_000), Some(device));
    assert_eq!(status(used), 10);
}
