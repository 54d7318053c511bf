//! A device, its broker with the cloud behind it, and the local network, in virtual time.

use core::net::{Ipv4Addr, SocketAddrV4};
use std::collections::HashSet;

use mqttrs::{Packet, QosPid};
use serde_json::Value;

#[cfg(feature = "registrar")]
use crate::engine::RegistrarAction;
use crate::engine::{Engine, Event, ModelOptions, Setup, StorageRequest};
use crate::entropy::{Entropy, PortEntropy, StoredSeed};
use crate::identity::Identity;
use crate::mqtt::{Config, FrameReader, Status};
use crate::sign::SecureMode;
use crate::time::Instant;

pub const PK: &str = "a1GQc8iJOWI";
pub const DN: &str = "gateway_test01";
pub const DS: &str = "abcdefghijklmnopqrstuvwxyz012345";
pub const MAC: &str = "b0:f8:93:15:bf:21";
pub const OWN: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 59);
pub const PHONE: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 100), 39472);

/// What is subscribed for binding and provisioning.
pub const LOCAL_SUBSCRIPTIONS: usize = if cfg!(feature = "remote-switchap") { 4 } else { 3 };

/// How the cloud behaves.
pub struct Cloud {
    pub reachable: bool,
    pub keeps_session: bool,
    pub connack_code: u8,
    /// Filters ending so are refused.
    pub refuses: Option<&'static str>,
    /// Reports still to be ignored.
    pub ignores_reports: u32,
    pub reply_code: i64,
    /// Tokens it knows.
    pub tokens: HashSet<String>,
    session: HashSet<String>,
}

pub struct World {
    pub engine: Engine,
    pub now: Instant,
    pub cloud: Cloud,
    pub reset_flag: bool,
    /// Packets of the device: time, bytes.
    pub uplink: Vec<(Instant, Vec<u8>)>,
    /// Datagrams of the device: time, destination, bytes.
    pub lan: Vec<(Instant, SocketAddrV4, Vec<u8>)>,
    pub events: Vec<Event>,
    /// What the radio was told: time, action.
    #[cfg(feature = "registrar")]
    pub radio: Vec<(u64, RegistrarAction)>,
    reader: FrameReader,
    link_up: bool,
    buffer: Vec<u8>,
}

pub fn port() -> PortEntropy<'static> {
    PortEntropy { random: &[0; 32], uptime_ms: 5, mac: MAC }
}

impl World {
    pub fn new() -> Self {
        Self::with_reset_flag(false)
    }

    pub fn with_reset_flag(reset_pending: bool) -> Self {
        Self::booted(MAC, reset_pending)
    }

    /// A device with this MAC address.
    #[cfg(feature = "registrar")]
    pub fn with_mac(mac: &str) -> Self {
        Self::booted(mac, false)
    }

    fn booted(mac: &str, reset_pending: bool) -> Self {
        let now = Instant::from_millis(1_000);
        let (mut entropy, _) = Entropy::new(DS.as_bytes(), &StoredSeed::empty(), &port()).unwrap();
        let setup = Setup {
            identity: Identity::new(PK, DN, DS).unwrap(),
            secure_mode: SecureMode::Tcp,
            mac: mac.try_into().unwrap(),
            reset_pending,
            first_message_id: entropy.u16(),
            entropy,
        };
        setup.log_device();
        let mut engine = Engine::new(setup, now);
        engine.set_own_address(Some(OWN));
        engine.start_local(now).unwrap();
        engine.set_has_product_secret(true);
        engine.start(now);
        let cloud = Cloud {
            reachable: true,
            keeps_session: true,
            connack_code: 0,
            refuses: None,
            ignores_reports: 0,
            reply_code: 200,
            tokens: HashSet::new(),
            session: HashSet::new(),
        };
        Self {
            engine,
            now,
            cloud,
            reset_flag: reset_pending,
            uplink: Vec::new(),
            lan: Vec::new(),
            events: Vec::new(),
            #[cfg(feature = "registrar")]
            radio: Vec::new(),
            reader: FrameReader::new(Config::default().receive_max),
            link_up: false,
            buffer: Vec::new(),
        }
    }

    /// A device with its model, and what the application has chosen.
    pub fn with_model(options: ModelOptions) -> Self {
        let mut world = Self::new();
        world.engine.start_model(options, "app-1.0.0", world.now).unwrap();
        world
    }

