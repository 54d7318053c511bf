//! The topic filters we want, and what the broker has said to them.
//!
//! A filter is remembered from the request until the broker has confirmed that it is gone, so that a
//! request outlives the connection on which it was made.

use alloc::{string::String, vec::Vec};

use super::{
    backoff::Backoff,
    encode::{self, Qos},
    topic,
};
use crate::{
    error::Error,
    knobs::{MQTT_SUBACK_TIMEOUT_MS, MQTT_SUBSCRIPTIONS_MAX},
    time::{Instant, earliest},
};

/// Wait before a request that found no room in the transmit queue is tried again, ms.
const NO_ROOM_RETRY_MS: u64 = 100;

/// How far a subscription has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionState {
    /// To be sent with the next connection, or as soon as there is room.
    Wanted,
    /// SUBSCRIBE sent, no SUBACK yet.
    Pending,
    /// The broker agreed, though perhaps to a lower QoS.
    Granted,
    /// The broker refused (0x80); it will be asked again.
    Refused,
}

pub(super) struct Subscriptions(heapless::Vec<Subscription, MQTT_SUBSCRIPTIONS_MAX>);

struct Subscription {
    filter: String,
    request: Request,
    phase: Phase,
    backoff: Backoff,
}

#[derive(Clone, Copy)]
enum Request {
    Subscribe(Qos),
    Unsubscribe,
}

#[derive(Clone, Copy)]
enum Phase {
    Wanted { send_at: Instant },
    Pending { packet_id: u16, resend_at: Instant },
    Granted,
    Refused { retry_at: Instant },
}

impl Subscriptions {
    pub(super) const fn new() -> Self {
        Self(heapless::Vec::new())
    }

    pub(super) fn subscribe(&mut self, filter: &str, qos: Qos, now: Instant) -> Result<(), Error> {
        self.request(filter, Request::Subscribe(qos), now)
    }

    pub(super) fn unsubscribe(&mut self, filter: &str, now: Instant) -> Result<(), Error> {
        self.request(filter, Request::Unsubscribe, now)
    }

    pub(super) fn state(&self, filter: &str) -> Option<SubscriptionState> {
        self.0.iter().find(|subscription| subscription.filter == filter)?.state()
    }

    /// Whether a subscription that was not refused covers the topic `name`. The broker may send
    /// messages before its SUBACK.
    pub(super) fn cover(&self, name: &str) -> bool {
        self.0.iter().any(|subscription| {
            !matches!(subscription.state(), None | Some(SubscriptionState::Refused))
                && topic::matches(&subscription.filter, name)
        })
    }

    pub(super) fn holds(&self, packet_id: u16) -> bool {
        self.0.iter().any(|subscription| subscription.packet_id() == Some(packet_id))
    }

