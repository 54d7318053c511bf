//! Instructions of `IOT_Linkkit_Connect`, the port included, counted by callgrind.

use std::process::Command;

use crate::robust_support::device::{DEBUG, Device, QUIET, default_program};
use crate::robust_support::rogue::RogueBroker;
use crate::support::network::Network;
use crate::table::{count, row};

pub fn print() {
    row(
        "instructions of `IOT_Linkkit_Connect`, POSIX port included, logs NONE",
        &of_connect(QUIET),
        "458 278",
    );
    row("the same, logs DEBUG", &of_connect(DEBUG), "1 091 073");
}

fn of_connect(log_level: &str) -> String {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut command = Command::new("valgrind");
    command.args([
        "--tool=callgrind",
        "--toggle-collect=IOT_Linkkit_Connect",
        "--callgrind-out-file=/dev/null",
    ]);
    command.arg(default_program());
    let device = Device::spawn(&network, command, log_level);
    let (mut session, report) = broker.accept_until_report();
    session.confirm(&report);
    let log = device.close_for_log();
    let (_, collected) = log.split_once("Collected : ").expect("callgrind's summary");
    let collected = collected.lines().next().unwrap_or_default().trim();
    count(collected.parse().expect("a number"))
}
