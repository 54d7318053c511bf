//! A broker and cloud under the command of a test: one connection of one device at a time.

use std::cell::RefCell;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use nix::sys::socket::{setsockopt, sockopt};
use nix::sys::time::{TimeVal, TimeValLike};

use super::packet::{self, Packet};
use crate::support::broker::PORT;
use crate::support::network::{Network, SERVER};

/// Longest time for the device to come back, its back-off included.
const RETURN_TIMEOUT: Duration = Duration::from_secs(20);
/// Longest time without a packet, PINGREQ included.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);
/// Longest time for the device to take or send a packet.
const PACKET_TIMEOUT: Duration = Duration::from_secs(10);

pub struct RogueBroker {
    listener: TcpListener,
    /// What the device has to recover from, for the message when it does not.
    recovers_from: RefCell<String>,
}

/// A token report of the device.
pub struct Report {
    pub topic: String,
    pub id: String,
    pub token: String,
}

impl Report {
    pub fn reply_topic(&self) -> String {
        format!("{}_reply", self.topic)
    }

    /// The reply that accepts it.
    pub fn confirmation(&self) -> String {
        format!(r#"{{"id":"{}","code":200,"data":{{}}}}"#, self.id)
    }
}

impl RogueBroker {
    /// Listens among the peers of `network`.
    pub fn listen(network: &Network) -> Self {
        let listener = network.peers.run(|| TcpListener::bind((SERVER, PORT))).expect("the broker's port");
        // For accept() too.
        let timeout = TimeVal::seconds(RETURN_TIMEOUT.as_secs() as i64);
        setsockopt(&listener, sockopt::ReceiveTimeout, &timeout)
            .expect("a listener that does not wait for ever");
        Self { listener, recovers_from: RefCell::default() }
    }

    /// What is about to happen to the device.
    pub fn expect_recovery_from(&self, attack: String) {
        self.recovers_from.replace(attack);
    }

    /// As [`listen`](Self::listen), but its connections have room for a few packets only.
    pub fn listen_with_little_room(network: &Network) -> Self {
        let broker = Self::listen(network);
        setsockopt(&broker.listener, sockopt::RcvBuf, &2048).expect("a small receive buffer");
        broker
    }

    /// Waits for the device's next connection and its CONNECT.
    pub fn accept(&self) -> Session {
        self.accept_with_connect().0
    }

    /// As [`accept`](Self::accept); gives the CONNECT too.
    pub fn accept_with_connect(&self) -> (Session, Packet) {
        let stream = match self.listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) => panic!(
                "the device does not come back within {RETURN_TIMEOUT:?} {}: {error}",
                self.recovers_from.borrow()
            ),
        };
        let accepted = Instant::now();
        stream.set_nodelay(true).expect("a stream without delay");
        stream.set_read_timeout(Some(PACKET_TIMEOUT)).expect("a read timeout");
        stream.set_write_timeout(Some(PACKET_TIMEOUT)).expect("a write timeout");
        let mut session = Session { stream, accepted };
        let connect = session.read();
        assert_eq!(connect.first, packet::CONNECT, "the first packet is CONNECT");
        (session, connect)
    }

    /// Waits for the device, lets it in, and for its token report.
    pub fn accept_until_report(&self) -> (Session, Report) {
        let mut session = self.accept();
        session.send(&packet::CONNACK);
        let report = session.expect_report();
        (session, report)
    }
}

/// One connection of the device.
pub struct Session {
    stream: TcpStream,
    /// When the TCP connection was accepted.
    pub accepted: Instant,
}

impl Session {
    pub fn read(&mut self) -> Packet {
        self.try_read().expect("a packet of the device")
    }

    /// Fails when the device has hung up.
    pub fn try_read(&mut self) -> io::Result<Packet> {
        Packet::read(&mut self.stream)
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the device takes what is sent");
    }

