//! The example firmware: building it and running it.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::cloud::RegisteredDevice;
use crate::demo::log_line;
use crate::demo::timeline::{Source, Witness};

/// The device ends by itself after this time, should nobody stop it.
const LONGEST_RUN_SECONDS: u32 = 60;

/// Builds the archive and the examples of the checkout at `root`.
pub fn build(root: &Path) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    run(Command::new(cargo).args(["build", "--release", "--quiet"]).current_dir(root))?;
    run(Command::new("make").args(["--silent", "-C", "c-examples"]).current_dir(root))
}

/// Runs a command to its end; a failure carries what it wrote.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = format!("{command:?}");
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run {shown}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{shown}: {}: {}", output.status, said.trim_end());
    }
    Ok(())
}

/// The running device program; stopped when dropped.
pub struct Firmware {
    process: Child,
}

impl Firmware {
    /// Starts `program` by `launcher`, the command that puts it into its network, pointed at the broker
    /// `host:port`. Each line that it writes goes to `witness`.
    pub fn start(
        mut launcher: Command,
        program: &Path,
        device: &RegisteredDevice,
        (host, port): (&str, u16),
        key_value_file: &Path,
        witness: Witness,
    ) -> Result<Self> {
        launcher
            .arg(program)
            .args(["--product-key", &device.id.product_key, "--device-name", &device.id.device_name])
            .args(["--device-secret", device.secret(), "--host", host, "--port", &port.to_string()])
            .args(["--seconds", &LONGEST_RUN_SECONDS.to_string()])
            .arg("--kv")
            .arg(key_value_file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = launcher.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        if let Some(errors) = process.stderr.take() {
            let witness = witness.clone();
            thread::spawn(move || read_lines(errors, &witness));
        }
        if let Some(log) = process.stdout.take() {
            thread::spawn(move || {
                read_lines(log, &witness);
                witness.device_ended("it closed its log");
            });
        }
        Ok(Self { process })
    }
}

impl Drop for Firmware {
    fn drop(&mut self) {
        // Fails only if it is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read_lines(stream: impl Read, witness: &Witness) {
    let mut reader = BufReader::new(stream);
    let mut raw = Vec::new();
    while reader.read_until(b'\n', &mut raw).is_ok_and(|length| length > 0) {
        let line = log_line::plain(&raw);
        if !line.is_empty() {
            witness.saw(Source::Device, line);
        }
        raw.clear();
    }
}
