//! The dialogue with the broker: what to send, and what its answers mean.

use super::{
    Subscriptions,
    filter::{Kind, Next, State},
    open_requests::OpenRequest,
};
use crate::{
    mqtt::{
        outcome::{Outcome, Outcomes},
        queue::Queue,
        receive::log_unknown,
        session::Session,
    },
    time::Instant,
};

/// Wait before a request that found no room in the transmit queue is tried again, ms.
const NO_ROOM_RETRY_MS: u64 = 100;

impl Subscriptions {
    pub(in crate::mqtt) fn holds(&self, packet_id: u16) -> bool {
        self.open.holds(packet_id)
    }

    /// When [`handle_timeout`](Self::handle_timeout) or [`next_wanted`](Self::next_wanted) has
    /// something to do.
    pub(in crate::mqtt) fn deadline(&self, is_connected: bool, can_send: bool) -> Instant {
        let open = self.open.deadline(is_connected);
        if !is_connected {
            return open;
        }
        let send_at = if can_send && self.lack_room() { self.send_at } else { Instant::NEVER };
        open.min(self.retry_at).min(send_at)
    }

    /// Whether a request waits for room or memory, and not for answers to others.
    pub(in crate::mqtt) fn lack_room(&self) -> bool {
        self.is_waiting && self.open.window_is_open()
    }

    /// A request to be sent now.
    pub(in crate::mqtt) fn next_wanted(&mut self, now: Instant) -> Option<usize> {
        if !self.is_waiting || now < self.send_at || !self.open.window_is_open() {
            return None;
        }
        let wanted = self.filters.iter().enumerate().filter(|(_, filter)| filter.state == State::Wanted);
        let next = wanted.min_by_key(|(_, filter)| filter.number).map(|(place, _)| place);
        self.is_waiting = next.is_some();
        next
    }

    /// Under which packet id the request at `place` was sent before. Sent again, a packet keeps its id
    /// \[MQTT-2.3.1-3\].
    pub(in crate::mqtt) fn packet_id(&self, place: usize) -> Option<u16> {
        let filter = self.filters.get(place).filter(|filter| filter.next == Next::Again)?;
        let open = self.open.last_of(place).filter(|open| open.kind == filter.request)?;
        Some(open.packet_id)
    }

    /// Queues the request at `place`; `false`: no room, and it is sent later.
    pub(in crate::mqtt) fn send(
        &mut self,
        place: usize,
        packet_id: u16,
        queue: &mut Queue,
        now: Instant,
        timeout_ms: u64,
    ) -> bool {
        let Some(filter) = self.filters.get_mut(place) else { return false };
        let has_place = self.open.holds(packet_id) || self.open.has_room();
        if !has_place || filter.encode(packet_id, queue, &self.device).is_err() {
            if !self.is_waiting {
                log::warn!("mqtt: no room for a request, sent later");
            }
            self.is_waiting = true;
            self.send_at = now.plus(NO_ROOM_RETRY_MS);
            return false;
        }
        let deadline = now.plus(timeout_ms);
        match self.open.find_mut(packet_id) {
            Some(open) => {
                open.is_sent = true;
                open.deadline = deadline;
            }
            None => self.open.push(OpenRequest {
                packet_id,
                filter: u16::try_from(place).unwrap_or(u16::MAX),
                kind: filter.request,
                is_of_application: filter.next == Next::NewOfApplication,
                has_timed_out: false,
                is_sent: true,
                deadline,
            }),
        }
        filter.state = State::Asked;
        filter.next = Next::Again;
        true
    }

    pub(in crate::mqtt) fn suback_received(
        &mut self,
        packet_id: u16,
        granted: bool,
        now: Instant,
        outcomes: &mut Outcomes,
    ) {
        let Some(index) = self.open.position(packet_id, Kind::Subscribe) else {
            log_unknown("SUBACK", packet_id);
            return;
        };
        if let Some(place) = self.place_if_current(index)
            && let Some(filter) = self.filters.get_mut(place)
        {
            if granted {
                filter.granted();
            } else {
                let wait = filter.refused(&self.device);
                self.retry_at = self.retry_at.min(now.plus(wait));
            }
        }
        if self.open.get_mut(index).is_some_and(|open| open.is_of_application) {
            outcomes.push(if granted {
                Outcome::Subscribed { packet_id }
            } else {
                Outcome::SubscribeRefused { packet_id }
            });
        }
        self.open.remove(index);
    }

