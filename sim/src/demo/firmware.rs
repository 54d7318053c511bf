//! The device: building its program, and the two ways to run one.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cloud::RegisteredDevice;
use crate::demo::network::TAP;
use crate::demo::process::{Process, run};
use crate::demo::timeline::{Source, Witness};

/// The device program ends by itself after this time, should nobody stop it.
const LONGEST_RUN_SECONDS: u32 = 60;

/// Builds the archive and the examples of the checkout at `root`.
pub fn build(root: &Path) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    run(Command::new(cargo).args(["build", "--release", "--quiet"]).current_dir(root))?;
    run(Command::new("make").args(["--silent", "-C", "c-examples"]).current_dir(root))
}

/// The command that runs a `program` of this machine by `launcher`, the command that puts it into its
/// network, pointed at `broker`.
pub fn program(
    mut launcher: Command,
    program: &Path,
    device: &RegisteredDevice,
    broker: SocketAddr,
    key_value_file: &Path,
) -> Command {
    // Its log is to come line by line although it goes into a pipe.
    launcher
        .args(["stdbuf", "-oL"])
        .arg(program)
        .args(["--product-key", &device.id.product_key, "--device-name", &device.id.device_name])
        .args(["--device-secret", device.secret()])
        .args(["--host", &broker.ip().to_string(), "--port", &broker.port().to_string()])
        .args(["--seconds", &LONGEST_RUN_SECONDS.to_string()])
        .arg("--kv")
        .arg(key_value_file);
    launcher
}

/// The command that runs the Cortex-M `image` in an emulator: its first UART is the log, its second the byte
/// pipe to `broker`, its Ethernet the tap of the device's network.
pub fn emulator(mut launcher: Command, image: &Path, broker: SocketAddr) -> Command {
    let (host, port) = (broker.ip(), broker.port());
    // Without `nodelay` each message waits 40 ms for the broker's acknowledgement of the one before.
    let pipe = format!("socket,id=broker,host={host},port={port},nodelay=on,reconnect=1");
    launcher
        .args(["qemu-system-arm", "-M", "mps2-an386", "-nographic", "-monitor", "none", "-semihosting"])
        .arg("-kernel")
        .arg(image)
        .args(["-serial", "stdio", "-chardev", &pipe, "-serial", "chardev:broker"])
        .args(["-nic", &format!("tap,ifname={TAP},script=no,downscript=no,model=lan9118")]);
    launcher
}

/// Starts the device. Each line that it writes goes to `witness`, and its end.
pub fn start(command: Command, witness: Witness) -> Result<Process> {
    let log = witness.clone();
    let on_line = move |line| log.saw(Source::Device, line);
    let on_end = move || witness.device_ended("it closed its log");
    Process::start(command, on_line, on_end).context("cannot start the device")
}
