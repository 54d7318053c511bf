//! A device in a few lines of script, an embedded cloud, and the phone between them.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use clap::Parser;

use super::*;
use crate::cli::{Cli, Command};
use crate::cloud::{BrokerChoice, Cloud, CloudService, Faults};
use crate::file::Offers;
use crate::mqtt_session::MqttSession;
use crate::phone::{PhoneArgs, PhoneCommand};

const TOKEN: &str = "B52C577E55DE6B3CAF5B0C882410D8BF";
const LIMIT: Duration = Duration::from_secs(60);
fn free_port() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

fn cloud() -> SocketAddr {
    let listen = free_port();
    let broker = BrokerChoice::Embedded { listen, tls: None, devices: Vec::new() };
    let faults = Faults { reply_delay: Duration::ZERO, drop_replies: 0, reply_code: DONE };
    let service = CloudService::new(LIMIT, faults, Offers::default());
    Cloud::start(broker, service, Arc::new(|_| ())).unwrap();
    listen
}

fn args(broker: SocketAddr, bind_addr: SocketAddr, wait_ms: u64) -> ProvisionArgs {
    let flags = format!(
        "linkkit-sim phone provision --mode dev-ap --ssid lab --product-secret s --json \
         --broker {broker} --bind-addr {bind_addr} --wait-ms {wait_ms}"
    );
    match Cli::try_parse_from(flags.split_whitespace()).unwrap().command {
        Command::Phone(PhoneArgs { command: PhoneCommand::Provision(args) }) => *args,
        other => panic!("{other:?}"),
    }
}

/// What follows for a device that has the credentials.
fn follow_up(args: &ProvisionArgs, device: Option<DeviceId>) -> Result<()> {
    let expected = Expected { device, token: Some(TOKEN.parse().unwrap()) };
    Phone::open(args, expected)?.bind(Duration::from_millis(args.wait_ms))
}

/// Announces itself until the phone answers.
fn announce(phone: SocketAddr) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        let mut answer = vec![0; 512];
        let start = Instant::now();
        loop {
            socket.send_to(&announcement(), phone).unwrap();
            if let Ok((length, _)) = socket.recv_from(&mut answer) {
                answer.truncate(length);
                return answer;
            }
            assert!(start.elapsed() < LIMIT, "the phone does not answer");
        }
    })
}

/// POST, NON, with a token of one byte and a path of five segments.
fn announcement() -> Vec<u8> {
    let head = b"\x51\x02\x00\x01\x07\xb3sys\x04awss\x05event\x09connectap\x06notify\xff".as_slice();
    let payload = concat!(
        r#"{"id":"1","version":"1.0","method":"awss.event.connectap.notify","#,
        r#""params":{"productKey":"pk","deviceName":"dn","mac":"","ip":"","cipherType":3,"type":0}}"#
    );
    [head, payload.as_bytes()].concat()
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
