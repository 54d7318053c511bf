//! The device under test: `tests/c/device.c`, told line by line what to do.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use super::build::{c_program, scratch_dir};
use super::commanded::Commanded;
use super::network::{Network, SERVER};
use super::process::Line;
use super::{DEVICE_NAME, DEVICE_SECRET, PRODUCT_KEY, PRODUCT_SECRET, SOON};

/// What a port can lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacks {
    /// `HAL_ThreadCreate` gives -1.
    Threads,
    /// `HAL_Kv_Get` and `HAL_Kv_Set` give -1.
    Storage,
}

/// A device that is switched on; killed on drop.
pub struct Device {
    program: Commanded,
}

impl Deref for Device {
    type Target = Commanded;

    fn deref(&self) -> &Commanded {
        &self.program
    }
}

impl DerefMut for Device {
    fn deref_mut(&mut self) -> &mut Commanded {
        &mut self.program
    }
}

impl Device {
    /// Switches on a new device.
    pub fn start(network: &Network) -> Self {
        Self::boot(network, &scratch_dir("flash"), None)
    }

    /// Switches on a new device whose port lacks something.
    pub fn start_on_poor_port(network: &Network, lacks: Lacks) -> Self {
        Self::boot(network, &scratch_dir("flash"), Some(lacks))
    }

    /// Switches on a device with this flash.
    pub fn boot(network: &Network, flash: &Path, lacks: Option<Lacks>) -> Self {
        let mut command = Command::new(program());
        command.args([PRODUCT_KEY, DEVICE_NAME, DEVICE_SECRET, PRODUCT_SECRET, &SERVER.to_string()]);
        command.current_dir(flash);
        match lacks {
            Some(Lacks::Threads) => command.env("PORT_LACKS", "threads"),
            Some(Lacks::Storage) => command.env("PORT_LACKS", "storage"),
            None => command.env_remove("PORT_LACKS"),
        };
        Self::spawn(network, command)
    }

    /// `command` starts the program, or one like it.
    pub fn spawn(network: &Network, command: Command) -> Self {
        Self { program: Commanded::spawn(network, command, "device") }
    }

    /// Opens and connects; both must succeed.
    pub fn connected(mut self) -> Self {
        assert_eq!(self.call("open"), 0, "{}", self.log_text());
        assert_eq!(self.call("connect"), 0, "{}", self.log_text());
        self
    }

    /// See [`super::process::Process::wait_for`].
    pub fn wait_for(&self, keyword: &str) -> Line {
        self.process.wait_for(keyword, SOON)
    }

    /// See [`super::process::Process::wait_after`].
    pub fn wait_after(&self, line: &Line, keyword: &str) -> Line {
        self.process.wait_after(line, keyword, SOON)
    }

    /// See [`super::process::Process::wait_after`].
    pub fn wait_long_after(&self, line: &Line, keyword: &str, timeout: Duration) -> Line {
        self.process.wait_after(line, keyword, timeout)
    }

    /// See [`super::process::Process::wait_for`].
    pub fn wait_long_for(&self, keyword: &str, timeout: Duration) -> Line {
        self.process.wait_for(keyword, timeout)
    }

    /// See [`super::process::Process::wait_from`].
    pub fn wait_from(&self, index: usize, keyword: &str) -> Line {
        self.process.wait_from(index, keyword, SOON)
    }

    /// Where the next line of the log will be.
    pub fn log_end(&self) -> usize {
        self.process.log_len()
    }

    /// Waits until the cloud's acceptance of the `n`-th (from 0) token has reached the device.
    pub fn wait_for_reply(&self, n: usize) -> Line {
        let mut line = self.wait_for("awss_report_token_reply");
        for _ in 0..n {
            line = self.wait_after(&line, "awss_report_token_reply");
        }
        line
    }

    /// How many files and sockets it has open.
    pub fn descriptors(&self) -> usize {
        self.process.descriptors()
    }

    /// Ends its input, and so the program, which must be content.
    pub fn end(mut self) {
        self.process.close_input();
        let status = self.process.wait_exit(SOON);
        assert!(status.success(), "{status}:\n{}", self.log_text());
    }

    /// Ends it as a power loss would.
    pub fn cut_power(&mut self) {
        self.process.kill();
    }
}

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let wrapped =
            ["HAL_ThreadCreate", "HAL_Kv_Get", "HAL_Kv_Set"].map(|name| format!("-Wl,--wrap={name}"));
        let wrapped = wrapped.each_ref().map(String::as_str);
        c_program("device", &["device.c", "command_line.c", "poor_port.c"], &wrapped)
    })
}
