//! The station: provisioning with its part of the local network.

#![allow(clippy::arithmetic_side_effects)]

#[cfg(feature = "phone-ap")]
pub(super) mod phone_ap;

use core::net::{Ipv4Addr, SocketAddrV4};

use coap_lite::{CoapOption, MessageClass, MessageType, Packet, RequestType, ResponseType};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::*;
use crate::binding::Token;
use crate::entropy::{Entropy, PortEntropy, StoredSeed};
use crate::error::Error;
use crate::identity::Identity;
use crate::provision::{Setup, Station};

pub(super) const SWITCH_AP: &str = "/sys/awss/device/softap/switchap";
const ANY_JOINED: &str = "/sys/awss/device/connectap/info/get";
const OWN_JOINED: &str = "/sys/a1X2bEnP82z/test_06/awss/device/connectap/info/get";
pub(super) const PHONE_TOKEN: &str = "B52C577E55DE6B3CAF5B0C882410D8BF";
const PHONE: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(192, 168, 4, 2), 39472);
const OWN: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 59);

const OPEN: &str = "Open_Ap adh_a1X2bEnP82z_123344";
const CONNECT: &str = "Connect_Ap linkkit-lab 12345678 [d8, fe, e3, 11, 22, 33] 255 255 0";
const JOINED: [&str; 2] = ["SuccessNotify", "awss_dev_ap_start Joined"];

pub(super) fn setup() -> Setup {
    let mac = "18:fe:34:12:33:44";
    let port = PortEntropy { random: &[0; 32], uptime_ms: 5, mac };
    let (entropy, _) = Entropy::new(b"secret", &StoredSeed::empty(), &port).unwrap();
    Setup {
        identity: Identity::unregistered("a1X2bEnP82z", "test_06").unwrap(),
        product_secret: Zeroizing::new("7jluWm1zql7bt8qK".try_into().unwrap()),
        mac: mac.try_into().unwrap(),
        provisioning: Box::new(Provisioning::new()),
        coap: Box::new(coap::Server::new(7)),
        entropy,
    }
}

/// The vector of the request on the device's access point; `members` come on top.
pub(super) fn switch_ap(members: &Value) -> Value {
    let mut params = json!({
        "ssid": "linkkit-lab", "bssid": "d8:fe:e3:11:22:33",
        "random": "101112131415161718191a1b1c1d1e1f", "passwd": "19C5EDB2FAD010A965B0F628F338AFF1",
    });
    params.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    json!({ "id": 1, "version": "1.0", "method": "awss.device.switchap", "params": params })
}

pub(super) fn payload(packet: &Packet) -> Value {
    serde_json::from_slice(&packet.payload).unwrap()
}

fn path(packet: &Packet) -> String {
    let segments = packet.get_option(CoapOption::UriPath).into_iter().flatten();
    segments.map(|segment| format!("/{}", String::from_utf8_lossy(segment))).collect()
}

pub(super) struct Bench {
    pub(super) station: Station,
    pub(super) now: Instant,
    start: Instant,
    lines: Vec<String>,
    /// Of the device: time, destination, message.
    lan: Vec<(u64, SocketAddrV4, Packet)>,
    next_message_id: u16,
}

impl Timed for Bench {
    fn now(&mut self) -> &mut Instant {
        &mut self.now
    }

    fn poll_timeout(&self) -> Instant {
        self.station.poll_timeout()
    }

    fn poll(&mut self) {
        for _ in 0..1000 {
            let Some(action) = self.station.poll_action(self.now) else {
                while let Some(datagram) = self.station.poll_datagram() {
                    let packet = Packet::from_bytes(&datagram.bytes).unwrap();
                    self.lan.push((self.now.since(self.start), datagram.to, packet));
                }
                return;
            };
            self.lines.push(line(action));
        }
        panic!("endless");
    }
}

impl Bench {
    pub(super) fn new() -> Self {
        let now = Instant::from_millis(1_000_000);
        let mut station = Station::new(setup()).unwrap();
        station.set_own_address(Some(OWN));
        Self { station, now, start: now, lines: Vec::new(), lan: Vec::new(), next_message_id: 1 }
    }

    /// Whose access point is up.
    pub(super) fn waiting() -> Self {
        let mut bench = Self::new();
        let name = bench.station.ap_name().unwrap();
        bench.station.provisioning().start_device_ap(name, bench.now).unwrap();
        bench.open_ap();
        bench
    }

    fn open_ap(&mut self) {
        self.poll();
        assert_eq!(self.take_lines(), [OPEN]);
        self.station.provisioning().ap_opened(true, self.now);
        self.run(1_000);
    }

