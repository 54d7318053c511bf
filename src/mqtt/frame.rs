//! Cuts the byte stream into packets.

use alloc::vec::Vec;

#[cfg(feature = "remote-switchap")]
use zeroize::Zeroize;

use super::{
    draining::{Draining, DroppedMessage},
    gate::{self, Violation},
};
use crate::error::Error;

/// Packets up to this length, bytes, need no allocation: every packet but PUBLISH. Over-long packets
/// are drained in pieces of this length.
const INLINE: usize = 64;

/// Body buffers up to this length, bytes, are kept for the next packet.
const KEPT: usize = 256;

/// Reads one packet after the other from a transport that delivers exactly as many bytes as it is asked
/// for: [`space`](Self::space), read into it, [`advance`](Self::advance), until that says
/// [`Status::Packet`]; then [`packet`](Self::packet) and [`clear`](Self::clear).
pub struct FrameReader {
    /// Longest packet taken in, bytes of remaining length.
    max: usize,
    phase: Phase,
    /// Bytes of the packet taken so far.
    filled: usize,
    inline: [u8; INLINE],
    /// The packet when it is longer than `inline`, else empty.
    body: Vec<u8>,
}

/// Where in a packet the reader is. Lengths include the fixed header.
#[derive(Clone, Copy)]
enum Phase {
    FixedHeader,
    Body { length: usize },
    Draining { length: usize, body: Draining },
}

/// What [`FrameReader::advance`] has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The packet is not complete.
    NeedMore,
    /// The packet is complete.
    Packet,
    /// A packet longer than the reader takes in has been read to its end and thrown away; the reader is
    /// ready for the next. [`Client::packet_dropped`](super::Client::packet_dropped) is to know.
    Dropped {
        /// Length of the packet, bytes.
        len: usize,
        /// What the broker wants to be answered.
        acknowledgement: Option<DroppedMessage>,
    },
}

impl FrameReader {
    /// A reader at the start of a stream, which takes in packets of up to `max` bytes of remaining
    /// length, and all that need no allocation.
    pub const fn new(max: usize) -> Self {
        Self { max, phase: Phase::FixedHeader, filled: 0, inline: [0; INLINE], body: Vec::new() }
    }

    /// How many bytes to ask the transport for next; 0 once the packet is complete. Never more than
    /// the packet has, so that asking for all of them does not wait for the next one.
    pub fn wanted(&self) -> usize {
        match self.phase {
            // The shortest packets have two bytes; each further length byte tells whether one follows.
            Phase::FixedHeader => 2_usize.saturating_sub(self.filled).max(1),
            Phase::Body { length } => length.saturating_sub(self.filled),
            Phase::Draining { body, .. } => body.left().min(INLINE),
        }
    }

    /// Where the [`wanted`](Self::wanted) bytes go. [`Error::OutOfMemory`] leaves the reader as it was.
    pub fn space(&mut self) -> Result<&mut [u8], Error> {
        let wanted = self.wanted();
        let end = self.filled.saturating_add(wanted);
        let space = match self.phase {
            Phase::Draining { .. } => self.inline.get_mut(..wanted),
            Phase::Body { length } if length > INLINE => {
                self.allocate_body(length)?;
                self.body.get_mut(self.filled..end)
            }
            _ => self.inline.get_mut(self.filled..end),
        };
        Ok(space.unwrap_or_default())
    }

    /// Takes note that the first `n` bytes of [`space`](Self::space) were written.
    pub fn advance(&mut self, n: usize) -> Result<Status, Violation> {
        let n = n.min(self.wanted());
        self.filled = self.filled.saturating_add(n);
        match &mut self.phase {
            Phase::FixedHeader => self.read_fixed_header()?,
            Phase::Draining { body, .. } => body.pass(self.inline.get(..n).unwrap_or_default())?,
            Phase::Body { .. } => {}
        }
        Ok(match self.phase {
            Phase::Body { length } if self.filled == length => Status::Packet,
            Phase::Draining { length, body } if body.left() == 0 => {
                self.clear();
                Status::Dropped { len: length, acknowledgement: body.message()? }
            }
            _ => Status::NeedMore,
        })
    }

    /// The whole packet after [`Status::Packet`], else nothing.
    pub fn packet(&self) -> &[u8] {
        match self.phase {
            Phase::Body { length } if self.filled != length => &[],
            Phase::Body { length } if length > INLINE => &self.body,
            Phase::Body { length } => self.inline.get(..length).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Makes the reader ready for the next packet, or for a new stream.
    pub fn clear(&mut self) {
        self.phase = Phase::FixedHeader;
        self.filled = 0;
        // It may have had a password in it.
        #[cfg(feature = "remote-switchap")]
        {
            self.inline.zeroize();
            self.body.as_mut_slice().zeroize();
        }
        self.body.clear();
        if self.body.capacity() > KEPT {
            self.body = Vec::new();
        }
    }

    fn read_fixed_header(&mut self) -> Result<(), Violation> {
        let Some((&first, length)) = self.inline.get(..self.filled).and_then(<[u8]>::split_first) else {
            return Ok(());
        };
        gate::check_first_byte(first)?;
        let Some((remaining, _)) = gate::remaining_length(length)? else { return Ok(()) };
        gate::check_remaining_length(first, remaining)?;
        let length = self.filled.saturating_add(remaining);
        self.phase = if remaining <= self.max || length <= INLINE {
            Phase::Body { length }
        } else {
            Phase::Draining { length, body: Draining::new(first, remaining) }
        };
        Ok(())
    }

    /// Moves the fixed header into a body buffer for the whole packet, unless done already.
    fn allocate_body(&mut self, length: usize) -> Result<(), Error> {
        if self.body.is_empty() {
            self.body.try_reserve_exact(length).map_err(|_| Error::OutOfMemory)?;
            self.body.extend_from_slice(self.inline.get(..self.filled).unwrap_or_default());
            self.body.resize(length, 0);
        }
        Ok(())
    }
}
