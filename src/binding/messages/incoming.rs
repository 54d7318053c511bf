//! What the cloud and phones write.

use heapless::String;
use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::json::{Member, Raw, Scalar, is_number, read_members};

/// Longest `id` echoed, bytes.
const ECHO_ID_LEN: usize = 30;
/// Most that is kept of the cloud's words, bytes.
const MESSAGE_LEN: usize = 64;
/// Longest identifier of a cloud event, bytes.
const IDENTIFIER_LEN: usize = 64;

const ID: Member = ("", "id");

/// The cloud's reply to a report.
pub struct Reply {
    /// Of the report that is answered.
    pub id: i32,
    /// 200 for success.
    pub code: i32,
    /// The beginning of the cloud's words.
    pub message: String<MESSAGE_LEN>,
}

impl Reply {
    /// Reads a reply; `id` and `code` may be numbers or numbers in quotes.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::OutOfMemory`].
    pub fn parse(payload: &[u8]) -> Result<Self, Error> {
        let (mut id, mut code, mut message) = (None, None, Some(String::new()));
        read_members(payload, &[ID, ("", "code"), ("", "message")], &mut |index, value| match index {
            0 => id = value.integer(),
            1 => code = value.integer(),
            _ => message = beginning(value),
        })?;
        let (Some(id), Some(code), Some(message)) = (id, code, message) else {
            return Err(Error::Malformed);
        };
        Ok(Self { id, code, message })
    }
}

/// A phone's query; only its `id` matters.
pub struct Query {
    pub(crate) id: EchoId,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// [`Error::Malformed`], also without an `id` that is a number or a string of sensible length;
    /// [`Error::OutOfMemory`].
    pub fn parse(payload: &[u8]) -> Result<Self, Error> {
        let mut id = None;
        read_members(payload, &[ID], &mut |_, value| id = EchoId::new(value))?;
        id.map(|id| Self { id }).ok_or(Error::Malformed)
    }
}

/// The `id` of a query, as it goes back. Phones expect their number back as a number, however they
/// wrote it.
pub(crate) enum EchoId {
    Number(String<ECHO_ID_LEN>),
    Text(String<ECHO_ID_LEN>),
}

impl EchoId {
    fn new(value: Scalar) -> Option<Self> {
        match value {
            Scalar::Text(text) if !is_number(text) => String::try_from(text).ok().map(Self::Text),
            Scalar::Text(number) | Scalar::Number(number) => String::try_from(number).ok().map(Self::Number),
            Scalar::Other => None,
        }
    }
}

impl Serialize for EchoId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => Raw(number).serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// The cloud tells of a bind or unbind (SDK 3.2.0).
pub struct CloudEvent {
    /// Of the event, a decimal number.
    pub id: String<ECHO_ID_LEN>,
    /// Such as `awss.BindNotify`.
    pub identifier: String<IDENTIFIER_LEN>,
}

impl CloudEvent {
    /// Reads an event.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::OutOfMemory`].
    pub fn parse(payload: &[u8]) -> Result<Self, Error> {
        let (mut id, mut identifier) = (None, None);
        read_members(payload, &[ID, ("params", "identifier")], &mut |index, value| match (index, value) {
            (0, _) => id = integer_text(value),
            (_, Scalar::Text(text)) => identifier = String::try_from(text).ok(),
            _ => identifier = None,
        })?;
        let (Some(id), Some(identifier)) = (id, identifier) else { return Err(Error::Malformed) };
        Ok(Self { id, identifier })
    }
}

/// An integer as it is written.
fn integer_text(value: Scalar) -> Option<String<ECHO_ID_LEN>> {
    value.integer()?;
    match value {
        Scalar::Number(text) | Scalar::Text(text) => String::try_from(text).ok(),
        Scalar::Other => None,
    }
}

/// As much of a text as there is room for. `None` for other values.
fn beginning(value: Scalar) -> Option<String<MESSAGE_LEN>> {
    let Scalar::Text(text) = value else { return None };
    let whole_characters = (0..=MESSAGE_LEN.min(text.len())).rev().find_map(|end| text.get(..end))?;
    String::try_from(whole_characters).ok()
}