    /// When the next request is to be sent, while connected.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0.iter().map(Subscription::deadline).fold(None, earliest)
    }

    /// A request to be sent now: its place, and its packet id if it was sent before.
    pub(super) fn next_due(&self, now: Instant) -> Option<(usize, Option<u16>)> {
        let is_due = |subscription: &Subscription| subscription.deadline().is_some_and(|at| at <= now);
        let index = self.0.iter().position(is_due)?;
        Some((index, self.0.get(index)?.packet_id()))
    }

    /// Queues the request at `index`; `false`: no room. Either way it is no longer due.
    pub(super) fn transmit(
        &mut self,
        index: usize,
        packet_id: u16,
        queue: &mut Vec<u8>,
        now: Instant,
    ) -> bool {
        self.0.get_mut(index).is_some_and(|subscription| subscription.transmit(packet_id, queue, now))
    }

    pub(super) fn suback_received(&mut self, packet_id: u16, granted: bool, now: Instant) {
        let answered = self.0.iter_mut().find(|subscription| {
            subscription.packet_id() == Some(packet_id)
                && matches!(subscription.request, Request::Subscribe(_))
        });
        match answered {
            Some(subscription) if granted => subscription.granted(),
            Some(subscription) => subscription.refused(now),
            None => log::debug!("mqtt: SUBACK with unknown packet id {packet_id} ignored"),
        }
    }

    pub(super) fn unsuback_received(&mut self, packet_id: u16) {
        let before = self.0.len();
        self.0.retain(|subscription| {
            subscription.packet_id() != Some(packet_id)
                || !matches!(subscription.request, Request::Unsubscribe)
        });
        if self.0.len() == before {
            log::debug!("mqtt: UNSUBACK with unknown packet id {packet_id} ignored");
        }
    }

    /// Answers that were awaited will not come.
    pub(super) fn connection_lost(&mut self) {
        for subscription in &mut self.0 {
            if let Phase::Pending { resend_at, .. } = subscription.phase {
                subscription.phase = Phase::Wanted { send_at: resend_at };
            }
        }
    }

    /// A new connection. The broker knows what it had granted, unless it has lost the session.
    pub(super) fn connection_made(&mut self, session_present: bool, now: Instant) {
        if !session_present {
            self.0.retain(|subscription| !matches!(subscription.request, Request::Unsubscribe));
        }
        for subscription in &mut self.0 {
            if !(session_present && matches!(subscription.phase, Phase::Granted)) {
                subscription.phase = Phase::Wanted { send_at: now };
            }
        }
    }

    fn request(&mut self, filter: &str, request: Request, now: Instant) -> Result<(), Error> {
        encode::check_filter(filter)?;
        let phase = Phase::Wanted { send_at: now };
        if let Some(known) = self.0.iter_mut().find(|subscription| subscription.filter == filter) {
            known.request = request;
            known.phase = phase;
            return Ok(());
        }
        if self.0.is_full() {
            return Err(Error::Full);
        }
        let mut owned = String::new();
        owned.try_reserve_exact(filter.len()).map_err(|_| Error::OutOfMemory)?;
        owned.push_str(filter);
        let subscription = Subscription { filter: owned, request, phase, backoff: Backoff::new() };
        self.0.push(subscription).map_err(|_| Error::Full)
    }
}

impl Subscription {
    fn state(&self) -> Option<SubscriptionState> {
        match (self.request, self.phase) {
            (Request::Unsubscribe, _) => None,
            (_, Phase::Wanted { .. }) => Some(SubscriptionState::Wanted),
            (_, Phase::Pending { .. }) => Some(SubscriptionState::Pending),
            (_, Phase::Granted) => Some(SubscriptionState::Granted),
            (_, Phase::Refused { .. }) => Some(SubscriptionState::Refused),
        }
    }

    fn packet_id(&self) -> Option<u16> {
        match self.phase {
            Phase::Pending { packet_id, .. } => Some(packet_id),
            _ => None,
        }
    }

    fn deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::Wanted { send_at: at }
            | Phase::Pending { resend_at: at, .. }
            | Phase::Refused { retry_at: at } => Some(at),
            Phase::Granted => None,
        }
    }

    fn transmit(&mut self, packet_id: u16, queue: &mut Vec<u8>, now: Instant) -> bool {
        let queued = match self.request {
            Request::Subscribe(qos) => encode::subscribe(queue, packet_id, &self.filter, qos),
            Request::Unsubscribe => encode::unsubscribe(queue, packet_id, &self.filter),
        };
        if queued.is_err() {
            let later = now.plus(NO_ROOM_RETRY_MS);
            self.phase = match self.phase {
                Phase::Pending { packet_id, .. } => Phase::Pending { packet_id, resend_at: later },
                Phase::Refused { .. } => Phase::Refused { retry_at: later },
                Phase::Wanted { .. } | Phase::Granted => Phase::Wanted { send_at: later },
            };
            return false;
        }
        self.phase = Phase::Pending { packet_id, resend_at: now.plus(MQTT_SUBACK_TIMEOUT_MS) };
        match self.request {
            Request::Subscribe(_) => log::info!("mqtt subscribe packet sent,topic = {}!", self.filter),
            Request::Unsubscribe => log::info!("mqtt unsubscribe packet sent,topic = {}!", self.filter),
        }
        true
    }

    fn granted(&mut self) {
        self.phase = Phase::Granted;
        self.backoff.reset();
    }

    fn refused(&mut self, now: Instant) {
        let wait = self.backoff.next_ms();
        self.phase = Phase::Refused { retry_at: now.plus(wait) };
        log::warn!("mqtt: broker refused subscription {} (0x80), asked again in {wait} ms", self.filter);
    }
}
