//! Why provisioning failed, for whoever scripts it.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// A failure with an exit status of its own.
#[derive(Debug, PartialEq)]
pub enum ProvisionFailure {
    /// The device gave no answer that could be read.
    NoAnswer,
    /// The device refuses.
    Refused {
        /// `code` of its answer.
        code: i64,
        /// `data` of its answer.
        reason: String,
    },
    /// Nothing was heard of the device after the credentials were handed over.
    NotSeen(Duration),
    /// The device announced itself, but its token did not come to the cloud.
    NotReported(Duration),
    /// The cloud refuses to bind.
    NotBound {
        /// `code` of its reply.
        code: u16,
        /// The same in words.
        reason: String,
    },
}

impl ProvisionFailure {
    /// As `--help` lists them.
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::NoAnswer => 3,
            Self::Refused { code: -1, .. } => 4,
            Self::Refused { code: -4, .. } => 5,
            Self::Refused { code: -3, .. } => 6,
            Self::Refused { .. } => 7,
            Self::NotSeen(_) => 8,
            Self::NotReported(_) => 9,
            Self::NotBound { .. } => 10,
        }
    }
}

impl fmt::Display for ProvisionFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer => f.write_str("no answer from the device"),
            Self::Refused { code, reason } => write!(f, "the device refuses: {code} {reason}"),
            Self::NotSeen(limit) => write!(
                f,
                "the device neither announced itself nor reported the token within {} s",
                limit.as_secs()
            ),
            Self::NotReported(limit) => write!(
                f,
                "the device announced itself, but did not report the token within {} s",
                limit.as_secs()
            ),
            Self::NotBound { code, reason } => write!(f, "the cloud refuses to bind: {code} {reason}"),
        }
    }
}

impl Error for ProvisionFailure {}
