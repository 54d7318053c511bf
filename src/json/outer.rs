//! Values as they are written.

use picojson::{Event, PullParser, SliceParser, String};

use super::read::{NESTING_MAX, Nesting, room_for_escapes};
use crate::error::Error;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// Anything else.
    Scalar,
}

impl Kind {
    /// Of a text that is one JSON value.
    fn of(value: &str) -> Self {
        match value.bytes().next() {
            Some(b'{') => Self::Object,
            Some(b'[') => Self::Array,
            _ => Self::Scalar,
        }
    }
}

/// A value, and the text of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value<'t> {
    /// What it is.
    pub kind: Kind,
    /// Its JSON, without blanks around it.
    pub text: &'t str,
}

impl<'t> Value<'t> {
    fn new(text: &'t str) -> Self {
        let text = text.trim_ascii();
        Self { kind: Kind::of(text), text }
    }

    /// Checks that `text` is one JSON value, an object or an array.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is not, or nests deeper than 512; [`Error::OutOfMemory`] as for
    /// [`read_members`](super::read_members).
    pub fn check(text: &'t [u8]) -> Result<Self, Error> {
        let text = core::str::from_utf8(text).map_err(|_| Error::Malformed)?;
        walk(text, &mut |_| Ok(()))?;
        Ok(Self::new(text))
    }

    /// The member `key` of the object `text`, if it has it. A key may not be written with escapes here.
    ///
    /// # Errors
    /// [`Error::Malformed`] when `text` is not one JSON object, nests deeper than 512 or has the member
    /// twice; [`Error::OutOfMemory`].
    pub fn member(text: &'t [u8], key: &str) -> Result<Option<Self>, Error> {
        let text = core::str::from_utf8(text).map_err(|_| Error::Malformed)?;
        let mut begin = None;
        let mut end = None;
        walk(text, &mut |found| {
            let found = found.ok_or(Error::Malformed)?;
            let at = found.as_ptr().addr().checked_sub(text.as_ptr().addr()).ok_or(Error::Malformed)?;
            if begin.is_some() && end.is_none() {
                // In front of the quote of the next key.
                end = at.checked_sub(1);
            }
            if found != key {
                return Ok(());
            }
            // Behind the quote.
            let behind = at.saturating_add(found.len()).saturating_add(1);
            if begin.replace(behind).is_some() { Err(Error::Malformed) } else { Ok(()) }
        })?;
        if Kind::of(text.trim_ascii()) != Kind::Object {
            return Err(Error::Malformed);
        }
        let Some(begin) = begin else { return Ok(None) };
        let end = end.unwrap_or(text.len());
        let value = text.get(begin..end).ok_or(Error::Malformed)?.trim_ascii();
        // What stands between two members, or behind the last one.
        let value = value.strip_suffix([',', '}']).and_then(|value| value.trim_ascii().strip_prefix(':'));
        Ok(value.map(Self::new))
    }
}

/// Reads one object or array to its end, and calls `found` with each key of the outermost object: a part of
/// `text`, or `None` where it is written with escapes.
fn walk(text: &str, found: &mut dyn FnMut(Option<&str>) -> Result<(), Error>) -> Result<(), Error> {
    let mut unescaped = room_for_escapes(text.as_bytes())?;
    let mut parser =
        SliceParser::<Nesting>::with_config_and_buffer_from_slice(text.as_bytes(), &mut unescaped);
    let mut depth = 0_usize;
    let mut is_begun = false;
    loop {
        match parser.next_event().map_err(|_| Error::Malformed)? {
            Event::StartObject | Event::StartArray => {
                is_begun = true;
                depth = depth.saturating_add(1);
                if depth > NESTING_MAX {
                    return Err(Error::Malformed);
                }
            }
            Event::EndObject | Event::EndArray => depth = depth.saturating_sub(1),
            Event::EndDocument => return if is_begun { Ok(()) } else { Err(Error::Malformed) },
            _ if depth == 0 => return Err(Error::Malformed),
            Event::Key(String::Borrowed(key)) if depth == 1 => found(Some(key))?,
            Event::Key(String::Unescaped(_)) if depth == 1 => found(None)?,
            _ => {}
        }
    }
}
