//! `c-examples/netmgr.c`, as its reader runs it, with a scripted radio.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::broker::PORT;
use super::build::{archive_with, root, run, scratch_dir};
use super::network::{Namespace, SERVER};
use super::process::{Line, Process};
use super::{DEVICE_NAME, DEVICE_SECRET, PRODUCT_KEY, PRODUCT_SECRET, SOON};

/// The password of every network; no log may have it.
pub const PASSWORD: &str = "12345678";

/// The program on an archive with these features.
pub fn program(features: &str) -> PathBuf {
    program_on(&archive_with(features), "")
}

/// The same on this archive. `ldflags`: for the linker.
pub fn program_on(archive: &Path, ldflags: &str) -> PathBuf {
    let build = scratch_dir("example");
    run(Command::new("make")
        .env("LDFLAGS", ldflags)
        .arg("-C")
        .arg(root().join("c-examples"))
        .arg("PROVISION=1")
        .arg(format!("LIB={}", archive.display()))
        .arg(format!("BUILD={}", build.display())));
    build.join("netmgr")
}

/// The program, and what outlives a restart of it.
pub struct Netmgr {
    pub process: Process,
    flash: PathBuf,
    /// Lines up to here were looked at.
    heard: usize,
}

impl Netmgr {
    /// `options` come behind those of the device under test, and have their way.
    pub fn boot(
        mut program: Command,
        host: &Namespace,
        flash: &Path,
        script: &str,
        options: &[&str],
    ) -> Self {
        std::fs::write(flash.join("script"), script).expect("write the script");
        program
            .args(["--product-key", PRODUCT_KEY, "--product-secret", PRODUCT_SECRET])
            .args(["--device-name", DEVICE_NAME, "--device-secret", DEVICE_SECRET])
            .args(["--host", &SERVER.to_string(), "--port", &PORT.to_string()])
            .args(["--wifi-script", "script", "--wifi-socket", "socket"])
            .args(options)
            .current_dir(flash);
        Self { process: Process::spawn(host, program), flash: flash.to_owned(), heard: 0 }
    }

    /// The next line with `keyword`, behind those found before.
    pub fn hear(&mut self, keyword: &str) -> Line {
        let line = self.process.wait_from(self.heard, keyword, SOON);
        self.heard = line.index + 1;
        line
    }

    /// Ends it by the command line.
    pub fn quit(mut self) -> String {
        self.process.send("quit");
        self.ended()
    }

    /// Waits for its end, and gives its log, in which there must be no password.
    pub fn ended(mut self) -> String {
        let status = self.process.wait_exit(SOON);
        let log = self.process.log_text();
        assert!(status.success(), "{status}\n{log}");
        assert!(!log.contains(PASSWORD), "a password in the log:\n{log}");
        log
    }

    /// A connection to the script's socket: takes lines of script, gives the frames that are sent.
    pub fn radio(&self) -> UnixStream {
        UnixStream::connect(self.flash.join("socket")).expect("connect to the script")
    }

    /// What comes over the socket of the script.
    pub fn script(&self, lines: &str) {
        self.radio().write_all(lines.as_bytes()).expect("write to the script");
    }
}
