//! A PUBLISH too long to be taken in: all of it is thrown away but what it takes to answer it.
//!
//! Without an answer the broker would keep it open for ever, send it again with each connection, and
//! stop sending anything once enough of them are open.

use super::{
    encode::Qos,
    gate::{self, Violation},
};

/// Bytes of the length in front of a topic name, and of a packet id.
const FIELD: usize = 2;

/// A message that was not taken in, and that the broker wants to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DroppedMessage {
    /// QoS 1 or 2.
    pub qos: Qos,
    /// Of its PUBLISH.
    pub packet_id: u16,
}

/// The body of one PUBLISH as it passes by.
#[derive(Clone, Copy)]
pub(super) struct Draining {
    first: u8,
    remaining: usize,
    /// Bytes that have passed.
    seen: usize,
    topic_length: [u8; FIELD],
    packet_id: [u8; FIELD],
}

impl Draining {
    /// `first`: first byte of the fixed header; `remaining`: its remaining length.
    pub(super) const fn new(first: u8, remaining: usize) -> Self {
        Self { first, remaining, seen: 0, topic_length: [0; FIELD], packet_id: [0; FIELD] }
    }

    /// How many bytes are still to come.
    pub(super) const fn left(&self) -> usize {
        self.remaining.saturating_sub(self.seen)
    }

    /// Takes note of the next bytes.
    pub(super) fn pass(&mut self, piece: &[u8]) -> Result<(), Violation> {
        let before = self.seen;
        self.seen = before.saturating_add(piece.len());
        pick(piece, before, 0, &mut self.topic_length);
        if self.seen < FIELD {
            return Ok(());
        }
        let topic_end = FIELD.saturating_add(u16::from_be_bytes(self.topic_length).into());
        let id_length = if self.qos() == Qos::AtMostOnce { 0 } else { FIELD };
        if topic_end.saturating_add(id_length) > self.remaining {
            return Err(Violation("PUBLISH ends within its topic name or packet id"));
        }
        pick(piece, before, topic_end, &mut self.packet_id);
        Ok(())
    }

    /// What to answer, once all has passed.
    pub(super) fn message(&self) -> Result<Option<DroppedMessage>, Violation> {
        let (qos, packet_id) = (self.qos(), u16::from_be_bytes(self.packet_id));
        match qos {
            Qos::AtMostOnce => Ok(None),
            _ if packet_id == 0 => Err(Violation("packet id 0")),
            _ => Ok(Some(DroppedMessage { qos, packet_id })),
        }
    }

    fn qos(&self) -> Qos {
        gate::qos(self.first)
    }
}

/// Copies what `piece`, which begins at `start`, has of the field at `position`.
fn pick(piece: &[u8], start: usize, position: usize, field: &mut [u8; FIELD]) {
    for (byte, position) in field.iter_mut().zip(position..) {
        if let Some(passing) = position.checked_sub(start).and_then(|index| piece.get(index)) {
            *byte = *passing;
        }
    }
}