    /// Lets `ms` milliseconds pass.
    pub fn run(&mut self, ms: u64) {
        let end = self.now.plus(ms);
        for _ in 0..1_000_000 {
            self.settle();
            let next = self.engine.poll_timeout().filter(|next| *next <= end);
            let Some(next) = next else {
                self.now = end;
                self.engine.handle_timeout(self.now);
                self.settle();
                return;
            };
            self.now = self.now.max(next);
            self.engine.handle_timeout(self.now);
        }
        panic!("busy loop at {:?}", self.now);
    }

    /// The network and the cloud do what they do at once.
    pub fn settle(&mut self) {
        for _ in 0..1_000 {
            if self.engine.connection_is_dead() && self.link_up {
                self.cut();
            }
            if !self.link_up && self.engine.wants_connection(self.now) {
                self.engine.connecting();
                if self.cloud.reachable {
                    self.link_up = true;
                    self.reader = FrameReader::new(Config::default().receive_max);
                    self.engine.connection_opened(&[0; 32], 5, self.now).unwrap();
                } else {
                    self.engine.connection_lost(0, self.now);
                }
            }
            while let Some(event) = self.engine.poll_event() {
                self.events.push(event);
            }
            if let Some(StorageRequest::ClearResetFlag) = self.engine.poll_storage_request() {
                self.reset_flag = false;
                self.engine.reset_flag_cleared(true, self.now);
            }
            while let Some(datagram) = self.engine.poll_datagram() {
                self.lan.push((self.now, datagram.to, datagram.bytes));
            }
            #[cfg(feature = "registrar")]
            self.serve_registrar();
            self.buffer.clear();
            let mut bytes = std::mem::take(&mut self.buffer);
            if !self.engine.swap_transmit(&mut bytes) {
                return;
            }
            if self.link_up {
                for packet in cut_packets(&bytes) {
                    self.uplink.push((self.now, packet.clone()));
                    self.broker(&packet);
                }
            }
            self.buffer = bytes;
        }
        panic!("the device never stops sending");
    }

    /// The connection breaks.
    pub fn cut(&mut self) {
        if std::mem::take(&mut self.link_up) {
            self.engine.connection_lost(0, self.now);
        }
    }

    /// The broker sends `bytes`, which may be anything.
    pub fn send(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while self.link_up && !rest.is_empty() {
            let space = self.reader.space().unwrap();
            let n = space.len().min(rest.len());
            space[..n].copy_from_slice(&rest[..n]);
            rest = &rest[n..];
            match self.reader.advance(n) {
                Ok(Status::Packet) => {
                    let message = self.engine.handle_packet(self.reader.packet(), self.now);
                    if let Some(acknowledgement) = message.and_then(|message| message.acknowledgement) {
                        self.engine.acknowledge(acknowledgement);
                    }
                    self.reader.clear();
                    if self.engine.poll_timeout().is_some_and(|at| at <= self.now) {
                        self.engine.handle_timeout(self.now);
                    }
                }
                Ok(_) => {}
                Err(_) => self.cut(),
            }
        }
    }

    /// The cloud publishes to the device, behind `/sys/{pk}/{dn}/`.
    pub fn publish(&mut self, suffix: &str, payload: &str) {
        self.publish_on(&format!("/sys/{PK}/{DN}/{suffix}"), payload);
    }

    /// The cloud publishes.
    pub fn publish_on(&mut self, topic: &str, payload: &str) {
        let mut packet = vec![0; topic.len() + payload.len() + 16];
        let publish = mqttrs::Publish {
            dup: false,
            qospid: QosPid::AtMostOnce,
            retain: false,
            topic_name: topic,
            payload: payload.as_bytes(),
        };
        let len = mqttrs::encode_slice(&Packet::Publish(publish), &mut packet).unwrap();
        self.send(&packet[..len]);
    }

