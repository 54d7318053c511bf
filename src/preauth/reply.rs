//! The HTTP response, taken in piece by piece.

use alloc::vec::Vec;

use httparse::{EMPTY_HEADER, Header, Response, Status};
use zeroize::{Zeroize, Zeroizing};

use super::chunks::{Byte, Chunks};
use super::{Failure, Grant};

/// Longest head taken in, bytes.
const HEAD_MAX: usize = 1024;
/// Longest body taken in, bytes.
const BODY_MAX: usize = 2048;
/// Most header fields taken in.
const FIELDS_MAX: usize = 24;
/// Most bytes asked for at once.
const STEP_MAX: usize = 64;

const END_OF_HEAD: &[u8] = b"\r\n\r\n";
const OK: u16 = 200;

/// Which part of the response comes next.
enum Part {
    Head,
    /// A body with this many bytes to come.
    Sized(usize),
    Chunked(Chunks),
    /// A body that ends with the connection.
    ToClose,
}

/// A response that comes in. What it holds is wiped on drop.
///
/// Ports wait for all bytes that are asked for, so it never asks for more than is sure to come.
pub struct Reply {
    part: Part,
    step: Zeroizing<[u8; STEP_MAX]>,
    /// The head, then the body. Never grows: that would leave copies behind.
    bytes: Zeroizing<Vec<u8>>,
}

impl Reply {
    /// Nothing has come yet.
    ///
    /// # Errors
    /// [`Failure::OutOfMemory`].
    pub fn new() -> Result<Self, Failure> {
        let mut bytes = Zeroizing::new(Vec::new());
        bytes.try_reserve_exact(BODY_MAX).map_err(|_| Failure::OutOfMemory)?;
        Ok(Self { part: Part::Head, step: Zeroizing::new([0; STEP_MAX]), bytes })
    }

    /// Where the next bytes go; not empty.
    pub fn space(&mut self) -> &mut [u8] {
        let wanted = match &self.part {
            Part::Head => END_OF_HEAD.len().saturating_sub(self.matched_of_end()),
            Part::Sized(left) => *left,
            Part::Chunked(chunks) => chunks.wants(),
            Part::ToClose => 1,
        };
        self.step.get_mut(..wanted.clamp(1, STEP_MAX)).unwrap_or_default()
    }

    /// The first `got` bytes of [`Reply::space`] have been filled. Gives what is granted once the response
    /// is complete, after which it must not be fed.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn advance(&mut self, got: usize) -> Result<Option<Grant>, Failure> {
        for at in 0..got {
            let Some(byte) = self.step.get(at).copied() else { break };
            if self.take(byte)? {
                return Grant::read(&self.bytes).map(Some);
            }
        }
        Ok(None)
    }

    /// Nothing more will come.
    ///
    /// # Errors
    /// [`Failure::Cut`], unless the body ends with the connection; see [`Failure`].
    pub fn end(&mut self) -> Result<Grant, Failure> {
        match self.part {
            Part::ToClose => Grant::read(&self.bytes),
            _ => Err(Failure::Cut),
        }
    }

    /// How many bytes of the end of a head are there.
    fn matched_of_end(&self) -> usize {
        let is_there =
            |length: &usize| END_OF_HEAD.get(..*length).is_some_and(|end| self.bytes.ends_with(end));
        (1..END_OF_HEAD.len()).rev().find(is_there).unwrap_or(0)
    }

    /// Is the response complete with this byte?
    fn take(&mut self, byte: u8) -> Result<bool, Failure> {
        match &mut self.part {
            Part::Head => {
                self.keep(byte, HEAD_MAX, "its head is too long")?;
                if !self.bytes.ends_with(END_OF_HEAD) {
                    return Ok(false);
                }
                self.part = body_of(&self.bytes)?;
                self.bytes.as_mut_slice().zeroize();
                self.bytes.clear();
                Ok(matches!(self.part, Part::Sized(0)))
            }
            Part::Sized(left) => {
                *left = left.saturating_sub(1);
                let is_last = *left == 0;
                self.keep_of_body(byte)?;
                Ok(is_last)
            }
            Part::Chunked(chunks) => match chunks.take(byte) {
                Ok(Byte::Data) => self.keep_of_body(byte).map(|()| false),
                Ok(Byte::Frame) => Ok(false),
                Ok(Byte::Last) => Ok(true),
                Err(_) => Err(Failure::NotUnderstood("its chunks are malformed")),
            },
            Part::ToClose => self.keep_of_body(byte).map(|()| false),
        }
    }

    fn keep_of_body(&mut self, byte: u8) -> Result<(), Failure> {
        self.keep(byte, BODY_MAX, BODY_TOO_LONG)
    }

    fn keep(&mut self, byte: u8, max: usize, too_long: &'static str) -> Result<(), Failure> {
        if self.bytes.len() >= max {
            return Err(Failure::NotUnderstood(too_long));
        }
        self.bytes.push(byte);
        Ok(())
    }
}

const BODY_TOO_LONG: &str = "its body is too long";

/// What kind of body follows a head. Not inlined: the table of the fields is on the stack.
#[inline(never)]
fn body_of(head: &[u8]) -> Result<Part, Failure> {
    let mut fields = [EMPTY_HEADER; FIELDS_MAX];
    let mut response = Response::new(&mut fields);
    let Ok(Status::Complete(_)) = response.parse(head) else {
        return Err(Failure::NotUnderstood("not HTTP"));
    };
    match response.code {
        Some(OK) => {}
        status => return Err(Failure::Status(status.unwrap_or(0))),
    }
    let named = |name: &'static str| {
        response.headers.iter().filter(move |field| field.name.eq_ignore_ascii_case(name))
    };
    if let Some(coding) = named("transfer-encoding").next() {
        return if coding.value.eq_ignore_ascii_case(b"chunked") {
            Ok(Part::Chunked(Chunks::default()))
        } else {
            Err(Failure::NotUnderstood("its transfer coding is unknown"))
        };
    }
    let Some(first) = named("content-length").next() else { return Ok(Part::ToClose) };
    if named("content-length").any(|field| field.value != first.value) {
        return Err(Failure::NotUnderstood("it has two lengths"));
    }
    match length(first) {
        Some(length) if length <= BODY_MAX => Ok(Part::Sized(length)),
        Some(_) => Err(Failure::NotUnderstood(BODY_TOO_LONG)),
        None => Err(Failure::NotUnderstood("its length is no number")),
    }
}

fn length(field: &Header) -> Option<usize> {
    let digits = core::str::from_utf8(field.value).ok()?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}
