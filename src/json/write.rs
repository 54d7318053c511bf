//! Writing with `serde-json-core`.

use alloc::vec::Vec;
use core::fmt;

use serde::{Serialize, Serializer};

use crate::error::Error;

/// Room tried first, bytes; it doubles up to [`TEXT_MAX`].
const TEXT_MIN: usize = 128;
/// Longest text written, bytes: what fits into one datagram.
const TEXT_MAX: usize = 1024;

/// A value written as a JSON string.
pub struct Text<'a, T>(pub &'a T);

impl<T: fmt::Display> Serialize for Text<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

/// JSON that goes out as it is.
pub struct Raw<'a>(pub &'a str);

impl Serialize for Raw<'_> {
    // JSON has no bytes: `serde-json-core` writes them unchanged.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0.as_bytes())
    }
}

/// The JSON of `message`, with room for exactly what it holds.
///
/// # Errors
/// [`Error::TooLong`] over 1024 bytes; [`Error::OutOfMemory`].
pub fn to_vec(message: &impl Serialize) -> Result<Vec<u8>, Error> {
    let mut room = TEXT_MIN;
    while room <= TEXT_MAX {
        let mut text = Vec::new();
        text.try_reserve_exact(room).map_err(|_| Error::OutOfMemory)?;
        text.resize(room, 0);
        if let Ok(length) = serde_json_core::to_slice(message, &mut text) {
            text.truncate(length);
            return Ok(text);
        }
        room = room.saturating_mul(2);
    }
    Err(Error::TooLong)
}
