//! One phone that sends: how its frames are read, and what it has said so far.

use log::warn;

use super::ballot::Ballot;
use super::codes::Code;
use super::message::{Message, read};
use super::stream::{Heard, Received, Streams};
use crate::provision::access_points::AccessPoints;
use crate::provision::air::udp_length::udp_length;
use crate::provision::credentials::{Credentials, Mac, Ssid};
use crate::provision::crypto::Key;
use crate::provision::decoder::Outcome;
use crate::provision::frame::{Direction, Frame};
use crate::time::Instant;

/// A phone.
pub(super) struct Phone {
    source: Mac,
    bssid: Mac,
    heard_at: Instant,
    /// Frames of a message, up to [`u8::MAX`].
    frames: u8,
    /// Its message was wrong, and nothing in it has changed since.
    is_refused: bool,
    ballot: Ballot,
    streams: Streams,
}

impl Phone {
    /// That sent `frame`.
    pub(super) fn new(frame: &Frame, now: Instant) -> Self {
        Self {
            source: frame.source(),
            bssid: frame.bssid(),
            heard_at: now,
            frames: 0,
            is_refused: false,
            ballot: Ballot::new(),
            streams: Streams::new(),
        }
    }

    pub(super) fn source(&self) -> &Mac {
        &self.source
    }

    pub(super) fn bssid(&self) -> Mac {
        self.bssid
    }

    pub(super) fn silence_ms(&self, now: Instant) -> u64 {
        now.since(self.heard_at)
    }

    /// Were there more frames of a message than one?
    pub(super) fn is_proven(&self) -> bool {
        self.frames > 1
    }

    /// Takes a frame that it has sent.
    pub(super) fn hear(&mut self, frame: &Frame, access_points: &AccessPoints, now: Instant) -> Heard {
        if frame.bssid() != self.bssid && !self.follow(frame, access_points) {
            return Heard::Nothing;
        }
        let received = Received::new(frame, now);
        let udp_length = || udp_length(frame, access_points);
        let (heard, has_changed) = self.streams.hear(&received, udp_length, &mut self.ballot);
        if heard == Heard::Nothing {
            return heard;
        }
        self.is_refused &= !has_changed;
        self.heard_at = now;
        self.frames = self.frames.saturating_add(1);
        heard
    }

    /// Has it moved to the access point of `frame`? An access point relays what it hears, so only the phone's own
    /// frames tell.
    fn follow(&mut self, frame: &Frame, access_points: &AccessPoints) -> bool {
        let has_moved = frame.direction() == Direction::ToDs && is_hint(frame, access_points);
        if has_moved {
            self.bssid = frame.bssid();
            self.streams = Streams::new();
        }
        has_moved
    }

    /// What it has said, if that is a whole message.
    #[inline(never)]
    pub(super) fn conclude(&mut self, access_points: &AccessPoints, key: &Key) -> Outcome {
        if self.is_refused {
            return Outcome::Part;
        }
        let known = access_points.by_bssid(&self.bssid).map(|known| &known.ssid);
        let Some(message) = read(&self.ballot, known.filter(|ssid| !ssid.is_of_helper())) else {
            return Outcome::Part;
        };
        let fault = match self.credentials(&message, known, key) {
            Ok(credentials) => return Outcome::Whole(credentials),
            Err(fault) if message.is_sure() => fault,
            Err(_) => return Outcome::Part,
        };
        self.is_refused = fault != Fault::NoName;
        match fault {
            // Until its access point is heard.
            Fault::NoName => Outcome::Part,
            Fault::Checksum => {
                warn!("awss: wrong checksum in the message of a phone");
                self.ballot.halve();
                Outcome::ChecksumError
            }
            Fault::NotEncrypted => {
                warn!("awss: the message of a phone is not encrypted: refused");
                Outcome::Part
            }
            Fault::Name => {
                warn!("awss: the message of a phone has a name that no network has: refused");
                Outcome::PasswordError
            }
            Fault::Password => {
                warn!("awss: the message of a phone has no password: encrypted with another product secret?");
                Outcome::PasswordError
            }
        }
    }

    fn credentials(&self, message: &Message, known: Option<&Ssid>, key: &Key) -> Result<Credentials, Fault> {
        if !message.has_checksum() {
            return Err(Fault::Checksum);
        }
        if !message.is_encrypted() {
            return Err(Fault::NotEncrypted);
        }
        let sent = message.has_name().then(|| message.name().ok_or(Fault::Name)).transpose()?;
        let is_at_helper = known.is_some_and(Ssid::is_of_helper);
        let known_or_sent = if is_at_helper { sent.as_ref().or(known) } else { known.or(sent.as_ref()) };
        let name = known_or_sent.ok_or(Fault::NoName)?.clone();
        let password = message.password(key).ok_or(Fault::Password)?;
        let bssid = (!is_at_helper && !name.is_of_helper()).then_some(self.bssid);
        Ok(Credentials::new(name, password, bssid))
    }
}

/// What is wrong with a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    Checksum,
    NotEncrypted,
    /// It has one that no network has.
    Name,
    /// It has none, and that of the access point is not known.
    NoName,
    Password,
}

/// Does it announce a phone?
pub(super) fn is_hint(frame: &Frame, access_points: &AccessPoints) -> bool {
    let length = udp_length(frame, access_points).and_then(|length| length.try_into().ok());
    length.and_then(Code::of).is_some_and(Code::is_hint)
}
