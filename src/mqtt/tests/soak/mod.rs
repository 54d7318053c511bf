//! The client in 30 days of virtual time, each run made from one number: a broker that restarts with and
//! without its session, refuses, falls silent and sends garbage; a network that delays, breaks and goes
//! dead; a port whose clock wraps.
//!
//! `cargo test` makes a few runs. `LINKKIT_SOAK_SEEDS=100 cargo test --release -p linkkit-core soak` makes a
//! hundred; `LINKKIT_SOAK_FIRST=17 LINKKIT_SOAK_SEEDS=1` makes the one numbered 17. A failure prints its number.

mod broker;
mod device;
mod dice;
mod faults;
mod network;
mod wire;
mod world;

use crate::{
    knobs::{MQTT_BACKOFF_MAX_MS, MQTT_CONNACK_TIMEOUT_MS, MQTT_PING_INTERVAL_MS},
    mqtt::topic,
};
use world::World;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Longest attempt to open a connection, ms.
const DIAL_MAX: u64 = 5 * SECOND;

/// Runs without `LINKKIT_SOAK_SEEDS`.
const FEW: u64 = 3;

/// Time after the return of the broker and the network until everything works again, ms: an attempt that
/// has just begun in vain, the longest back-off, a connection, and requests that a whimsical broker refuses
/// or ignores. `silent`: the device has yet to find out that the link is dead.
const fn bound_ms(silent: bool) -> u64 {
    let found_out = if silent { 2 * MQTT_PING_INTERVAL_MS } else { 0 };
    found_out + DIAL_MAX + MQTT_CONNACK_TIMEOUT_MS + MQTT_BACKOFF_MAX_MS + 25 * SECOND
}

fn covers(filter: &str, topic: &str) -> bool {
    topic::matches(filter, topic)
}

/// Prints which run has failed.
struct Failing(u64);

impl Drop for Failing {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("run {} failed: LINKKIT_SOAK_FIRST={} LINKKIT_SOAK_SEEDS=1", self.0, self.0);
        }
    }
}

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().expect("a number"))
}

#[test]
fn thirty_days() {
    let first = variable("LINKKIT_SOAK_FIRST", 1);
    let end = first + variable("LINKKIT_SOAK_SEEDS", FEW);
    let (mut published, mut lost, mut reconnects) = (0, 0, 0);
    for seed in first..end {
        let _failing = Failing(seed);
        let mut world = World::new(seed);
        world.run_days(30);
        world.end();
        published += world.device.published;
        lost += world.device.lost;
        reconnects += world.device.reconnects;
    }
    println!("{} runs: {published} published, {lost} lost, {reconnects} connections", end - first);
    assert!(published > 1_000 && lost > 0 && reconnects > 100, "too little happens");
}

#[test]
fn a_run_can_be_repeated() {
    let trace = |seed| {
        let mut world = World::new(seed);
        world.run_days(2);
        world.trace
    };
    assert_eq!(trace(1), trace(1));
    assert_ne!(trace(1), trace(2));
}
