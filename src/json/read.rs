//! Reading with `picojson`, a pull parser.

use alloc::vec::Vec;

use picojson::{ArrayBitStack, Event, PullParser, SliceParser};
#[cfg(any(feature = "auth", feature = "remote-switchap", feature = "registrar"))]
use zeroize::Zeroize;

use crate::error::Error;

/// Objects and arrays that may be open at once: a bit each, on the stack.
pub(super) const NESTING_MAX: usize = 512;
pub(super) type Nesting = ArrayBitStack<{ NESTING_MAX / 32 }, u32, u16>;

/// Where a member stands: the key of the object that holds it, empty for the outermost one, and its
/// own key.
pub type Member = (&'static str, &'static str);

/// For the object that holds a member: any, however deep. Such a member may be there more than once.
#[cfg(feature = "preauth")]
pub const ANYWHERE: &str = "*";

/// The value of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// A number, as it is written.
    Number(&'a str),
    /// A string, its escapes resolved.
    Text(&'a str),
    /// Anything else.
    Other,
}

impl Scalar<'_> {
    /// An integer of 32 bits, bare or in quotes.
    pub fn integer(self) -> Option<i32> {
        match self {
            Self::Number(text) | Self::Text(text) => text.parse().ok(),
            Self::Other => None,
        }
    }
}

/// Reads an object and calls `found` with each of the `wanted` members it has: the index in `wanted`
/// and the value. Members that are not wanted are checked and skipped, however deep.
///
/// # Errors
/// [`Error::Malformed`] when `text` is not one JSON object, nests deeper than 512, or has a member twice
/// that is wanted of one object; [`Error::OutOfMemory`] when it has escapes and there is no memory for them.
pub fn read_members(
    text: &[u8],
    wanted: &[Member],
    found: &mut dyn FnMut(usize, Scalar),
) -> Result<(), Error> {
    // Checked as a whole: the parser does not look into strings that it skips.
    core::str::from_utf8(text).map_err(|_| Error::Malformed)?;
    let mut unescaped = room_for_escapes(text)?;
    let read = read_into(text, &mut unescaped, wanted, found);
    // What the auth server gives is secret, and so are keys, and passwords of networks.
    #[cfg(any(feature = "auth", feature = "remote-switchap", feature = "registrar"))]
    unescaped.as_mut_slice().zeroize();
    read
}

#[inline]
fn read_into(
    text: &[u8],
    unescaped: &mut [u8],
    wanted: &[Member],
    found: &mut dyn FnMut(usize, Scalar),
) -> Result<(), Error> {
    let mut parser = SliceParser::<Nesting>::with_config_and_buffer_from_slice(text, unescaped);
    let mut place = Place::new(wanted);
    loop {
        let event = parser.next_event().map_err(|_| Error::Malformed)?;
        if place.depth == 0 && !matches!(event, Event::StartObject | Event::EndDocument) {
            return Err(Error::Malformed);
        }
        let scalar = match &event {
            Event::Key(key) => {
                place.enter(key)?;
                continue;
            }
            Event::EndObject | Event::EndArray => {
                place.depth = place.depth.saturating_sub(1);
                continue;
            }
            Event::EndDocument if place.seen_object => return Ok(()),
            Event::EndDocument => return Err(Error::Malformed),
            Event::StartObject | Event::StartArray => {
                place.seen_object = true;
                place.depth = place.depth.saturating_add(1);
                if place.depth > NESTING_MAX {
                    return Err(Error::Malformed);
                }
                Scalar::Other
            }
            Event::Number(number) => Scalar::Number(number.as_str()),
            Event::String(text) => Scalar::Text(text),
            Event::Bool(_) | Event::Null => Scalar::Other,
        };
        if let Some(index) = place.member.take() {
            found(index, scalar);
        }
    }
}

/// Is `text` one JSON number and nothing else, without blanks?
pub fn is_number(text: &str) -> bool {
    let mut parser = SliceParser::<Nesting>::with_config(text);
    let is_whole = matches!(parser.next_event(), Ok(Event::Number(number)) if number.as_str() == text);
    is_whole && matches!(parser.next_event(), Ok(Event::EndDocument))
}

/// How far a text has been read.
struct Place<'w> {
    wanted: &'w [Member],
    /// Objects and arrays that are open.
    depth: usize,
    seen_object: bool,
    /// Key of the open member of the outermost object, if anything in it is wanted.
    outer: &'static str,
    /// The wanted member whose value comes next.
    member: Option<usize>,
    /// A bit for each wanted member that was found.
    found: u32,
}

impl<'w> Place<'w> {
    fn new(wanted: &'w [Member]) -> Self {
        Self { wanted, depth: 0, seen_object: false, outer: "", member: None, found: 0 }
    }

    fn enter(&mut self, key: &str) -> Result<(), Error> {
        #[cfg(feature = "preauth")]
        if let Some(index) = self.wanted.iter().position(|member| *member == (ANYWHERE, key)) {
            self.member = Some(index);
            return Ok(());
        }
        let outer = match self.depth {
            1 => {
                let holds = |(outer, _): &&Member| *outer == key && !outer.is_empty();
                self.outer = self.wanted.iter().find(holds).map_or("", |(outer, _)| outer);
                ""
            }
            2 if !self.outer.is_empty() => self.outer,
            _ => return Ok(()),
        };
        self.member = self.wanted.iter().position(|member| *member == (outer, key));
        if let Some(index) = self.member {
            let bit = u32::try_from(index).ok().and_then(|index| 1_u32.checked_shl(index)).unwrap_or(0);
            if self.found & bit != 0 {
                return Err(Error::Malformed);
            }
            self.found |= bit;
        }
        Ok(())
    }
}

/// `picojson` resolves escapes in a buffer as long as the longest string.
pub(super) fn room_for_escapes(text: &[u8]) -> Result<Vec<u8>, Error> {
    let mut room = Vec::new();
    if text.contains(&b'\\') {
        room.try_reserve_exact(text.len()).map_err(|_| Error::OutOfMemory)?;
        room.resize(text.len(), 0);
    }
    Ok(room)
}
