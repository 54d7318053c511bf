//! SUBSCRIBEs and UNSUBSCRIBEs that the broker has not answered yet.

use alloc::vec::Vec;

use super::filter::Kind;
use crate::{
    mqtt::outcome::{Outcome, Outcomes},
    time::Instant,
};

/// Requests of the application that may be open; further ones wait.
const MAX: usize = 256;

/// Requests that may be open while others are sent that the library needs, as after a lost session.
const WINDOW: usize = 32;

pub(super) struct OpenRequest {
    pub(super) packet_id: u16,
    /// Place of the filter in the table of filters.
    pub(super) filter: u16,
    pub(super) kind: Kind,
    pub(super) is_of_application: bool,
    pub(super) has_timed_out: bool,
    /// On this connection.
    pub(super) is_sent: bool,
    pub(super) deadline: Instant,
}

/// In the order in which they were made. A filter may have several, of which the last one counts.
pub(super) struct OpenRequests(Vec<OpenRequest>);

impl OpenRequests {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn holds(&self, packet_id: u16) -> bool {
        self.0.iter().any(|request| request.packet_id == packet_id)
    }

    /// Whether there is room for one more, memory included.
    pub(super) fn has_room(&mut self) -> bool {
        self.0.len() < MAX && self.0.try_reserve_exact(1).is_ok()
    }

    /// Whether the library may send one more. Those that the broker seems to ignore do not count.
    pub(super) fn window_is_open(&self) -> bool {
        self.0.iter().filter(|request| request.is_sent && !request.has_timed_out).count() < WINDOW
    }

    /// To be called after [`has_room`](Self::has_room).
    pub(super) fn push(&mut self, request: OpenRequest) {
        self.0.push(request);
    }

    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut OpenRequest> {
        self.0.get_mut(index)
    }

    pub(super) fn find_mut(&mut self, packet_id: u16) -> Option<&mut OpenRequest> {
        self.0.iter_mut().find(|request| request.packet_id == packet_id)
    }

    /// The one of `filter` that counts.
    pub(super) fn last_of(&self, filter: usize) -> Option<&OpenRequest> {
        self.0.iter().rev().find(|request| usize::from(request.filter) == filter)
    }

    pub(super) fn position(&self, packet_id: u16, kind: Kind) -> Option<usize> {
        self.0.iter().position(|request| request.packet_id == packet_id && request.kind == kind)
    }

    pub(super) fn remove(&mut self, index: usize) {
        self.0.remove(index);
        self.release();
    }

    /// When the next one times out. Without a connection only those that the application waits for do.
    pub(super) fn deadline(&self, is_connected: bool) -> Instant {
        self.0
            .iter()
            .filter(|request| is_connected || request.is_awaited())
            .map(|request| request.deadline)
            .fold(Instant::NEVER, Instant::min)
    }

    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        crate::mqtt::tests::size_of_table(&self.0)
    }

    pub(super) fn connection_lost(&mut self) {
        for request in &mut self.0 {
            request.is_sent = false;
        }
    }

    /// A filter was put into the table at `place`.
    pub(super) fn filter_inserted(&mut self, place: usize) {
        for request in &mut self.0 {
            if usize::from(request.filter) >= place {
                request.filter = request.filter.saturating_add(1);
            }
        }
    }

    /// The filter at `place` was taken out of the table, and the broker does not have it.
    pub(super) fn filter_removed(&mut self, place: usize, outcomes: &mut Outcomes) {
        self.0.retain_mut(|request| {
            let is_gone = usize::from(request.filter) == place;
            if is_gone && request.is_of_application && request.kind == Kind::Unsubscribe {
                outcomes.push(Outcome::Unsubscribed { packet_id: request.packet_id });
            } else if is_gone {
                request.report_timeout(outcomes);
            } else if usize::from(request.filter) > place {
                request.filter = request.filter.saturating_sub(1);
            }
            !is_gone
        });
        self.release();
    }

    /// An empty table takes no memory.
    fn release(&mut self) {
        if self.0.is_empty() {
            self.0 = Vec::new();
        }
    }

    /// None of them will be answered.
    pub(super) fn give_up(&mut self, outcomes: &mut Outcomes) {
        for request in &mut self.0 {
            request.report_timeout(outcomes);
        }
        self.0 = Vec::new();
    }
}

impl OpenRequest {
    fn is_awaited(&self) -> bool {
        self.is_of_application && !self.has_timed_out
    }

    /// Tells the application, once.
    pub(super) fn report_timeout(&mut self, outcomes: &mut Outcomes) {
        let packet_id = self.packet_id;
        if self.is_awaited() {
            outcomes.push(match self.kind {
                Kind::Subscribe => Outcome::SubscribeTimedOut { packet_id },
                Kind::Unsubscribe => Outcome::UnsubscribeTimedOut { packet_id },
            });
        }
        self.has_timed_out = true;
    }
}
