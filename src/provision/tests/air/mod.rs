//! What is sent over the air, put into frames by an encoder of its own, and what the decoders make of it.

pub(super) mod enrollee;
pub(super) mod hostile;
pub(super) mod mcast;
pub(super) mod registrar;
pub(super) mod wps;

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use sha2::{Digest, Sha256};

use super::*;
use crate::provision::access_points::AccessPoint;
use crate::provision::beacon;
use crate::provision::credentials::{Authentication, Encryption};

pub(super) const SECRET: &[u8] = b"7jluWm1zql7bt8qK";
const BROADCAST: Mac = [0xFF; 6];

/// AES-128-CFB under the key of `secret` and `random`.
fn encrypt(secret: &[u8], random: [u8; 16], plain: &[u8]) -> Vec<u8> {
    let hash = Sha256::digest([secret, b",", &random].concat());
    let cipher = Aes128::new_from_slice(&hash[..16]).unwrap();
    let mut register = random;
    let mut encrypted = Vec::new();
    for block in plain.chunks(16) {
        let mut stream = register.into();
        cipher.encrypt_block(&mut stream);
        let block: Vec<u8> = block.iter().zip(stream).map(|(plain, stream)| plain ^ stream).collect();
        register[..block.len()].copy_from_slice(&block);
        encrypted.extend(block);
    }
    encrypted
}

pub(super) fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An element: id, length, content.
fn element(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id, u8::try_from(content.len()).unwrap()], content].concat()
}

/// A management frame without flags.
fn management_frame(kind: u8, source: Mac, bssid: Mac, body: &[u8]) -> Vec<u8> {
    [&[kind, 0, 0, 0], BROADCAST.as_slice(), &source, &bssid, &[0x10, 0], body].concat()
}

/// What it is, and a whole message with name, password, BSSID and token.
fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Nothing => "nothing".into(),
        Outcome::Phone { bssid } => format!("phone {}", hex(bssid)),
        Outcome::Part => "part".into(),
        Outcome::Whole(found) => format!(
            "{} {} {} {}",
            String::from_utf8_lossy(found.ssid.as_bytes()),
            found.password.as_str(),
            found.bssid.map_or("-".into(), |bssid| hex(&bssid)),
            found.token.map_or("-".into(), |token| hex(&token)),
        ),
        Outcome::ChecksumError => "checksum error".into(),
        Outcome::PasswordError => "password error".into(),
    }
}

/// A decoder, and what it can know from other frames.
pub(super) struct Ear<D> {
    decoder: D,
    heard: AccessPoints,
    now: Instant,
}

impl<D: Decoder> Ear<D> {
    pub(super) fn new(decoder: D) -> Self {
        Self { decoder, heard: AccessPoints::default(), now: Instant::from_millis(1_000_000) }
    }

    /// Those which no port hands on count as nothing.
    pub(super) fn hear(&mut self, bytes: &[u8]) -> String {
        let Some(frame) = plain(bytes) else { return "nothing".into() };
        if let Some(found) = beacon::read(&frame) {
            self.heard.hear(found, None);
        }
        told(&self.decoder.frame(&frame, &self.heard, self.now))
    }

    fn knows(&mut self, ssid: &[u8], bssid: Mac) {
        self.heard.hear(
            AccessPoint {
                ssid: Ssid::new(ssid).unwrap(),
                bssid,
                channel: 6,
                authentication: Authentication::Wpa2Psk,
                encryption: Encryption::Aes,
                group_encryption: Encryption::Aes,
                rssi: -40,
            },
            None,
        );
    }

    pub(super) fn wait(&mut self, ms: u64) {
        self.now = self.now.plus(ms);
    }
}

/// A session that is scanning and pressed: what it does with each of `frames`.
pub(super) fn session(decoder: &mut dyn Decoder, frames: &[&[u8]]) -> Vec<String> {
    let mut device = Device::pressed();
    for bytes in frames {
        device.provisioning.frame(&mut [&mut *decoder], &plain(bytes).unwrap(), device.now);
        device.poll();
    }
    device.take_lines()
}

/// Whatever one of its bytes is: what comes of the frame.
fn with_each_byte_changed(whole: &[u8], mut hear: impl FnMut(usize, &[u8])) {
    let mut changed = whole.to_vec();
    for at in 0..whole.len() {
        for flip in 1..=255 {
            changed[at] = whole[at] ^ flip;
            hear(at, &changed);
        }
        changed[at] = whole[at];
    }
}
