//! A phone that asks a thousand times, one after the other.

use std::net::UdpSocket;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::robust_support::device::Device;
use crate::robust_support::malformed::bytes;
use crate::robust_support::rogue::{RogueBroker, Session};
use crate::support::SOON;
use crate::support::coap::PORT;
use crate::support::network::{DEVICE, Network, PHONES, phone};
use crate::table::{median, milliseconds, percentile, row};
use crate::variant;

const QUERIES: usize = 1_000;
/// Time for the device to take in the reply that its broker has just sent.
const REPLY_TIME: Duration = Duration::from_millis(5);
/// Between two queries of an impatient phone.
const PAUSE: Duration = Duration::from_micros(100);
/// Without the limits on what phones can provoke.
const UNLIMITED: [(&str, &str); 3] = [
    ("LINKKIT_COAP_ANSWERS_PER_SOURCE", "1000"),
    ("LINKKIT_COAP_ANSWERS_TOTAL", "10000"),
    ("LINKKIT_BIND_REPORT_GAP_MS", "0"),
];

pub fn print() {
    let archive = variant::archive("unlimited", &UNLIMITED);
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let device = Device::start_on(&archive, &network);
    let (mut session, report) = broker.accept_until_report();
    session.confirm(&report);
    let (confirmed, confirmations) = channel();
    let cloud = thread::spawn(move || confirm_all(session, &confirmed));
    let mut phone = Phone::new(&network);

    thread::sleep(REPLY_TIME);
    let mut ready: Vec<_> = (0..QUERIES).map(|_| phone.query_when_ready(&confirmations)).collect();
    let times =
        format!("{}, {}", milliseconds(median(&mut ready)), milliseconds(percentile(&mut ready, 0.99)));
    row("query to answer, token ready: median, p99 of 1 000", &times, "1.93 ms, 5.8 ms");

    let mut at_once: Vec<_> = (0..QUERIES).map(|_| phone.query_until_token()).collect();
    let times =
        format!("{}, {}", milliseconds(median(&mut at_once)), milliseconds(percentile(&mut at_once, 0.99)));
    row(
        "query at once after the last: time to a token, median, p99",
        &times,
        "302 ms; 7 of 300 never answered",
    );
    device.close();
    cloud.join().expect("the cloud saw nothing strange");
}

fn confirm_all(mut session: Session, confirmed: &Sender<()>) {
    while let Ok(packet) = session.try_read() {
        if let Some(report) = session.serve(&packet) {
            session.confirm(&report);
            // Nobody listens in the second half.
            let _ = confirmed.send(());
        }
    }
}

/// Asks from all addresses in turn, for each may get a thousand answers a second at most.
struct Phone {
    sockets: Vec<UdpSocket>,
    query: Vec<u8>,
    message_id: u16,
}

impl Phone {
    fn new(network: &Network) -> Self {
        let sockets = (0..PHONES).map(|n| {
            let socket = network.peers.run(|| UdpSocket::bind((phone(n), 0))).expect("a phone's address");
            socket.connect((DEVICE, PORT)).expect("a route to the device");
            socket.set_read_timeout(Some(SOON)).expect("a timeout that is not 0");
            socket
        });
        let sockets = sockets.collect();
        let query = bytes("540100005a5a5a5ab37379730664657669636504696e666f03676574ff7b226964223a3132337d");
        Self { sockets, query, message_id: 0 }
    }

    fn query_when_ready(&mut self, confirmations: &Receiver<()>) -> Duration {
        let took = loop {
            let begin = Instant::now();
            if self.is_given_token() {
                break begin.elapsed();
            }
            // A loaded machine has not taken the reply in yet.
            thread::sleep(REPLY_TIME);
        };
        confirmations.recv_timeout(SOON).expect("the next token is reported");
        thread::sleep(REPLY_TIME);
        took
    }

    fn query_until_token(&mut self) -> Duration {
        let begin = Instant::now();
        while !self.is_given_token() {
            thread::sleep(PAUSE);
        }
        begin.elapsed()
    }

    fn is_given_token(&mut self) -> bool {
        self.message_id = self.message_id.wrapping_add(1);
        self.query[2..4].copy_from_slice(&self.message_id.to_be_bytes());
        let socket = &self.sockets[usize::from(self.message_id) % self.sockets.len()];
        socket.send(&self.query).expect("the query leaves");
        let mut answer = [0; 2048];
        let length = socket.recv(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer[..length]).contains(r#""code":200"#)
    }
}
