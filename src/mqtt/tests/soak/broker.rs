//! A broker with a session, and the cloud behind it. It holds what arrives against the standard.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    dice::Dice,
    wire::{self, FromDevice},
};

/// Messages to the device that may be open at a time.
const WINDOW: usize = 20;

/// What outlives connections.
#[derive(Default)]
struct Session {
    filters: BTreeMap<String, u8>,
    open: Vec<Open>,
    last_packet_id: u16,
    /// The device may not know yet that it is a new one.
    is_untold: bool,
    /// The device may take it for the one before. It may then take a QoS 2 message for one of that.
    is_mistakable: bool,
}

/// A message to the device that is not acknowledged to the end.
struct Open {
    packet_id: u16,
    qos: u8,
    /// QoS 2: PUBREC has come.
    is_received: bool,
    number: u64,
    topic: &'static str,
    padding: usize,
    since: u64,
}

#[derive(Default)]
pub struct Broker {
    session: Option<Session>,
    /// Refuses every CONNECT.
    pub refuses: bool,
    /// Answers CONNECT, and nothing thereafter.
    pub is_deaf: bool,
    /// Closes after the next CONNECT, with its CONNACK unsent.
    pub hangs_up: bool,
    /// Has just done so.
    pub has_hung_up: bool,
    input: Vec<u8>,
    is_connected: bool,
    /// How often a filter was refused or ignored in a row.
    put_off: BTreeMap<String, u32>,
    /// Messages of QoS 1 that have come from the device at least once.
    pub received: BTreeSet<u64>,
    /// Of them, those that will have no PUBACK.
    pub withheld: BTreeSet<u64>,
    last_received: u64,
    /// Messages to the device that it has acknowledged, by number.
    pub acknowledged: Vec<u64>,
}

impl Broker {
    /// A new transport.
    pub fn opened(&mut self) {
        self.input.clear();
        self.is_connected = false;
        self.last_received = 0;
    }

    pub fn closed(&mut self) {
        self.input.clear();
        self.is_connected = false;
    }

    pub fn lose_session(&mut self) {
        self.session = None;
    }

    pub fn is_connected(&self) -> bool {
        self.is_connected
    }

    /// Whether the device has a live subscription to `filter`.
    pub fn has(&self, filter: &str) -> bool {
        self.is_connected && self.session.as_ref().is_some_and(|session| session.filters.contains_key(filter))
    }

    pub fn filters(&self) -> usize {
        self.session.as_ref().map_or(0, |session| session.filters.len())
    }

    /// When the oldest message that is still open was published.
    pub fn oldest_open(&self) -> Option<u64> {
        self.session.as_ref()?.open.first().map(|open| open.since)
    }

    /// Takes in bytes from the device and gives those that answer them.
    pub fn receive(&mut self, bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
        self.input.extend_from_slice(bytes);
        let mut output = Vec::new();
        let mut input = std::mem::take(&mut self.input);
        let mut rest = &input[..];
        while let Some((packet, behind)) = wire::cut(rest) {
            rest = behind;
            self.handle(&wire::parse(packet), dice, &mut output);
        }
        let left = rest.len();
        input.drain(..input.len() - left);
        self.input = input;
        output
    }

