//! A connection that ends, and the session that is kept for the next one.

use std::time::Duration;

use crate::authority::Authority;
use crate::device::Boot;
use crate::relay::{Relay, is_full};
use crate::support::broker::{Broker, Setting};
use crate::support::network::Network;
use crate::{BACK_PORT, HOST, PORT};

/// A ping, and the time that its answer has.
const PING_TIMEOUT: Duration = Duration::from_secs(75);

#[test]
fn the_session_is_resumed_by_a_reconnect_and_after_a_power_loss() {
    let network = Network::new();
    let authority = Authority::new();
    let _broker = Broker::start_with(&network, &[Setting::Tls(&authority.issue(HOST), BACK_PORT)]);
    let relay = Relay::start(&network);
    let boot = Boot::trusting(&authority.file);
    let mut device = boot.start(&network).connected();
    let new = device.wait_for("TLS: session new, ");
    assert!(is_full(&relay.last_handshake()));

    relay.cut_now();
    let lost = device.wait_after(&new, "network is disconnected!");
    device.wait_after(&lost, "TLS: session resumed, ");
    device.wait_after(&lost, "network is reconnected!");
    assert!(!is_full(&relay.last_handshake()), "the server has shown its certificate again");

    device.cut_power();
    let device = boot.start(&network).connected();
    device.wait_for("TLS: session resumed, ");
    assert!(!is_full(&relay.last_handshake()), "the server has shown its certificate again");
}

#[test]
fn a_session_is_not_resumed_under_another_ca() {
    let network = Network::new();
    let authority = Authority::new();
    let _broker = Broker::start_with(&network, &[Setting::Tls(&authority.issue(HOST), PORT)]);
    let boot = Boot::trusting(&authority.file);
    let mut device = boot.start(&network).connected();
    device.wait_for("TLS: session new, ");
    device.cut_power();

    let stranger = Authority::new();
    let boot = Boot { flash: boot.flash, ..Boot::trusting(&stranger.file) };
    let mut device = boot.start(&network);
    assert_eq!(device.call("open"), 0);
    device.begin("connect");
    device.wait_for("TLS: certificate error: it is not signed by a trusted CA");
}

#[test]
fn a_broker_that_has_forgotten_the_session_gets_a_full_handshake() {
    let network = Network::new();
    let authority = Authority::new();
    let mut broker = Broker::start_with(&network, &[Setting::Tls(&authority.issue(HOST), PORT)]);
    let device = Boot::trusting(&authority.file).start(&network).connected();
    let new = device.wait_for("TLS: session new, ");
    broker.restart();
    let lost = device.wait_after(&new, "network is disconnected!");
    device.wait_after(&lost, "TLS: session new, ");
    device.wait_after(&lost, "network is reconnected!");
}

#[test]
fn a_close_that_looks_like_silence_costs_no_processor_time_and_a_ping_finds_it_out() {
    let network = Network::new();
    let authority = Authority::new();
    let _broker = Broker::start_with(&network, &[Setting::Tls(&authority.issue(HOST), BACK_PORT)]);
    let relay = Relay::start(&network);
    let boot = Boot { lacks: Some("end-of-stream"), ..Boot::trusting(&authority.file) };
    let device = boot.start(&network).connected();
    relay.cut_now();
    let closed = device.wait_for("port: silence 1");
    device.wait_long_for("network is disconnected!", PING_TIMEOUT);
    let lost = device.wait_for("network is disconnected!");
    device.wait_after(&lost, "network is reconnected!");
    // A read waits for as long as the application yields, 20 ms.
    let reads = device.lines_with("port: silence ").len() as u128 * 1000;
    let most = (lost.at - closed.at).as_millis() / 20 + 2000;
    assert!(reads <= most, "{reads} reads, at most {most} expected");
}
