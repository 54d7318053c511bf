//! WPS: a phone looks for Wi-Fi Direct peers with probe requests, and its device name is the message.

mod dictionary;

use heapless::Vec;
use log::debug;
use zeroize::Zeroize;

use super::symbols::{checksum, unpack};
use crate::provision::access_points::{AccessPoint, AccessPoints};
use crate::provision::beacon::vendor_contents;
use crate::provision::credentials::{Credentials, Mac, SSID_LEN, Ssid, known_mac};
use crate::provision::crypto::{Key, RANDOM_LEN};
use crate::provision::decoder::{Decoder, Outcome};
use crate::provision::frame::{Direction, Frame, Kind};
use crate::time::Instant;

const WPS_OUI: [u8; 4] = [0x00, 0x50, 0xF2, 0x04];
const DEVICE_NAME: [u8; 2] = [0x10, 0x11];
/// Longest device name (Wi-Fi Simple Configuration, data elements).
const DEVICE_NAME_LEN: usize = 32;
/// A message of this length may hold the end of a name only, bytes.
const CUT_LEN: usize = 29;
/// Longest name of a network in a message, bytes.
const NAME_LEN: usize = 29;
const CHECKSUM_LEN: usize = 2;
const PASSWORD_BITS: u32 = 7;
/// Java's UTF-8 for a zero byte.
const ZERO: [u8; 2] = [0xC0, 0x80];
/// Name sent ahead of the password, with the beginning of this in the password's place.
const PREPARING: &[u8] = b"zl&ws";
/// The bit that tells the address for Wi-Fi Direct from the phone's own.
const LOCALLY_ADMINISTERED: u8 = 0x02;
/// Stays on a channel in which the access point of a name that may be cut is waited for: two scans.
const STAYS: u64 = 32;

/// Reads what phones say in device names.
pub struct Wps {
    key: Key,
    patience_ms: u64,
    first_heard: Option<Instant>,
    phone: Option<Mac>,
    /// The access point of the phone, from other frames.
    access_point: Option<Mac>,
    /// The name sent ahead.
    prepared: Option<Ssid>,
}

impl Wps {
    /// `product_secret`: what the password is encrypted with. `dwell_ms`: the stay on one channel, of which a
    /// name that may be cut is given 32 before it is taken as it is.
    pub fn new(product_secret: &[u8], dwell_ms: u64) -> Self {
        Self {
            key: Key::new(product_secret, &[0; RANDOM_LEN]),
            patience_ms: dwell_ms.saturating_mul(STAYS),
            first_heard: None,
            phone: None,
            access_point: None,
            prepared: None,
        }
    }

    /// Any other frame of the phone shows which access point it uses.
    fn follow_phone(&mut self, frame: &Frame, heard: &AccessPoints) {
        let is_phone = self.phone == Some(frame.source()) && frame.direction() != Direction::Neither;
        if is_phone && heard.by_bssid(&frame.bssid()).is_some() {
            self.access_point = Some(frame.bssid());
        }
    }

    fn hear_phone(&mut self, mut mac: Mac, now: Instant) {
        let [first, ..] = &mut mac;
        *first &= !LOCALLY_ADMINISTERED;
        if self.phone != Some(mac) {
            self.phone = Some(mac);
            self.access_point = None;
        }
        self.first_heard.get_or_insert(now);
    }

    fn take(&mut self, message: &Message, frame: &Frame, heard: &AccessPoints, now: Instant) -> Outcome {
        let Some(name) = Ssid::new(&message.name) else { return Outcome::Nothing };
        if !message.is_encrypted {
            self.reset();
            return Outcome::Nothing;
        }
        let Ok(password) = self.key.decrypt_raw_password(&message.encrypted) else {
            self.reset();
            return Outcome::PasswordError;
        };
        self.hear_phone(frame.source(), now);
        if !password.is_empty() && PREPARING.starts_with(password.as_bytes()) {
            self.prepared = Some(name);
            return Outcome::Phone { bssid: frame.bssid() };
        }
        let access_point = known_mac(frame.bssid());
        let network = if message.may_be_cut {
            self.network(name, access_point.or(self.access_point), heard, now)
        } else {
            Some((name, access_point))
        };
        let Some((ssid, bssid)) = network else {
            debug!("awss: wps: the network of a name that may be cut is not known yet");
            return Outcome::Nothing;
        };
        self.reset();
        Outcome::Whole(Credentials::new(ssid, password, bssid))
    }

