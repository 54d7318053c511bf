//! Why the auth server gave nothing.

use core::fmt;

use crate::error::Error;
use crate::http;

/// Which step failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No auth server is set for a custom region, or its name is too long.
    NoHost,
    /// The request could not be made.
    Request(Error),
    /// The port cannot connect.
    Unreachable,
    /// The connection ended before the end of the reply.
    Cut,
    /// The reply is not complete in time.
    Timeout,
    /// The status of the HTTP response is not 200.
    Status(u16),
    /// `code` of the reply is not 200.
    Code(i32),
    /// The reply is not of the form that was expected.
    NotUnderstood(&'static str),
    /// The memory for the reply could not be had.
    OutOfMemory,
}

impl From<http::Failure> for Failure {
    fn from(failure: http::Failure) -> Self {
        match failure {
            http::Failure::Unreachable => Self::Unreachable,
            http::Failure::Cut => Self::Cut,
            http::Failure::Timeout => Self::Timeout,
            http::Failure::NotUnderstood(what) => Self::NotUnderstood(what),
            http::Failure::OutOfMemory => Self::OutOfMemory,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHost => f.write_str("no auth server: IOTX_IOCTL_SET_HTTP_DOMAIN sets it"),
            Self::Request(error) => write!(f, "request not made: {error}"),
            Self::Unreachable => f.write_str("cannot reach the auth server"),
            Self::Cut => f.write_str("the connection ended before the reply did"),
            Self::Timeout => f.write_str("no whole reply in time"),
            Self::Status(status) => write!(f, "HTTP status {status}"),
            Self::Code(code) => {
                write!(f, "refused with code {code}")
            }
            Self::NotUnderstood(what) => write!(f, "reply not understood: {what}"),
            Self::OutOfMemory => f.write_str("out of memory"),
        }
    }
}

impl core::error::Error for Failure {}
