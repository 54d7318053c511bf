//! Memory of the port: connect, bind with all its broadcasts, then a minute of nothing.

use std::thread;
use std::time::Duration;

use crate::robust_support::device::Device;
use crate::robust_support::rogue::RogueBroker;
use crate::support::network::Network;
use crate::table::{count, row};

/// All broadcasts of a bind are over then.
const BIND: Duration = Duration::from_secs(48);
const IDLE: Duration = Duration::from_secs(60);

pub fn print() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut device = Device::start_quiet(&network);
    let (mut session, report) = broker.accept_until_report();
    session.confirm(&report);
    let cloud = thread::spawn(move || session.serve_to_the_end());
    thread::sleep(BIND);
    let before = device.counts();
    thread::sleep(IDLE);
    let after = device.counts();
    let held =
        |bytes, blocks| format!("{} B in {} blocks", count(after.get(bytes) as f64), after.get(blocks));
    row(
        "heap, peak of connect, bind and 60 s idle",
        &held("peak_bytes", "peak_blocks"),
        "6 248 B in 61 blocks",
    );
    row("heap, steady", &held("bytes", "blocks"), "4 144 B in 52 blocks");
    let allocations = after.get("allocations") - before.get("allocations");
    row("allocations per idle second", &format!("{:.1}", allocations as f64 / IDLE.as_secs_f64()), "5");
    row("threads of the library at once", &after.get("threads").to_string(), "3 (32 made in one run)");
    device.close().counts.assert_nothing_held();
    cloud.join().expect("the cloud saw nothing strange");
}
