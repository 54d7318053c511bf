//! Whether the broker still has the session (§3.1.2.4, §3.2.2.2).

use super::{config::Config, link::Link};

/// What a new connection finds at the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Session {
    /// What was there at the end of the last connection.
    Kept,
    /// Nothing.
    Lost,
    /// Perhaps nothing: an earlier CONNECT had no answer. If that one found the session lost, it has
    /// begun another, which Session Present now tells of.
    Unknown,
}

/// What can be known before the CONNACK.
pub(super) struct Memory {
    /// A CONNECT may have reached the broker without our getting its answer.
    connect_unanswered: bool,
}

impl Memory {
    pub(super) const fn new() -> Self {
        Self { connect_unanswered: false }
    }

    /// A connection ends as `link`.
    pub(super) fn connection_lost(&mut self, link: &Link) {
        self.connect_unanswered |= matches!(link, Link::AwaitingConnack { .. });
    }

    /// The broker accepts a connection.
    pub(super) fn connection_made(&mut self, session_present: bool, config: &Config) -> Session {
        let connect_unanswered = core::mem::take(&mut self.connect_unanswered);
        // With a clean session the broker has nothing left, whatever it says.
        if !session_present || config.clean_session {
            Session::Lost
        } else if connect_unanswered {
            Session::Unknown
        } else {
            Session::Kept
        }
    }
}
