//! Every call of the port goes wrong, in every scenario; see `tests/c/fault_injection.c`.

#[path = "support/build.rs"]
#[allow(dead_code, reason = "every test crate uses its own part")]
mod build;

use std::path::{Path, PathBuf};
use std::process::Command;

use build::{C_WARNINGS, archive, root, run, scratch_dir, tls_archive};

/// The virtual port without its threads, and what runs on it.
const SOURCES: [&str; 15] = [
    "fault_injection.c",
    "fault_kinds.c",
    "virtual_calls.c",
    "virtual_clock.c",
    "virtual_cloud.c",
    "virtual_faults.c",
    "virtual_identity.c",
    "virtual_model.c",
    "virtual_model_cloud.c",
    "virtual_mqtt.c",
    "virtual_os.c",
    "virtual_phone.c",
    "virtual_rules.c",
    "virtual_scenarios.c",
    "virtual_user_topic.c",
];
const NO_THREADS: &str = "virtual_no_threads.c";
const COROUTINES: &str = "virtual_coroutines.c";
const TLS: &str = "virtual_tls.c";

/// Fewer than these many would mean that the scenarios have stopped doing something.
const FAULTS_MIN: u32 = 20_000;
const FAULTS_MIN_WITH_THREADS: u32 = 15_000;
/// The same of a sample of every 61st call of one scenario.
const FAULTS_MIN_OF_SAMPLE: u32 = 20;
/// And of every second one.
const FAULTS_MIN_WITH_TLS: u32 = 500;

#[test]
fn no_failing_call_of_the_port_breaks_the_device() {
    let table = run(&mut Command::new(program("single", &[NO_THREADS], archive())));
    assert_injected(&table, FAULTS_MIN);
}

#[test]
fn no_failing_call_of_a_port_with_threads_breaks_the_device() {
    let table = run(&mut Command::new(program("threads", &[COROUTINES], archive())));
    assert_injected(&table, FAULTS_MIN_WITH_THREADS);
}

#[test]
fn no_failing_call_of_a_port_with_tls_breaks_the_device() {
    let table = run(Command::new(program("tls", &[NO_THREADS, TLS], tls_archive())).arg("2"));
    assert_injected(&table, FAULTS_MIN_WITH_TLS);
}

#[test]
fn memcheck_sees_no_leak_and_no_invalid_access_after_faults() {
    let table = run(Command::new("valgrind")
        .args([
            "--quiet",
            "--error-exitcode=99",
            "--leak-check=full",
            "--errors-for-leak-kinds=definite,possible",
        ])
        .arg(program("memcheck", &[NO_THREADS], archive()))
        .arg("61"));
    assert_injected(&table, FAULTS_MIN_OF_SAMPLE);
}

fn program(name: &str, port: &[&str], archive: &Path) -> PathBuf {
    let program = scratch_dir("program").join(name);
    run(Command::new("cc")
        .args(["-std=c99", "-O1", "-g"])
        .args(C_WARNINGS)
        .arg(format!("-I{}", root().join("include").display()))
        .args(SOURCES.iter().chain(port).map(|source| root().join("tests/c").join(source)))
        .arg(archive)
        .arg("-o")
        .arg(&program));
    program
}

fn assert_injected(table: &str, least: u32) {
    println!("{table}");
    let summary = table.lines().last().unwrap_or_default();
    let injected: u32 = summary.split(' ').next().and_then(|count| count.parse().ok()).expect("a count");
    assert!(injected >= least, "{summary}");
    assert!(summary.ends_with(", 0 failures"), "{summary}");
}
