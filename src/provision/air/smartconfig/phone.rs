//! One phone that sends: how its frames are read, and what it has said so far.

use log::warn;

use super::ballot::{Ballot, Weight};
use super::codes::{Code, GROUPS};
use super::length::Lengths;
use super::message::{Message, Reading, read};
use super::track::{Placed, Track};
use crate::provision::access_points::AccessPoints;
use crate::provision::air::udp_length::udp_length;
use crate::provision::credentials::{Credentials, Mac, Ssid};
use crate::provision::crypto::Key;
use crate::provision::decoder::Outcome;
use crate::provision::frame::{Direction, Frame, Kind};
use crate::time::Instant;

/// To and from its access point, each with and without QoS: they are numbered apart.
const STREAMS: usize = 4;

/// What a frame of a phone was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing of a message.
    Nothing,
    /// The start of a message, or of a group.
    Group,
    /// One of its symbols, or a frame again.
    Symbol,
}

/// A phone.
pub(super) struct Phone {
    source: Mac,
    bssid: Mac,
    heard_at: Instant,
    /// Frames of a message, up to [`u8::MAX`].
    frames: u8,
    /// It was told that the message is wrong, and nothing in it has changed since.
    is_refused: bool,
    ballot: Ballot,
    streams: [Stream; STREAMS],
}

struct Stream {
    lengths: Lengths,
    track: Track,
}

impl Stream {
    fn new() -> Self {
        Self { lengths: Lengths::new(), track: Track::new() }
    }
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
            streams: core::array::from_fn(|_| Stream::new()),
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
        let Self { ballot, streams, .. } = self;
        let Some(stream) = streams.get_mut(number_of_stream(frame)) else { return Heard::Nothing };
        let length = frame.body().len();
        if stream.lengths.note(length) {
            // All that was read with the wrong length is wrong.
            *ballot = Ballot::new();
            stream.track = Track::new();
        }
        let code = stream.lengths.code(length, || udp_length(frame, access_points));
        let number = frame.sequence_number();
        let heard = match code {
            None => return Heard::Nothing,
            Some(Code::Group(group)) if group >= GROUPS => return Heard::Nothing,
            Some(Code::Group(group)) => match stream.track.group(group, number, ballot, now) {
                true => Heard::Group,
                false => Heard::Symbol,
            },
            Some(Code::Data(data)) => {
                if let Some(placed) = stream.track.data(data, number, ballot, now)
                    && let Some(weight) = weight_of(placed, stream.lengths.is_confirmed())
                    && ballot.vote(placed.group, data, weight)
                {
                    self.is_refused = false;
                }
                Heard::Symbol
            }
        };
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
            self.streams = core::array::from_fn(|_| Stream::new());
        }
        has_moved
    }

    /// What it has said, if that is a whole message.
    pub(super) fn conclude(&mut self, access_points: &AccessPoints, key: &Key) -> Outcome {
        if self.is_refused {
            return Outcome::Part;
        }
        let known = access_points.by_bssid(&self.bssid).map(|known| &known.ssid);
        let joinable = known.filter(|ssid| !ssid.is_of_helper());
        match read(&self.ballot, joinable) {
            Reading::Incomplete | Reading::ChecksumError { is_sure: false } => Outcome::Part,
            Reading::ChecksumError { is_sure: true } => {
                warn!("awss: wrong checksum in the message of a phone");
                self.is_refused = true;
                self.ballot.halve();
                Outcome::ChecksumError
            }
            Reading::Message(message) if !message.is_encrypted() => {
                warn!("awss: the message of a phone is not encrypted: refused");
                self.is_refused = true;
                Outcome::Part
            }
            Reading::Message(message) => self.credentials(&message, known, key),
        }
    }

    fn credentials(&self, message: &Message, known: Option<&Ssid>, key: &Key) -> Outcome {
        let is_at_helper = known.is_some_and(Ssid::is_of_helper);
        let sent = message.name();
        let name = match known {
            _ if message.has_name() && sent.is_none() => {
                warn!("awss: the message of a phone has a name that no network has: refused");
                return Outcome::PasswordError;
            }
            Some(known) if !message.has_name() || !is_at_helper => known.clone(),
            _ => match sent {
                Some(sent) => sent,
                // Until its access point is heard.
                None => return Outcome::Part,
            },
        };
        let Some(password) = message.password(key) else {
            warn!("awss: the message of a phone has no password: encrypted with another product secret?");
            return Outcome::PasswordError;
        };
        let bssid = (!is_at_helper && !name.is_of_helper()).then_some(self.bssid);
        Outcome::Whole(Credentials::new(name, password, bssid))
    }
}

/// Does it announce a phone?
pub(super) fn is_hint(frame: &Frame, access_points: &AccessPoints) -> bool {
    let length = udp_length(frame, access_points).and_then(|length| length.try_into().ok());
    length.and_then(Code::of).is_some_and(Code::is_hint)
}

fn number_of_stream(frame: &Frame) -> usize {
    match (frame.direction(), frame.kind()) {
        (Direction::ToDs, Kind::Data) => 0,
        (Direction::ToDs, _) => 1,
        (_, Kind::Data) => 2,
        _ => 3,
    }
}

/// What a symbol counts. Before a start was heard, group codes may be symbols of a wrong length.
fn weight_of(placed: Placed, is_confirmed: bool) -> Option<Weight> {
    let weight = match placed.margin {
        0..=3 => return None,
        4..=9 => Weight::GUESS,
        10..=15 => Weight::LIKELY,
        _ => Weight::SURE,
    };
    Some(if is_confirmed { weight } else { weight.min(Weight::LIKELY) })
}
