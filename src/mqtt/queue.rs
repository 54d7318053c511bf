//! Bytes that wait for the socket.

use alloc::vec::Vec;
use core::mem;

use crate::error::Error;

/// Room beyond the limit for the short packets that keep a connection alive, so that publishes do not
/// starve them; 64 acknowledgements.
const CONTROL_ROOM: usize = 256;

/// Bytes after which requests of the library and QoS 1 messages wait until the socket has taken them: so a
/// connect takes little memory, and no more round trips.
const BURST: usize = 192;

/// Longest body of those packets, bytes.
const CONTROL: usize = 2;

/// Longest fixed header, bytes.
const HEADER_MAX: usize = 5;

/// Whole packets, in the order in which they are to be written.
pub(super) struct Queue {
    bytes: Vec<u8>,
    max: usize,
}

impl Queue {
    /// A queue that grows to at most `max` bytes, short packets apart.
    pub(super) const fn new(max: usize) -> Self {
        Self { bytes: Vec::new(), max }
    }

    pub(super) const fn max(&self) -> usize {
        self.max
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Is there enough for the socket to begin with?
    pub(super) fn has_burst(&self) -> bool {
        self.bytes.len() >= BURST
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Hands the bytes over in exchange for an empty buffer.
    pub(super) fn swap(&mut self, empty: &mut Vec<u8>) {
        empty.clear();
        mem::swap(empty, &mut self.bytes);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Appends a packet that is encoded already.
    pub(super) fn push(&mut self, packet: &[u8]) -> Result<(), Error> {
        self.reserve(packet.len(), self.max)?;
        self.bytes.extend_from_slice(packet);
        Ok(())
    }

    /// Appends a packet that begins with `first` and whose body is `parts` one after the other.
    pub(super) fn push_packet(&mut self, first: u8, parts: &[&[u8]]) -> Result<(), Error> {
        let remaining = parts.iter().fold(0_usize, |sum, part| sum.saturating_add(part.len()));
        let (header, header_length) = fixed_header(first, remaining)?;
        let room = if remaining <= CONTROL { CONTROL_ROOM } else { 0 };
        let header = header.get(..header_length).unwrap_or_default();
        self.reserve(remaining.saturating_add(header_length), self.max.saturating_add(room))?;
        self.bytes.extend_from_slice(header);
        for part in parts {
            self.bytes.extend_from_slice(part);
        }
        Ok(())
    }

    /// Makes room for `additional` bytes.
    fn reserve(&mut self, additional: usize, max: usize) -> Result<(), Error> {
        if additional > max {
            return Err(Error::TooLong);
        }
        if self.bytes.len().saturating_add(additional) > max {
            return Err(Error::Full);
        }
        self.bytes.try_reserve(additional).map_err(|_| Error::OutOfMemory)
    }
}

/// First byte and remaining length (§2.2), and how many bytes they are.
fn fixed_header(first: u8, mut remaining: usize) -> Result<([u8; HEADER_MAX], usize), Error> {
    let mut header = [first; HEADER_MAX];
    for (byte, end) in header.iter_mut().zip(1..).skip(1) {
        *byte = (remaining & 0x7f) as u8;
        remaining >>= 7;
        if remaining == 0 {
            return Ok((header, end));
        }
        *byte |= 0x80;
    }
    Err(Error::TooLong)
}
