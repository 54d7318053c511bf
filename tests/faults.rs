//! Every call of the port goes wrong once, in every scenario; see `tests/c/fault_injection.c`.

#[path = "support/build.rs"]
#[allow(dead_code, reason = "every test crate uses its own part")]
mod build;

use std::process::Command;

use build::{C_WARNINGS, archive, root, run, scratch_dir};

/// The virtual port and what runs on it.
const SOURCES: [&str; 9] = [
    "fault_injection.c",
    "virtual_clock.c",
    "virtual_cloud.c",
    "virtual_faults.c",
    "virtual_identity.c",
    "virtual_os.c",
    "virtual_phone.c",
    "virtual_rules.c",
    "virtual_scenarios.c",
];

/// Fewer than this many would mean that the scenarios have stopped doing something.
const FAULTS_MIN: u32 = 9_000;

#[test]
fn no_failing_call_of_the_port_breaks_the_device() {
    let program = scratch_dir("program").join("fault_injection");
    run(Command::new("cc")
        .args(["-std=c99", "-O1", "-g"])
        .args(C_WARNINGS)
        .arg(format!("-I{}", root().join("include").display()))
        .args(SOURCES.map(|source| root().join("tests/c").join(source)))
        .arg(archive())
        .arg("-o")
        .arg(&program));
    let table = run(&mut Command::new(program));
    println!("{table}");
    let summary = table.lines().last().unwrap_or_default();
    let injected: u32 = summary.split(' ').next().and_then(|count| count.parse().ok()).expect("a count");
    assert!(injected >= FAULTS_MIN, "{summary}");
    assert!(summary.ends_with(", 0 failures"), "{summary}");
}
