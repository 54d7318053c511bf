//! The bytes of an answer on their way, which may be cut off.

use std::io;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::channel::Sender;

use crate::file::event::FileEvent;

/// How much of a file is handed to the connection at once.
pub const PIECE: usize = 4096;
/// How long what was handed over may take to leave, before the connection is cut.
const LINGER: Duration = Duration::from_millis(500);

/// When to close a connection in the middle of a file: once, after so many bytes over all connections.
#[derive(Debug, Default)]
pub struct CutOff(Mutex<Option<usize>>);

impl CutOff {
    /// Cuts after `bytes`.
    pub fn after(bytes: Option<usize>) -> Self {
        Self(Mutex::new(bytes))
    }

    /// Where in the next `length` bytes to cut.
    pub fn within(&self, length: usize) -> Option<usize> {
        let mut rest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *rest {
            Some(after) if after < length => rest.take(),
            Some(after) => {
                *rest = Some(after - length);
                None
            }
            None => None,
        }
    }
}

/// One body on its way.
pub struct Sending {
    /// What was asked for.
    pub target: String,
    /// Which bytes of it.
    pub range: Range<usize>,
    /// Whether the last byte of the file is among them.
    pub is_end: bool,
    /// After how many bytes to close the connection.
    pub cut: Option<usize>,
}

impl Sending {
    /// Sends `bytes`, those of the range; tells how it ended.
    pub async fn send(self, mut bytes: Bytes, mut sender: Sender<Bytes, io::Error>) -> FileEvent {
        let Self { target, range, is_end, cut } = self;
        bytes.truncate(cut.unwrap_or(bytes.len()));
        while !bytes.is_empty() {
            let piece = bytes.split_to(bytes.len().min(PIECE));
            if sender.send_data(piece).await.is_err() {
                return FileEvent::Abandoned { target };
            }
        }
        match cut {
            Some(after) => {
                tokio::time::sleep(LINGER).await;
                sender.abort(io::Error::other("cut on purpose"));
                FileEvent::Cut { target, after }
            }
            None => FileEvent::Sent { target, range, is_end },
        }
    }
}
