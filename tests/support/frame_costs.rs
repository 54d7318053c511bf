//! What frames cost that the port's monitor hands over, by `benches/provision/frames.c`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use super::build::{C_WARNINGS, provision_archive, root, run, scratch_dir};
use super::callgrind;

const SOURCES: [&str; 16] = [
    "benches/harness/figure.c",
    "benches/harness/instructions.c",
    "benches/harness/rate.c",
    "benches/provision/air.c",
    "benches/provision/frames.c",
    "tests/c/virtual_clock.c",
    "tests/c/virtual_cloud.c",
    "tests/c/virtual_coroutines.c",
    "tests/c/virtual_datagrams.c",
    "tests/c/virtual_faults.c",
    "tests/c/virtual_identity.c",
    "tests/c/virtual_model_cloud.c",
    "tests/c/virtual_os.c",
    "tests/c/virtual_radio.c",
    "tests/c/virtual_rules.c",
    "tests/c/virtual_user_topic.c",
];

/// What means nothing to a device; with [`AMID_PHONE`] behind it while the channel is held for a phone.
pub const OTHERS: [&str; 8] = [
    "control",
    "unicast",
    "qos_unicast",
    "broadcast",
    "multicast",
    "probe_request",
    "known_beacon",
    "own_beacon",
];
pub const AMID_PHONE: &str = "_amid_phone";
/// What may be of a phone or of a device that helps.
pub const OF_PHONES: [&str; 5] = ["wps", "registrar", "mcast", "smartconfig_symbol", "smartconfig_start"];

pub struct FrameCosts {
    /// Of one frame, by its kind.
    pub instructions: BTreeMap<String, f64>,
    /// Of all of them together.
    pub allocations: f64,
}

/// `libiot_sdk.a` of the release profile is measured.
pub fn measure() -> FrameCosts {
    let directory = scratch_dir("frames");
    let output = run(callgrind::command(&program()).current_dir(&directory));
    let allocations = output
        .lines()
        .filter_map(|line| line.strip_prefix("allocations_")?.split(' ').nth(1)?.parse::<f64>().ok());
    FrameCosts { allocations: allocations.sum(), instructions: callgrind::instructions(&directory) }
}

/// The processor's time for a frame that means nothing, µs.
pub fn processor_time() -> f64 {
    let output = run(Command::new(program()).arg("rate"));
    let time =
        output.lines().find_map(|line| line.strip_prefix("frames_cpu ")?.split(' ').next()?.parse().ok());
    time.expect("a figure")
}

fn program() -> PathBuf {
    let program = scratch_dir("program").join("frames");
    run(Command::new("cc")
        .args(["-std=c99", "-O1", "-g"])
        .args(C_WARNINGS)
        .arg(format!("-I{}", root().join("include").display()))
        .arg(format!("-I{}", root().join("tests/c").display()))
        .args(SOURCES.map(|source| root().join(source)))
        .arg(provision_archive())
        .arg("-o")
        .arg(&program));
    program
}