    /// The network that `end` is the end of the name of.
    fn network(
        &self,
        end: Ssid,
        access_point: Option<Mac>,
        heard: &AccessPoints,
        now: Instant,
    ) -> Option<(Ssid, Option<Mac>)> {
        let ends_with = |ssid: &Ssid, end: &Ssid| ssid.as_bytes().ends_with(end.as_bytes());
        let end = self.prepared.clone().filter(|prepared| ends_with(prepared, &end)).unwrap_or(end);
        let own = access_point.and_then(|bssid| heard.by_bssid(&bssid));
        // Its own may have a name in another encoding than the phone's.
        let known = own
            .filter(|known| ends_with(&known.ssid, &end))
            .or_else(|| heard.by_ssid(&end))
            .or_else(|| heard.iter().find(|known| ends_with(&known.ssid, &end)))
            .or(own);
        if let Some(AccessPoint { ssid, bssid, .. }) = known {
            return Some((ssid.clone(), Some(*bssid)));
        }
        let waited_ms = self.first_heard.map_or(0, |first| now.since(first));
        (waited_ms > self.patience_ms).then_some((end, access_point))
    }
}

impl Decoder for Wps {
    fn frame(&mut self, frame: &Frame, heard: &AccessPoints, now: Instant) -> Outcome {
        match frame.kind() {
            Kind::ProbeRequest => {}
            Kind::Data | Kind::QosData => {
                self.follow_phone(frame, heard);
                return Outcome::Nothing;
            }
            _ => return Outcome::Nothing,
        }
        match device_name(frame.body()).and_then(Message::read) {
            Some(message) if message.is_intact => self.take(&message, frame, heard, now),
            Some(_) => Outcome::ChecksumError,
            None => Outcome::Nothing,
        }
    }

    fn reset(&mut self) {
        self.first_heard = None;
        self.phone.zeroize();
        self.access_point.zeroize();
        self.prepared.zeroize();
    }
}

impl Drop for Wps {
    fn drop(&mut self) {
        self.reset();
    }
}

/// The device name in the elements of a probe request.
fn device_name(elements: &[u8]) -> Option<&[u8]> {
    vendor_contents(elements, &WPS_OUI).find_map(device_name_of)
}

fn device_name_of(mut attributes: &[u8]) -> Option<&[u8]> {
    loop {
        let (id, rest) = attributes.split_first_chunk::<2>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (value, behind) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        if *id == DEVICE_NAME {
            return Some(value);
        }
        attributes = behind;
    }
}

/// A device name taken apart.
struct Message {
    name: Vec<u8, SSID_LEN>,
    encrypted: Vec<u8, DEVICE_NAME_LEN>,
    is_encrypted: bool,
    may_be_cut: bool,
    is_intact: bool,
}

impl Message {
    /// Kind of encryption and length of the name, name, password, checksum. `None` for device names that are none
    /// of that form.
    fn read(device_name: &[u8]) -> Option<Self> {
        let (&first, rest) = device_name.split_first().filter(|_| device_name.len() <= DEVICE_NAME_LEN)?;
        let (kind, name_len) = (first >> 5, usize::from(first & 0x1F));
        let (name, rest) = rest.split_at_checked(name_len)?;
        let (password, sum) = rest.split_last_chunk::<CHECKSUM_LEN>()?;
        if kind > 1 || !(1..=NAME_LEN).contains(&name_len) {
            return None;
        }
        let password = without_zero_escapes(password)?;
        let mut summed: Vec<u8, DEVICE_NAME_LEN> = Vec::new();
        summed.push(first).ok()?;
        summed.extend_from_slice(name).ok()?;
        summed.extend_from_slice(&password).ok()?;
        let mut name: Vec<u8, SSID_LEN> = Vec::from_slice(name).ok()?;
        name.iter_mut().for_each(|byte| *byte = dictionary::name_byte(*byte));
        Some(Self {
            may_be_cut: device_name.len() >= CUT_LEN || !name.is_ascii(),
            name,
            encrypted: unpack(&password, PASSWORD_BITS)?,
            is_encrypted: kind == 1,
            is_intact: checksum(&summed) == *sum,
        })
    }
}

/// Symbols as they were before Java wrote them as text.
fn without_zero_escapes(mut text: &[u8]) -> Option<Vec<u8, DEVICE_NAME_LEN>> {
    let mut symbols = Vec::new();
    loop {
        let symbol = match text {
            [] => return Some(symbols),
            [first, second, rest @ ..] if [*first, *second] == ZERO => {
                text = rest;
                0
            }
            [symbol @ 0x01..=0x7F, rest @ ..] => {
                text = rest;
                *symbol
            }
            _ => return None,
        };
        symbols.push(symbol).ok()?;
    }
}
