//! The connection is cut at every record of a handshake. Each time the device must say so, connect with its
//! next attempt, and keep nothing: it runs under valgrind, and its descriptors are counted.

use std::fs;

use crate::authority::Authority;
use crate::device::Boot;
use crate::relay::{Relay, is_full};
use crate::support::broker::{Broker, Setting};
use crate::support::device::Device;
use crate::support::network::Network;
use crate::{BACK_PORT, HOST};

/// What the device says when it has not seen the end of a handshake, and has given up this connection.
const INCOMPLETE: [&str; 3] = [
    "TLS: network error: ",
    "mqtt: TLS to broker.bench.test:443 failed after ",
    "mqtt: cannot connect to the server",
];
/// What it says when only its own last records are missing.
const COMPLETE: [&str; 3] = ["TLS: session ", "CM Fd: 0", "mqtt: connection dropped: "];

#[test]
fn of_a_full_handshake() {
    cut_at_every_record(true);
}

#[test]
fn of_a_resumed_handshake() {
    cut_at_every_record(false);
}

fn cut_at_every_record(full: bool) {
    let network = Network::new();
    let authority = Authority::new();
    let _broker = Broker::start_with(&network, &[Setting::Tls(&authority.issue(HOST), BACK_PORT)]);
    let relay = Relay::start(&network);
    let boot = Boot { under_valgrind: true, ..Boot::trusting(&authority.file) };
    let mut device = boot.start(&network);
    connect(&mut device);
    assert!(is_full(&relay.last_handshake()), "there is no session yet");
    assert_eq!(device.call("close"), 0);
    if !full {
        connect(&mut device);
        assert_eq!(device.call("close"), 0);
    }
    let handshake = relay.last_handshake();
    assert_eq!(is_full(&handshake), full);
    let descriptors = device.descriptors();

    for records in 0..handshake.len() {
        if full {
            fs::remove_file(boot.flash.join("linkkit.kv")).expect("a kept session");
        }
        let from = device.log_end();
        relay.cut_next_after(records);
        connect(&mut device);
        let mut line = device.wait_from(from, "Performing the SSL/TLS handshake...");
        let for_device = handshake[records..].iter().any(|record| record.from_server);
        for keyword in if for_device { INCOMPLETE } else { COMPLETE } {
            line = device.wait_after(&line, keyword);
        }
        line = device.wait_after(&line, "Performing the SSL/TLS handshake...");
        device.wait_after(&line, "mqtt connect success!");
        assert_eq!(device.call("close"), 0);
        assert_eq!(is_full(&relay.last_handshake()), full, "cut after {records}");
        assert_eq!(device.descriptors(), descriptors, "cut after {records}");
    }
    device.end();
}

fn connect(device: &mut Device) {
    assert_eq!(device.call("open"), 0);
    assert_eq!(device.call("connect"), 0, "{}", device.log_text());
}
