//! When the cloud is told how far a download has come.

use super::Step;
use crate::time::Instant;

/// More percent than this must have come since the last report.
const PERCENT_MIN: u8 = 5;
/// More milliseconds than this must have passed since the last report.
const INTERVAL_MIN_MS: u64 = 50;

/// One progress report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// How far.
    pub step: Step,
    /// In words, or empty.
    pub description: &'static str,
}

/// Chooses the moments at which the C SDK reports progress: as the first bytes are there, then after more
/// than 5 percent and 50 ms, and at the end.
#[derive(Default)]
pub struct Cadence {
    has_begun: bool,
    reported: u8,
    reported_at: Option<Instant>,
}

impl Cadence {
    /// The next report that is due when `percent` of the file are there. To be asked until there is none.
    pub fn due(&mut self, percent: u8, now: Instant) -> Option<Report> {
        if !self.has_begun {
            self.has_begun = true;
            return Some(Report { step: Step::Fetched(0), description: "Enter in downloading state" });
        }
        let is_far = percent.saturating_sub(self.reported) > PERCENT_MIN
            && self.reported_at.is_none_or(|at| now.since(at) > INTERVAL_MIN_MS);
        let is_end = percent >= 100 && self.reported < 100;
        if !(is_far || is_end) {
            return None;
        }
        self.reported = percent;
        self.reported_at = Some(now);
        Some(Report { step: Step::Fetched(percent), description: "" })
    }
}
