//! What happens to files, one event per line of the output.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

/// What happens to a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "file", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FileEvent {
    /// A device asks, and gets this status; `range` is what it gets of the file.
    Asked { method: String, target: String, status: u16, range: Range<usize> },
    /// All that was asked for is on its way.
    Sent { target: String, range: Range<usize>, is_end: bool },
    /// The connection was cut on purpose after so many bytes of what was asked for.
    Cut { target: String, after: usize },
    /// The device closed the connection before it had all.
    Abandoned { target: String },
    /// A connection failed.
    Failed { reason: String },
}

impl fmt::Display for FileEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked { method, target, status, range: Range { start, end } } => {
                write!(f, "file asked for: {method} {target}: {status}, bytes {start} to {end}")
            }
            Self::Sent { target, range: Range { start, end }, .. } => {
                write!(f, "file sent: {target}: bytes {start} to {end}")
            }
            Self::Cut { target, after } => write!(f, "file cut off: {target}: after {after} bytes"),
            Self::Abandoned { target } => write!(f, "file not wanted to its end: {target}"),
            Self::Failed { reason } => write!(f, "file connection failed: {reason}"),
        }
    }
}

/// Is told what happens to files, from the server's thread.
pub type FileObserver = Arc<dyn Fn(FileEvent) + Send + Sync>;
