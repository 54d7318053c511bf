//! The owner of a station: the port and the application, and what they may rely on.

use std::net::{Ipv4Addr, SocketAddrV4};

use coap_lite::Packet;
use linkkit_core::coap;
use linkkit_core::entropy::{Entropy, PortEntropy, StoredSeed};
use linkkit_core::identity::Identity;
use linkkit_core::knobs::PROVISION_APS_MAX;
use linkkit_core::provision::access_points::AccessPoint;
use linkkit_core::provision::beacon;
use linkkit_core::provision::credentials::{Authentication, Credentials, Encryption, Mac, Ssid};
use linkkit_core::provision::frame::Frame;
use linkkit_core::provision::scan::ScanTimes;
use linkkit_core::provision::signature::sign;
use linkkit_core::provision::{Action, Provisioning, Setup, Station};
use linkkit_core::time::Instant;
use serde_json::Value;

use crate::HEAP;
use crate::air::{self, Air};
use crate::lan::{Lan, PHONE};
use crate::message;

pub const SECRET: &str = "7jluWm1zql7bt8qK";
const PRODUCT_KEY: &str = "a1X2bEnP82z";
const DEVICE_NAME: &str = "test_06";
const MAC: &str = "18:fe:34:12:33:44";
/// Name of the access points of phones.
const PHONE_AP: &[u8] = b"aha";
/// What one thing that happens can lead to.
const ACTIONS_MAX: usize = 100;
const DATAGRAMS_MAX: usize = 100;
/// Longest datagram, bytes.
const DATAGRAM_MAX: usize = 1_280;
/// From one datagram of a phone to the next, ms.
const GAP_MS: u64 = 10;

pub struct Device {
    pub station: Station,
    pub air: Air,
    pub lan: Lan,
    now: Instant,
    /// Whether the owner looks at what is to be done only now and then.
    pub polls_late: bool,
    monitor_is_open: bool,
    /// A frame has come while the button was pressed, since the last message was taken.
    was_let_in: bool,
    /// The last network that the session has joined by what came over the air is a phone's.
    went_to_phone: bool,
    /// Networks heard without encryption.
    open: Vec<Ssid>,
    last_sent: Option<Packet>,
}

impl Device {
    /// `choice`, from the lowest bit: without an address that can be read, joined.
    pub fn new(choice: u8) -> Self {
        let mac = if choice & 1 == 0 { MAC } else { "no address" };
        let port = PortEntropy { random: &[0; 32], uptime_ms: 5, mac };
        let (entropy, _) = Entropy::new(b"secret", &StoredSeed::empty(), &port).expect("a key");
        let setup = Setup {
            identity: Identity::unregistered(PRODUCT_KEY, DEVICE_NAME).expect("names"),
            product_secret: zeroize::Zeroizing::new(SECRET.try_into().expect("a secret")),
            mac: mac.try_into().expect("an address"),
            provisioning: Box::new(Provisioning::new()),
            coap: Box::new(coap::Server::new(7)),
            entropy,
        };
        let mut device = Self {
            station: Station::new(setup).expect("there is memory"),
            air: Air::new(),
            lan: Lan::default(),
            now: Instant::from_millis(1_000_000),
            polls_late: false,
            monitor_is_open: false,
            was_let_in: false,
            went_to_phone: false,
            open: Vec::new(),
            last_sent: None,
        };
        if choice & 2 != 0 {
            device.announce_success();
        }
        device.settle();
        device
    }

    // ---- the air ----

    /// Any frame.
    pub fn hear(&mut self, frame: &[u8]) {
        let received = self.air.port.received(frame);
        self.hear_raw(&received);
    }

    /// As the port hands it on.
    pub fn hear_raw(&mut self, received: &[u8]) {
        let port = &self.air.port;
        let Some(frame) = Frame::new(received, port.link_type, port.with_fcs, port.rssi) else { return };
        if let Some(found) = beacon::read(&frame)
            && found.encryption == Encryption::None
            && !self.open.contains(&found.ssid)
        {
            self.open.push(found.ssid);
        }
        self.was_let_in |= self.station.provisioning().is_pressed();
        let known = self.known();
        let before = HEAP.stats();
        self.station.frame(&frame, self.now);
        let allocated = HEAP.stats() - before;
        let known_now = self.known();
        assert!(known_now <= PROVISION_APS_MAX, "{known_now} access points");
        let is_new = known_now > known;
        assert!(
            is_new || allocated.allocations + allocated.reallocations == 0,
            "a frame takes memory: {allocated:?}"
        );
    }

