//! The device: building its program, and the two ways to run one.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::cloud::{RegisteredDevice, TlsEntrance};
use crate::demo::network::TAP;
use crate::demo::process::{Process, run};
use crate::demo::timeline::{Source, Witness};

/// The device program ends by itself after this time, should nobody stop it.
const LONGEST_RUN_SECONDS: u32 = 60;

/// Features of an archive without TLS.
const PLAIN: &str = "mqtt,bind,model,ota,dynamic-register";

/// Builds the archive and the examples of the checkout at `root`: the default ones, or those without TLS.
pub fn build(root: &Path, tls: bool) -> Result<()> {
    if tls {
        archive(root, &["target"])?;
    } else {
        archive(root, &["target/plain", "--no-default-features", "--features", PLAIN])?;
    }
    examples(root, if tls { "TLS=1" } else { "TLS=0" })
}

/// The same with Wi-Fi provisioning, without TLS: the archive that `make archive-provision` builds.
pub fn build_netmgr(root: &Path) -> Result<()> {
    let features = format!("{PLAIN},provision,smartconfig,zero-config");
    archive(root, &["target/provision", "--no-default-features", "--features", &features])?;
    examples(root, "PROVISION=1")
}

fn archive(root: &Path, target: &[&str]) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--quiet", "--target-dir"]).args(target);
    run(command.current_dir(root))
}

fn examples(root: &Path, which: &str) -> Result<()> {
    run(Command::new("make").args(["--silent", "-C", "c-examples", which]).current_dir(root))
}

/// The program that [`build`] makes, from the root.
pub const fn example(tls: bool) -> &'static str {
    if tls { "c-examples/build/bind" } else { "c-examples/build/plain/bind" }
}

/// The program that [`build_netmgr`] makes, from the root.
pub const NETMGR: &str = "c-examples/build/provision/netmgr";

/// Points the firmware at `broker`.
pub fn connect(command: &mut Command, broker: SocketAddr) {
    command.args(["--host", &broker.ip().to_string(), "--port", &broker.port().to_string()]);
}

/// Points the firmware at a broker that it must believe.
pub fn connect_by_tls(command: &mut Command, entrance: &TlsEntrance) {
    command.args(entrance.names.first().map(|name| format!("--host={name}")));
    command.arg(format!("--port={}", entrance.listen.port()));
    // The launchers keep the environment.
    command.env("LINKKIT_HAL_CA_FILE", &entrance.authority);
}

/// The command that runs a `program` of this machine by `launcher`, the command that puts it into its
/// network.
pub fn program(
    mut launcher: Command,
    program: &Path,
    device: &RegisteredDevice,
    key_value_file: &Path,
) -> Command {
    // Its log is to come line by line although it goes into a pipe.
    launcher
        .args(["stdbuf", "-oL"])
        .arg(program)
        .args(["--product-key", &device.id.product_key, "--device-name", &device.id.device_name])
        .args(["--device-secret", device.secret()])
        .args(["--seconds", &LONGEST_RUN_SECONDS.to_string()])
        .arg("--kv")
        .arg(key_value_file);
    launcher
}

/// The same for the program that gets its network from a phone. `script`: what there is on the air.
pub fn netmgr(
    launcher: Command,
    program_file: &Path,
    device: &RegisteredDevice,
    product_secret: &str,
    script: &Path,
    key_value_file: &Path,
) -> Command {
    let mut command = program(launcher, program_file, device, key_value_file);
    command.args(["--product-secret", product_secret]).arg("--wifi-script").arg(script);
    command
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

/// Starts the device, which reads `input`. Each line that it writes goes to `witness`, and its end.
pub fn start(command: Command, input: Stdio, witness: Witness) -> Result<Process> {
    let log = witness.clone();
    let on_line = move |line| log.saw(Source::Device, line);
    let on_end = move || witness.device_ended("it closed its log");
    Process::start(command, input, on_line, on_end).context("cannot start the device")
}
