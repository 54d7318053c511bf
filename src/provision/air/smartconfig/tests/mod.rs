//! Phones, and what the decoder makes of them.

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
pub(in crate::provision) mod phone;
mod vectors;

use std::string::String;
use std::vec::Vec;

use self::phone::{AP, Carrier, Cipher, Form, PHONE, SECRET, codes, message};
use super::Smartconfig;
use crate::provision::access_points::AccessPoints;
use crate::provision::beacon;
use crate::provision::decoder::{Decoder, Outcome};
use crate::provision::tests::{LINKKIT_LAB_BEACON, plain};
use crate::time::Instant;

/// A device that listens.
struct Device {
    decoder: Smartconfig,
    access_points: AccessPoints,
    now: Instant,
}

impl Device {
    fn new() -> Self {
        Self {
            decoder: Smartconfig::new(SECRET),
            access_points: AccessPoints::default(),
            now: Instant::from_millis(1_000_000),
        }
    }

    fn hear_beacon(&mut self, bytes: &[u8]) {
        self.access_points.hear(beacon::read(&plain(bytes).unwrap()).unwrap(), None);
    }

    fn hear(&mut self, bytes: &[u8]) -> Outcome {
        self.now = self.now.plus(10);
        self.decoder.frame(&plain(bytes).unwrap(), &self.access_points, self.now)
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
fn sent<'a>(
    carrier: &'a Carrier,
    codes: &'a [u16],
    first: u16,
    step: u16,
) -> impl Iterator<Item = Vec<u8>> + 'a {
    let numbers = (0..).map(move |frame: u16| first.wrapping_add(frame.wrapping_mul(step)));
    codes.iter().cycle().zip(numbers).map(|(code, number)| carrier.frame(*code, number))
}
