//! Programs that the demo runs: to their end, or beside it.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::demo::log_line;

/// How often a program is looked at that is to end.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

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

/// A running program; stopped when dropped.
pub struct Process {
    child: Child,
}

impl Process {
    /// Starts `command`, which reads `input`. Each line that it writes goes to `on_line`; `on_end` is called
    /// when it closes its standard output.
    pub fn start(
        mut command: Command,
        input: Stdio,
        on_line: impl Fn(String) + Clone + Send + 'static,
        on_end: impl FnOnce() + Send + 'static,
    ) -> Result<Self> {
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        if let Some(errors) = child.stderr.take() {
            let on_line = on_line.clone();
            thread::spawn(move || read_lines(errors, on_line));
        }
        if let Some(log) = child.stdout.take() {
            thread::spawn(move || {
                read_lines(log, on_line);
                on_end();
            });
        }
        Ok(Self { child })
    }

    /// Types a line, if its input is a pipe.
    pub fn enter(&mut self, text: &str) -> Result<()> {
        let input = self.child.stdin.as_mut().context("the program takes no input")?;
        input.write_all(format!("{text}\n").as_bytes()).context("the program takes no input any more")
    }

    /// Waits for the program's own end.
    pub fn end_within(&mut self, limit: Duration) -> Result<ExitStatus> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().context("cannot wait for the program")? {
                return Ok(status);
            }
            if Instant::now() >= deadline {
                bail!("it still runs after {} s", limit.as_secs());
            }
            thread::sleep(LOOK_AGAIN);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fails only if it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_lines(stream: impl Read, on_line: impl Fn(String)) {
    let mut reader = BufReader::new(stream);
    let mut raw = Vec::new();
    while reader.read_until(b'\n', &mut raw).is_ok_and(|length| length > 0) {
        let line = log_line::plain(&raw);
        if !line.is_empty() {
            on_line(line);
        }
        raw.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn shell(script: &str) -> (Process, mpsc::Receiver<String>) {
        let (sender, lines) = mpsc::channel();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let ended = sender.clone();
        let on_line = move |line| sender.send(line).unwrap();
        let process =
            Process::start(command, Stdio::piped(), on_line, move || ended.send("(end)".into()).unwrap());
        (process.unwrap(), lines)
    }

    #[test]
    fn lines_then_the_end_then_the_status_are_told() {
        let (mut process, lines) = shell("echo one; echo two; exit 3");
        assert_eq!(lines.iter().collect::<Vec<_>>(), ["one", "two", "(end)"]);
        assert_eq!(process.end_within(Duration::from_secs(5)).unwrap().code(), Some(3));
    }

    #[test]
    fn what_is_typed_comes_to_the_program() {
        let (mut process, lines) = shell("read word; echo \"got $word\"");
        process.enter("this").unwrap();
        assert_eq!(lines.iter().collect::<Vec<_>>(), ["got this", "(end)"]);
    }

    #[test]
    fn a_program_that_does_not_end_is_told_and_is_stopped_when_dropped() {
        let (mut process, lines) = shell("exec sleep 60");
        assert!(process.end_within(Duration::from_millis(20)).is_err());
        let dropped = Instant::now();
        drop(process);
        assert_eq!(lines.iter().collect::<Vec<_>>(), ["(end)"]);
        assert!(dropped.elapsed() < Duration::from_secs(30));
    }
}
