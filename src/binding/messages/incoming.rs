//! What the cloud and phones write.

use alloc::string::String;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Longest `id` echoed to a phone, bytes of its JSON text.
const ECHO_ID_LEN: usize = 32;

/// The cloud's reply to a report.
pub struct Reply {
    /// Of the report that is answered.
    pub id: i64,
    /// 200 for success.
    pub code: i64,
    /// The cloud's words.
    pub message: String,
}

impl Reply {
    /// Reads a reply; `id` and `code` may be numbers or numbers in quotes.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Fields<'a> {
            #[serde(borrow)]
            id: &'a RawValue,
            #[serde(borrow)]
            code: &'a RawValue,
            #[serde(default)]
            message: String,
        }
        let fields: Fields = parse(payload)?;
        Some(Self { id: integer(fields.id)?, code: integer(fields.code)?, message: fields.message })
    }
}

/// A phone's query; only its `id` matters.
pub struct Query<'a> {
    pub(super) id: EchoId<'a>,
}

impl<'a> Query<'a> {
    /// Reads a query. `None` without an `id` that is a number or a string of sensible length.
    pub fn parse(payload: &'a [u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Fields<'a> {
            #[serde(borrow)]
            id: &'a RawValue,
        }
        let fields: Fields = parse(payload)?;
        let text = fields.id.get();
        if text.len() > ECHO_ID_LEN {
            return None;
        }
        let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        match serde_json::from_str::<&RawValue>(bare) {
            // Phones expect their number back as a number, however they wrote it.
            Ok(number) if bare.starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) => {
                Some(Self { id: EchoId(number) })
            }
            _ => text.starts_with('"').then_some(Self { id: EchoId(fields.id) }),
        }
    }
}

/// The `id` of a query, as it goes back: one JSON value.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct EchoId<'a>(&'a RawValue);

/// The cloud tells of a bind or unbind (SDK 3.2.0).
pub struct CloudEvent {
    /// Of the event.
    pub id: i64,
    /// Such as `awss.BindNotify`.
    pub identifier: String,
}

impl CloudEvent {
    /// Reads an event.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Fields<'a> {
            #[serde(borrow)]
            id: &'a RawValue,
            params: Params,
        }
        #[derive(Deserialize)]
        struct Params {
            identifier: String,
        }
        let fields: Fields = parse(payload)?;
        Some(Self { id: integer(fields.id)?, identifier: fields.params.identifier })
    }
}

fn parse<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Option<T> {
    // Checked as a whole: the parser does not look into strings that it skips.
    serde_json::from_str(core::str::from_utf8(payload).ok()?).ok()
}

fn integer(value: &RawValue) -> Option<i64> {
    value.get().trim_matches('"').parse().ok()
}