    /// That has joined.
    fn joined() -> Self {
        let mut bench = Self::new();
        bench.station.provisioning().announce_success(bench.now);
        bench.poll();
        bench
    }

    pub(super) fn take_lines(&mut self) -> Vec<String> {
        core::mem::take(&mut self.lines)
    }

    fn send(&mut self, packet: &Packet) {
        self.station.take_datagram(PHONE, &packet.to_bytes().unwrap(), self.now);
        self.poll();
    }

    /// The phone asks with a new message; gives what it gets at once.
    fn ask(&mut self, path: &str, kind: MessageType, payload: &Value) -> Vec<Packet> {
        let mut packet = Packet::new();
        packet.header.set_type(kind);
        packet.header.code = MessageClass::Request(RequestType::Get);
        packet.header.message_id = self.next_message_id;
        self.next_message_id += 1;
        packet.set_token(vec![1, 2, 3, 4]);
        for segment in path.split('/').skip(1) {
            packet.add_option(CoapOption::UriPath, segment.as_bytes().to_vec());
        }
        packet.payload = payload.to_string().into_bytes();
        let before = self.lan.len();
        self.send(&packet);
        self.lan[before..]
            .iter()
            .filter(|(_, to, _)| *to == PHONE)
            .map(|(_, _, packet)| packet.clone())
            .collect()
    }

    /// As [`Bench::ask`], when one answer comes.
    pub(super) fn ask_once(&mut self, path: &str, payload: &Value) -> Packet {
        let mut answers = self.ask(path, MessageType::NonConfirmable, payload);
        assert_eq!(answers.len(), 1);
        answers.pop().unwrap()
    }

    pub(super) fn acknowledge(&mut self, message_id: u16) {
        let mut packet = Packet::new();
        packet.header.set_type(MessageType::Acknowledgement);
        packet.header.code = MessageClass::Empty;
        packet.header.message_id = message_id;
        self.send(&packet);
    }

    pub(super) fn connected(&mut self, has_joined: bool) {
        self.station.provisioning().connected(has_joined, self.now);
        self.poll();
    }

    /// The announcements: time, destination, message.
    fn announced(&self) -> Vec<(u64, SocketAddrV4, Packet)> {
        self.lan.iter().filter(|(_, to, _)| *to != PHONE).cloned().collect()
    }

    /// The phone answers the last announcement.
    fn answer_announcement(&mut self, token: Option<&[u8]>, payload: &str) {
        self.answer_announcement_by(MessageType::NonConfirmable, token, payload);
    }

    fn answer_announcement_by(&mut self, kind: MessageType, token: Option<&[u8]>, payload: &str) {
        let (_, _, last) = self.announced().pop().unwrap();
        let mut packet = Packet::new();
        packet.header.set_type(kind);
        packet.header.code = MessageClass::Response(ResponseType::Content);
        packet.header.message_id = 1;
        packet.set_token(token.unwrap_or(last.get_token()).to_vec());
        packet.payload = payload.as_bytes().to_vec();
        self.send(&packet);
    }
}

#[test]
pub(super) fn joins_what_a_phone_asks_for_on_the_devices_access_point() {
    let mut bench = Bench::waiting();
    let answer = bench.ask_once(SWITCH_AP, &switch_ap(&json!({ "token": PHONE_TOKEN })));
    assert_eq!(answer.header.get_type(), MessageType::Confirmable);
    assert_eq!(answer.header.code, MessageClass::Response(ResponseType::Content));
    assert_eq!((answer.header.message_id, answer.get_token()), (1, &[1, 2, 3, 4][..]));
    let data = &payload(&answer)["data"];
    assert_eq!(payload(&answer)["code"], 200);
    assert_eq!((&data["deviceName"], &data["mac"]), (&json!("test_06"), &json!("18:FE:34:12:33:44")));
    assert_eq!(data.get("token"), None);
    bench.run(150);
    assert!(bench.take_lines().is_empty());
    bench.acknowledge(1);
    assert_eq!(bench.take_lines(), ["Close_Ap", CONNECT]);
    bench.run(3_000);
    assert_eq!(bench.lan.len(), 1);
    assert!(bench.station.take_bind_token().is_none());
    bench.connected(true);
    assert_eq!(bench.take_lines(), JOINED);
    assert_eq!(
        bench.station.take_bind_token().map(|token| token.hex().to_string()).as_deref(),
        Some(PHONE_TOKEN)
    );
    assert!(bench.station.take_bind_token().is_none());
    assert_eq!(bench.announced().len(), 1);
}

