//! The place of the token made by the phone, from the moment it is set until the cloud has accepted it.

use log::{error, info, warn};

use super::broadcast::SUCCESS;
use super::report::{AfterFailure, Report};
use super::token::Token;
use crate::knobs::{BIND_REPLY_TIMEOUT_MS, BIND_REPORT_GAP_MS, BIND_REPORT_TRIES};
use crate::time::Instant;

/// What becomes of a token whose tries are used up.
const KEPT: &str = "the phone's token is kept for the next connection or bind start";

struct Held {
    token: Token,
    report: Report,
}

/// Holds at most one token, a newer one in place of an older one, and reports it. Nobody but the cloud gets
/// it: the phone has it already.
pub(super) struct Slot(Option<Held>);

impl Slot {
    pub(super) const fn empty() -> Self {
        Self(None)
    }

    /// Holds `token` from now on, to be reported at `at`.
    pub(super) fn put(&mut self, token: Token, at: Instant) {
        self.0 = Some(Held { token, report: Report::due(at) });
    }

    /// Gives the token away.
    pub(super) fn take(&mut self) -> Option<Token> {
        let token = self.0.as_ref().map(|held| held.token.clone());
        // Dropped in place it is wiped.
        self.0 = None;
        token
    }

    /// All tries are made again.
    pub(super) fn restart(&mut self, now: Instant) {
        if let Some(held) = &mut self.0 {
            held.report = Report::due(now);
        }
    }

    /// All tries are made again, if they are used up.
    pub(super) fn resume(&mut self, now: Instant) {
        if !self.is_reporting() {
            self.restart(now);
        }
    }

    /// Is a token being reported, or to be reported? Then no other one is.
    pub(super) fn is_reporting(&self) -> bool {
        self.0.as_ref().is_some_and(|held| !held.report.is_idle())
    }

    /// The token to report now as message `id`.
    pub(super) fn poll(&mut self, id: u32, may_report: bool, now: Instant) -> Option<Token> {
        let held = self.0.as_mut()?;
        if held.report.is_overdue(now) && held.report.failed(now) == AfterFailure::GiveUp {
            error!(
                "bind: report: no reply on .../match_reply after {BIND_REPORT_TRIES} tries of {BIND_REPLY_TIMEOUT_MS} ms: {KEPT}"
            );
        }
        if !(may_report && held.report.is_due(now)) {
            return None;
        }
        held.report.sent(id, now);
        Some(held.token.clone())
    }

    /// When to poll again if nothing happens before, or [`Instant::NEVER`].
    pub(super) fn timeout(&self, may_report: bool) -> Instant {
        match self.0.as_ref().map_or(Report::Idle, |held| held.report) {
            Report::Due { .. } if !may_report => Instant::NEVER,
            report => report.timeout(),
        }
    }

    /// Message `id` never left; it is made again at `next`. False when it is not of this token.
    pub(super) fn not_sent(&mut self, id: u32, next: Instant) -> bool {
        let is_sent =
            |held: &&mut Held| matches!(held.report, Report::InFlight { id: sent, .. } if sent == id);
        self.0.as_mut().filter(is_sent).map(|held| held.report.not_sent(next)).is_some()
    }

    /// The cloud's reply `id`. False when it is not for this token.
    pub(super) fn replied(&mut self, id: i32, code: i32, message: &str, now: Instant) -> bool {
        let Some(held) = self.0.as_mut().filter(|held| held.report.answers(id)) else { return false };
        if code == SUCCESS {
            info!("awss_report_token_reply");
            self.0 = None;
            return true;
        }
        warn!("bind: report: the cloud answered code {code} ({message})");
        if held.report.failed(now.plus(BIND_REPORT_GAP_MS)) == AfterFailure::GiveUp {
            error!(
                "bind: report: the cloud refused the token with code {code} ({message}) after {BIND_REPORT_TRIES} tries: {KEPT}"
            );
        }
        true
    }
}
