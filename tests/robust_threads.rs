//! Many threads in the library at once, callbacks that call it, and close in the midst of all: as it
//! is, under helgrind and memcheck, and with the port and the application under ThreadSanitizer.

use std::path::{Path, PathBuf};
use std::process::Command;

use robust_support::checked::{MEMCHECK, run, under_valgrind};
use support::build::{PLAIN, c_program, root};

mod robust_support;
mod support;

/// `IOT_LOG_DEBUG`.
const DEBUG: &str = "5";
/// `IOT_LOG_NONE`.
const QUIET: &str = "0";

const THREADS: &[&str] = &["robust_threads.c", "robust_api_calls.c", "robust_check.c", "robust_identity.c"];
const CALLBACKS: &[&str] =
    &["robust_callbacks.c", "robust_api_calls.c", "robust_check.c", "robust_identity.c"];
const MQTT: &[&str] = &["robust_mqtt_threads.c", "robust_check.c", "robust_identity.c"];

/// For checkers that do not see how the library orders the lives of its mutex.
const MUTEX_LIVES: &[&str] = &["robust_mutex_lives.c"];
const WRAPPED_MUTEXES: &str = "-Wl,--wrap=HAL_MutexCreate,--wrap=HAL_MutexDestroy";

/// The port in sources, to be instrumented with the application.
const PORT: &[&str] = &[
    "../../c-examples/hal/hal_identity.c",
    "../../c-examples/hal/hal_kv.c",
    "../../c-examples/hal/hal_memory.c",
    "../../c-examples/hal/hal_mutex.c",
    "../../c-examples/hal/hal_printf.c",
    "../../c-examples/hal/hal_random.c",
    "../../c-examples/hal/hal_tcp.c",
    "../../c-examples/hal/hal_thread.c",
    "../../c-examples/hal/hal_time.c",
    "../../c-examples/hal/hal_udp.c",
    "../../c-examples/hal/hal_wifi.c",
];

fn optimized(name: &str, sources: &[&str]) -> Command {
    Command::new(c_program(name, sources, &[]))
}

/// With the port and the application instrumented. Quiet, for the library hands its log buffer from
/// thread to thread under an atomic, which the sanitizer does not see.
fn sanitized(name: &str, sources: &[&str]) -> Command {
    let sources = [sources, PORT, MUTEX_LIVES].concat();
    let mut command = Command::new(c_program(name, &sources, &["-fsanitize=thread", WRAPPED_MUTEXES]));
    let suppressions = root().join("tests/robust_tsan.supp");
    command.env("TSAN_OPTIONS", format!("exitcode=99 suppressions={}", suppressions.display()));
    command
}

/// On the library without inlining: helgrind tells accesses to atomics by the function they are in.
fn under_helgrind(name: &str, sources: &[&str]) -> Command {
    let archive = unoptimized_archive();
    let archive = archive.to_str().expect("a path in UTF-8");
    let suppressions = format!("--suppressions={}", root().join("tests/robust_helgrind.supp").display());
    let sources = [sources, MUTEX_LIVES].concat();
    under_valgrind(
        &["--tool=helgrind", "--history-level=approx", "--num-callers=40", &suppressions],
        &c_program(name, &sources, &[WRAPPED_MUTEXES, archive]),
    )
}

fn under_memcheck(name: &str, sources: &[&str]) -> Command {
    under_valgrind(MEMCHECK, &c_program(name, sources, &[]))
}

fn unoptimized_archive() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("unoptimized");
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(root()).args(["build", "--quiet", "-p", "linkkit"]).args(PLAIN);
    build.arg("--target-dir").arg(&target);
    support::build::run(&mut build);
    target.join("debug/libiot_sdk.a")
}

#[test]
fn two_threads_yield_while_four_call_the_api_and_one_closes() {
    run(optimized("serve", THREADS), &[DEBUG, "serve", "30"]);
}

#[test]
fn fifty_lives_while_six_threads_call_the_api() {
    run(optimized("reopen", THREADS), &[DEBUG, "reopen", "50"]);
}

#[test]
fn callbacks_may_call_everything_and_close() {
    run(optimized("callbacks", CALLBACKS), &[DEBUG]);
}

#[test]
fn a_client_is_made_and_destroyed_while_five_threads_use_it() {
    run(optimized("mqtt_serve", MQTT), &[DEBUG, "serve", "20"]);
    run(optimized("mqtt_remake", MQTT), &[DEBUG, "remake", "50"]);
}

#[test]
fn helgrind_sees_no_race_in_a_client() {
    run(under_helgrind("mqtt_serve", MQTT), &[DEBUG, "serve", "30"]);
    run(under_helgrind("mqtt_remake", MQTT), &[DEBUG, "remake", "5"]);
}

#[test]
fn memcheck_sees_no_leak_and_no_invalid_access_in_a_client() {
    run(under_memcheck("mqtt_remake", MQTT), &[DEBUG, "remake", "10"]);
}

#[test]
fn helgrind_sees_no_race_while_serving() {
    run(under_helgrind("serve", THREADS), &[DEBUG, "serve", "50"]);
}

#[test]
fn helgrind_sees_no_race_from_life_to_life() {
    run(under_helgrind("reopen", THREADS), &[DEBUG, "reopen", "5"]);
}

#[test]
fn helgrind_sees_no_race_around_callbacks() {
    run(under_helgrind("callbacks", CALLBACKS), &[DEBUG]);
}

#[test]
fn memcheck_sees_no_leak_and_no_invalid_access_while_serving() {
    run(under_memcheck("serve", THREADS), &[DEBUG, "serve", "30"]);
}

#[test]
fn memcheck_sees_no_leak_and_no_invalid_access_from_life_to_life() {
    run(under_memcheck("reopen", THREADS), &[DEBUG, "reopen", "10"]);
}

#[test]
fn memcheck_sees_no_leak_and_no_invalid_access_around_callbacks() {
    run(under_memcheck("callbacks", CALLBACKS), &[DEBUG]);
}

#[test]
fn the_thread_sanitizer_sees_no_race_in_application_and_port() {
    run(sanitized("serve", THREADS), &[QUIET, "serve", "30"]);
    run(sanitized("reopen", THREADS), &[QUIET, "reopen", "20"]);
    run(sanitized("callbacks", CALLBACKS), &[QUIET]);
    run(sanitized("mqtt_serve", MQTT), &[QUIET, "serve", "20"]);
    run(sanitized("mqtt_remake", MQTT), &[QUIET, "remake", "20"]);
}