#[test]
pub(super) fn goes_on_when_the_answer_is_not_acknowledged() {
    for kind in [MessageType::NonConfirmable, MessageType::Confirmable] {
        let mut bench = Bench::waiting();
        let began = bench.now;
        bench.ask(SWITCH_AP, kind, &switch_ap(&json!({})));
        bench.run(1_999);
        assert!(bench.take_lines().is_empty());
        let answers =
            bench.lan.iter().filter(|(_, _, packet)| packet.header.get_type() == MessageType::Confirmable);
        let times: Vec<u64> = answers.map(|(at, _, _)| at - began.since(bench.start)).collect();
        assert_eq!(times, [0, 500, 1_500]);
        bench.run(1);
        assert_eq!(bench.take_lines(), ["Close_Ap", CONNECT]);
        let sent = bench.lan.len();
        bench.acknowledge(1);
        bench.run(10_000);
        assert_eq!(bench.lan.len(), sent);
        bench.connected(true);
        assert_eq!(bench.take_lines(), JOINED);
    }
}

// The device's own token is the one that the phone was told.
#[test]
fn tells_a_phone_without_a_token_the_one_to_be_reported() {
    let mut bench = Bench::waiting();
    let answer = bench.ask_once(SWITCH_AP, &switch_ap(&json!({})));
    let data = &payload(&answer)["data"];
    assert_eq!(data["remainTime"], 0);
    let told = data["token"].as_str().unwrap().to_owned();
    assert_eq!(told.len(), 32);
    bench.acknowledge(1);
    bench.connected(true);
    assert_eq!(bench.station.take_bind_token().unwrap().hex().as_str(), told);
}

#[test]
pub(super) fn a_join_that_fails_reopens_the_access_point_and_its_token_is_forgotten() {
    let mut bench = Bench::waiting();
    let mut last = String::new();
    for round in 1..4 {
        let answer = bench.ask_once(SWITCH_AP, &switch_ap(&json!({})));
        let token = payload(&answer)["data"]["token"].as_str().unwrap().to_owned();
        assert_ne!(token, last);
        last = token;
        bench.acknowledge(round);
        assert_eq!(bench.take_lines(), ["Close_Ap", CONNECT]);
        bench.connected(false);
        bench.open_ap();
        assert!(bench.station.take_bind_token().is_none());
    }
    bench.ask_once(SWITCH_AP, &switch_ap(&json!({ "token": PHONE_TOKEN })));
    bench.acknowledge(4);
    bench.connected(true);
    assert!(
        bench.station.take_bind_token()
            == Some(Token::new(*b"\xB5\x2C\x57\x7E\x55\xDE\x6B\x3C\xAF\x5B\x0C\x88\x24\x10\xD8\xBF"))
    );
}

#[test]
fn a_join_that_is_stopped_leaves_no_token() {
    let mut bench = Bench::waiting();
    bench.ask_once(SWITCH_AP, &switch_ap(&json!({ "token": PHONE_TOKEN })));
    bench.acknowledge(1);
    bench.station.provisioning().stop_device_ap();
    bench.connected(true);
    assert_eq!(bench.take_lines(), ["Close_Ap", CONNECT, "awss_dev_ap_start Stopped"]);
    assert!(bench.station.take_bind_token().is_none());
}

#[test]
fn nothing_is_sent_on_an_access_point_that_is_closed() {
    let mut bench = Bench::waiting();
    bench.ask_once(SWITCH_AP, &switch_ap(&json!({})));
    bench.station.provisioning().stop_device_ap();
    bench.run(10_000);
    assert_eq!(bench.take_lines(), ["Close_Ap", "awss_dev_ap_start Stopped"]);
    assert_eq!(bench.lan.len(), 1);
}

#[test]
fn refuses_what_it_cannot_join() {
    let mut bench = Bench::waiting();
    for (members, code) in [
        (json!({ "ssid": "" }), -1),
        (json!({ "random": "10" }), -4),
        (json!({ "passwd": "0" }), -3),
        (json!({ "passwd": "00000000000000000000000000000000" }), -3),
    ] {
        let answer = bench.ask_once(SWITCH_AP, &switch_ap(&members));
        assert_eq!(answer.header.get_type(), MessageType::NonConfirmable);
        assert_eq!(payload(&answer)["code"], code);
        bench.run(1_000);
    }
    let unreadable = bench.ask_once(SWITCH_AP, &json!({ "params": {} }));
    assert_eq!(unreadable.header.code, MessageClass::Response(ResponseType::BadRequest));
    bench.run(10_000);
    assert!(bench.take_lines().is_empty());
}

#[test]
fn one_request_is_carried_out_at_a_time_and_none_without_an_access_point() {
    let ask =
        |bench: &mut Bench| bench.ask(SWITCH_AP, MessageType::Confirmable, &switch_ap(&json!({}))).len();
    assert_eq!(ask(&mut Bench::new()), 0);
    assert_eq!(ask(&mut Bench::joined()), 0);
    let mut bench = Bench::waiting();
    // The acknowledgement of the request, and the answer.
    assert_eq!(ask(&mut bench), 2);
    assert_eq!(ask(&mut bench), 0);
    bench.acknowledge(1);
    assert_eq!(ask(&mut bench), 0);
}