    fn known(&mut self) -> usize {
        self.station.provisioning().scan().heard().iter().count()
    }

    pub fn hear_data(&mut self, destination: Mac, length: usize) {
        let frame = self.air.data(destination, length);
        self.hear(&frame);
    }

    pub fn hear_foreign_access_point(&mut self, number: u8) {
        let frame = self.air.foreign_beacon(number);
        self.hear(&frame);
    }

    /// One loop of a phone.
    pub fn hear_smartconfig(&mut self, lengths: &[usize]) {
        for length in lengths {
            self.hear_data(air::BROADCAST, *length);
            self.settle();
            self.wait(GAP_MS);
        }
    }

    /// One loop of a phone.
    pub fn hear_multicast(&mut self, message: &[u8]) {
        for (index, pair) in (0..).zip(message.chunks(2)) {
            let second = pair.get(1).copied().unwrap_or_default();
            self.hear_data(air::multicast([index, pair[0], second]), 1);
            self.settle();
            self.wait(GAP_MS);
        }
    }

    /// What a device that helps tells this one of a network.
    pub fn hear_registrar(&mut self, name: &[u8], password: &[u8]) {
        let random = self.station.session_random();
        let signature = sign(SECRET.as_bytes(), random, (PRODUCT_KEY, DEVICE_NAME)).expect("a key");
        let password = message::encrypt(password, random);
        let length = |field: &[u8]| u8::try_from(field.len()).unwrap_or(u8::MAX);
        let content = [
            b"\xD8\x96\xE0\xAB\x01\x14".as_slice(),
            &signature,
            &[1, length(name)],
            name,
            &[length(&password)],
            &password,
            &air::access_point(0),
        ]
        .concat();
        let element = [&[0xDD, length(&content)], content.as_slice()].concat();
        let frame = self.air.probe_request(&element);
        self.hear(&frame);
    }

    // ---- the local network ----

    pub fn take(&mut self, datagram: &[u8]) {
        self.station.take_datagram(PHONE, datagram, self.now);
    }

    /// Sends what `reply` makes of the last datagram of the device.
    pub fn reply(&mut self, reply: impl FnOnce(&Packet) -> Vec<u8>) {
        if let Some(datagram) = self.last_sent.as_ref().map(reply) {
            self.take(&datagram);
        }
    }

    pub fn change_address(&mut self, last: u8) {
        let address = (last != 0).then(|| Ipv4Addr::new(10, 0, 0, last));
        self.station.set_own_address(address);
    }

    // ---- the application and the port ----

    pub fn press(&mut self, limit_ms: u64) {
        self.station.provisioning().press(limit_ms, self.now);
    }

    /// `choice`: the port's times.
    pub fn start(&mut self, choice: u8) {
        let dwell_ms = if choice & 1 == 0 { 250 } else { 0 };
        let limit_ms = if choice & 2 == 0 { None } else { Some(180_000) };
        if self.station.provisioning().start(ScanTimes { dwell_ms, limit_ms }).is_ok() {
            self.was_let_in = false;
            self.went_to_phone = false;
        }
    }

    pub fn start_device_ap(&mut self) {
        let name = self.station.ap_name();
        let now = self.now;
        if let Ok(name) = name {
            // It is refused while something else runs.
            let _ = self.station.provisioning().start_device_ap(name, now);
        }
    }

    pub fn announce_success(&mut self) {
        let now = self.now;
        self.station.provisioning().announce_success(now);
    }

    pub fn connected(&mut self, has_joined: bool) {
        let now = self.now;
        self.station.provisioning().connected(has_joined, now);
    }

    pub fn ap_opened(&mut self, is_open: bool) {
        let now = self.now;
        self.station.provisioning().ap_opened(is_open, now);
    }

