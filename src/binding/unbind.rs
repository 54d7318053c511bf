//! The unbind (device reset) report, repeated until the cloud has answered.

use crate::knobs::UNBIND_REPLY_TIMEOUT_MS;
use crate::time::Instant;

/// Where the unbind stands. While it is pending no token leaves the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing to unbind.
    Done,
    /// Asked for and stored; sent at `at` or as soon after as the link allows.
    Due { at: Instant },
    /// Asked for and stored, but the application stopped the sending.
    Stopped,
    /// The cloud has answered; the stored flag is being cleared.
    Answered,
}

/// Wait before a stored flag that could not be cleared is to be cleared again, ms.
const CLEAR_RETRY_MS: u64 = 10_000;

pub(super) struct Unbind {
    state: State,
    /// The cloud has answered: when to clear the stored flag.
    clear_at: Instant,
    /// Id of the next report; those below it were used.
    next_id: u32,
}

impl Unbind {
    /// `pending`: the stored flag says that a former run did not finish.
    pub(super) fn new(pending: bool, now: Instant) -> Self {
        Self {
            state: if pending { State::Due { at: now } } else { State::Done },
            clear_at: Instant::NEVER,
            next_id: 0,
        }
    }

    pub(super) fn is_pending(&self) -> bool {
        self.state != State::Done
    }

    pub(super) fn request(&mut self, now: Instant) {
        self.clear_at = Instant::NEVER;
        self.state = State::Due { at: now };
    }

    pub(super) fn stop(&mut self) {
        if let State::Due { .. } = self.state {
            self.state = State::Stopped;
        }
    }

    /// A new connection takes a stopped unbind up again.
    pub(super) fn connected(&mut self, now: Instant) {
        if matches!(self.state, State::Due { .. } | State::Stopped) {
            self.state = State::Due { at: now };
        }
    }

    /// The id to send now, if one is due.
    pub(super) fn poll(&mut self, now: Instant) -> Option<u32> {
        match self.state {
            State::Due { at } if at <= now => {
                let id = self.next_id;
                self.next_id = id.wrapping_add(1);
                self.state = State::Due { at: now.plus(UNBIND_REPLY_TIMEOUT_MS) };
                Some(id)
            }
            _ => None,
        }
    }

    /// Is this a reply to a report of ours that still matters?
    pub(super) fn awaits(&self, reply_id: i32) -> bool {
        matches!(self.state, State::Due { .. } | State::Stopped)
            && u32::try_from(reply_id).is_ok_and(|id| id < self.next_id)
    }

    pub(super) fn answered(&mut self, now: Instant) {
        self.state = State::Answered;
        self.clear_at = now;
    }

    /// Whether the stored flag is to be cleared now; said once.
    pub(super) fn take_clear(&mut self, now: Instant) -> bool {
        let is_due = self.clear_at <= now;
        if is_due {
            self.clear_at = Instant::NEVER;
        }
        is_due
    }

    /// The stored flag was to be cleared, and `stored` says whether that was possible. False when it
    /// was not the first try.
    pub(super) fn cleared(&mut self, stored: bool, now: Instant) -> bool {
        if !stored && matches!(self.state, State::Answered | State::Done) {
            self.clear_at = now.plus(CLEAR_RETRY_MS);
        }
        let answered = self.state == State::Answered;
        if answered {
            self.state = State::Done;
        }
        answered
    }

    /// When the report is due.
    pub(super) fn timeout(&self) -> Instant {
        match self.state {
            State::Due { at } => at,
            _ => Instant::NEVER,
        }
    }

    /// When [`Unbind::take_clear`] says yes.
    pub(super) fn clear_timeout(&self) -> Instant {
        self.clear_at
    }
}
