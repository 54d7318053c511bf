//! Many threads in provisioning at once, a driver that delivers frames from its own, callbacks that stop what
//! calls them, and a session that comes and goes: as it is, under helgrind and under memcheck.

mod robust_support;
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use robust_support::checked::{MEMCHECK, run, under_valgrind};
use support::build::{archive_with, c_program_on, port, root};

const SOURCES: [&str; 4] = ["robust_provision.c", "robust_radio.c", "robust_check.c", "robust_identity.c"];
/// `IOT_LOG_DEBUG`.
const DEBUG: &str = "5";
/// Long enough for a message to be heard under valgrind.
const RUN_MS: &str = "9000";

/// On the library without inlining: helgrind tells accesses to atomics by the function they are in.
fn program(name: &str, sources: &[&str], options: &[&str]) -> PathBuf {
    static ARCHIVE: OnceLock<PathBuf> = OnceLock::new();
    let archive: &Path = ARCHIVE.get_or_init(|| archive_with("mqtt,bind,provision,smartconfig"));
    c_program_on(name, &[&SOURCES[..], sources].concat(), options, [archive, port()])
}

#[test]
fn six_threads_provision_while_frames_come() {
    run(Command::new(program("provision", &[], &[])), &[DEBUG, RUN_MS]);
}

#[test]
fn helgrind_sees_no_race() {
    let suppressions = format!("--suppressions={}", root().join("tests/robust_helgrind.supp").display());
    let wrapped = "-Wl,--wrap=HAL_MutexCreate,--wrap=HAL_MutexDestroy";
    let program = program("races", &["robust_mutex_lives.c"], &[wrapped]);
    let options = ["--tool=helgrind", "--history-level=approx", "--num-callers=40", &suppressions];
    run(under_valgrind(&options, &program), &[DEBUG, RUN_MS]);
}

#[test]
fn memcheck_sees_no_leak_and_no_invalid_access() {
    run(under_valgrind(MEMCHECK, &program("memory", &[], &[])), &[DEBUG, RUN_MS]);
}
