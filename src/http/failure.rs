//! Why there is no response.

use core::fmt;

/// Which step failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The port cannot connect.
    Unreachable,
    /// The connection ended before the end of the response.
    Cut,
    /// The response is not complete in time.
    Timeout,
    /// The response is not of the form that was expected.
    NotUnderstood(&'static str),
    /// The memory for the response could not be had.
    OutOfMemory,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str("cannot reach the server"),
            Self::Cut => f.write_str("the connection ended before the response did"),
            Self::Timeout => f.write_str("no whole response in time"),
            Self::NotUnderstood(what) => write!(f, "response not understood: {what}"),
            Self::OutOfMemory => f.write_str("out of memory"),
        }
    }
}

impl core::error::Error for Failure {}
