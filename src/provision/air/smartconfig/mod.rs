//! Smartconfig: a phone broadcasts datagrams, and the length of each is a code. The lengths show through the
//! encryption of the network, and the phone sends them in a loop until the device announces itself.
//!
//! A code starts the message, starts a group of eight symbols, or is a symbol of some group ([`codes`]); what
//! surrounds it has a length of its own ([`length`]). Frames get lost, so which group a symbol belongs to is found
//! out from the sequence numbers and from what was heard in earlier loops ([`track`]), and what is heard votes
//! ([`ballot`]). Once every position of the [`message`] has a symbol and the checksum fits, it is whole.

mod ballot;
mod codes;
mod costs;
mod gap;
mod length;
mod message;
mod pace;
mod phone;
mod stream;
mod track;

use self::length::{BODY_LENS, HINT_BODY_LENS, START_BODY_LENS};
use self::phone::{Phone, is_hint};
use self::stream::Heard;
use crate::provision::access_points::AccessPoints;
use crate::provision::credentials::Mac;
use crate::provision::crypto::{Key, RANDOM_LEN};
use crate::provision::decoder::{Decoder, Outcome};
use crate::provision::frame::{Direction, Frame, Kind};
use crate::time::Instant;

/// Phones that are listened to at a time.
const PHONES: usize = 3;
/// Silence of a phone after which another one may take its place, ms.
const SILENCE_MS: u64 = 3_000;
const BROADCAST: Mac = [0xFF; 6];

/// Puts together what phones broadcast. No heap; wiped when a message is whole, and on drop.
pub struct Smartconfig {
    key: Key,
    phones: [Option<Phone>; PHONES],
    /// The phone for which the channel is held.
    leader: Option<Mac>,
}

impl Smartconfig {
    /// For the phones of a product with this secret, whose first 40 bytes count.
    pub fn new(product_secret: &[u8]) -> Self {
        Self {
            key: Key::new(product_secret, &[0; RANDOM_LEN]),
            phones: [const { None }; PHONES],
            leader: None,
        }
    }

    /// The place of the phone that sent `frame`; a new one if it may be a phone's.
    fn place_of(&mut self, frame: &Frame, access_points: &AccessPoints, now: Instant) -> Option<usize> {
        let source = frame.source();
        let is_source = |phone: &Option<Phone>| phone.as_ref().is_some_and(|phone| *phone.source() == source);
        if let Some(place) = self.phones.iter().position(is_source) {
            return Some(place);
        }
        let length = frame.body().len();
        let may_be_hint = HINT_BODY_LENS.contains(&length)
            && (START_BODY_LENS.contains(&length) || is_hint(frame, access_points));
        if !may_be_hint {
            return None;
        }
        let (place, free) = self
            .phones
            .iter_mut()
            .enumerate()
            .filter(|(_, phone)| phone.as_ref().is_none_or(|phone| gives_way(phone, now)))
            .max_by_key(|(_, phone)| phone.as_ref().map_or(u64::MAX, |phone| phone.silence_ms(now)))?;
        *free = Some(Phone::new(frame, now));
        Some(place)
    }

    /// Is this the phone for which the channel is held, or now to be?
    fn takes_lead(&mut self, source: Mac, now: Instant) -> bool {
        let leads = match self.leader {
            Some(leader) if leader == source => true,
            Some(leader) => {
                let leader = self.phones.iter().flatten().find(|phone| *phone.source() == leader);
                leader.is_none_or(|leader| leader.silence_ms(now) >= SILENCE_MS)
            }
            None => true,
        };
        if leads {
            self.leader = Some(source);
        }
        leads
    }
}

impl Decoder for Smartconfig {
    fn frame(&mut self, frame: &Frame, heard: &AccessPoints, now: Instant) -> Outcome {
        if !may_be_code(frame) {
            return Outcome::Nothing;
        }
        let Some(place) = self.place_of(frame, heard, now) else { return Outcome::Nothing };
        let Some(phone) = self.phones.get_mut(place).and_then(Option::as_mut) else {
            return Outcome::Nothing;
        };
        let outcome = match phone.hear(frame, heard, now) {
            Heard::Nothing => Outcome::Nothing,
            Heard::Group => Outcome::Phone { bssid: phone.bssid() },
            Heard::Symbol => phone.conclude(heard, &self.key),
        };
        match outcome {
            Outcome::Whole(_) => self.reset(),
            Outcome::PasswordError => {
                if let Some(phone) = self.phones.get_mut(place) {
                    *phone = None;
                }
            }
            // Other phones are listened to as long as the channel is held for this one.
            Outcome::Phone { .. } if !self.takes_lead(frame.source(), now) => return Outcome::Nothing,
            Outcome::Part if self.leader != Some(frame.source()) => return Outcome::Nothing,
            _ => {}
        }
        outcome
    }

    fn reset(&mut self) {
        self.phones = [const { None }; PHONES];
        self.leader = None;
    }
}

/// A phone of which there was only one frame makes room for another one, and so does one that is silent.
fn gives_way(phone: &Phone, now: Instant) -> bool {
    !phone.is_proven() || phone.silence_ms(now) >= SILENCE_MS
}

fn may_be_code(frame: &Frame) -> bool {
    matches!(frame.kind(), Kind::Data | Kind::QosData)
        && frame.direction() != Direction::Neither
        && !frame.is_fragment_or_ordered()
        && frame.destination() == BROADCAST
        && BODY_LENS.contains(&frame.body().len())
}

#[cfg(test)]
pub(in crate::provision) mod tests;
