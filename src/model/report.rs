//! What the application reports.

use heapless::String;

use crate::error::Error;
use crate::json::Kind;
use crate::text;

/// Longest identifier of an event, bytes: with it the topic has at most 128.
pub const EVENT_ID_LEN: usize = 50;
/// Longest topic behind `/sys/{pk}/{dn}/`, and longest method, bytes.
pub type Name = String<68>;

/// A message of the application with JSON parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report<'a> {
    /// Properties, an object.
    Properties,
    /// An event with this identifier; its output parameters, an object.
    Event(&'a str),
    /// Tags to set, an array.
    TagsUpdate,
    /// Tags to delete, an array.
    TagsDelete,
    /// Desired properties to get, an array of their names.
    DesiredGet,
    /// Desired properties to delete, an object.
    DesiredDelete,
}

impl Report<'_> {
    /// What its parameters must be.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Properties | Self::Event(_) | Self::DesiredDelete => Kind::Object,
            Self::TagsUpdate | Self::TagsDelete | Self::DesiredGet => Kind::Array,
        }
    }

    /// Its topic behind `/sys/{pk}/{dn}/`.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::Malformed`]: see [`check_event_id`].
    pub fn topic(&self) -> Result<Name, Error> {
        match self {
            Self::Properties => text::concat(&["thing/event/property/post"]),
            Self::Event(id) => {
                check_event_id(id)?;
                text::concat(&["thing/event/", id, "/post"])
            }
            Self::TagsUpdate => text::concat(&["thing/deviceinfo/update"]),
            Self::TagsDelete => text::concat(&["thing/deviceinfo/delete"]),
            Self::DesiredGet => text::concat(&["thing/property/desired/get"]),
            Self::DesiredDelete => text::concat(&["thing/property/desired/delete"]),
        }
    }
}

/// The method of a topic: its levels with dots between them.
///
/// # Errors
/// [`Error::TooLong`].
pub(super) fn method(topic: &str) -> Result<Name, Error> {
    let mut method = Name::new();
    for (index, level) in topic.split('/').enumerate() {
        text::append(&mut method, &[if index > 0 { "." } else { "" }, level])?;
    }
    Ok(method)
}

/// An identifier must be a level of a topic, and part of a JSON string.
///
/// # Errors
/// [`Error::Malformed`] when it is empty, or has other characters than visible ASCII, or one of `/+#"\`;
/// [`Error::TooLong`] over 50 bytes.
pub fn check_event_id(id: &str) -> Result<(), Error> {
    let is_fit = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'/' | b'+' | b'#' | b'"' | b'\\');
    if id.is_empty() || !id.bytes().all(is_fit) {
        return Err(Error::Malformed);
    }
    if id.len() > EVENT_ID_LEN { Err(Error::TooLong) } else { Ok(()) }
}
