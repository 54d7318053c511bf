//! When to send PINGREQ, and when its answer is overdue (§3.1.2.10).

use crate::time::Instant;

/// The clocks of one connection.
pub(super) struct KeepAlive {
    interval_ms: u64,
    last_sent: Instant,
    last_received: Instant,
    ping_sent: Option<Instant>,
}

impl KeepAlive {
    /// `interval_ms`: silence after which a PINGREQ is sent, and time its PINGRESP has.
    pub(super) fn new(interval_ms: u64, now: Instant) -> Self {
        Self { interval_ms, last_sent: now, last_received: now, ping_sent: None }
    }

    pub(super) fn sent(&mut self, now: Instant) {
        self.last_sent = now;
    }

    pub(super) fn received(&mut self, now: Instant) {
        self.last_received = now;
    }

    /// When the broker was heard last.
    pub(super) fn last_received(&self) -> Instant {
        self.last_received
    }

    pub(super) fn ping_sent(&mut self, now: Instant) {
        self.last_sent = now;
        self.ping_sent = Some(now);
    }

    pub(super) fn pingresp_received(&mut self) {
        if self.ping_sent.take().is_none() {
            log::debug!("mqtt: PINGRESP without a PINGREQ ignored");
        }
    }

    pub(super) fn is_ping_due(&self, now: Instant) -> bool {
        self.ping_sent.is_none() && now >= self.deadline()
    }

    pub(super) fn is_dead(&self, now: Instant) -> bool {
        self.ping_sent.is_some() && now >= self.deadline()
    }

    /// When one of the two comes true. Silence in one direction is enough for a PINGREQ: the broker
    /// wants to hear from us, and we want to know that the link still carries what we send.
    pub(super) fn deadline(&self) -> Instant {
        self.ping_sent.unwrap_or(self.last_sent.min(self.last_received)).plus(self.interval_ms)
    }
}
