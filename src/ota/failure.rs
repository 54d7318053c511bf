//! Why a download failed, and how the cloud is told.

use core::fmt;

use super::Interruption;

/// How far a download has come, as the cloud counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many percent, 100 at most, are there.
    Fetched(u8),
    /// It cannot be downloaded.
    FetchFailed,
    /// It is there, and is not what was announced.
    CheckFailed,
    /// It cannot be written.
    BurnFailed,
}

impl Step {
    /// The number in a progress report (`IOT_OTA_Progress_t`).
    pub const fn number(self) -> i16 {
        match self {
            Self::Fetched(percent) => percent as i16,
            Self::FetchFailed => -2,
            Self::CheckFailed => -3,
            Self::BurnFailed => -4,
        }
    }
}

/// Why there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The URL is none that can be asked.
    Url,
    /// The last of many connections ended so, and none of them brought anything.
    GivenUp(Interruption),
    /// The status of the response is none that leads to the file.
    Status(u16),
    /// The server sends on and on.
    Redirections,
    /// The response is not of the form that was expected.
    NotUnderstood(&'static str),
    /// The server's file is longer or shorter than it was announced.
    Size,
    /// The file's hash is not the one that was announced.
    Digest,
    /// The port cannot write it.
    Write,
    /// The memory could not be had.
    OutOfMemory,
}

impl Failure {
    /// How the cloud is told.
    pub const fn step(self) -> Step {
        match self {
            Self::Digest => Step::CheckFailed,
            Self::Write => Step::BurnFailed,
            _ => Step::FetchFailed,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("its URL is not http://host or https://host"),
            Self::GivenUp(interruption) => write!(f, "given up: {interruption}"),
            Self::Status(status) => write!(f, "HTTP status {status}"),
            Self::Redirections => f.write_str("too many redirections"),
            Self::NotUnderstood(what) => write!(f, "response not understood: {what}"),
            Self::Size => f.write_str("the server has it in another size than announced"),
            Self::Digest => f.write_str("its digest is not the one announced: refused"),
            Self::Write => f.write_str("HAL_Firmware_Persistence_Write failed"),
            Self::OutOfMemory => f.write_str("out of memory"),
        }
    }
}

impl core::error::Error for Failure {}
