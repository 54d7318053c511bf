//! Writing with `serde-json-core`.

use alloc::vec::Vec;

use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::knobs::MQTT_TX_MAX;
use crate::text::decimal;

/// Longest text written, bytes: no queue takes a longer one.
const TEXT_MAX: usize = MQTT_TX_MAX;

/// A number written as a JSON string.
pub struct Quoted(pub u32);

impl Serialize for Quoted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&decimal(self.0))
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

/// The JSON of `message`. `room`: its likely length or more, bytes; a wrong guess costs time only.
///
/// # Errors
/// [`Error::TooLong`] when no queue would take it; [`Error::OutOfMemory`].
pub fn to_vec(message: &impl Serialize, mut room: usize) -> Result<Vec<u8>, Error> {
    while room <= TEXT_MAX {
        let mut text = Vec::new();
        text.try_reserve_exact(room).map_err(|_| Error::OutOfMemory)?;
        text.resize(room, 0);
        if let Ok(length) = serde_json_core::to_slice(message, &mut text) {
            text.truncate(length);
            return Ok(text);
        }
        room = room.saturating_mul(2).max(1);
    }
    Err(Error::TooLong)
}
