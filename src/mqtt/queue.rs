//! Bytes that wait for the socket.

use alloc::vec::Vec;
use core::mem;

use crate::error::Error;

/// Room beyond the limit for the short packets that keep a connection alive, so that publishes do not
/// starve them; 64 acknowledgements.
const CONTROL_ROOM: usize = 256;

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

    /// Appends `length` bytes that `write` fills; after its error the queue is as it was.
    pub(super) fn push_with(
        &mut self,
        length: usize,
        is_control: bool,
        write: impl FnOnce(&mut [u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let start = self.bytes.len();
        let room = if is_control { CONTROL_ROOM } else { 0 };
        let end = self.reserve(length, self.max.saturating_add(room))?;
        self.bytes.resize(end, 0);
        let written = write(self.bytes.get_mut(start..).unwrap_or_default());
        if written.is_err() {
            self.bytes.truncate(start);
        }
        written
    }

    /// Makes room for `additional` bytes and gives the length that the queue will then have.
    fn reserve(&mut self, additional: usize, max: usize) -> Result<usize, Error> {
        if additional > max {
            return Err(Error::TooLong);
        }
        let end = self.bytes.len().saturating_add(additional);
        if end > max {
            return Err(Error::Full);
        }
        self.bytes.try_reserve(additional).map_err(|_| Error::OutOfMemory)?;
        Ok(end)
    }
}
