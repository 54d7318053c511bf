//! What device, cloud and phone were seen to do, with times; and the waiting for it.

use std::fmt;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::demo::log_line;
use crate::output::{Output, line};

/// How long what the device did may still be on its way to the others when the device ends.
const AFTERGLOW: Duration = Duration::from_millis(500);
/// Characters of a proof that a step shows.
const PROOF_WIDTH: usize = 100;

/// Who saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The log of the device.
    Device,
    /// The log of a broker that is not the cloud's own.
    Broker,
    /// An event of the cloud.
    Cloud,
    /// The phone itself.
    Phone,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Device => "device",
            Self::Broker => "broker",
            Self::Cloud => "cloud",
            Self::Phone => "phone",
        })
    }
}

/// One thing that was seen.
#[derive(Clone, Debug)]
pub struct Observation {
    /// When, since the start.
    pub at: Duration,
    source: Source,
    /// The words.
    pub text: String,
}

/// What proves a step.
pub struct Proof {
    /// Its place in the record, to look from there for what follows.
    pub place: usize,
    /// The proof itself.
    pub seen: Observation,
}

enum Report {
    Seen(Observation),
    DeviceEnded(String),
}

/// Takes down what is seen, in any thread.
#[derive(Clone)]
pub struct Witness {
    start: Instant,
    reports: Sender<Report>,
}

impl Witness {
    /// Something was seen just now.
    pub fn saw(&self, source: Source, text: impl Into<String>) {
        let seen = Observation { at: self.start.elapsed(), source, text: text.into() };
        // Nobody reads any more once the demo is over.
        let _ = self.reports.send(Report::Seen(seen));
    }

    /// The device program is gone.
    pub fn device_ended(&self, how: impl Into<String>) {
        let _ = self.reports.send(Report::DeviceEnded(how.into()));
    }
}

/// A numbered step of the guide, and what proves it.
#[derive(Debug)]
pub struct Step {
    /// The guide's number.
    pub number: u32,
    /// The step in a few words.
    pub name: &'static str,
    /// Whose word proves it.
    pub source: Source,
    /// All of these are in the proof.
    pub keywords: &'static [&'static str],
    /// How long it may take.
    pub limit: Duration,
}

/// A step as it is printed.
#[derive(Serialize)]
struct StepLine<'a> {
    seconds: f64,
    path: &'static str,
    step: u32,
    name: &'a str,
    source: Source,
    proof: &'a str,
}

impl fmt::Display for StepLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seconds, step, name, source, proof, .. } = self;
        let shown: String = proof.chars().take(PROOF_WIDTH).collect();
        let cut = if shown.len() < proof.len() { "…" } else { "" };
        write!(f, "{seconds:>8.3} s  {step:>2} {name:<36} {source}: {shown}{cut}")
    }
}

/// The demo's record.
pub struct Timeline {
    start: Instant,
    reports: Receiver<Report>,
    seen: Vec<Observation>,
    output: Output,
    verbose: bool,
    path: &'static str,
    device_ended: Option<(Instant, String)>,
}

impl Timeline {
    /// Starts the clock. `verbose` prints all that is seen, not only the steps.
    pub fn start(output: Output, verbose: bool) -> (Self, Witness) {
        let start = Instant::now();
        let (sender, reports) = mpsc::channel();
        let timeline =
            Self { start, reports, seen: Vec::new(), output, verbose, path: "", device_ended: None };
        (timeline, Witness { start, reports: sender })
    }

    /// Heads the steps that follow.
    pub fn begin_path(&mut self, path: &'static str, title: &str) {
        self.path = path;
        self.output.remark(format_args!("path {path}: {title}"));
    }

    /// The place after all that was seen so far, to look from later.
    pub fn end(&mut self) -> usize {
        while let Ok(report) = self.reports.try_recv() {
            self.keep(report);
        }
        self.seen.len()
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Waits for a step's proof at or after the place `from`.
    pub fn find(&mut self, step: &Step, from: usize) -> Result<Proof> {
        self.find_naming("", step, from)
    }

    /// The same, and the proof must also contain `name`, which only this run knows.
    pub fn find_naming(&mut self, name: &str, step: &Step, from: usize) -> Result<Proof> {
        let path = self.path;
        self.wait(name, step, from)
            .with_context(|| format!("path {path}, step {} ({})", step.number, step.name))
    }

    /// The same, and prints it.
    pub fn expect(&mut self, step: &Step, from: usize) -> Result<Proof> {
        let proof = self.find(step, from)?;
        self.did(proof.seen.at, step.number, step.name, proof.seen.source, &proof.seen.text);
        Ok(proof)
    }

    /// Prints a step that was done at a time.
    pub fn did(&self, at: Duration, step: u32, name: &str, source: Source, proof: &str) {
        let proof = log_line::message(proof);
        let seconds = at.as_secs_f64();
        self.output.emit(&StepLine { seconds, path: self.path, step, name, source, proof });
    }

    /// Prints a step of the guide that this run had no need of.
    pub fn skipped(&self, number: u32, name: &str, why: &str) {
        self.output.remark(format_args!("           -  {number:>2} {name:<36} {why}"));
    }

    /// The last `lines` of a log, for whoever asks why a step failed.
    pub fn tail_of(&self, source: Source, lines: usize) -> String {
        let of_source = |seen: &&Observation| seen.source == source;
        let mut last: Vec<_> = self.seen.iter().rev().filter(of_source).take(lines).collect();
        last.reverse();
        last.iter()
            .map(|seen| format!("  {source} {:>8.3} s  {}\n", seen.at.as_secs_f64(), seen.text))
            .collect()
    }

    fn keep(&mut self, report: Report) {
        match report {
            Report::Seen(observation) => {
                if self.verbose {
                    let Observation { at, source, text } = &observation;
                    line(format_args!("{:>8.3} s     {source}: {text}", at.as_secs_f64()));
                }
                self.seen.push(observation);
            }
            Report::DeviceEnded(how) => self.device_ended = Some((Instant::now(), how)),
        }
    }

    fn wait(&mut self, name: &str, step: &Step, from: usize) -> Result<Proof> {
        let mut deadline = Instant::now() + step.limit;
        let proves = |seen: &Observation| {
            seen.source == step.source
                && seen.text.contains(name)
                && step.keywords.iter().all(|word| seen.text.contains(word))
        };
        let mut next = from;
        loop {
            if let Some((place, seen)) =
                self.seen.iter().enumerate().skip(next).find(|(_, seen)| proves(seen))
            {
                return Ok(Proof { place, seen: seen.clone() });
            }
            next = self.seen.len().max(from);
            if let Some((ended, how)) = &self.device_ended {
                deadline = deadline.min(*ended + AFTERGLOW);
                if step.source == Source::Device || Instant::now() >= deadline {
                    bail!("the device ended: {how}");
                }
            }
            let remaining = deadline.saturating_duration_since(Instant::now());
            match self.reports.recv_timeout(remaining) {
                Ok(report) => self.keep(report),
                Err(_) if self.device_ended.is_some() => {}
                Err(_) => bail!(
                    "the {} did not say `{}` within {} s",
                    step.source,
                    [step.keywords, &[name]].concat().join(" … ").trim_end_matches(" … "),
                    step.limit.as_secs()
                ),
            }
        }
    }
}

#[cfg(test)]
mod tests;
