//! A body in chunks (RFC 9112 section 7.1).

use heapless::Vec;
use httparse::{Status, parse_chunk_size};

/// Longest line in front of a chunk, bytes.
const LINE_MAX: usize = 64;

/// Not a body in chunks.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed;

/// What a byte is.
#[derive(Debug, PartialEq, Eq)]
pub enum Byte {
    /// Of the body.
    Data,
    /// Of the frame around it.
    Frame,
    /// The last one of interest.
    Last,
}

/// How far a body has come.
#[derive(Default)]
pub struct Chunks {
    /// Of the chunk, bytes; 0 between chunks.
    left: usize,
    line: Vec<u8, LINE_MAX>,
    /// A chunk is over, and the end of its line is to come.
    is_behind_chunk: bool,
}

impl Chunks {
    /// How many bytes are sure to come.
    pub fn wants(&self) -> usize {
        self.left.max(1)
    }

    /// Takes the next byte.
    pub fn take(&mut self, byte: u8) -> Result<Byte, Malformed> {
        if let Some(left) = self.left.checked_sub(1) {
            self.left = left;
            self.is_behind_chunk = left == 0;
            return Ok(Byte::Data);
        }
        self.line.push(byte).map_err(|_| Malformed)?;
        if byte != b'\n' {
            return Ok(Byte::Frame);
        }
        if self.is_behind_chunk {
            if self.line != b"\r\n" {
                return Err(Malformed);
            }
            self.is_behind_chunk = false;
        } else {
            let Ok(Status::Complete((_, size))) = parse_chunk_size(&self.line) else { return Err(Malformed) };
            if size == 0 {
                return Ok(Byte::Last);
            }
            self.left = usize::try_from(size).map_err(|_| Malformed)?;
        }
        self.line.clear();
        Ok(Byte::Frame)
    }
}
