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

use alloc::vec::Vec;

use log::warn;

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

/// Puts together what phones broadcast. The heap is used by [`Smartconfig::new`] alone; wiped when a message is whole,
/// and on drop.
pub struct Smartconfig {
    key: Key,
    /// Up to [`PHONES`].
    phones: Vec<Phone>,
    /// The phone for which the channel is held.
    leader: Option<Mac>,
}

impl Smartconfig {
    /// For the phones of a product with this secret, whose first 40 bytes count. Without memory for 3 KB it hears none.
    pub fn new(product_secret: &[u8]) -> Self {
        let mut phones = Vec::new();
        if phones.try_reserve_exact(PHONES).is_err() {
            warn!("awss: out of memory: smartconfig is not listened for");
        }
        Self { key: Key::new(product_secret, &[0; RANDOM_LEN]), phones, leader: None }
    }

    /// The place of the phone that sent `frame`; a new one if it may be a phone's.
    fn place_of(&mut self, frame: &Frame, access_points: &AccessPoints, now: Instant) -> Option<usize> {
        let source = frame.source();
        if let Some(place) = self.phones.iter().position(|phone| *phone.source() == source) {
            return Some(place);
        }
        let length = frame.body().len();
        let may_be_hint = HINT_BODY_LENS.contains(&length)
            && (START_BODY_LENS.contains(&length) || is_hint(frame, access_points));
        if !may_be_hint {
            return None;
        }
        self.take_in(frame, now)
    }

    /// A place for the phone that sent `frame`. Not inlined: a phone is large, and on the stack meanwhile.
    #[inline(never)]
    fn take_in(&mut self, frame: &Frame, now: Instant) -> Option<usize> {
        if self.phones.len() < PHONES.min(self.phones.capacity()) {
            self.phones.push(Phone::new(frame, now));
            return self.phones.len().checked_sub(1);
        }
        let (place, silent) = self
            .phones
            .iter_mut()
            .enumerate()
            .filter(|(_, phone)| gives_way(phone, now))
            .max_by_key(|(_, phone)| phone.silence_ms(now))?;
        *silent = Phone::new(frame, now);
        Some(place)
    }

    fn forget(&mut self, place: usize) {
        if let Some(last) = self.phones.len().checked_sub(1)
            && place <= last
        {
            self.phones.swap(place, last);
            self.phones.truncate(last);
        }
    }

    /// Is this the phone for which the channel is held, or now to be?
    fn takes_lead(&mut self, source: Mac, now: Instant) -> bool {
        let leads = match self.leader {
            Some(leader) if leader == source => true,
            Some(leader) => {
                let leader = self.phones.iter().find(|phone| *phone.source() == leader);
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
        let Some(phone) = self.phones.get_mut(place) else { return Outcome::Nothing };
        let outcome = match phone.hear(frame, heard, now) {
            Heard::Nothing => Outcome::Nothing,
            Heard::Group => Outcome::Phone { bssid: phone.bssid() },
            Heard::Symbol => phone.conclude(heard, &self.key),
        };
        match outcome {
            Outcome::Whole(_) => self.reset(),
            Outcome::PasswordError => self.forget(place),
            // Other phones are listened to as long as the channel is held for this one.
            Outcome::Phone { .. } if !self.takes_lead(frame.source(), now) => return Outcome::Nothing,
            Outcome::Part if self.leader != Some(frame.source()) => return Outcome::Nothing,
            _ => {}
        }
        outcome
    }

    fn reset(&mut self) {
        self.phones.clear();
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