    /// Sends to a device that may hang up meanwhile.
    pub fn send_regardless(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Sends one byte every `gap`.
    pub fn trickle(&mut self, bytes: &[u8], gap: Duration) -> io::Result<()> {
        for byte in bytes {
            self.send_regardless(&[*byte])?;
            std::thread::sleep(gap);
        }
        Ok(())
    }

    /// Serves the device until it asks for a subscription; gives the packet id.
    pub fn expect_subscribe(&mut self) -> [u8; 2] {
        let packet = self.read();
        assert_eq!(packet.first, packet::SUBSCRIBE, "a SUBSCRIBE");
        packet.id()
    }

    /// The next packet but PINGREQs, which are answered; it must begin with `first`.
    pub fn expect(&mut self, first: u8) -> Packet {
        loop {
            let packet = self.read();
            if packet.first == packet::PINGREQ && first != packet::PINGREQ {
                self.send(&packet::PINGRESP);
                continue;
            }
            assert_eq!(packet.first, first, "{:x?} came, not {first:#x}", packet.body);
            return packet;
        }
    }

    /// Does the device send nothing `within` this time?
    pub fn is_silent(&mut self, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        let is_silent = loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break true;
            }
            self.stream.set_read_timeout(Some(left)).expect("a read timeout");
            match self.stream.peek(&mut [0]).map_err(|error| error.kind()) {
                // Starting a process interrupts the other threads at times.
                Err(ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
                Ok(_) | Err(_) => break false,
            }
        };
        self.stream.set_read_timeout(Some(PACKET_TIMEOUT)).expect("a read timeout");
        is_silent
    }

    /// Serves the device until it has reported a token.
    pub fn expect_report(&mut self) -> Report {
        loop {
            let packet = self.read();
            if let Some(report) = self.serve(&packet) {
                return report;
            }
        }
    }

    /// Answers what a broker answers; gives a token report that has no reply yet.
    pub fn serve(&mut self, packet: &Packet) -> Option<Report> {
        match packet.first & 0xf7 {
            packet::SUBSCRIBE => self.send(&packet::suback(packet.id())),
            packet::UNSUBSCRIBE => self.send(&packet::acknowledgement(packet::UNSUBACK, packet.id())),
            packet::PINGREQ => self.send(&packet::PINGRESP),
            packet::PUBLISH_AT_LEAST_ONCE | packet::PUBLISH_AT_MOST_ONCE => {
                let (topic, id, payload) = packet.publish();
                if let Some(id) = id {
                    self.send(&packet::puback(id));
                }
                return report(topic, payload);
            }
            _ => {}
        }
        None
    }

    /// Tells the device that the cloud has its token.
    pub fn confirm(&mut self, report: &Report) {
        self.send(&packet::publish(&report.reply_topic(), report.confirmation().as_bytes()));
    }

    /// Serves and confirms until the device hangs up.
    pub fn serve_to_the_end(&mut self) {
        self.stream.set_read_timeout(Some(LONGEST_SILENCE)).expect("a read timeout");
        while let Ok(packet) = self.try_read() {
            if let Some(report) = self.serve(&packet) {
                self.confirm(&report);
            }
        }
    }

    /// Does the device hang up `within` this time? What it sends meanwhile is thrown away.
    pub fn is_hung_up(&mut self, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        let mut thrown_away = [0; 4096];
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            self.stream.set_read_timeout(Some(left)).expect("a read timeout");
            match self.stream.read(&mut thrown_away) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return false;
                }
                // Starting a process interrupts the other threads at times.
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return true,
            }
        }
    }
}

fn report(topic: &str, payload: &str) -> Option<Report> {
    topic.ends_with("/thing/awss/enrollee/match").then(|| Report {
        topic: topic.to_owned(),
        id: string_after(payload, r#""id":""#),
        token: string_after(payload, r#""token":""#),
    })
}

fn string_after(json: &str, key: &str) -> String {
    let (_, value) = json.split_once(key).unwrap_or_else(|| panic!("{key} in {json}"));
    value.split('"').next().unwrap_or_default().to_owned()
}