    /// The cloud publishes; gives the bytes for the device, and whether the message counts.
    pub fn publish(
        &mut self,
        (number, topic, padding): (u64, &'static str, usize),
        now: u64,
    ) -> (Vec<u8>, bool) {
        let is_connected = self.is_connected && !self.is_deaf;
        let Some(session) = &mut self.session else { return (Vec::new(), false) };
        let granted = session.filters.iter().filter(|(filter, _)| super::covers(filter, topic));
        let Some(qos) = granted.map(|(_, qos)| *qos).max() else { return (Vec::new(), false) };
        if qos > 0 && session.open.len() >= WINDOW || qos == 0 && !is_connected {
            return (Vec::new(), false);
        }
        session.last_packet_id = session.last_packet_id.checked_add(1).unwrap_or(1);
        let packet_id = session.last_packet_id;
        let open = Open { packet_id, qos, is_received: false, number, topic, padding, since: now };
        let bytes = if is_connected { open.publish(false) } else { Vec::new() };
        if qos > 0 {
            session.open.push(open);
        }
        (bytes, true)
    }

    fn handle(&mut self, packet: &FromDevice<'_>, dice: &mut Dice, output: &mut Vec<u8>) {
        if let FromDevice::Connect { clean_session } = *packet {
            return self.connect(clean_session, output);
        }
        assert!(self.is_connected, "{packet:?} without a connection");
        if let Some(session) = &mut self.session {
            session.is_untold = false;
        }
        if self.is_deaf {
            return;
        }
        match *packet {
            FromDevice::Subscribe { packet_id, filter, qos } => {
                self.subscribe(packet_id, filter, qos, dice, output);
            }
            FromDevice::Unsubscribe { packet_id, filter } => {
                self.session.as_mut().unwrap().filters.remove(filter);
                output.extend(wire::short(0xb0, packet_id));
            }
            FromDevice::Publish { packet_id, number, dup } => {
                self.published(packet_id, number, dup, dice, output);
            }
            FromDevice::Puback { packet_id } => self.acknowledged(packet_id, 1),
            FromDevice::Pubrec { packet_id } => {
                let session = self.session.as_mut().unwrap();
                let open = session.open.iter_mut().find(|open| open.packet_id == packet_id);
                open.expect("PUBREC for an open message").is_received = true;
                output.extend(wire::short(0x62, packet_id));
            }
            FromDevice::Pubcomp { packet_id } => self.acknowledged(packet_id, 2),
            FromDevice::Pingreq => output.extend([0xd0, 0]),
            FromDevice::Disconnect | FromDevice::Connect { .. } => self.is_connected = false,
        }
    }

    fn connect(&mut self, clean_session: bool, output: &mut Vec<u8>) {
        assert!(!self.is_connected, "a second CONNECT");
        if self.refuses {
            output.extend([0x20, 2, 0, 3]);
            return;
        }
        if clean_session {
            self.session = None;
        }
        let session_present = self.session.is_some();
        let session = self.session.get_or_insert_default();
        session.is_mistakable |= session.is_untold;
        session.is_untold = !session_present;
        if std::mem::take(&mut self.hangs_up) {
            self.has_hung_up = true;
            return;
        }
        self.is_connected = true;
        output.extend([0x20, 2, u8::from(session_present), 0]);
        for open in &session.open {
            if open.is_received {
                output.extend(wire::short(0x62, open.packet_id));
            } else {
                output.extend(open.publish(true));
            }
        }
    }

    fn subscribe(&mut self, packet_id: u16, filter: &str, qos: u8, dice: &mut Dice, output: &mut Vec<u8>) {
        let put_off = self.put_off.entry(filter.to_owned()).or_default();
        let whim = if *put_off < 2 { dice.roll(50) } else { 50 };
        *put_off = if whim < 2 { *put_off + 1 } else { 0 };
        let [high, low] = packet_id.to_be_bytes();
        match whim {
            0 => {}
            1 => output.extend([0x90, 3, high, low, 0x80]),
            _ => {
                self.session.as_mut().unwrap().filters.insert(filter.to_owned(), qos);
                output.extend([0x90, 3, high, low, qos]);
            }
        }
    }

    fn published(
        &mut self,
        packet_id: Option<u16>,
        number: u64,
        dup: bool,
        dice: &mut Dice,
        output: &mut Vec<u8>,
    ) {
        let Some(packet_id) = packet_id else { return };
        assert!(number > self.last_received, "{number} after {} on one connection", self.last_received);
        self.last_received = number;
        let is_new = self.received.insert(number);
        assert!(is_new || dup, "{number} sent again without DUP");
        if is_new && dice.per_mille(5) {
            self.withheld.insert(number);
        }
        if !self.withheld.contains(&number) {
            output.extend(wire::short(0x40, packet_id));
        }
    }

    fn acknowledged(&mut self, packet_id: u16, qos: u8) {
        let session = self.session.as_mut().unwrap();
        let open = &mut session.open;
        let index = open.iter().position(|open| open.packet_id == packet_id);
        let done = open.remove(index.expect("an acknowledgement for an open message"));
        assert_eq!(done.qos, qos, "an acknowledgement of the other kind");
        assert_eq!(done.is_received, qos == 2);
        if done.padding == 0 && !(session.is_mistakable && qos == 2) {
            self.acknowledged.push(done.number);
        }
    }
}

impl Open {
    fn publish(&self, dup: bool) -> Vec<u8> {
        let packet_id = (self.qos > 0).then_some(self.packet_id);
        let dup = dup && self.qos > 0;
        wire::publish(
            self.topic,
            packet_id,
            (self.qos << 1) | (u8::from(dup) << 3),
            self.number,
            self.padding,
        )
    }
}
