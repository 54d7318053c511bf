//! The owner of a client: what stands between it, the socket and the application.

use std::collections::VecDeque;

use linkkit_core::mqtt::{
    Acknowledgement, Client, Config, Credentials, DroppedMessage, FrameReader, Incoming, Message, Qos,
    Recipient, Status,
};
use linkkit_core::time::Instant;

use crate::agreement;
use crate::ledger::{Ledger, PUBACK, PUBREC, short};

const FILTERS: [&str; 4] = ["/a", "/a/+", "#", "/library"];
const CREDENTIALS: Credentials<'static> =
    Credentials { client_id: "client", username: "name", password: "secret" };
/// Beyond [`Config::transmit_max`], for short packets.
const CONTROL_ROOM: usize = 256;
/// Acknowledgements that the application owes at most.
const LATE_MAX: usize = 8;

pub struct Device {
    client: Client,
    reader: FrameReader,
    /// What the reader has of the packet, as it came.
    taken: Vec<u8>,
    ledger: Ledger,
    now: Instant,
    buffer: Vec<u8>,
    late: VecDeque<Late>,
    /// Whether the application acknowledges only when told to.
    pub acknowledges_late: bool,
    /// Whether the socket takes nothing.
    pub is_socket_full: bool,
}

struct Late {
    acknowledgement: Acknowledgement,
    answer: [u8; 4],
    connection: u32,
}

impl Device {
    /// `choice`, from the lowest bit: a small reader, a small queue, a clean session; connected; with
    /// subscriptions and a publish that are not answered yet.
    pub fn new(choice: u8) -> Self {
        let is_set = |bit: u8| choice & 1 << bit != 0;
        let default = Config::default();
        let config = Config {
            receive_max: if is_set(0) { 80 } else { default.receive_max },
            transmit_max: if is_set(1) { 512 } else { default.transmit_max },
            clean_session: is_set(2),
            ..default
        };
        let mut device = Self {
            client: Client::new(config),
            reader: FrameReader::new(config.receive_max),
            taken: Vec::new(),
            ledger: Ledger::default(),
            now: Instant::from_millis(0),
            buffer: Vec::new(),
            late: VecDeque::new(),
            acknowledges_late: false,
            is_socket_full: false,
        };
        device.start();
        if is_set(3) {
            device.connect();
            device.receive(b"\x20\x02\0\0");
        }
        if is_set(4) {
            device.subscribe(0, false);
            device.subscribe(1, false);
            device.subscribe(3, true);
            device.publish(true, false, false);
        }
        device.settle();
        device
    }

