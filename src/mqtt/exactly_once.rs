//! QoS 2 messages from the broker between their PUBLISH and their PUBREL (§4.3.3, method B).

use heapless::Vec;

use super::{receive::log_unknown, session::Session};
use crate::knobs::MQTT_QOS2_MAX;

/// Packet ids of messages that were handed over and that the broker may still send again.
pub(super) struct ExactlyOnce {
    /// The oldest first.
    open: Vec<u16, MQTT_QOS2_MAX>,
    /// Some of them may be of a session that the broker has lost.
    is_doubtful: bool,
    /// There was no room for a message, which the broker sends again on the next connection only.
    has_overrun: bool,
}

/// What a PUBLISH is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// A new message.
    New,
    /// One that was here before.
    Again,
    /// A new one that finds no room.
    NoRoom,
}

impl ExactlyOnce {
    pub(super) const fn new() -> Self {
        Self { open: Vec::new(), is_doubtful: false, has_overrun: false }
    }

    pub(super) fn publish_received(&mut self, packet_id: u16, dup: bool) -> Arrival {
        if self.open.contains(&packet_id) {
            // Without DUP it is the first of that id in its session.
            return if self.is_doubtful && !dup { Arrival::New } else { Arrival::Again };
        }
        if self.is_doubtful && self.open.is_full() {
            // No broker has more than these open: the oldest is none of its own.
            self.open.remove(0);
        }
        if self.open.push(packet_id).is_ok() {
            return Arrival::New;
        }
        self.has_overrun = true;
        Arrival::NoRoom
    }

    /// Whether the broker should now send again what found no room.
    pub(super) fn pubrel_received(&mut self, packet_id: u16) -> bool {
        let known = self.open.iter().position(|open| *open == packet_id);
        match known {
            Some(index) => drop(self.open.remove(index)),
            None => log_unknown("PUBREL", packet_id),
        }
        self.has_overrun && self.open.is_empty()
    }

    /// With the session the broker loses the packet ids.
    pub(super) fn connection_made(&mut self, session: Session) {
        if session == Session::Lost {
            self.open.clear();
        }
        self.is_doubtful |= session == Session::Unknown;
        self.is_doubtful &= !self.open.is_empty();
        self.has_overrun = false;
    }
}