    pub fn find_access_points(&mut self, count: u8, name_byte: u8) {
        for number in 0..count {
            let Some(ssid) = Ssid::new(&vec![name_byte; 1 + usize::from(number % 32)]) else { return };
            self.station.access_point_found(AccessPoint {
                ssid,
                bssid: air::access_point(number % 8),
                channel: number,
                authentication: Authentication::from_number(number.into()),
                encryption: Encryption::from_number(number.into()),
                group_encryption: Encryption::from_number(number.into()),
                rssi: number.into(),
            });
        }
    }

    pub fn end_wifi_scan(&mut self, choice: u8) {
        let connected = (choice != 0).then(|| air::access_point(choice & 7));
        self.station.wifi_scan_ended(connected, self.now);
    }

    // ---- time ----

    pub fn wait(&mut self, ms: u64) {
        self.now = self.now.plus(ms);
        self.settle();
    }

    /// Until the station asks to be polled.
    pub fn wait_until_due(&mut self) {
        if let Some(due) = self.station.poll_timeout().if_ever() {
            self.now = self.now.max(due);
            self.settle();
        }
    }

    /// Does what the owner does after every call: carries out, and sends.
    pub fn settle(&mut self) {
        if self.polls_late {
            if let Some(action) = self.poll() {
                self.perform(&action);
            }
            return;
        }
        let mut actions = 0;
        while let Some(action) = self.poll() {
            self.perform(&action);
            actions += 1;
            assert!(actions <= ACTIONS_MAX, "there is no end of actions");
        }
        self.send();
        let is_idle = self.station.poll_timeout() > self.now;
        assert!(is_idle, "the station wants to be polled again and again");
    }

    fn poll(&mut self) -> Option<Action> {
        let is_on_phone_ap = self.station.provisioning().is_on_phone_ap();
        let action = self.station.poll_action(self.now);
        if let Some(Action::Connect(credentials)) = &action {
            self.check(credentials, is_on_phone_ap);
        }
        if let Some(token) = self.station.take_bind_token() {
            assert_ne!(token.bytes(), self.station.session_random(), "all around know the bind token");
        }
        action
    }

    /// May the device join this network?
    fn check(&mut self, credentials: &Credentials, is_on_phone_ap: bool) {
        if self.station.provisioning().device_ap_is_running() {
            return;
        }
        assert!(self.station.provisioning().session_is_running(), "nothing runs, and yet it joins a network");
        if is_on_phone_ap {
            assert!(self.went_to_phone, "it has come to a phone without having joined its access point");
            return;
        }
        assert!(self.was_let_in, "it joins without a press of the button");
        assert!(
            !credentials.password.is_empty() || self.open.contains(&credentials.ssid),
            "it joins without a password a network that was not heard open"
        );
        assert!(!self.monitor_is_open, "it joins with its monitor open");
        self.was_let_in = false;
        self.went_to_phone = credentials.ssid.as_bytes() == PHONE_AP;
    }

    fn perform(&mut self, action: &Action) {
        match action {
            Action::OpenMonitor => {
                assert!(!self.monitor_is_open, "opened twice");
                self.monitor_is_open = true;
            }
            Action::CloseMonitor => {
                assert!(self.monitor_is_open, "closed twice");
                self.monitor_is_open = false;
            }
            Action::SwitchChannel { channel } => assert!((1..=14).contains(channel), "channel {channel}"),
            Action::SessionEnded(_) => assert!(!self.monitor_is_open, "the monitor is left open"),
            Action::Announce { .. } | Action::AnnouncementEnded(_) => {
                panic!("that is for the station itself")
            }
            _ => {}
        }
    }

    fn send(&mut self) {
        let mut datagrams = 0;
        while let Some(datagram) = self.station.poll_datagram() {
            self.check_datagram(&datagram);
            datagrams += 1;
            assert!(datagrams <= DATAGRAMS_MAX, "there is no end of datagrams");
        }
    }

    fn check_datagram(&mut self, datagram: &coap::Datagram) {
        let length = datagram.bytes.len();
        assert!(length <= DATAGRAM_MAX, "{length} bytes");
        assert_ne!(datagram.to, SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0));
        let packet = Packet::from_bytes(&datagram.bytes).expect("a message");
        if !packet.payload.is_empty() {
            let payload: Value = serde_json::from_slice(&packet.payload).expect("JSON");
            assert!(payload.is_object(), "{payload}");
        }
        self.last_sent = Some(packet);
    }
}
