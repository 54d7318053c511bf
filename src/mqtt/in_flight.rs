//! QoS 1 publishes that wait for their PUBACK (§4.3.2).

use alloc::vec::Vec;

use super::{
    gate,
    outcome::{Outcome, Outcomes},
    queue::Queue,
    receive::log_unknown,
};
use crate::{
    error::Error,
    knobs::{MQTT_INFLIGHT_MAX, MQTT_PUBACK_TIMEOUT_MS},
    time::Instant,
};

/// The publishes in the order in which they were made.
pub(super) struct InFlight(Vec<Unacknowledged>);

struct Unacknowledged {
    packet_id: u16,
    is_of_application: bool,
    /// When it was queued on this connection, or [`Instant::NEVER`].
    sent_at: Instant,
    packet: Vec<u8>,
}

impl InFlight {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn holds(&self, packet_id: u16) -> bool {
        self.0.iter().any(|publish| publish.packet_id == packet_id)
    }

    /// Makes room for one more. [`Error::Full`]: the window is full.
    pub(super) fn reserve(&mut self) -> Result<(), Error> {
        if self.0.len() >= MQTT_INFLIGHT_MAX {
            return Err(Error::Full);
        }
        self.0.try_reserve(1).map_err(|_| Error::OutOfMemory)
    }

    /// To be called after [`reserve`](Self::reserve).
    pub(super) fn push(&mut self, packet_id: u16, packet: Vec<u8>, is_of_application: bool) {
        self.0.push(Unacknowledged { packet_id, is_of_application, sent_at: Instant::NEVER, packet });
    }

    /// Queues what has not been queued on this connection, in order (\[MQTT-4.6.0-1\]), as far as there is
    /// room; the rest follows with the next call.
    pub(super) fn transmit(&mut self, queue: &mut Queue, now: Instant) {
        for publish in self.0.iter_mut().filter(|publish| publish.sent_at == Instant::NEVER) {
            if queue.has_burst() || queue.push(&publish.packet).is_err() {
                return;
            }
            publish.sent_at = now;
        }
    }

    /// A new connection: everything is to be sent again, under its old packet id.
    ///
    /// Also when the broker has lost the session: \[MQTT-4.4.0-1\] makes no exception, and DUP says no
    /// more than that the broker may have seen them before.
    pub(super) fn restart(&mut self) {
        for publish in &mut self.0 {
            if core::mem::replace(&mut publish.sent_at, Instant::NEVER) != Instant::NEVER
                && let Some(first) = publish.packet.first_mut()
            {
                *first |= gate::DUP;
            }
        }
    }

    pub(super) fn puback_received(&mut self, packet_id: u16, outcomes: &mut Outcomes) {
        let Some(index) = self.0.iter().position(|publish| publish.packet_id == packet_id) else {
            log_unknown("PUBACK", packet_id);
            return;
        };
        if self.0.remove(index).is_of_application {
            outcomes.push(Outcome::Published { packet_id });
        }
        self.release();
    }

    /// When the next one may be given up; `heard`: when the broker was heard last.
    pub(super) fn deadline(&self, heard: Instant) -> Instant {
        self.0.iter().map(|publish| publish.deadline(heard)).fold(Instant::NEVER, Instant::min)
    }

    /// Gives up what the broker should have acknowledged by now.
    pub(super) fn give_up_overdue(&mut self, heard: Instant, now: Instant, outcomes: &mut Outcomes) {
        self.0.retain(|publish| {
            let is_lost = publish.deadline(heard) <= now;
            if is_lost {
                log::warn!("mqtt: publish {} given up: no PUBACK", publish.packet_id);
            }
            if is_lost && publish.is_of_application {
                outcomes.push(Outcome::PublishLost { packet_id: publish.packet_id });
            }
            !is_lost
        });
        self.release();
    }

    /// Gives up everything.
    pub(super) fn give_up_all(&mut self, outcomes: &mut Outcomes) {
        self.give_up_overdue(Instant::NEVER, Instant::NEVER, outcomes);
    }

    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        let packets: usize = self.0.iter().map(|publish| publish.packet.capacity()).sum();
        packets.saturating_add(super::tests::size_of_table(&self.0))
    }

    /// An empty window takes no memory.
    fn release(&mut self) {
        if self.0.is_empty() {
            self.0 = Vec::new();
        }
    }
}

impl Unacknowledged {
    /// When to give up. Not while the broker has been silent since it was sent: the link is dead
    /// then, as far as we know, and the next one will carry it.
    fn deadline(&self, heard: Instant) -> Instant {
        if heard > self.sent_at { self.sent_at.plus(MQTT_PUBACK_TIMEOUT_MS) } else { Instant::NEVER }
    }
}