    pub(in crate::mqtt) fn unsuback_received(&mut self, packet_id: u16, outcomes: &mut Outcomes) {
        let Some(index) = self.open.position(packet_id, Kind::Unsubscribe) else {
            log_unknown("UNSUBACK", packet_id);
            return;
        };
        if let Some(place) = self.place_if_current(index) {
            self.remove(place, outcomes);
            return;
        }
        if self.open.get_mut(index).is_some_and(|open| open.is_of_application) {
            outcomes.push(Outcome::Unsubscribed { packet_id });
        }
        self.open.remove(index);
    }

    /// Reports what was not answered in time, and wants it to be asked again, under the same packet id.
    pub(in crate::mqtt) fn handle_timeout(
        &mut self,
        is_connected: bool,
        now: Instant,
        timeout_ms: u64,
        outcomes: &mut Outcomes,
    ) {
        if is_connected && self.retry_at <= now {
            self.retry_at = Instant::NEVER;
            self.want(|state| state == State::Refused, now);
        }
        let mut index = 0_usize;
        while let Some(open) = self.open.get_mut(index) {
            if open.deadline > now {
                index = index.saturating_add(1);
                continue;
            }
            if !open.has_timed_out {
                log::warn!("mqtt: no answer to request {} in time, asked again", open.packet_id);
            }
            open.report_timeout(outcomes);
            open.deadline = now.plus(timeout_ms);
            let (place, packet_id) = (usize::from(open.filter), open.packet_id);
            let is_current = self.packet_id(place) == Some(packet_id);
            match self.filters.get_mut(place).filter(|_| is_current) {
                Some(filter) if matches!(filter.state, State::Asked | State::Wanted) => {
                    filter.state = State::Wanted;
                    self.is_waiting = true;
                    index = index.saturating_add(1);
                }
                // Another request has taken its place.
                _ => self.open.remove(index),
            }
        }
    }

    /// Answers that were awaited will not come on this connection.
    pub(in crate::mqtt) fn connection_lost(&mut self) {
        self.open.connection_lost();
        self.want(|state| state == State::Asked, Instant::from_millis(0));
    }

    /// A new connection. The broker knows what it had granted, unless it has lost the session.
    pub(in crate::mqtt) fn connection_made(
        &mut self,
        session: Session,
        now: Instant,
        outcomes: &mut Outcomes,
    ) {
        self.retry_at = Instant::NEVER;
        self.want(|state| session != Session::Kept || state != State::Granted, now);
        if session != Session::Lost {
            return;
        }
        let is_gone = |filter: &super::Filter| filter.request == Kind::Unsubscribe;
        while let Some(place) = self.filters.iter().position(is_gone) {
            self.remove(place, outcomes);
        }
    }

    /// Nobody waits for answers any more.
    pub(in crate::mqtt) fn give_up(&mut self, outcomes: &mut Outcomes) {
        self.open.give_up(outcomes);
    }

    fn want(&mut self, which: impl Fn(State) -> bool, now: Instant) {
        for filter in self.filters.iter_mut().filter(|filter| which(filter.state)) {
            filter.state = State::Wanted;
            self.is_waiting = true;
            self.send_at = now;
        }
    }

    /// The place of the filter whose state the answer to this open request decides.
    fn place_if_current(&mut self, index: usize) -> Option<usize> {
        let open = self.open.get_mut(index)?;
        let (place, packet_id) = (usize::from(open.filter), open.packet_id);
        let is_asked = self.filters.get(place)?.state == State::Asked;
        (is_asked && self.packet_id(place) == Some(packet_id)).then_some(place)
    }
}
