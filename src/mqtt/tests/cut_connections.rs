//! A broker that closes the connection at every byte offset of every packet.

use super::*;
use crate::knobs::MQTT_RX_MAX;

/// What a broker sends on the first connection of [`begin`]: each packet that it may send.
const RECORDED: [&str; 13] = [
    CONNACK,
    "9003000101",
    "9003000280",
    "9003000302",
    "b0020004",
    "3004 0002 2f61",
    "3206 0002 2f61 0001",
    "3406 0002 2f61 0002",
    "62020002",
    "3406 0002 2f61 0003",
    "40020005",
    "d000",
    REPLY,
];

/// What the application has got.
#[derive(Default)]
struct Application {
    /// QoS 2 messages by packet id.
    exactly_once: Vec<u16>,
    outcomes: Vec<Outcome>,
}

/// One connection's worth of work.
struct Device {
    client: Client,
    application: Application,
    reader: FrameReader,
    now: u64,
}

impl Device {
    /// Four requests and a publish on a fresh connection whose CONNACK has yet to come.
    fn begin() -> Self {
        let mut client = Client::new(Config::default());
        client.start(at(0));
        client.connecting();
        client.connection_opened(&CREDENTIALS, at(0)).unwrap();
        let reader = FrameReader::new(MQTT_RX_MAX);
        Self { client, application: Application::default(), reader, now: 0 }
    }

    /// What the application asks for as soon as there is a connection.
    fn ask(&mut self) {
        let now = at(self.now);
        for (filter, qos) in [("/a", Qos::AtLeastOnce), ("/b", Qos::AtMostOnce), ("/c", Qos::ExactlyOnce)] {
            self.client.subscribe(filter, qos, recipient(1), now).unwrap();
        }
        self.client.unsubscribe("/old", now).unwrap();
        self.client.publish_for_application("/a", b"x", Qos::AtLeastOnce, false, now).unwrap();
    }

    /// Takes in `stream` as far as it goes.
    fn feed(&mut self, mut stream: &[u8]) {
        while !stream.is_empty() {
            let space = self.reader.space().unwrap();
            let n = space.len().min(stream.len());
            space[..n].copy_from_slice(&stream[..n]);
            stream = &stream[n..];
            if self.reader.advance(n).unwrap() == Status::Packet {
                self.take_packet();
                self.reader.clear();
            }
        }
    }

    fn take_packet(&mut self) {
        match self.client.handle_packet(self.reader.packet(), at(self.now)).unwrap() {
            Incoming::Connected { .. } if self.now == 0 => self.ask(),
            Incoming::Message(Message { qos, packet_id, acknowledgement, .. }) => {
                if qos == Qos::ExactlyOnce {
                    self.application.exactly_once.extend(packet_id);
                }
                acknowledgement.into_iter().for_each(|owed| self.client.acknowledge(owed));
            }
            _ => {}
        }
        self.application.outcomes.extend(outcomes(&mut self.client));
    }

    /// The connection breaks, and the next one is made.
    fn reconnect(&mut self, connack: &str) {
        self.now += 2_000;
        self.client.connection_lost(u32::MAX, at(self.now - 1_000));
        assert!(self.client.wants_connection(at(self.now)));
        self.reader.clear();
        self.client.connecting();
        self.client.connection_opened(&CREDENTIALS, at(self.now)).unwrap();
        assert!(sent_packets(&mut self.client)[0].starts_with("10"));
        self.feed(&bytes(connack));
    }

    /// Answers all that the device sends, as a broker does that takes every filter.
    fn serve(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            let packets = sent_packets(&mut self.client);
            if packets.is_empty() {
                return all;
            }
            for packet in &packets {
                let answer = match &packet[..2] {
                    "82" => format!("9003{}01", &packet[4..8]),
                    "a2" => format!("b002{}", &packet[4..8]),
                    "32" | "3a" => format!("4002{}", &packet[12..16]),
                    "50" => format!("6202{}", &packet[4..8]),
                    _ => continue,
                };
                self.feed(&bytes(&answer));
            }
            all.extend(packets);
        }
    }
}

#[test]
fn lose_nothing_and_repeat_nothing() {
    let stream = RECORDED.map(bytes).concat();
    for cut in 0..=stream.len() {
        for connack in [CONNACK_SESSION_PRESENT, CONNACK] {
            let mut device = Device::begin();
            sent(&mut device.client);
            device.feed(&stream[..cut]);
            device.reconnect(connack);
            if cut < 4 {
                device.ask();
            }
            if connack == CONNACK_SESSION_PRESENT {
                // No PUBREL has come for it: the broker sends it again, and it may be the first time.
                device.feed(&bytes("3c06 0002 2f61 0003"));
            }
            device.serve();
            check(&mut device, connack, cut);
        }
    }
}

fn check(device: &mut Device, connack: &str, cut: usize) {
    for filter in ["/a", "/b", "/c"] {
        let state = device.client.subscription(filter);
        assert_eq!(state, Some(SubscriptionState::Granted), "{filter}, cut at {cut}");
    }
    assert_eq!(device.client.subscription("/old"), None);
    let seen = |id| device.application.exactly_once.iter().filter(|seen| **seen == id).count();
    assert!(seen(2) <= 1, "cut at {cut}");
    assert!(connack == CONNACK || seen(3) == 1, "cut at {cut}");
    for packet_id in [1, 2, 3, 4, 5] {
        let ends = device.application.outcomes.iter().filter(|outcome| id_of(outcome) == packet_id).count();
        assert_eq!(ends, 1, "packet {packet_id}, cut at {cut}: {:?}", device.application.outcomes);
    }
    // Nothing is left to be sent, and the stream goes on in step.
    device.feed(&bytes("d000"));
    device.feed(&bytes(REPLY));
    assert!(device.client.is_connected());
    assert!(sent(&mut device.client).is_empty());
}

fn id_of(outcome: &Outcome) -> u16 {
    match *outcome {
        Outcome::Subscribed { packet_id }
        | Outcome::SubscribeRefused { packet_id }
        | Outcome::SubscribeTimedOut { packet_id }
        | Outcome::Unsubscribed { packet_id }
        | Outcome::UnsubscribeTimedOut { packet_id }
        | Outcome::Published { packet_id }
        | Outcome::PublishLost { packet_id } => packet_id,
    }
}
