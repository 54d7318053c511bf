//! The tries of reporting one token to the cloud.

use crate::knobs::{BIND_REPLY_TIMEOUT_MS, BIND_REPORT_TRIES};
use crate::time::Instant;

/// Where the report of the current token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Report {
    /// Nothing to report: done, given up, or never asked for.
    Idle,
    /// To be sent at `at` or as soon after as the link allows; `tries` were made before.
    Due { at: Instant, tries: u32 },
    /// Sent as message `id`; the `tries`-th try ends at `deadline`.
    InFlight { id: u32, tries: u32, deadline: Instant },
}

/// What a try that failed leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum AfterFailure {
    TryAgain,
    GiveUp,
}

impl Report {
    pub(super) fn due(at: Instant) -> Self {
        Self::Due { at, tries: 0 }
    }

    pub(super) fn is_idle(self) -> bool {
        self == Self::Idle
    }

    pub(super) fn is_due(self, now: Instant) -> bool {
        matches!(self, Self::Due { at, .. } if at <= now)
    }

    pub(super) fn is_overdue(self, now: Instant) -> bool {
        matches!(self, Self::InFlight { deadline, .. } if deadline <= now)
    }

    pub(super) fn answers(self, reply_id: i32) -> bool {
        matches!(self, Self::InFlight { id, .. } if u32::try_from(reply_id) == Ok(id))
    }

    /// A due report is not made before `earliest`.
    #[cfg(feature = "provision")]
    pub(super) fn not_before(&mut self, earliest: Instant) {
        if let Self::Due { at, .. } = self {
            *at = earliest.max(*at);
        }
    }

    /// The due report went out as message `id`.
    pub(super) fn sent(&mut self, id: u32, now: Instant) {
        if let Self::Due { tries, .. } = *self {
            let deadline = now.plus(BIND_REPLY_TIMEOUT_MS);
            *self = Self::InFlight { id, tries: tries.saturating_add(1), deadline };
        }
    }

    /// The try in flight never left; it is made at `next`.
    pub(super) fn not_sent(&mut self, next: Instant) {
        if let Self::InFlight { tries, .. } = *self {
            *self = Self::Due { at: next, tries: tries.saturating_sub(1) };
        }
    }

    /// The try in flight failed; the next one, if there is one, is due at `next`.
    pub(super) fn failed(&mut self, next: Instant) -> AfterFailure {
        match *self {
            Self::InFlight { tries, .. } if tries < BIND_REPORT_TRIES => {
                *self = Self::Due { at: next, tries };
                AfterFailure::TryAgain
            }
            _ => {
                *self = Self::Idle;
                AfterFailure::GiveUp
            }
        }
    }

    pub(super) fn timeout(self) -> Instant {
        match self {
            Self::Idle => Instant::NEVER,
            Self::Due { at, .. } => at,
            Self::InFlight { deadline, .. } => deadline,
        }
    }
}
