//! The body of a response, in each of its framings.

use super::Failure;
use crate::http::{Byte, Chunks, Framing};

/// How the body that comes in ends.
pub enum Body {
    /// After so many bytes.
    Sized(usize),
    Chunked(Chunks),
    ToClose,
}

impl From<Framing> for Body {
    fn from(framing: Framing) -> Self {
        match framing {
            Framing::Sized(length) => Self::Sized(length),
            Framing::Chunked => Self::Chunked(Chunks::default()),
            Framing::ToClose => Self::ToClose,
        }
    }
}

impl Body {
    /// Takes what has come, and moves what is of the body to the front. Gives how much that is, and
    /// whether the body is over.
    pub fn take(&mut self, bytes: &mut [u8]) -> Result<(usize, bool), Failure> {
        match self {
            Self::Sized(left) => {
                let of_body = bytes.len().min(*left);
                *left = left.saturating_sub(of_body);
                Ok((of_body, *left == 0))
            }
            Self::ToClose => Ok((bytes.len(), false)),
            Self::Chunked(chunks) => {
                let mut of_body = 0_usize;
                for at in 0..bytes.len() {
                    let Some(byte) = bytes.get(at).copied() else { break };
                    match chunks.take(byte) {
                        Ok(Byte::Frame) => {}
                        Ok(Byte::Last) => return Ok((of_body, true)),
                        Ok(Byte::Data) => {
                            if let Some(place) = bytes.get_mut(of_body) {
                                *place = byte;
                            }
                            of_body = of_body.saturating_add(1);
                        }
                        Err(_) => return Err(Failure::NotUnderstood("its chunks are malformed")),
                    }
                }
                Ok((of_body, false))
            }
        }
    }
}
