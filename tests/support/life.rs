//! `tests/c/dynamic_register.c`: a device that takes steps and ends.

use std::process::Command;
use std::time::Duration;

use super::network::Network;
use super::process::Process;
use super::{DEVICE_SECRET, PRODUCT_SECRET};

/// Of it and its port, in `tests/c/`.
pub const SOURCES: [&str; 2] = ["dynamic_register.c", "poor_port.c"];
/// What the linker must do to the port.
pub const WRAPPED: [&str; 3] =
    ["-Wl,--wrap=HAL_Kv_Get", "-Wl,--wrap=HAL_Kv_Set", "-Wl,--wrap=HAL_ThreadCreate"];

/// Two connects that use up their budget, on a loaded machine.
const LONGEST: Duration = Duration::from_secs(60);

/// What a device did.
pub struct Life {
    process: Process,
}

impl Life {
    /// Of what `command` starts; it must be content.
    pub fn live(network: &Network, command: Command) -> Self {
        let mut process = Process::spawn(&network.device, command);
        let status = process.wait_exit(LONGEST);
        let life = Self { process };
        assert!(status.success(), "{status}: {}", life.log());
        let log = life.log();
        for secret in [DEVICE_SECRET, PRODUCT_SECRET] {
            assert!(!log.contains(secret), "a secret in the log: {log}");
        }
        life
    }

    pub fn log(&self) -> String {
        self.process.log_text()
    }

    /// What a step gave, each time it was taken.
    pub fn assert(&self, step: &str, results: &[i32]) {
        let lines = self.process.lines_with(&format!("step: {step} = "));
        let given: Vec<i32> =
            lines.iter().map(|line| line.what.rsplit(' ').next().unwrap().parse().unwrap()).collect();
        assert_eq!(given, results, "{step}: {}", self.log());
    }

    /// The error lines.
    pub fn assert_errors(&self, errors: &[&str]) {
        let lines = self.process.lines_with("[err]");
        assert_eq!(lines.len(), errors.len(), "{}", self.log());
        for (line, error) in lines.iter().zip(errors) {
            assert!(line.what.contains(error), "{error}: {}", self.log());
        }
    }
}
