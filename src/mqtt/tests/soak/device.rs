//! The device: the client, whoever owns its socket, and an application that keeps books on what it asked.

use std::collections::{BTreeMap, HashMap};

use super::{super::CREDENTIALS, bound_ms, covers, dice::Dice, wire};
use crate::{
    error::Error,
    knobs::{MQTT_BACKOFF_MAX_MS, MQTT_BACKOFF_MIN_MS, MQTT_INFLIGHT_MAX},
    mqtt::{Client, Config, FrameReader, Incoming, Message, Outcome, Qos, Recipient, Status, link::Link},
    time::{Clock, Instant},
};

/// What the application may subscribe to.
pub const FILTERS: [&str; 12] = [
    "/sys/pk/dn/#",
    "/sys/pk/dn/thing/+",
    "/sys/pk/dn/thing/service/set",
    "/sys/pk/+/thing/service/+",
    "/ext/a",
    "/ext/+",
    "/ext/#",
    "/ext/a/b",
    "/ext/a/+/c",
    "/ota/device/upgrade/pk/dn",
    "/shadow/get/pk/dn",
    "/broadcast/pk/+",
];

/// What the cloud may publish to.
pub const TOPICS: [&str; 8] = [
    "/sys/pk/dn/thing/service/set",
    "/sys/pk/dn/thing/model",
    "/sys/pk/dn",
    "/ext/a",
    "/ext/a/b/c",
    "/ota/device/upgrade/pk/dn",
    "/shadow/get/pk/dn",
    "/broadcast/pk/1",
];

/// Most heap that the client may take, whatever happens, bytes.
const HEAP_MAX: usize = 16 * 1024;

/// A filter that the application holds.
pub struct Held {
    pub recipients: Vec<usize>,
    pub since: u64,
}

pub struct Device {
    pub client: Client,
    reader: FrameReader,
    clock: Clock,
    /// What the port's clock says at the start of the world.
    boot: u32,
    /// The owner of the socket has to close it.
    pub is_dead: bool,
    pub held: BTreeMap<&'static str, Held>,
    /// QoS 1 publishes without an outcome: number and time.
    publishes: BTreeMap<u16, (u64, u64)>,
    /// SUBSCRIBEs and UNSUBSCRIBEs without an answer: time, and whether they have timed out.
    requests: BTreeMap<u16, (u64, bool)>,
    /// Requests that were made without a connection.
    unsent: usize,
    next_number: u64,
    /// How often each message of the cloud was delivered.
    delivered: HashMap<u64, u32>,
    losses_in_a_row: u32,
    /// Sum of the waits before reconnects, and of the intervals that they were picked from.
    waits: (u64, u64),
    pub published: u64,
    pub lost: u64,
    pub reconnects: u64,
}

impl Device {
    pub fn new(boot: u32, config: Config) -> Self {
        let mut clock = Clock::start(boot.into());
        let mut client = Client::new(config);
        client.start(clock.advance(boot.into()));
        Self {
            client,
            reader: FrameReader::new(config.receive_max),
            clock,
            boot,
            is_dead: false,
            held: BTreeMap::new(),
            publishes: BTreeMap::new(),
            requests: BTreeMap::new(),
            unsent: 0,
            next_number: 1,
            delivered: HashMap::new(),
            losses_in_a_row: 0,
            waits: (0, 0),
            published: 0,
            lost: 0,
            reconnects: 0,
        }
    }

    /// The device's time, from a clock of 32 bits.
    pub fn time(&mut self, now: u64) -> Instant {
        self.clock.advance(u64::from(self.boot.wrapping_add(now as u32)))
    }

    /// When it wants to be called, in the time of the world.
    pub fn due(&self) -> Option<u64> {
        Some(self.client.poll_timeout().if_ever()?.as_millis().saturating_sub(self.boot.into()))
    }

    pub fn handle_timeout(&mut self, now: u64) {
        let time = self.time(now);
        self.is_dead |= self.client.handle_timeout(time).is_err();
    }

    pub fn opened(&mut self, now: u64) {
        let time = self.time(now);
        self.reader.clear();
        self.client.connection_opened(&CREDENTIALS, time).unwrap();
    }

