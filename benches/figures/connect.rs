//! Times of one bind, from the broker's side of the wire.

use std::time::{Duration, Instant};

use crate::robust_support::device::Device;
use crate::robust_support::packet;
use crate::robust_support::rogue::RogueBroker;
use crate::support::SOON;
use crate::support::coap::Listener;
use crate::support::network::Network;
use crate::table::{median, milliseconds, row};

const RUNS: usize = 20;

struct Bind {
    /// From CONNECT.
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
    row("CONNECT to token report received (median of 20)", &of(|bind| bind.reported), "1.28 ms");
    row("CONNECT to reply seen by the device", &of(|bind| bind.reply_seen), "45.28 ms");
    row("CONNECT to first broadcast received", &of(|bind| bind.broadcast), "302.4 ms");
    row("wall time of `IOT_Linkkit_Connect`", &of(|bind| bind.connect), "1 106 ms");
}

fn bind() -> Bind {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let phone = Listener::new(&network);
    let mut device = Device::start(&network);
    let mut session = broker.accept();
    let begin = Instant::now();
    session.send(&packet::CONNACK);
    let report = session.expect_report();
    let reported = begin.elapsed();
    session.confirm(&report);
    let broadcast = phone.receive(SOON).expect("a broadcast").at - begin;
    let reply_seen = device.first_line_with("awss_report_token_reply").at - begin;
    let connect = Duration::from_micros(device.number("@connect_us").unsigned_abs());
    device.close();
    Bind { reported, reply_seen, broadcast, connect }
}
