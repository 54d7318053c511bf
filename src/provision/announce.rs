//! The announcement of a device that has joined a network, and the time for which it also tells when asked; and
//! that of a device on the access point of a phone.

use log::debug;

use super::machine::Action;
use crate::binding::broadcast::{self, PHONE_ID, SUCCESS};
use crate::coap;
use crate::knobs::{PROVISION_ANNOUNCEMENTS, PROVISION_WINDOW_MS};
use crate::time::Instant;

/// Growth of the gap between two announcements, ms.
const STEP_MS: u64 = 100;

type Series = broadcast::Series<PROVISION_ANNOUNCEMENTS, STEP_MS>;

/// A series of announcements and the window for queries.
pub(super) struct Announcement {
    kind: coap::Announcement,
    series: Option<Series>,
    series_ended: bool,
    next_id: u32,
    /// Queries are answered until then.
    window: Option<Instant>,
}

impl Announcement {
    pub(super) const fn new(kind: coap::Announcement) -> Self {
        Self { kind, series: None, series_ended: false, next_id: 1, window: None }
    }

    /// Begins a series, and the window.
    pub(super) fn start(&mut self, now: Instant) {
        self.start_series();
        self.window = Some(now.plus(PROVISION_WINDOW_MS));
    }

    /// Begins a series instead of the one that runs.
    pub(super) fn start_series(&mut self) {
        self.stop_series();
        self.series = (PROVISION_ANNOUNCEMENTS > 0).then(Series::new);
    }

    /// Ends the series and the window.
    pub(super) fn stop(&mut self) {
        self.stop_series();
        self.window = None;
    }

    /// Ends the series.
    pub(super) fn stop_series(&mut self) {
        self.series_ended |= self.series.take().is_some();
    }

    /// A phone has answered.
    pub(super) fn answered(&mut self, id: i32, code: i32) {
        let is_ours = |series: &Series| id == PHONE_ID || series.used_id(id);
        if code == SUCCESS && self.series.as_ref().is_some_and(is_ours) {
            self.stop_series();
        } else {
            debug!("awss: answer to an announcement with id {id} and code {code} does not count");
        }
    }

    /// Does a series run, or may a query come that is to be answered?
    pub(super) fn is_running(&self, now: Instant) -> bool {
        self.series.is_some() || self.series_ended || self.answers(now)
    }

    /// Is a query to be answered?
    pub(super) fn answers(&self, now: Instant) -> bool {
        self.window.is_some_and(|end| now < end)
    }

    pub(super) fn poll(&mut self, now: Instant) -> Option<Action> {
        if core::mem::take(&mut self.series_ended) {
            return Some(Action::AnnouncementEnded(self.kind));
        }
        let series = self.series.as_mut().filter(|series| series.is_due(now))?;
        if series.is_complete() {
            // Its last message stayed answerable for one more gap.
            self.series = None;
            return Some(Action::AnnouncementEnded(self.kind));
        }
        if !series.has_begun() {
            series.begin(now);
            if self.kind == coap::Announcement::Joined {
                return Some(Action::AnnouncementStarted);
            }
        }
        let id = self.next_id;
        self.next_id = id.wrapping_add(1);
        let index = series.sent();
        series.advance(id, now);
        Some(Action::Announce { announcement: self.kind, id, index })
    }

    pub(super) fn poll_timeout(&self) -> Instant {
        if self.series_ended {
            return Instant::from_millis(0);
        }
        self.series.as_ref().map_or(Instant::NEVER, Series::next)
    }
}
