//! A device that helps others to join, amid devices that say what they like and a cloud that does.
//!
//! An input is a script: a byte says what happens, those behind it say how; see [`step`]. What is behind the end
//! counts as zeros.

#![no_main]
#![forbid(unsafe_code)]

#[path = "provision_frames/script.rs"]
#[allow(dead_code, reason = "each target uses its own part")]
mod script;

use std::alloc::System;

use libfuzzer_sys::fuzz_target;
use linkkit_core::identity::Identity;
use linkkit_core::provision::access_points::AccessPoints;
use linkkit_core::provision::air::zero_config::enrollee::Enrollee;
use linkkit_core::provision::air::zero_config::registrar::{Action, Registrar, topics};
use linkkit_core::provision::credentials::{Credentials, Mac, Ssid};
use linkkit_core::provision::crypto::check_password;
use linkkit_core::provision::decoder::{Decoder, Outcome};
use linkkit_core::provision::frame::{Frame, LinkType};
use linkkit_core::time::Instant;
use script::Script;
use serde_json::Value;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What a registrar and what is kept here beside it may hold, bytes.
const HEAP_MAX: usize = 8 * 1024;
/// What one thing that happens can lead to: something to send, to say and to do for each device.
const ACTIONS_MAX: usize = 20;
const MAC: Mac = [0x18, 0xFE, 0x34, 0x00, 0x00, 0x01];
const BSSID: Mac = [0x40, 0x31, 0x3C, 0x05, 0xB1, 0x89];
const DWELL_MS: u64 = 240;

const SECRET: &[u8] = b"7jluWm1zql7bt8qK";
const PRODUCT_KEY: &str = "a1X2bEnP82z";
const DEVICE_NAME: &str = "test_06";
const ENROLLEE_MAC: Mac = [0x18, 0xFE, 0x34, 0x12, 0x33, 0x44];
const RANDOM: [u8; 16] = *b"\xA0\xA1\xA2\xA3\xA4\xA5\xA6\xA7\xA8\xA9\xAA\xAB\xAC\xAD\xAE\xAF";
/// What the cloud says the key of the product and of these random bytes is.
const KEY: &str = "A6DA44BCE4F0EA0D7F7D7D70193386B6";
const NAMES: [&[u8]; 4] = [b"linkkit-lab", &[b'n'; 32], "中文网络".as_bytes(), b"\xFF\xFE"];
const PASSWORDS: [&str; 4] =
    ["12345678", "", "密码12345", "sixty-four bytes of a password, which no longer one is to follow"];

fuzz_target!(|input: &[u8]| {
    let region = Region::new(HEAP);
    let held = || {
        let change = region.change();
        change.bytes_allocated.saturating_sub(change.bytes_deallocated)
    };
    let mut bench = Bench::new();
    let mut script = Script::new(input);
    while !script.is_over() {
        step(&mut bench, &mut script);
        bench.settle();
        assert!(held() <= HEAP_MAX, "{} bytes of heap", held());
    }
    drop(bench);
    assert_eq!(held(), 0, "bytes of heap left behind");
});

fn step(bench: &mut Bench, script: &mut Script) {
    match script.byte() {
        0x00 => bench.registrar.start(bench.now),
        0x01 => bench.registrar.stop(),
        0x02 => bench.network = Some(script.byte()),
        0x03 => bench.network = None,
        0x04 => bench.answers_at_once = true,
        0x05 => bench.answers_at_once = false,
        0x06 => bench.tell_network(),
        0x10 => bench.hear_enrollee(),
        0x11 => bench.registrar.element(script.short(), script.signed()),
        0x12 => bench.hear_candidate(script.byte(), script.short(), script.short(), script.short()),
        0x13 => bench.hear(script.long(), script.signed()),
        0x20 => bench.check_in(script.byte()),
        0x21 => bench.give_key(script.byte()),
        0x22 => bench.put_off(script.byte()),
        0x23 => bench.announce(),
        message @ 0x30..=0x33 => {
            bench.keys_are_right = false;
            bench.take(message, script.long());
        }
        // From 4 ms to more than two minutes.
        exponent @ 0x80..=0x8f => bench.now = bench.now.plus(4 << (exponent & 0xf)),
        0x90 => bench.wait_until_due(),
        _ => {}
    }
}

/// The owner of a registrar, and what it may rely on.
struct Bench {
    registrar: Registrar,
    /// One that really wants to join.
    enrollee: Enrollee,
    now: Instant,
    /// That the device is in, by its number.
    network: Option<u8>,
    answers_at_once: bool,
    is_listening: bool,
    /// The cloud has given away a key of some device.
    has_given_key: bool,
    /// And never anything but the right one to the enrollee.
    keys_are_right: bool,
}

impl Bench {
    fn new() -> Self {
        let identity = Identity::unregistered(PRODUCT_KEY, DEVICE_NAME).expect("names");
        Self {
            registrar: Registrar::new(MAC, DWELL_MS),
            enrollee: Enrollee::new(&identity, SECRET, &RANDOM, &ENROLLEE_MAC).expect("it fits"),
            now: Instant::from_millis(1_000_000),
            network: Some(0),
            answers_at_once: true,
            is_listening: false,
            has_given_key: false,
            keys_are_right: true,
        }
    }

    // ---- what is heard ----

