//! A response with a short body, taken in piece by piece.

use alloc::vec::Vec;

use zeroize::{Zeroize, Zeroizing};

use super::chunks::{Byte, Chunks};
use super::head::{Framing, HEAD_MAX, Head, missing_of_head};
use super::{Failure, OK};

/// Most bytes asked for at once.
const STEP_MAX: usize = 64;

const BODY_TOO_LONG: &str = "its body is too long";

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
pub struct Response {
    status: u16,
    part: Part,
    body_max: usize,
    step: Zeroizing<[u8; STEP_MAX]>,
    /// The head, then the body. Never grows: that would leave copies behind.
    bytes: Zeroizing<Vec<u8>>,
}

impl Response {
    /// Nothing has come yet. A head may have [`HEAD_MAX`] bytes, a body `body_max`.
    ///
    /// # Errors
    /// [`Failure::OutOfMemory`].
    pub fn new(body_max: usize) -> Result<Self, Failure> {
        let mut bytes = Zeroizing::new(Vec::new());
        bytes.try_reserve_exact(body_max.max(HEAD_MAX)).map_err(|_| Failure::OutOfMemory)?;
        Ok(Self { status: 0, part: Part::Head, body_max, step: Zeroizing::new([0; STEP_MAX]), bytes })
    }

    /// Where the next bytes go; not empty.
    pub fn space(&mut self) -> &mut [u8] {
        let wanted = match &self.part {
            Part::Head => missing_of_head(&self.bytes),
            Part::Sized(left) => *left,
            Part::Chunked(chunks) => chunks.wants(),
            Part::ToClose => 1,
        };
        self.step.get_mut(..wanted.clamp(1, STEP_MAX)).unwrap_or_default()
    }

    /// The first `got` bytes of [`Response::space`] have been filled. True once the response is complete,
    /// after which it must not be fed. With a status other than [`OK`] it is after the head: the body is
    /// not for devices then.
    ///
    /// # Errors
    /// [`Failure::NotUnderstood`].
    pub fn advance(&mut self, got: usize) -> Result<bool, Failure> {
        for at in 0..got {
            let Some(byte) = self.step.get(at).copied() else { break };
            if self.take(byte)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Nothing more will come.
    ///
    /// # Errors
    /// [`Failure::Cut`], unless the body ends with the connection.
    pub const fn end(&self) -> Result<(), Failure> {
        match self.part {
            Part::ToClose => Ok(()),
            _ => Err(Failure::Cut),
        }
    }

    /// Of a response that is complete.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Of a response that is complete with the status [`OK`].
    pub fn body(&self) -> &[u8] {
        &self.bytes
    }

    /// Is the response complete with this byte?
    fn take(&mut self, byte: u8) -> Result<bool, Failure> {
        match &mut self.part {
            Part::Head => {
                self.keep(byte, HEAD_MAX, "its head is too long")?;
                if missing_of_head(&self.bytes) > 0 {
                    return Ok(false);
                }
                self.finish_head()
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

    fn finish_head(&mut self) -> Result<bool, Failure> {
        let head = Head::read(&self.bytes)?;
        self.bytes.as_mut_slice().zeroize();
        self.bytes.clear();
        self.status = head.status;
        if head.status != OK {
            return Ok(true);
        }
        self.part = match head.framing? {
            Framing::Sized(length) if length > self.body_max => {
                return Err(Failure::NotUnderstood(BODY_TOO_LONG));
            }
            Framing::Sized(length) => Part::Sized(length),
            Framing::Chunked => Part::Chunked(Chunks::default()),
            Framing::ToClose => Part::ToClose,
        };
        Ok(matches!(self.part, Part::Sized(0)))
    }

    fn keep_of_body(&mut self, byte: u8) -> Result<(), Failure> {
        self.keep(byte, self.body_max, BODY_TOO_LONG)
    }

    fn keep(&mut self, byte: u8, max: usize, too_long: &'static str) -> Result<(), Failure> {
        if self.bytes.len() >= max {
            return Err(Failure::NotUnderstood(too_long));
        }
        self.bytes.push(byte);
        Ok(())
    }
}
