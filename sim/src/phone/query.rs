//! `phone query`: ask one device, once or many times.

use std::collections::HashSet;
use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;

use crate::output::Output;
use crate::phone::coap::INFO_PATH;
use crate::phone::coap_address::CoapAddress;
use crate::phone::device_info::{DeviceInfo, InfoAnswer};
use crate::phone::exchange::RetryPolicy;
use crate::phone::latency::LatencySummary;
use crate::phone::querier::{Exchange, Querier};

/// Flags of `linkkit-sim phone query`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Exit status: 0 when a token was given (with --count, when every query was answered), else 1."
)]
pub struct QueryArgs {
    /// The device; port 5683 if none is given
    #[arg(value_name = "IP[:PORT]")]
    device: CoapAddress,
    /// Resource to ask for; devices also serve /sys/PK/DN/device/info/get
    #[arg(long, value_name = "PATH", default_value = INFO_PATH)]
    path: String,
    /// Number of queries, one after the other; more than one prints a summary instead of the answers
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
    /// Pause between queries
    #[arg(long, value_name = "MS", default_value_t = 0)]
    interval_ms: u64,
    /// Ask again while the device has no token to give, for so long
    #[arg(long, value_name = "MS", default_value_t = 0, conflicts_with = "count")]
    wait_token_ms: u64,
    #[command(flatten)]
    retries: RetryPolicy,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answered<'a> {
    info: Option<&'a DeviceInfo>,
    elapsed_ms: f64,
    repetitions: u32,
}

impl fmt::Display for Answered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.info {
            Some(info) => write!(f, "{info}")?,
            None => f.write_str("no token yet (code 400)")?,
        }
        write!(f, ", after {:.3} ms and {} repetition(s)", self.elapsed_ms, self.repetitions)
    }
}

/// What many queries came to.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Series {
    sent: u32,
    with_token: u32,
    without_token: u32,
    failed: u32,
    repetitions: u32,
    distinct_tokens: usize,
    latency: Option<LatencySummary>,
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sent, with_token, without_token, failed, repetitions, distinct_tokens, latency } = self;
        write!(
            f,
            "{sent} queries, {repetitions} repetition(s): {with_token} answered with a token \
             ({distinct_tokens} distinct), {without_token} without, {failed} failed"
        )?;
        match latency {
            Some(latency) => write!(f, "\n{latency}"),
            None => Ok(()),
        }
    }
}

/// `linkkit-sim phone query`.
pub fn run(args: &QueryArgs) -> Result<()> {
    let output = Output::from_json_flag(args.json);
    let mut querier = Querier::new(args.device.0, &args.path, args.retries.clone())?;
    if args.count > 1 {
        return run_series(args, output, &mut querier);
    }
    let Exchange { answer, elapsed, repetitions } =
        querier.ask_for_token(Instant::now() + Duration::from_millis(args.wait_token_ms))?;
    let elapsed_ms = elapsed.as_secs_f64() * 1000.0;
    match &answer {
        InfoAnswer::Info(info) => {
            output.emit(&Answered { info: Some(info), elapsed_ms, repetitions });
            Ok(())
        }
        InfoAnswer::NoTokenYet => {
            output.emit(&Answered { info: None, elapsed_ms, repetitions });
            bail!("{} has no token to give", args.device)
        }
    }
}

fn run_series(args: &QueryArgs, output: Output, querier: &mut Querier) -> Result<()> {
    let mut series = Series::default();
    let mut samples = Vec::new();
    let mut tokens = HashSet::new();
    while series.sent < args.count {
        if series.sent > 0 {
            thread::sleep(Duration::from_millis(args.interval_ms));
        }
        series.sent += 1;
        match querier.ask() {
            Ok(exchange) => {
                samples.push(exchange.elapsed);
                series.repetitions += exchange.repetitions;
                match exchange.answer {
                    InfoAnswer::Info(info) => {
                        series.with_token += 1;
                        tokens.extend(info.token);
                    }
                    InfoAnswer::NoTokenYet => series.without_token += 1,
                }
            }
            Err(error) => {
                series.failed += 1;
                eprintln!("linkkit-sim: query {}: {error:#}", series.sent);
            }
        }
    }
    series.distinct_tokens = tokens.len();
    series.latency = LatencySummary::of(samples);
    output.emit(&series);
    if series.failed > 0 {
        bail!("{} of {} queries failed", series.failed, series.sent);
    }
    Ok(())
}
