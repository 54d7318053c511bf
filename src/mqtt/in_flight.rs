//! QoS 1 publishes that wait for their PUBACK (§4.3.2).

use alloc::vec::Vec;

use super::encode;
use crate::{
    error::Error,
    knobs::{MQTT_INFLIGHT_MAX, MQTT_TX_MAX},
};

/// The flag of a PUBLISH that may have been sent before (§3.3.1.1).
const DUP: u8 = 0x08;

/// The publishes in the order in which they were made.
pub(super) struct InFlight(heapless::Vec<Unacknowledged, MQTT_INFLIGHT_MAX>);

struct Unacknowledged {
    packet_id: u16,
    packet: Vec<u8>,
    /// Queued on this connection.
    sent: bool,
}

impl InFlight {
    pub(super) const fn new() -> Self {
        Self(heapless::Vec::new())
    }

    pub(super) fn holds(&self, packet_id: u16) -> bool {
        self.0.iter().any(|publish| publish.packet_id == packet_id)
    }

    pub(super) fn is_full(&self) -> bool {
        self.0.is_full()
    }

    pub(super) fn push(&mut self, packet_id: u16, packet: Vec<u8>) -> Result<(), Error> {
        self.0.push(Unacknowledged { packet_id, packet, sent: false }).map_err(|_| Error::Full)
    }

    /// Queues what has not been queued on this connection, in order (\[MQTT-4.6.0-1\]), as far as there is
    /// room; the rest follows with the next call.
    pub(super) fn transmit(&mut self, queue: &mut Vec<u8>) {
        for publish in self.0.iter_mut().filter(|publish| !publish.sent) {
            if encode::append_bytes(queue, MQTT_TX_MAX, &publish.packet).is_err() {
                return;
            }
            publish.sent = true;
        }
    }

    /// A new connection: everything is to be sent again, under its old packet id.
    ///
    /// Also when the broker has lost the session: \[MQTT-4.4.0-1\] makes no exception, and DUP says no
    /// more than that the broker may have seen them before.
    pub(super) fn restart(&mut self) {
        for publish in self.0.iter_mut().filter(|publish| publish.sent) {
            publish.sent = false;
            if let Some(first) = publish.packet.first_mut() {
                *first |= DUP;
            }
        }
    }

    pub(super) fn puback_received(&mut self, packet_id: u16) {
        if !self.holds(packet_id) {
            log::debug!("mqtt: PUBACK with unknown packet id {packet_id} ignored");
        }
        self.0.retain(|publish| publish.packet_id != packet_id);
    }
}
