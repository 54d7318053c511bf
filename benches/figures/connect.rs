//! Times of one bind, from the broker's side of the wire.

use std::time::Duration;

use crate::robust_support::device::Device;
use crate::robust_support::packet::{self, Packet};
use crate::robust_support::rogue::{RogueBroker, Session};
use crate::support::SOON;
use crate::support::coap::Listener;
use crate::support::network::Network;
use crate::table::{median, milliseconds, row};

const RUNS: usize = 20;
/// A device that sends nothing for so long waits for an answer.
const SILENCE: Duration = Duration::from_secs(1);

struct Bind {
    /// From the TCP connection, accepted by the broker.
    connack: Duration,
    reported: Duration,
    reply_seen: Duration,
    broadcast: Duration,
    /// Of the call.
    connect: Duration,
}

pub fn print() {
    let binds: Vec<Bind> = (0..RUNS).map(|_| bind()).collect();
    let of =
        |time: fn(&Bind) -> Duration| milliseconds(median(&mut binds.iter().map(time).collect::<Vec<_>>()));
    row("TCP connection accepted to CONNACK (medians of 20)", &of(|bind| bind.connack), "0.22 ms from SYN");
    row("to token report", &of(|bind| bind.reported), "1.5 ms");
    row("to reply seen by the device", &of(|bind| bind.reply_seen), "45.5 ms");
    row("to first broadcast", &of(|bind| bind.broadcast), "302.6 ms");
    row("wall time of `IOT_Linkkit_Connect`", &of(|bind| bind.connect), "1 106 ms");
    let (rounds, subscribes) = round_trips();
    row(
        "round trips of it after CONNACK, SUBSCRIBEs",
        &format!("{rounds}, {subscribes}"),
        "one for each SUBSCRIBE",
    );
}

fn bind() -> Bind {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let phone = Listener::new(&network);
    let mut device = Device::start(&network);
    let mut session = broker.accept();
    let begin = session.accepted;
    session.send(&packet::CONNACK);
    let connack = begin.elapsed();
    let report = session.expect_report();
    let reported = begin.elapsed();
    session.confirm(&report);
    let broadcast = phone.receive(SOON).expect("a broadcast").at - begin;
    let reply_seen = device.first_line_with("awss_report_token_reply").at - begin;
    let connect = Duration::from_micros(device.number("@connect_us").unsigned_abs());
    device.close();
    Bind { connack, reported, reply_seen, broadcast, connect }
}

/// Answers only when the device waits for it, and then everything. Gives how often that takes until
/// `IOT_Linkkit_Connect` returns, and how many SUBSCRIBEs there are.
fn round_trips() -> (usize, usize) {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let device = Device::start_quiet(&network);
    let mut session = broker.accept();
    session.send(&packet::CONNACK);
    let (mut rounds, mut subscribes) = (0, 0);
    let mut held = read_until_silent(&mut session);
    while device.lines_with("@connect_us").is_empty() {
        assert!(!held.is_empty(), "the device waits for nothing, and does not return");
        for packet in held {
            subscribes += usize::from(packet.first == packet::SUBSCRIBE);
            if let Some(report) = session.serve(&packet) {
                session.confirm(&report);
            }
        }
        rounds += 1;
        held = read_until_silent(&mut session);
    }
    device.close();
    (rounds, subscribes)
}

fn read_until_silent(session: &mut Session) -> Vec<Packet> {
    let mut packets = Vec::new();
    while !session.is_silent(SILENCE) {
        packets.push(session.read());
    }
    packets
}
