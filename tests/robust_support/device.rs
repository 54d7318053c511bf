//! `tests/c/robust_device.c`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::support::build::{archive, c_program, scratch_dir};
use crate::support::network::{Network, SERVER};
use crate::support::process::{Line, Process};
use crate::support::{DEVICE_NAME, DEVICE_SECRET, PRODUCT_KEY, PRODUCT_SECRET, SOON};

/// `IOT_LOG_DEBUG`.
pub const DEBUG: &str = "5";
/// `IOT_LOG_NONE`.
pub const QUIET: &str = "0";

/// The functions of the port that `tests/c/robust_hal_counts.c` counts.
const COUNTED: [&str; 10] = [
    "HAL_Malloc",
    "HAL_Free",
    "HAL_MutexCreate",
    "HAL_MutexDestroy",
    "HAL_ThreadCreate",
    "HAL_ThreadDelete",
    "HAL_TCP_Establish",
    "HAL_TCP_Destroy",
    "HAL_UDP_create_without_connect",
    "HAL_UDP_close_without_connect",
];

/// A device that yields until it is told to close; killed on drop.
pub struct Device {
    process: Process,
    read_to: usize,
}

/// What a device holds of its port.
#[derive(Debug)]
pub struct Counts(BTreeMap<String, i64>);

/// How a device ended.
#[derive(Debug)]
pub struct Farewell {
    pub close_ms: i64,
    pub longest_yield_ms: i64,
    pub counts: Counts,
}

impl Device {
    pub fn start(network: &Network) -> Self {
        Self::start_with(network, DEBUG)
    }

    /// Without log lines, which need memory of their own.
    pub fn start_quiet(network: &Network) -> Self {
        Self::start_with(network, QUIET)
    }

    /// On another archive, without log lines.
    pub fn start_on(archive: &Path, network: &Network) -> Self {
        Self::spawn(network, Command::new(program(archive)), QUIET)
    }

    fn start_with(network: &Network, log_level: &str) -> Self {
        Self::spawn(network, Command::new(default_program()), log_level)
    }

    /// `command` starts the program.
    pub fn spawn(network: &Network, mut command: Command, log_level: &str) -> Self {
        command.args([
            PRODUCT_KEY,
            DEVICE_NAME,
            DEVICE_SECRET,
            PRODUCT_SECRET,
            &SERVER.to_string(),
            log_level,
        ]);
        command.current_dir(scratch_dir("flash"));
        Self { process: Process::spawn(&network.device, command), read_to: 0 }
    }

    /// Waits for the next line with `keyword`; looks at each line once.
    pub fn wait_for(&mut self, keyword: &str) -> Line {
        let line = self.process.wait_from(self.read_to, keyword, SOON);
        self.read_to = line.index + 1;
        line
    }

    pub fn lines_with(&self, keyword: &str) -> Vec<Line> {
        self.process.lines_with(keyword)
    }

    pub fn log_text(&self) -> String {
        self.process.log_text()
    }

    /// What it holds now.
    pub fn counts(&mut self) -> Counts {
        self.process.send("counts");
        self.read_counts()
    }

    /// Calls `awss_report_cloud`.
    pub fn report(&mut self) {
        self.process.send("report");
        assert_eq!(self.number("@report"), 0, "{}", self.log_text());
    }

    /// The first line with `keyword`, whether looked at or not.
    pub fn first_line_with(&self, keyword: &str) -> Line {
        self.process.wait_for(keyword, SOON)
    }

    /// Closes it, waits for its end, and gives all it has printed.
    pub fn close_for_log(mut self) -> String {
        self.close_once();
        self.log_text()
    }

    /// Closes it and waits for its end.
    pub fn close(mut self) -> Farewell {
        self.close_once()
    }

    fn close_once(&mut self) -> Farewell {
        self.process.send("close");
        assert_eq!(self.number("@close"), 0, "{}", self.log_text());
        let close_ms = self.number("@close_ms");
        let longest_yield_ms = self.number("@longest_yield_ms");
        let counts = self.read_counts();
        let status = self.process.wait_exit(SOON);
        assert!(status.success(), "{status}:\n{}", self.log_text());
        Farewell { close_ms, longest_yield_ms, counts }
    }

    /// The number in the next line that begins with `name`.
    pub fn number(&mut self, name: &str) -> i64 {
        let line = self.wait_for(&format!("{name} "));
        let number = line.what.split(' ').nth(1).expect("a number behind the name");
        number.parse().unwrap_or_else(|error| panic!("{error}: {}", line.what))
    }

    fn read_counts(&mut self) -> Counts {
        Counts::parse(&self.wait_for("@counts ").what)
    }
}

impl Counts {
    /// From the line that `tests/c/robust_hal_counts.c` prints.
    pub fn parse(line: &str) -> Self {
        let pairs = line.split(' ').skip(1).map(|pair| {
            let (name, number) = pair.split_once('=').expect("name=number");
            (name.to_owned(), number.parse().expect("a number"))
        });
        Self(pairs.collect())
    }

    pub fn get(&self, name: &str) -> i64 {
        self.0[name]
    }

    /// Everything was given back to the port.
    pub fn assert_nothing_held(&self) {
        for name in ["bytes", "blocks", "mutexes", "threads", "tcp_sockets", "udp_sockets"] {
            assert_eq!(self.get(name), 0, "{name} held after close: {self:?}");
        }
    }
}

/// The program on the release archive.
pub fn default_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| program(archive()))
}

/// The program on `archive`.
pub fn program(archive: &Path) -> PathBuf {
    counting_program("robust_device", &["robust_device.c", "robust_identity.c"], archive)
}

/// `sources` on `archive`, with `tests/c/robust_hal_counts.c` between it and the port.
pub fn counting_program(name: &str, sources: &[&str], archive: &Path) -> PathBuf {
    let wrapped = COUNTED.map(|name| format!("-Wl,--wrap={name}"));
    let mut options: Vec<&str> = wrapped.iter().map(String::as_str).collect();
    options.push(archive.to_str().expect("a path in UTF-8"));
    c_program(name, &[sources, &["robust_hal_counts.c"]].concat(), &options)
}
