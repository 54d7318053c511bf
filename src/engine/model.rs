//! Messages of the device model.

use alloc::vec::Vec;

use log::debug;
use serde::Serialize;

use super::{Engine, topics};
use crate::error::Error;
use crate::json::{Quoted, Raw, is_object, to_vec};
use crate::mqtt::Qos;
use crate::time::Instant;

/// Bytes of a request around its parameters, or a little more.
const ENVELOPE_ROOM: usize = 96;

impl Engine {
    /// Reports properties, a JSON object, byte for byte as given. Gives the id of the message, 1 or
    /// more, which its reply would carry.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is not one JSON object; [`Error::Offline`], [`Error::TooLong`],
    /// [`Error::Full`], [`Error::OutOfMemory`]. Nothing is sent then.
    pub fn post_property(&mut self, properties: &[u8], now: Instant) -> Result<u32, Error> {
        if !self.is_connected() {
            return Err(Error::Offline);
        }
        if !is_object(properties)? {
            return Err(Error::Malformed);
        }
        let params = core::str::from_utf8(properties).map_err(|_| Error::Malformed)?;
        let id = self.next_message_id;
        let payload = request(id, params, "thing.event.property.post")?;
        self.publish(topics::PROPERTY_POST, &payload, Qos::AtMostOnce, now)?;
        debug!("property post {id}, {} bytes", properties.len());
        self.next_message_id = if id == LAST_MESSAGE_ID { 1 } else { id.saturating_add(1) };
        Ok(id)
    }
}

/// The application gets ids as positive `int`s.
const LAST_MESSAGE_ID: u32 = i32::MAX as u32;

fn request(id: u32, params: &str, method: &str) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Request<'a> {
        id: Quoted,
        version: &'static str,
        params: Raw<'a>,
        method: &'a str,
    }
    let room = params.len().saturating_add(ENVELOPE_ROOM);
    to_vec(&Request { id: Quoted(id), version: "1.0", params: Raw(params), method }, room)
}
