//! QoS 2 messages from the broker between their PUBLISH and their PUBREL (§4.3.3, method B).

use heapless::Vec;

use super::{gate::Violation, session::Session};
use crate::knobs::MQTT_QOS2_MAX;

/// Packet ids of messages that were handed over and that the broker may still send again.
pub(super) struct ExactlyOnce {
    open: Vec<u16, MQTT_QOS2_MAX>,
    /// Some of them may be of a session that the broker has lost.
    is_doubtful: bool,
}

impl ExactlyOnce {
    pub(super) const fn new() -> Self {
        Self { open: Vec::new(), is_doubtful: false }
    }

    /// Whether the message is a new one, which is then remembered.
    pub(super) fn publish_received(&mut self, packet_id: u16, dup: bool) -> Result<bool, Violation> {
        if self.open.contains(&packet_id) {
            // Without DUP it is the first one of that id in its session.
            return Ok(self.is_doubtful && !dup);
        }
        self.open
            .push(packet_id)
            .map(|()| true)
            .map_err(|_| Violation("more QoS 2 messages than can be open"))
    }

    pub(super) fn pubrel_received(&mut self, packet_id: u16) {
        let known = self.open.iter().position(|open| *open == packet_id);
        match known {
            Some(index) => drop(self.open.swap_remove(index)),
            None => log::debug!("mqtt: PUBREL with unknown packet id {packet_id}"),
        }
    }

    /// With the session the broker loses the packet ids.
    pub(super) fn connection_made(&mut self, session: Session) {
        if session == Session::Lost {
            self.open.clear();
        }
        self.is_doubtful = session == Session::Unknown;
    }
}