    /// Takes in what the broker sends.
    pub fn receive(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            let space = self.reader.space().expect("there is memory");
            let length = space.len().min(piece.len());
            assert_ne!(length, 0, "the reader does not go on");
            let (now, later) = piece.split_at(length);
            space[..length].copy_from_slice(now);
            piece = later;
            self.taken.extend_from_slice(now);
            let goes_on = match self.reader.advance(length) {
                Ok(Status::NeedMore) => true,
                Ok(Status::Packet) => self.take_packet(),
                Ok(Status::Dropped { len, acknowledgement }) => self.take_dropped(len, acknowledgement),
                Err(_) => false,
            };
            if !goes_on {
                self.lose_connection();
                return;
            }
        }
    }

    /// Does what the owner does after every call: writes, and looks at outcomes.
    pub fn settle(&mut self) {
        while let Some(outcome) = self.client.poll_outcome() {
            self.ledger.outcome(outcome);
        }
        if self.is_socket_full {
            return;
        }
        while self.client.swap_transmit(&mut self.buffer) {
            let max = self.client.config().transmit_max + CONTROL_ROOM;
            assert!(self.buffer.len() <= max, "{} bytes waited for the socket", self.buffer.len());
            self.ledger.written(&self.buffer);
        }
        self.ledger.everything_written(self.client.is_connected());
    }

    pub fn start(&mut self) {
        self.client.start(self.now);
    }

    /// Whatever the application was promised to hear of is told by then.
    pub fn stop(&mut self) {
        self.client.stop();
        self.reader.clear();
        self.taken.clear();
        self.is_socket_full = false;
        self.settle();
        self.ledger.assert_no_publish_is_open();
        assert!(!self.client.wants_connection(Instant::from_millis(u64::MAX - 1)));
    }

    /// Opens the next connection as soon as the client wants one.
    pub fn connect(&mut self) {
        let due = self.client.poll_timeout();
        if self.client.wants_connection(due) {
            self.now = self.now.max(due);
        }
        if self.client.wants_connection(self.now) {
            self.client.connecting();
            self.client.connection_opened(&CREDENTIALS, self.now).expect("a queue takes a CONNECT");
        }
    }

    pub fn lose_connection(&mut self) {
        self.client.connection_lost(0x8000_0000, self.now);
        self.reader.clear();
        self.taken.clear();
        self.ledger.connection_lost();
        assert!(!self.client.is_connected());
    }

    pub fn wait(&mut self, ms: u64) {
        self.now = self.now.plus(ms);
        self.handle_timeout();
    }

    /// Until the client asks to be called.
    pub fn wait_until_due(&mut self) {
        if let Some(due) = self.client.poll_timeout().if_ever() {
            self.now = self.now.max(due);
            self.handle_timeout();
        }
    }

    pub fn subscribe(&mut self, filter: u8, for_library: bool) {
        let filter = FILTERS[usize::from(filter)];
        // The library has no filters with wildcards.
        let recipient = (!for_library || filter.contains(['+', '#']))
            .then_some(Recipient { function: filter.len(), context: usize::from(for_library) });
        let id = self.client.subscribe(filter, Qos::AtLeastOnce, recipient, self.now).expect("there is room");
        assert!(id.is_none() || self.client.is_connected());
    }

    pub fn unsubscribe(&mut self, filter: u8) {
        self.client.unsubscribe(FILTERS[usize::from(filter)], self.now).expect("there is room");
    }

    pub fn drop_recipients(&mut self) {
        self.client.drop_recipients(self.now);
    }

    pub fn publish(&mut self, at_least_once: bool, is_long: bool, for_library: bool) {
        let qos = if at_least_once { Qos::AtLeastOnce } else { Qos::AtMostOnce };
        let payload = vec![b'x'; if is_long { 400 } else { 1 }];
        let (client, now) = (&mut self.client, self.now);
        let id = if for_library {
            client.publish("/out", &payload, qos, now)
        } else {
            client.publish_for_application("/out", &payload, qos, false, now)
        };
        if let Ok(id) = id {
            assert_eq!(id.is_some(), at_least_once);
            id.filter(|_| !for_library).into_iter().for_each(|id| self.ledger.published(id));
        }
    }

    pub fn acknowledge_oldest(&mut self) {
        if let Some(Late { acknowledgement, answer, connection }) = self.late.pop_front() {
            if self.client.is_connected() && self.ledger.connection() == connection {
                self.ledger.owe(answer);
            }
            self.client.acknowledge(acknowledgement);
        }
    }

    fn handle_timeout(&mut self) {
        self.settle();
        if self.client.handle_timeout(self.now).is_err() {
            self.lose_connection();
            self.client.handle_timeout(self.now).expect("there is no connection");
        }
        self.settle();
        let is_idle = self.client.poll_timeout() > self.now || self.client.wants_connection(self.now);
        assert!(is_idle, "the client wants to be called again and again");
    }

    /// `false`: the connection must be dropped.
    fn take_packet(&mut self) -> bool {
        let was_connected = self.client.is_connected();
        let packet = std::mem::take(&mut self.taken);
        assert_eq!(self.reader.packet(), packet);
        self.reader.clear();
        let Ok(incoming) = self.client.handle_packet(&packet, self.now) else { return false };
        agreement::assert_read_alike(&packet, &incoming);
        match incoming {
            Incoming::Connected { session_present } => {
                assert!(!was_connected, "connected twice");
                let may_be_present =
                    agreement::session_is_present(&packet) && !self.client.config().clean_session;
                self.ledger.connected(may_be_present, session_present);
            }
            Incoming::Message(message) => self.take_message(&message),
            Incoming::Nothing => {
                self.ledger.handled_by_client(&packet);
                let must_reconnect = self.ledger.is_message_left_behind();
                assert!(!must_reconnect || !self.client.is_connected(), "a message is not asked for again");
            }
            Incoming::Refused(_) | Incoming::SubscriptionsChanged => {}
        }
        true
    }

    fn take_message(&mut self, message: &Message<'_>) {
        let mut delivery = self.client.delivery();
        let recipients =
            std::iter::from_fn(|| self.client.next_recipient(message.topic, &mut delivery)).count();
        assert!(recipients <= 2 * FILTERS.len(), "a recipient has the message twice");
        let Some(acknowledgement) = message.acknowledgement else {
            assert_eq!(message.qos, Qos::AtMostOnce);
            return;
        };
        let packet_id = message.packet_id.expect("it is to be acknowledged");
        if message.qos == Qos::ExactlyOnce {
            self.ledger.exactly_once_taken(packet_id, message.dup);
        }
        let answer = answer_to(message.qos, packet_id);
        let connection = self.ledger.connection();
        self.late.push_back(Late { acknowledgement, answer, connection });
        if !self.acknowledges_late || self.late.len() > LATE_MAX {
            self.acknowledge_oldest();
        }
    }

    /// `false`: the connection must be dropped.
    fn take_dropped(&mut self, length: usize, message: Option<DroppedMessage>) -> bool {
        let packet = std::mem::take(&mut self.taken);
        assert_eq!(length, packet.len());
        assert!(length > self.client.config().receive_max);
        agreement::assert_dropped_rightly(&packet, message);
        if self.client.packet_dropped(length, message, self.now).is_err() {
            return false;
        }
        if let Some(DroppedMessage { qos, packet_id }) = message {
            self.ledger.owe(answer_to(qos, packet_id));
        }
        true
    }
}

fn answer_to(qos: Qos, packet_id: u16) -> [u8; 4] {
    short(if qos == Qos::ExactlyOnce { PUBREC } else { PUBACK }, packet_id)
}
