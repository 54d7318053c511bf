//! QoS 2 messages from the broker between their PUBLISH and their PUBREL (§4.3.3, method B).

use heapless::Vec;

use super::gate::Violation;
use crate::knobs::MQTT_QOS2_MAX;

/// Packet ids of messages that were handed over and that the broker may still send again.
pub(super) struct ExactlyOnce(Vec<u16, MQTT_QOS2_MAX>);

impl ExactlyOnce {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Whether the message is a new one, which is then remembered.
    pub(super) fn publish_received(&mut self, packet_id: u16) -> Result<bool, Violation> {
        if self.0.contains(&packet_id) {
            return Ok(false);
        }
        self.0.push(packet_id).map(|()| true).map_err(|_| Violation("more QoS 2 messages than can be open"))
    }

    pub(super) fn pubrel_received(&mut self, packet_id: u16) {
        let known = self.0.iter().position(|open| *open == packet_id);
        match known {
            Some(index) => drop(self.0.swap_remove(index)),
            None => log::debug!("mqtt: PUBREL with unknown packet id {packet_id}"),
        }
    }

    /// The broker has lost the session, and with it the packet ids.
    pub(super) fn session_lost(&mut self) {
        self.0.clear();
    }
}