    fn hear_enrollee(&mut self) {
        let frame = self.enrollee.frame().clone();
        self.hear(&frame, -40);
    }

    fn hear(&mut self, received: &[u8], rssi: i8) {
        if let Some(frame) = Frame::new(received, LinkType::None, false, rssi) {
            self.registrar.frame(&frame);
        }
    }

    /// One with these names. `how`, from the lowest bit: cipher (3), method (2).
    fn hear_candidate(&mut self, how: u8, device_name: &[u8], product_key: &[u8], random: &[u8]) {
        let length = |field: &[u8]| u8::try_from(field.len()).expect("a byte says so");
        let content = [
            b"\xD8\x96\xE0\xAA\x01".as_slice(),
            &[length(device_name)],
            device_name,
            &[0, length(product_key)],
            product_key,
            &[length(random)],
            random,
            &[how & 7, how >> 3 & 3, 20],
            &[0; 20],
        ]
        .concat();
        let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
        self.registrar.element(&[&[0xDD, length], content.as_slice()].concat(), -40);
    }

    // ---- what the cloud says of the enrollee ----

    fn check_in(&mut self, timeout_s: u8) {
        let payload = format!(
            r#"{{"id":"123","params":{{"productKey":"{PRODUCT_KEY}","deviceName":"{DEVICE_NAME}","timeout":{timeout_s}}}}}"#
        );
        self.take(0x30, payload.as_bytes());
    }

    fn give_key(&mut self, wrong: u8) {
        self.keys_are_right &= wrong == 0;
        let key = if wrong == 0 { KEY.into() } else { format!("{wrong:032X}") };
        let payload = format!(
            r#"{{"id":"2","code":200,"data":{{"productKey":"{PRODUCT_KEY}","deviceName":"{DEVICE_NAME}","secret":"{key}"}}}}"#
        );
        self.take(0x31, payload.as_bytes());
    }

    fn put_off(&mut self, timeout_s: u8) {
        let payload = format!(
            r#"{{"id":"1","code":200,"data":[{{"productKey":"{PRODUCT_KEY}","deviceName":"{DEVICE_NAME}","timeout":{timeout_s}}}]}}"#
        );
        self.take(0x32, payload.as_bytes());
    }

    fn announce(&mut self) {
        let payload =
            format!(r#"{{"id":"1","params":{{"productKey":"{PRODUCT_KEY}","deviceName":"{DEVICE_NAME}"}}}}"#);
        self.take(0x33, payload.as_bytes());
    }

    /// What cannot be read is refused.
    fn take(&mut self, message: u8, payload: &[u8]) {
        match message {
            0x30 => {
                if let Ok(answer) = self.registrar.checkin(payload, self.now) {
                    assert_is_object(&answer);
                }
            }
            0x31 => self.has_given_key |= self.registrar.cipher_reply(payload).is_ok(),
            0x32 => drop(self.registrar.found_reply(payload, self.now)),
            _ => drop(self.registrar.announced(payload)),
        }
    }

    // ---- what is done ----

    fn wait_until_due(&mut self) {
        if let Some(due) = self.registrar.poll_timeout().if_ever() {
            self.now = self.now.max(due);
        }
    }

    fn tell_network(&mut self) {
        self.registrar.set_network(self.network.map(credentials));
    }

    fn settle(&mut self) {
        let mut actions = 0;
        while let Some(action) = self.registrar.poll(self.now) {
            self.perform(action);
            actions += 1;
            assert!(actions <= ACTIONS_MAX, "there is no end of actions");
        }
        let is_idle = self.registrar.poll_timeout() > self.now;
        assert!(is_idle, "the registrar wants to be polled again and again");
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Listen(is_on) => {
                assert_ne!(is_on, self.is_listening, "told twice");
                self.is_listening = is_on;
            }
            Action::LookUpNetwork => {
                if self.answers_at_once {
                    self.tell_network();
                }
            }
            Action::Publish { topic, payload } => {
                assert!([topics::FOUND, topics::CIPHER_GET].contains(&topic), "{topic}");
                assert_is_object(&payload);
            }
            Action::SendProbeRequest(frame) => self.check_sent(&frame),
        }
    }

    /// Who is told, and of what.
    fn check_sent(&mut self, bytes: &[u8]) {
        assert!(self.has_given_key, "it tells of a network without a key");
        let frame = Frame::new(bytes, LinkType::None, false, -40).expect("a frame");
        let outcome = Decoder::frame(&mut self.enrollee, &frame, &AccessPoints::default(), self.now);
        if let Outcome::Whole(found) = outcome {
            let is_it = |network: Credentials| {
                let is_password = found.password == network.password || !self.keys_are_right;
                found.ssid == network.ssid && found.bssid == network.bssid && is_password
            };
            assert!((0..16).map(credentials).any(is_it), "it tells of another network");
        }
    }
}

fn credentials(number: u8) -> Credentials {
    let password = check_password(PASSWORDS[usize::from(number >> 2 & 3)].as_bytes()).expect("a password");
    Credentials::new(Ssid::new(NAMES[usize::from(number & 3)]).expect("a name"), password, Some(BSSID))
}

fn assert_is_object(payload: &[u8]) {
    let json: Value = serde_json::from_slice(payload).expect("JSON");
    assert!(json.is_object(), "{json}");
}
