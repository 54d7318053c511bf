//! Multicast smartconfig: each datagram has two bytes of the message in its address. The message may have a bind
//! token.

mod sender;

use log::warn;

use self::sender::{Fields, PAIRS, Sender};
use super::udp_length::udp_length;
use crate::binding::Token;
use crate::provision::access_points::AccessPoints;
use crate::provision::credentials::{Credentials, Mac, Ssid};
use crate::provision::crypto::{Key, RANDOM_LEN};
use crate::provision::decoder::{Decoder, Outcome};
use crate::provision::frame::{Frame, Kind};
use crate::time::Instant;

/// IPv4 multicast.
const MULTICAST: [u8; 3] = [0x01, 0x00, 0x5E];
const INDEX_MASK: u8 = 0x7F;
/// Of the datagrams that make up a message, bytes.
const PAYLOAD_LEN: usize = 1;
/// Of their frames, behind the header, with the encryption that adds most, bytes. Most others are longer.
const BODY_LEN_MAX: usize = 57;
/// Senders that are followed at a time.
const SENDERS: usize = 2;
/// Time without anything new from a sender after which another one may take its place, ms.
const STALE_MS: u64 = 1_000;

/// Puts the messages of phones together.
pub struct Mcast {
    key: Key,
    senders: [Option<Sender>; SENDERS],
}

impl Mcast {
    /// `product_secret`: what the password is encrypted with.
    pub fn new(product_secret: &[u8]) -> Self {
        Self { key: Key::new(product_secret, &[0; RANDOM_LEN]), senders: [const { None }; SENDERS] }
    }
}

impl Decoder for Mcast {
    fn frame(&mut self, frame: &Frame, heard: &AccessPoints, now: Instant) -> Outcome {
        let Some((index, pair)) = pair_of(frame) else { return Outcome::Nothing };
        if udp_length(frame, heard) != Some(PAYLOAD_LEN) {
            return Outcome::Nothing;
        }
        let Some(place) = place_of(frame, &mut self.senders, now) else { return Outcome::Nothing };
        let Some(sender) = place else { return Outcome::Nothing };
        let progress = sender.take(index, pair, now);
        let Some(outcome) = read(sender, &self.key, heard) else { return progress };
        *place = None;
        outcome
    }

    fn reset(&mut self) {
        self.senders = [const { None }; SENDERS];
    }
}

/// The place of a sender, with the sender in it, if there is one for it.
fn place_of<'s>(
    frame: &Frame,
    senders: &'s mut [Option<Sender>],
    now: Instant,
) -> Option<&'s mut Option<Sender>> {
    let mac = frame.source();
    let is_it = |place: &Option<Sender>| place.as_ref().is_some_and(|sender| sender.mac == mac);
    if let Some(known) = senders.iter().position(is_it) {
        return senders.get_mut(known);
    }
    let last_new = |place: &Option<Sender>| place.as_ref().map(|sender| sender.last_new);
    let place = senders.iter_mut().min_by_key(|place| last_new(place))?;
    let is_free = last_new(place).is_none_or(|last_new| now.since(last_new) >= STALE_MS);
    is_free.then(|| {
        *place = Some(Sender::new(mac, frame.bssid(), now));
        place
    })
}

/// Which two bytes of a message are in the address of a datagram.
fn pair_of(frame: &Frame) -> Option<(usize, [u8; 2])> {
    if !matches!(frame.kind(), Kind::Data | Kind::QosData) || frame.body().len() > BODY_LEN_MAX {
        return None;
    }
    let [prefix @ .., index, first, second] = frame.destination();
    let index = usize::from(index & INDEX_MASK);
    (prefix == MULTICAST && index < PAIRS).then_some((index, [first, second]))
}

/// What the message of a sender means; `None` while something is missing.
fn read(sender: &Sender, key: &Key, heard: &AccessPoints) -> Option<Outcome> {
    let message = match sender.message()? {
        Ok(message) => message,
        Err(outcome) => return Some(outcome),
    };
    let Some(fields) = Fields::read(message) else { return Some(Outcome::Nothing) };
    let Ok(password) = key.decrypt_raw_password(fields.password) else { return Some(Outcome::PasswordError) };
    let bssid = access_point(fields.bssid_end, sender, heard);
    let ssid = match bssid.and_then(|bssid| heard.by_bssid(&bssid)) {
        Some(known) => known.ssid.clone(),
        // It may still be heard.
        None if fields.ssid.is_empty() => return None,
        None => match Ssid::new(fields.ssid) {
            Some(ssid) => ssid,
            None => return Some(Outcome::Nothing),
        },
    };
    let mut credentials = Credentials::new(ssid, password, bssid);
    if let Some(token) = fields.token {
        match Token::from_phone(token, fields.bssid_end, credentials.password.as_bytes()) {
            Ok(token) => credentials.token = Some(*token.bytes()),
            Err(error) => warn!("awss: mcast: the phone's bind token is not taken: {error}"),
        }
    }
    Some(Outcome::Whole(credentials))
}

/// The access point whose address ends so: that of the sender, or one that was heard.
fn access_point(bssid_end: &[u8], sender: &Sender, heard: &AccessPoints) -> Option<Mac> {
    let mut known = core::iter::once(sender.bssid).chain(heard.iter().map(|known| known.bssid));
    known.find(|bssid| !bssid_end.is_empty() && bssid.ends_with(bssid_end))
}