    pub fn lost(&mut self, dice: &mut Dice, now: u64) {
        let time = self.time(now);
        self.is_dead = false;
        self.client.connection_lost(dice.u32(), time);
        let interval = MQTT_BACKOFF_MAX_MS.min(MQTT_BACKOFF_MIN_MS << self.losses_in_a_row.min(16));
        self.losses_in_a_row += 1;
        let Link::Down { retry_at } = self.client.link else { panic!("a connection survives its loss") };
        let wait = retry_at.since(time);
        assert!(wait <= interval, "waits {wait} of {interval} ms");
        self.waits = (self.waits.0 + wait, self.waits.1 + interval);
    }

    /// Takes in bytes from the broker, up to the end of the connection.
    pub fn receive(&mut self, mut bytes: &[u8], now: u64) {
        let time = self.time(now);
        while !bytes.is_empty() && !self.is_dead {
            let space = self.reader.space().unwrap();
            let n = space.len().min(bytes.len());
            space[..n].copy_from_slice(&bytes[..n]);
            bytes = &bytes[n..];
            match self.reader.advance(n) {
                Ok(Status::NeedMore) => {}
                Ok(Status::Packet) => {
                    self.handle_packet(time);
                    self.reader.clear();
                }
                Ok(Status::Dropped { len, acknowledgement }) => {
                    self.is_dead |= self.client.packet_dropped(len, acknowledgement, time).is_err();
                }
                Err(_) => self.is_dead = true,
            }
        }
    }

    fn handle_packet(&mut self, time: Instant) {
        match self.client.handle_packet(self.reader.packet(), time) {
            Ok(Incoming::Connected { .. }) => {
                self.losses_in_a_row = 0;
                self.reconnects += 1;
            }
            Ok(Incoming::Refused(_)) | Err(_) => self.is_dead = true,
            Ok(Incoming::Message(Message { topic, payload, qos, dup, acknowledgement, .. })) => {
                let mut delivery = self.client.delivery();
                let mut got: Vec<_> = std::iter::from_fn(|| self.client.next_recipient(topic, &mut delivery))
                    .map(|recipient| recipient.context)
                    .collect();
                let holders = self.held.iter().filter(|(filter, _)| covers(filter, topic));
                let mut expected: Vec<_> =
                    holders.flat_map(|(_, held)| held.recipients.iter().copied()).collect();
                got.sort_unstable();
                expected.sort_unstable();
                assert_eq!(got, expected, "{topic}");
                let times = self.delivered.entry(wire::number(payload)).or_default();
                *times += 1;
                assert!(*times == 1 || (qos == Qos::AtLeastOnce && dup), "{qos:?} {times} times");
                acknowledgement.into_iter().for_each(|owed| self.client.acknowledge(owed));
            }
            Ok(_) => {}
        }
    }

    /// Whether the application has got a message of the cloud.
    pub fn has_got(&self, number: u64) -> bool {
        self.delivered.contains_key(&number)
    }

    pub fn publish(&mut self, dice: &mut Dice, now: u64) {
        let time = self.time(now);
        let qos = *dice.pick(&[Qos::AtLeastOnce, Qos::AtLeastOnce, Qos::AtLeastOnce, Qos::AtMostOnce]);
        let mut payload = self.next_number.to_be_bytes().to_vec();
        payload.resize(8 + dice.roll(200) as usize, b'.');
        match self.client.publish_for_application("/sys/pk/dn/post", &payload, qos, false, time) {
            Ok(Some(packet_id)) => {
                let before = self.publishes.insert(packet_id, (self.next_number, now));
                assert!(before.is_none(), "packet id {packet_id} used twice");
                self.next_number += 1;
            }
            Ok(None) => assert_eq!(qos, Qos::AtMostOnce),
            Err(Error::Full) => assert_eq!(self.publishes.len(), MQTT_INFLIGHT_MAX),
            Err(error) => assert!(error == Error::Offline && !self.client.is_connected(), "{error}"),
        }
    }