    fn broker(&mut self, packet: &[u8]) {
        match mqttrs::decode_slice(packet).unwrap().unwrap() {
            Packet::Connect(_) => {
                if !self.cloud.keeps_session {
                    self.cloud.session.clear();
                }
                let present = u8::from(self.cloud.connack_code == 0 && !self.cloud.session.is_empty());
                self.send(&[0x20, 2, present, self.cloud.connack_code]);
            }
            Packet::Subscribe(subscribe) => {
                let [high, low] = subscribe.pid.get().to_be_bytes();
                let filter = subscribe.topics[0].topic_path.to_string();
                let refused = self.cloud.refuses.is_some_and(|suffix| filter.ends_with(suffix));
                if !refused {
                    self.cloud.session.insert(filter);
                }
                self.send(&[0x90, 3, high, low, if refused { 0x80 } else { 0 }]);
            }
            Packet::Publish(publish) => {
                let (topic, payload) = (publish.topic_name.to_owned(), publish.payload.to_vec());
                if let QosPid::AtLeastOnce(pid) = publish.qospid {
                    let [high, low] = pid.get().to_be_bytes();
                    self.send(&[0x40, 2, high, low]);
                }
                self.cloud_receives(&topic, &payload);
            }
            Packet::Pingreq => self.send(&[0xD0, 0]),
            _ => {}
        }
    }

    fn cloud_receives(&mut self, topic: &str, payload: &[u8]) {
        let message: Value = serde_json::from_slice(payload).unwrap();
        let id = message["id"].as_str().unwrap_or_default().to_owned();
        let code = self.cloud.reply_code;
        let reply = format!(r#"{{"id":"{id}","code":{code},"data":{{}},"message":"m"}}"#);
        if topic.ends_with("enrollee/match") {
            if self.cloud.ignores_reports > 0 {
                self.cloud.ignores_reports -= 1;
                return;
            }
            if code == 200 {
                self.cloud.tokens.insert(message["params"]["token"].as_str().unwrap().to_owned());
            }
            self.publish("thing/awss/enrollee/match_reply", &reply);
        } else if topic.ends_with("thing/reset") {
            self.publish("thing/reset_reply", &reply);
        }
    }

    /// A phone sends `bytes`; gives what the device sends to it at once.
    pub fn phone(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        self.settle();
        let before = self.lan.len();
        self.engine.take_datagram(PHONE, bytes, self.now);
        self.engine.handle_timeout(self.now);
        self.settle();
        self.lan[before..]
            .iter()
            .filter(|(_, to, _)| *to == PHONE)
            .map(|(_, _, bytes)| bytes.clone())
            .collect()
    }

    /// A phone asks with message id `mid`; gives the token it got.
    pub fn phone_asks(&mut self, mid: u16) -> Option<String> {
        let answers = self.phone(&query(mid, r#"{"id":123}"#));
        let [answer] = answers.as_slice() else { return None };
        let start = answer.iter().position(|byte| *byte == 0xFF)? + 1;
        let message: Value = serde_json::from_slice(&answer[start..]).unwrap();
        message["data"]["token"].as_str().map(str::to_owned)
    }

    /// Publishes of the device whose topic ends so: time, payload.
    pub fn published(&self, suffix: &str) -> Vec<(u64, String)> {
        let mut found = Vec::new();
        for (at, packet) in &self.uplink {
            if let Ok(Some(Packet::Publish(publish))) = mqttrs::decode_slice(packet)
                && publish.topic_name.ends_with(suffix)
            {
                found.push((at.as_millis(), String::from_utf8(publish.payload.to_vec()).unwrap()));
            }
        }
        found
    }

    /// Broadcasts of the device: time, destination, payload.
    pub fn broadcasts(&self) -> Vec<(u64, Ipv4Addr, Value)> {
        self.lan
            .iter()
            .filter(|(_, to, _)| *to != PHONE)
            .map(|(at, to, bytes)| {
                let start = bytes.iter().position(|byte| *byte == 0xFF).unwrap() + 1;
                (at.as_millis(), *to.ip(), serde_json::from_slice(&bytes[start..]).unwrap())
            })
            .collect()
    }
}

/// A phone's NON GET of `/sys/device/info/get`.
pub fn query(mid: u16, payload: &str) -> Vec<u8> {
    let mut bytes = vec![0x54, 0x01];
    bytes.extend(mid.to_be_bytes());
    bytes.extend(*b"\x39\x59\xcc\x4b\xb3sys\x06device\x04info\x03get\x11\x32\xff");
    bytes.extend(payload.as_bytes());
    bytes
}

fn cut_packets(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    while !bytes.is_empty() {
        let (mut length, mut shift, mut header) = (0, 0, 1);
        loop {
            let byte = bytes[header];
            header += 1;
            length |= usize::from(byte & 0x7F) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let (packet, rest) = bytes.split_at(header + length);
        packets.push(packet.to_vec());
        bytes = rest;
    }
    packets
}
