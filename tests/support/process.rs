//! A child process whose output is watched.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::network::Namespace;
use super::timeline::{Seen, Timeline};

/// A line of output, without colours.
pub type Line = Seen<String>;

/// A running program; killed on drop.
pub struct Process {
    name: String,
    child: Child,
    stdin: Option<ChildStdin>,
    log: Arc<Timeline<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Process {
    /// Starts `command` inside `namespace`.
    pub fn spawn(namespace: &Namespace, mut command: Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child =
            namespace.run(|| command.spawn()).unwrap_or_else(|error| panic!("start {name}: {error}"));
        let log = Arc::new(Timeline::new());
        let readers = vec![watch(child.stdout.take(), &log), watch(child.stderr.take(), &log)];
        let stdin = child.stdin.take();
        Self { name, child, stdin, log, readers }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Writes a line to its standard input.
    pub fn send(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("standard input is open");
        if let Err(error) = writeln!(stdin, "{line}") {
            panic!("{} takes no input: {error}\n{}", self.name, self.log_text());
        }
    }

    /// Ends its standard input.
    pub fn close_input(&mut self) {
        self.stdin = None;
    }

    /// The first line that contains `keyword`, from the start of the log.
    pub fn wait_for(&self, keyword: &str, timeout: Duration) -> Line {
        self.wait_from(0, keyword, timeout)
    }

    /// The first line behind `line` that contains `keyword`.
    pub fn wait_after(&self, line: &Line, keyword: &str, timeout: Duration) -> Line {
        self.wait_from(line.index + 1, keyword, timeout)
    }

    /// The first line at `index` or later that contains `keyword`.
    pub fn wait_from(&self, index: usize, keyword: &str, timeout: Duration) -> Line {
        self.log.find(index, timeout, |line| line.contains(keyword)).unwrap_or_else(|| {
            panic!("no `{keyword}` within {timeout:?} in the log of {}:\n{}", self.name, self.log_text())
        })
    }

    /// The lines so far that contain `keyword`.
    pub fn lines_with(&self, keyword: &str) -> Vec<Line> {
        self.log.all().into_iter().filter(|line| line.what.contains(keyword)).collect()
    }

    /// The lines so far at `index` or later.
    pub fn lines_from(&self, index: usize) -> Vec<Line> {
        self.log.since(index)
    }

    /// How many lines there are so far.
    pub fn log_len(&self) -> usize {
        self.log.len()
    }

    /// How many files and sockets it has open.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.id())).expect("it runs").count()
    }

    /// The log with the seconds since its first line.
    pub fn log_text(&self) -> String {
        let lines = self.log.all();
        let text = |line: &Line| format!("{:8.3} {}\n", (line.at - lines[0].at).as_secs_f64(), line.what);
        lines.iter().map(text).collect()
    }

    /// Waits for it to end by itself, and for the last line of its log.
    pub fn wait_exit(&mut self, timeout: Duration) -> ExitStatus {
        let deadline = Instant::now() + timeout;
        loop {
            if let Some(status) = self.child.try_wait().expect("wait for a child") {
                for reader in self.readers.drain(..) {
                    reader.join().expect("its output was read");
                }
                return status;
            }
            assert!(Instant::now() < deadline, "{} runs after {timeout:?}:\n{}", self.name, self.log_text());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends it as a power loss would.
    pub fn kill(&mut self) {
        // Fails only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn watch(output: Option<impl Read + Send + 'static>, log: &Arc<Timeline<String>>) -> JoinHandle<()> {
    let (mut output, log) = (BufReader::new(output.expect("output is piped")), Arc::clone(log));
    thread::spawn(move || {
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            log.push(without_colours(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n'])));
            line.clear();
        }
    })
}

fn without_colours(line: &str) -> String {
    let mut parts = line.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or(part, |(_, rest)| rest))
}
