//! The head of the response of a file server.

use alloc::string::String;

use httparse::{EMPTY_HEADER, Response, Status};

use super::Failure;
use super::url::joined;
use crate::http::{self, FIELDS_MAX, Framing, framing};

/// Longest head taken in, bytes: a redirection may have a long signed URL in it.
pub const HEAD_MAX: usize = 2048;

/// Which bytes of the file a body has (RFC 9110 section 14.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub first: u32,
    pub last: u32,
    /// Of the whole file, bytes, where the server tells.
    pub size: Option<u32>,
}

impl Range {
    /// Reads the value of a Content-Range field.
    fn read(value: &[u8]) -> Option<Self> {
        let (range, size) = core::str::from_utf8(value).ok()?.strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let size = if size == "*" { None } else { Some(number(size)?) };
        let range = Self { first: number(first)?, last: number(last)?, size };
        (range.first <= range.last).then_some(range)
    }
}

fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// What a head says.
pub struct Head {
    pub status: u16,
    pub framing: Result<Framing, http::Failure>,
    pub range: Option<Range>,
    /// Where a redirection leads.
    pub location: Option<String>,
}

impl Head {
    /// Reads a head, up to its empty line. Not inlined: the table of the fields is on the stack.
    #[inline(never)]
    pub fn read(head: &[u8]) -> Result<Self, Failure> {
        let mut fields = [EMPTY_HEADER; FIELDS_MAX];
        let mut response = Response::new(&mut fields);
        let Ok(Status::Complete(_)) = response.parse(head) else {
            return Err(Failure::NotUnderstood("not HTTP, or too many header fields"));
        };
        let value = |name: &str| {
            response
                .headers
                .iter()
                .find(|field| field.name.eq_ignore_ascii_case(name))
                .map(|field| field.value)
        };
        let location = value("location").and_then(|value| core::str::from_utf8(value).ok());
        Ok(Self {
            status: response.code.unwrap_or(0),
            framing: framing(response.headers),
            range: value("content-range").and_then(Range::read),
            location: location.map(|text| joined(&[text])).transpose().map_err(|_| Failure::OutOfMemory)?,
        })
    }
}
