//! The one error type of the engine. `ffi` maps it to the C return codes.

use core::fmt;

/// Why a request to the engine was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A field is longer than its protocol or its buffer allows.
    TooLong,
    /// A field is empty, not UTF-8, or not of the form its protocol asks for.
    Malformed,
    /// The memory for it could not be had.
    OutOfMemory,
    /// A table or window of fixed size is full; it empties as the peer answers.
    Full,
    /// There is no MQTT connection.
    Offline,
    /// The call does not fit the state, such as a second connect.
    WrongState,
    /// Something the library does not do, such as publishing with QoS 2.
    Unsupported,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "too long",
            Self::Malformed => "malformed",
            Self::OutOfMemory => "out of memory",
            Self::Full => "table full",
            Self::Offline => "not connected",
            Self::WrongState => "not in this state",
            Self::Unsupported => "not supported",
        })
    }
}

impl core::error::Error for Error {}
