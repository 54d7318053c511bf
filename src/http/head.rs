//! The head of a response.

use httparse::{EMPTY_HEADER, Header, Response, Status};

use super::Failure;

/// Longest head taken in, bytes.
pub const HEAD_MAX: usize = 1024;
/// Most header fields taken in.
pub const FIELDS_MAX: usize = 24;

const END: &[u8] = b"\r\n\r\n";

/// How many bytes a head that has come so far lacks at least; 0 when it is whole.
pub fn missing_of_head(so_far: &[u8]) -> usize {
    let is_there = |length: &usize| END.get(..*length).is_some_and(|end| so_far.ends_with(end));
    END.len().saturating_sub((1..=END.len()).rev().find(is_there).unwrap_or(0))
}

/// How the end of a body is told (RFC 9112 section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// It has this many bytes.
    Sized(usize),
    /// It comes in chunks.
    Chunked,
    /// It ends with the connection.
    ToClose,
}

/// What a head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Such as [`OK`](super::OK).
    pub status: u16,
    /// Of the body.
    pub framing: Result<Framing, Failure>,
}

impl Head {
    /// Reads a head, up to its empty line. Not inlined: the table of the fields is on the stack.
    ///
    /// # Errors
    /// [`Failure::NotUnderstood`].
    #[inline(never)]
    pub fn read(head: &[u8]) -> Result<Self, Failure> {
        let mut fields = [EMPTY_HEADER; FIELDS_MAX];
        let mut response = Response::new(&mut fields);
        let Ok(Status::Complete(_)) = response.parse(head) else {
            return Err(Failure::NotUnderstood("not HTTP"));
        };
        Ok(Self { status: response.code.unwrap_or(0), framing: framing(response.headers) })
    }
}

/// How the end of the body is told by the fields of its head.
///
/// # Errors
/// [`Failure::NotUnderstood`].
pub fn framing(fields: &[Header]) -> Result<Framing, Failure> {
    let named = |name: &'static str| fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name));
    if let Some(coding) = named("transfer-encoding").next() {
        return if coding.value.eq_ignore_ascii_case(b"chunked") {
            Ok(Framing::Chunked)
        } else {
            Err(Failure::NotUnderstood("its transfer coding is unknown"))
        };
    }
    let Some(first) = named("content-length").next() else { return Ok(Framing::ToClose) };
    if named("content-length").any(|field| field.value != first.value) {
        return Err(Failure::NotUnderstood("it has two lengths"));
    }
    length(first).map(Framing::Sized).ok_or(Failure::NotUnderstood("its length is no number"))
}

fn length(field: &Header) -> Option<usize> {
    let digits = core::str::from_utf8(field.value).ok()?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}
