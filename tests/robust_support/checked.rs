//! C programs that check by themselves, as devices with a broker and a cloud that accepts everything.

use std::process::Command;
use std::time::Duration;

use crate::support::broker::Broker;
use crate::support::build::scratch_dir;
use crate::support::cloud::{Cloud, Replies};
use crate::support::network::{Network, SERVER};
use crate::support::process::Process;
use crate::support::{DEVICE_NAME, DEVICE_SECRET, PRODUCT_KEY, PRODUCT_SECRET};

/// Longest run of a program, under valgrind too.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Runs a program with `arguments` and the identity; every check in it must hold.
pub fn run(mut command: Command, arguments: &[&str]) {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let _cloud = Cloud::join(&network, Replies::Success);
    command.args(arguments);
    command.args([PRODUCT_KEY, DEVICE_NAME, DEVICE_SECRET, PRODUCT_SECRET, &SERVER.to_string()]);
    command.current_dir(scratch_dir("flash"));
    let mut device = Process::spawn(&network.device, command);
    let status = device.wait_exit(TIMEOUT);
    assert!(status.success(), "{status}:\n{}", device.log_text());
    device.wait_for("@checked, 0 failures", TIMEOUT);
}

/// `program` under valgrind, which makes it fail when it finds something.
pub fn under_valgrind(options: &[&str], program: &std::path::Path) -> Command {
    let mut command = Command::new("valgrind");
    command.args(["--quiet", "--error-exitcode=99", "--fair-sched=yes"]).args(options).arg(program);
    command
}

/// Reads and writes of memory, and leaks.
pub const MEMCHECK: &[&str] =
    &["--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite"];
