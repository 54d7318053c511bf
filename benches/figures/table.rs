//! One row per figure.

use std::time::Duration;

pub fn row(figure: &str, ours: &str, theirs: &str) {
    println!("| {figure} | {ours} | {theirs} |");
}

/// A whole number, its thousands apart.
pub fn count(number: f64) -> String {
    let digits = format!("{number:.0}");
    let thousands = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    thousands.collect::<Vec<_>>().join(" ")
}

pub fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// The value that `share` of all are below.
pub fn percentile(values: &mut [Duration], share: f64) -> Duration {
    values.sort_unstable();
    let index = (values.len() as f64 * share) as usize;
    values[index.min(values.len() - 1)]
}

pub fn median(values: &mut [Duration]) -> Duration {
    percentile(values, 0.5)
}
