//! Phones, and what the decoder makes of them.

#![allow(clippy::arithmetic_side_effects, reason = "of small numbers")]

mod air;
mod defects;
mod goals;
pub(in crate::provision) mod phone;
mod reception;
mod refusals;
mod vectors;

use std::string::String;
use std::vec::Vec;

use self::phone::{AP, Carrier, Cipher, Form, SECRET, codes, message};
use super::Smartconfig;
use crate as linkkit_core;
use crate::provision::access_points::AccessPoints;
use crate::provision::beacon;
use crate::provision::decoder::{Decoder, Outcome};
use crate::provision::tests::{LINKKIT_LAB_BEACON, plain};
use crate::time::Instant;

const LINKKIT_LAB: &str = "linkkit-lab / 12345678 @ Some([d8, fe, e3, 11, 22, 33])";

/// A device that listens.
struct Device {
    decoder: Smartconfig,
    access_points: AccessPoints,
    now: Instant,
    gap_ms: u64,
    /// Times that a phone was announced.
    hints: usize,
}

impl Device {
    fn new() -> Self {
        Self {
            decoder: Smartconfig::new(SECRET),
            access_points: AccessPoints::default(),
            now: Instant::from_millis(1_000_000),
            gap_ms: 10,
            hints: 0,
        }
    }

    /// That has heard `linkkit-lab`.
    fn at_linkkit_lab() -> Self {
        let mut device = Self::new();
        device.hear_beacon(&LINKKIT_LAB_BEACON);
        device
    }

    fn hear_beacon(&mut self, bytes: &[u8]) {
        self.access_points.hear(beacon::read(&plain(bytes).unwrap()).unwrap(), None);
    }

    fn hear(&mut self, bytes: &[u8]) -> Outcome {
        self.now = self.now.plus(self.gap_ms);
        let outcome = self.decoder.frame(&plain(bytes).unwrap(), &self.access_points, self.now);
        self.hints += usize::from(matches!(outcome, Outcome::Phone { .. }));
        outcome
    }

    /// Takes frames until one is the last of a message, or the message is wrong; how many, and what it was.
    fn hear_all(&mut self, frames: impl IntoIterator<Item = Vec<u8>>) -> (usize, String) {
        let mut heard = 0;
        for frame in frames {
            heard += 1;
            match self.hear(&frame) {
                Outcome::Nothing | Outcome::Phone { .. } | Outcome::Part => {}
                outcome => return (heard, line(&outcome)),
            }
        }
        (heard, "nothing".into())
    }

    /// The same for this message in a few loops over AES.
    fn hear_message(&mut self, message: &[u8]) -> (usize, String) {
        let codes = codes(message);
        self.hear_all(sent(&Carrier::new(Cipher::Aes), &codes, 100, 1).take(codes.len() * 4))
    }
}

fn line(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Nothing => "nothing".into(),
        Outcome::Phone { .. } => "phone".into(),
        Outcome::Part => "part".into(),
        Outcome::Whole(credentials) => format!(
            "{} / {} @ {:02x?}",
            String::from_utf8_lossy(credentials.ssid.as_bytes()),
            credentials.password.as_str(),
            credentials.bssid
        ),
        Outcome::ChecksumError => "checksum error".into(),
        Outcome::PasswordError => "password error".into(),
    }
}

/// Frames of this loop over and over, numbered from `first` on in steps of `step`.
fn sent(carrier: &Carrier, codes: &[u16], first: u16, step: u16) -> impl Iterator<Item = Vec<u8>> + use<> {
    let (carrier, codes) = (*carrier, codes.to_vec());
    let numbers = (0..).map(move |frame: u16| first.wrapping_add(frame.wrapping_mul(step)));
    let codes = (0..codes.len()).cycle().map(move |at| codes[at]);
    codes.zip(numbers).map(move |(code, number)| carrier.frame(code, number))
}

/// A beacon of `AP` with this name and these elements behind it.
fn beacon_of(name: &[u8], is_private: bool, elements: &[u8]) -> Vec<u8> {
    let mut bytes = LINKKIT_LAB_BEACON[..36].to_vec();
    bytes[34] = if is_private { 0x11 } else { 0x01 };
    bytes.extend_from_slice(&[0, name.len() as u8]);
    bytes.extend_from_slice(name);
    bytes.extend_from_slice(elements);
    bytes
}