#[test]
fn announces_31_times_in_46_5_seconds_to_each_destination_in_turn() {
    let mut bench = Bench::joined();
    bench.run(1_000_000);
    let announced = bench.announced();
    let gaps = (0..31).scan(0, |at, number| {
        *at += 100 * number;
        Some(*at)
    });
    assert_eq!(announced.iter().map(|(at, ..)| *at).collect::<Vec<_>>(), gaps.collect::<Vec<u64>>());
    assert_eq!(announced.last().map(|(at, ..)| *at), Some(46_500));
    let turn = ["255.255.255.255:5683", "10.255.255.255:5683", "10.0.255.255:5683", "10.0.0.255:5683"];
    for (number, (_, to, packet)) in announced.iter().enumerate() {
        assert_eq!(to.to_string(), turn[number % 4]);
        assert_eq!(packet.header.get_type(), MessageType::NonConfirmable);
        assert_eq!(packet.header.code, MessageClass::Request(RequestType::Post));
        assert_eq!(usize::from(packet.header.message_id), 7 + number);
        assert_eq!(path(packet), "/sys/awss/event/connectap/notify");
        let message = payload(packet);
        assert_eq!(message["id"], (number + 1).to_string());
        assert_eq!(message["method"], "awss.event.connectap.notify");
        assert_eq!(message["params"]["ip"], "10.0.0.59");
    }
    assert_eq!(bench.take_lines(), ["SuccessNotify"]);
}

#[test]
fn an_answer_with_the_token_of_the_series_ends_it_and_no_other_does() {
    let mut bench = Bench::joined();
    bench.run(1_000);
    let sends = bench.announced().len();
    bench.answer_announcement(Some(&[9; 4]), r#"{"id":123,"code":200}"#);
    bench.answer_announcement(Some(&[]), r#"{"id":123,"code":200}"#);
    bench.answer_announcement(None, r#"{"id":123,"code":400}"#);
    bench.answer_announcement(None, r#"{"id":77,"code":200}"#);
    bench.answer_announcement(None, "no json");
    bench.run(1_000);
    assert!(bench.announced().len() > sends);
    let token = bench.announced()[0].2.get_token().to_vec();
    let sends = bench.announced().len();
    bench.answer_announcement(None, r#"{"id":"123","code":200}"#);
    bench.run(100_000);
    assert_eq!(bench.announced().len(), sends);
    // It cannot be answered any more.
    bench.answer_announcement_by(MessageType::Confirmable, None, r#"{"id":123,"code":200}"#);
    assert_eq!(bench.lan.last().map(|(.., packet)| packet.header.get_type()), Some(MessageType::Reset));
    // The next series has a token of its own.
    bench.station.provisioning().announce_success(bench.now);
    bench.run(10_000);
    let later = bench.announced().len();
    bench.answer_announcement(Some(&token), r#"{"id":123,"code":200}"#);
    bench.run(10_000);
    assert!(bench.announced().len() > later && later > sends);
}

#[test]
fn tells_for_a_minute_that_it_has_joined() {
    let mut bench = Bench::new();
    let query = json!({ "id": "7", "version": "1.0", "params": {} });
    let answers = |bench: &mut Bench, path| bench.ask(path, MessageType::NonConfirmable, &query);
    for path in [ANY_JOINED, OWN_JOINED] {
        assert!(answers(&mut bench, path).is_empty());
    }
    assert!(!bench.station.needs_network(bench.now));
    bench.station.provisioning().announce_success(bench.now);
    for wait in [0, 50_000, 9_999] {
        bench.run(wait);
        assert!(bench.station.needs_network(bench.now));
        for path in [ANY_JOINED, OWN_JOINED] {
            let [answer] = answers(&mut bench, path).try_into().unwrap();
            let message = payload(&answer);
            assert_eq!((&message["id"], &message["code"]), (&json!(7), &json!(200)));
            assert_eq!((&message["data"]["ip"], &message["data"]["type"]), (&json!("10.0.0.59"), &json!(0)));
        }
    }
    bench.run(1);
    for path in [ANY_JOINED, OWN_JOINED] {
        assert!(answers(&mut bench, path).is_empty());
    }
    assert!(!bench.station.needs_network(bench.now));
}

#[test]
fn a_secret_is_needed() {
    let setup = Setup { product_secret: Zeroizing::default(), ..setup() };
    assert_eq!(Station::new(setup).err(), Some(Error::Malformed));
}
