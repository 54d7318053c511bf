//! What the client owes to the broker and to the application.

use std::collections::{BTreeSet, VecDeque};

use linkkit_core::knobs::MQTT_QOS2_MAX;
use linkkit_core::mqtt::Outcome;

use crate::agreement;

pub const PUBACK: u8 = 0x40;
pub const PUBREC: u8 = 0x50;
const PUBREL: u8 = 0x62;
const PUBCOMP: u8 = 0x70;
const DUP: u8 = 8;

#[derive(Default)]
pub struct Ledger {
    /// Of those accepted by the broker.
    connection: u32,
    /// Answers that are to be written on this connection, in this order.
    owed: VecDeque<[u8; 4]>,
    /// QoS 2 messages between PUBLISH and PUBREL, the oldest first.
    open: Vec<u16>,
    /// Some of them may be of a session that the broker has lost.
    is_doubtful: bool,
    /// One more found no room, and comes again with the next connection.
    has_overrun: bool,
    /// QoS 1 publishes of the application.
    published: BTreeSet<u16>,
}

/// What becomes of a QoS 2 PUBLISH.
#[derive(Debug, PartialEq, Eq)]
enum Arrival {
    New,
    Again,
    NoRoom,
}

impl Ledger {
    pub fn connection(&self) -> u32 {
        self.connection
    }

    /// `may_be_present`: the broker says that it has the session; `is_present`: the client knows.
    pub fn connected(&mut self, may_be_present: bool, is_present: bool) {
        assert!(may_be_present || !is_present, "a session that the broker has not");
        self.connection += 1;
        if !may_be_present {
            self.open.clear();
        }
        self.is_doubtful |= may_be_present && !is_present;
        self.is_doubtful &= !self.open.is_empty();
        self.has_overrun = false;
    }

    pub fn connection_lost(&mut self) {
        self.owed.clear();
    }

    pub fn owe(&mut self, answer: [u8; 4]) {
        self.owed.push_back(answer);
    }

    /// A QoS 2 message was handed over.
    pub fn exactly_once_taken(&mut self, packet_id: u16, dup: bool) {
        let arrival = self.arrival(packet_id, dup);
        assert_eq!(arrival, Arrival::New, "QoS 2 message {packet_id}");
        if !self.open.contains(&packet_id) {
            self.open.push(packet_id);
        }
    }

    /// A packet that the application does not hear of.
    pub fn handled_by_client(&mut self, packet: &[u8]) {
        match packet[0] {
            PUBREL => {
                let packet_id = agreement::packet_id_of_pubrel(packet);
                self.open.retain(|open| *open != packet_id);
                self.owe(short(PUBCOMP, packet_id));
            }
            first @ 0x30..=0x3f => {
                let packet_id = agreement::packet_id_of_publish(packet);
                match self.arrival(packet_id, first & DUP != 0) {
                    Arrival::Again => self.owe(short(PUBREC, packet_id)),
                    Arrival::NoRoom => self.has_overrun = true,
                    Arrival::New => panic!("QoS 2 message {packet_id} is not handed over"),
                }
            }
            _ => {}
        }
    }

    /// Whether only a new connection brings a message that found no room.
    pub fn is_message_left_behind(&self) -> bool {
        self.has_overrun && self.open.is_empty()
    }

    /// Takes whole packets that the client has written.
    pub fn written(&mut self, mut stream: &[u8]) {
        while !stream.is_empty() {
            let packet;
            (packet, stream) = agreement::cut(stream);
            agreement::assert_is_of_client(packet);
            if matches!(packet[0], PUBACK | PUBREC | PUBCOMP) {
                let owed = self.owed.pop_front();
                assert_eq!(owed.as_ref().map(|owed| &owed[..]), Some(packet), "answer to nothing");
            }
        }
    }

    /// Nothing is left to be written.
    pub fn everything_written(&mut self, is_connected: bool) {
        // A client that has no room for an answer breaks the connection.
        assert!(!is_connected || self.owed.is_empty(), "not acknowledged: {:02x?}", self.owed);
        self.owed.clear();
    }

    pub fn published(&mut self, packet_id: u16) {
        assert!(self.published.insert(packet_id), "packet id {packet_id} is in use");
    }

    pub fn outcome(&mut self, outcome: Outcome) {
        if let Outcome::Published { packet_id } | Outcome::PublishLost { packet_id } = outcome {
            assert!(self.published.remove(&packet_id), "publish {packet_id} ends twice");
        }
    }

    pub fn assert_no_publish_is_open(&self) {
        assert!(self.published.is_empty(), "no outcome: {:?}", self.published);
    }

    fn arrival(&mut self, packet_id: u16, dup: bool) -> Arrival {
        if self.open.contains(&packet_id) {
            return if self.is_doubtful && !dup { Arrival::New } else { Arrival::Again };
        }
        if self.open.len() < MQTT_QOS2_MAX {
            return Arrival::New;
        }
        if self.is_doubtful {
            self.open.remove(0);
            return Arrival::New;
        }
        Arrival::NoRoom
    }
}

/// A packet that holds no more than a packet id.
pub fn short(first: u8, packet_id: u16) -> [u8; 4] {
    let [high, low] = packet_id.to_be_bytes();
    [first, 2, high, low]
}
