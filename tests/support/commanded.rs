//! A program that does what it is told, one command per line: see `tests/c/command_line.h`.

use std::process::Command;
use std::time::Duration;

use super::SOON;
use super::network::Network;
use super::process::{Line, Process};

/// Killed on drop.
pub struct Commanded {
    pub process: Process,
    name: &'static str,
    answered: usize,
    heard: usize,
}

impl Commanded {
    /// Starts `command` on the device's side of `network`; `name`: what its answers begin with.
    pub fn spawn(network: &Network, command: Command, name: &'static str) -> Self {
        Self { process: Process::spawn(&network.device, command), name, answered: 0, heard: 0 }
    }

    /// Does `command` and gives its result.
    pub fn call(&mut self, command: &str) -> i32 {
        self.begin(command);
        self.finish(command)
    }

    /// Does `command`, which must give 0.
    pub fn ok(&mut self, command: &str) {
        assert_eq!(self.call(command), 0, "{command}\n{}", self.log_text());
    }

    /// Starts a command that takes long; [`finish`](Self::finish) waits for its result.
    pub fn begin(&mut self, command: &str) {
        self.process.send(command);
    }

    /// The result of `command`.
    pub fn finish(&mut self, command: &str) -> i32 {
        self.finish_within(command, SOON)
    }

    /// The same, for one that takes longer.
    pub fn finish_within(&mut self, command: &str, timeout: Duration) -> i32 {
        let answer = self.answer(command, timeout);
        let result = answer.split(" in ").next().unwrap_or_default();
        result.parse().unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    /// The result of `command` and how long it took.
    pub fn finish_timed(&mut self, command: &str) -> (i32, Duration) {
        let answer = self.answer(command, SOON);
        let (result, time) = answer.split_once(" in ").expect("a time behind the result");
        let result = result.parse().unwrap_or_else(|error| panic!("{error}: {answer}"));
        let ms = time.trim_end_matches(" ms").parse().unwrap_or_else(|error| panic!("{error}: {answer}"));
        (result, Duration::from_millis(ms))
    }

    /// What stands behind the sign in its answer to `command`.
    fn answer(&mut self, command: &str, timeout: Duration) -> String {
        let prefix = format!("{}: {command} = ", self.name);
        let line = self.process.wait_from(self.answered, &prefix, timeout);
        self.answered = line.index + 1;
        line.what[prefix.len()..].to_owned()
    }

    /// The next line with `keyword`; looks at each line once.
    pub fn hear(&mut self, keyword: &str) -> Line {
        self.hear_within(keyword, SOON)
    }

    /// The same, for one that takes longer.
    pub fn hear_within(&mut self, keyword: &str, timeout: Duration) -> Line {
        let line = self.process.wait_from(self.heard, keyword, timeout);
        self.heard = line.index + 1;
        line
    }

    /// The lines so far with `keyword`.
    pub fn lines_with(&self, keyword: &str) -> Vec<Line> {
        self.process.lines_with(keyword)
    }

    /// The log so far.
    pub fn log_text(&self) -> String {
        self.process.log_text()
    }
}
