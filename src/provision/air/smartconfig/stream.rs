//! The frames of a phone that go one way and are numbered together.

use super::ballot::{Ballot, Weight};
use super::codes::{Code, GROUPS};
use super::length::Lengths;
use super::track::{Placed, Placements, Track};
use crate::provision::frame::{Direction, Frame, Kind};
use crate::time::Instant;

/// Symbols that have to be those of another stream before this one is trusted without a start.
const AGREEMENTS: u8 = 2;
/// Symbols that may differ from those read before without casting doubt on all of them.
const CONTRADICTIONS: u8 = 2;

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

/// A frame, as far as it matters.
#[derive(Clone, Copy)]
pub(super) struct Received {
    /// Which way it goes.
    stream: usize,
    body_len: usize,
    sequence_number: u16,
    at: Instant,
}

impl Received {
    pub(super) fn new(frame: &Frame, now: Instant) -> Self {
        let is_plain = frame.kind() == Kind::Data;
        let stream = match frame.direction() {
            Direction::ToDs if is_plain => 0,
            Direction::ToDs => 1,
            _ if is_plain => 2,
            _ => 3,
        };
        let (body_len, sequence_number) = (frame.body().len(), frame.sequence_number());
        Self { stream, body_len, sequence_number, at: now }
    }
}

/// To and from the access point, each with and without QoS.
const STREAMS: usize = 4;

/// All streams of a phone.
pub(super) struct Streams([Stream; STREAMS]);

impl Streams {
    pub(super) fn new() -> Self {
        Self(core::array::from_fn(|_| Stream::new()))
    }

    /// Reads a frame, and has its symbols vote. `udp_length`: what the encryption says that it holds. The second is
    /// true if that has changed what is elected.
    pub(super) fn hear(
        &mut self,
        received: &Received,
        udp_length: impl FnOnce() -> Option<usize>,
        ballot: &mut Ballot,
    ) -> (Heard, bool) {
        let was_trusted = self.0.iter().any(Stream::is_trusted);
        let number = received.stream;
        let are_others_trusted =
            self.0.iter().enumerate().any(|(other, stream)| other != number && stream.is_trusted());
        let Some(stream) = self.0.get_mut(number) else { return (Heard::Nothing, false) };
        let (heard, has_changed) = stream.hear(received, udp_length, are_others_trusted, ballot);
        let is_first_trusted = !was_trusted && stream.is_trusted();
        let are_several = self.0.iter().filter(|stream| stream.is_active()).count() > 1;
        if is_first_trusted && are_several && self.0.iter().any(Stream::contradicts) {
            // What the others have read may be of wrong lengths.
            *ballot = Ballot::new();
        }
        (heard, has_changed)
    }
}

/// A stream.
struct Stream {
    lengths: Lengths,
    track: Track,
    /// Symbols that were those of a trusted stream, less those that were not.
    agreements: u8,
    /// Symbols that were not those elected before, while no stream was trusted.
    contradictions: u8,
}

impl Stream {
    fn new() -> Self {
        Self { lengths: Lengths::new(), track: Track::new(), agreements: 0, contradictions: 0 }
    }

    /// Does it carry a message at all?
    fn is_active(&self) -> bool {
        self.lengths.are_known()
    }

    /// Is it read with the right lengths? Until a start was heard, what looks like the code of a group may be a
    /// symbol of another length.
    fn is_trusted(&self) -> bool {
        self.lengths.are_confirmed() || self.agreements >= AGREEMENTS
    }

    /// Has it contradicted what was read before, more often than by chance?
    fn contradicts(&self) -> bool {
        self.contradictions >= CONTRADICTIONS
    }

    /// Reads a frame, and has its symbols vote.
    fn hear(
        &mut self,
        received: &Received,
        udp_length: impl FnOnce() -> Option<usize>,
        are_others_trusted: bool,
        ballot: &mut Ballot,
    ) -> (Heard, bool) {
        let Received { body_len, sequence_number, at, .. } = *received;
        if self.lengths.note(body_len, sequence_number, self.track.step_of_group()) {
            // All that was read with the wrong lengths is wrong.
            self.track = Track::new();
            if !are_others_trusted {
                *ballot = Ballot::new();
            }
        }
        let (heard, placements) = match self.lengths.code(body_len, udp_length) {
            None => return (Heard::Nothing, false),
            Some(Code::Group(group)) if group >= GROUPS => return (Heard::Nothing, false),
            Some(Code::Group(group)) => match self.track.group(group, sequence_number, ballot, at) {
                Some(placements) => (Heard::Group, placements),
                None => (Heard::Symbol, Placements::new()),
            },
            Some(Code::Data(data)) => (Heard::Symbol, self.track.data(data, sequence_number, ballot, at)),
        };
        (heard, self.vote(&placements, are_others_trusted, ballot))
    }

    fn vote(&mut self, placements: &Placements, are_others_trusted: bool, ballot: &mut Ballot) -> bool {
        let mut has_changed = false;
        for Placed { group, data, weight } in placements {
            let agrees = ballot.agrees(*group, *data);
            let most = match self.is_trusted() {
                true => Weight::SURE,
                false if are_others_trusted => {
                    self.agreements = match agrees {
                        Some(true) => self.agreements.saturating_add(1),
                        Some(false) => self.agreements.saturating_sub(1),
                        None => self.agreements,
                    };
                    continue;
                }
                false => Weight::GUESS,
            };
            self.contradictions = self.contradictions.saturating_add((agrees == Some(false)).into());
            has_changed |= ballot.vote(*group, *data, (*weight).min(most));
        }
        has_changed
    }
}