    /// The application changes its mind about one filter.
    pub fn change_subscription(&mut self, dice: &mut Dice, now: u64) {
        let filter = *dice.pick(&FILTERS);
        if dice.roll(3) == 0 {
            self.unsubscribe(filter, now);
        } else {
            let qos = *dice.pick(&[Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce]);
            self.subscribe(filter, qos, dice.roll(3) as usize, now);
        }
    }

    fn subscribe(&mut self, filter: &'static str, qos: Qos, context: usize, now: u64) {
        let time = self.time(now);
        let recipient = Some(Recipient { function: 1, context });
        let asked = self.client.subscribe(filter, qos, recipient, time).unwrap();
        self.asked(asked, now);
        let held = self.held.entry(filter).or_insert(Held { recipients: Vec::new(), since: now });
        if !held.recipients.contains(&context) {
            held.recipients.push(context);
        }
        held.since = now;
    }

    pub fn unsubscribe(&mut self, filter: &'static str, now: u64) {
        let time = self.time(now);
        let asked = self.client.unsubscribe(filter, time).unwrap();
        self.asked(asked, now);
        self.held.remove(filter);
    }

    fn asked(&mut self, packet_id: Option<u16>, now: u64) {
        match packet_id {
            Some(id) => {
                assert!(self.requests.insert(id, (now, false)).is_none(), "packet id {id} used twice")
            }
            None => self.unsent += 1,
        }
    }

    /// Enters the outcomes in the books. `received`: the broker has got a message; `losable`: it may be
    /// without an acknowledgement.
    pub fn take_outcomes(&mut self, received: impl Fn(u64) -> bool, losable: impl Fn(u64) -> bool) {
        while let Some(outcome) = self.client.poll_outcome() {
            match outcome {
                Outcome::Published { packet_id } => {
                    let (number, _) = self.publishes.remove(&packet_id).expect("an open publish");
                    assert!(received(number), "{number} is said to be published");
                    self.published += 1;
                }
                Outcome::PublishLost { packet_id } => {
                    let (number, _) = self.publishes.remove(&packet_id).expect("an open publish");
                    assert!(losable(number), "{number} is given up for no reason");
                    self.lost += 1;
                }
                Outcome::SubscribeTimedOut { packet_id } | Outcome::UnsubscribeTimedOut { packet_id } => {
                    match self.requests.get_mut(&packet_id) {
                        Some((_, timed_out)) => assert!(!std::mem::replace(timed_out, true), "told twice"),
                        None => assert!(self.unsent > 0, "{outcome:?} for no request"),
                    }
                }
                Outcome::Subscribed { packet_id }
                | Outcome::SubscribeRefused { packet_id }
                | Outcome::Unsubscribed { packet_id } => {
                    if self.requests.remove(&packet_id).is_none() {
                        self.unsent = self.unsent.checked_sub(1).expect("an open request");
                    }
                }
            }
        }
    }

    /// After enough quiet time everything is answered.
    pub fn check_quiet(&self, now: u64) {
        let latest = now - bound_ms(true);
        let late = self.publishes.values().find(|(_, since)| *since < latest);
        assert!(late.is_none(), "publish {late:?} neither acknowledged nor lost");
        let late = self.requests.iter().find(|(_, (since, timed_out))| *since < latest && !timed_out);
        assert!(late.is_none(), "request {late:?} not answered");
        self.check_heap();
    }

    pub fn check_heap(&self) {
        let heap = self.client.heap_bytes();
        assert!(heap <= HEAP_MAX, "{heap} bytes of heap");
    }

    /// Everything is given back in the end.
    pub fn check_end(&mut self, dice: &mut Dice, now: u64) {
        assert!(self.client.is_connected() && self.held.is_empty());
        assert_eq!(self.client.heap_bytes(), self.client.transmit.capacity(), "memory is left behind");
        (0..5).for_each(|_| self.publish(dice, now));
        self.client.stop();
        self.take_outcomes(|_| true, |_| true);
        assert!(self.publishes.is_empty(), "{:?} without an outcome", self.publishes);
        assert_eq!(self.due(), None);
        let (waited, intervals) = self.waits;
        let mean_percent = waited * 100 / intervals;
        assert!((40..=60).contains(&mean_percent), "waits are {mean_percent} % of their intervals");
    }
}
