//! Latency of many queries in a few numbers.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

/// Order statistics of a set of measurements, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LatencySummary {
    count: usize,
    min_ms: f64,
    median_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

impl LatencySummary {
    /// Summarises; `None` if there is nothing to summarise. Percentiles are by nearest rank, so that each
    /// number was really measured.
    pub fn of(mut samples: Vec<Duration>) -> Option<Self> {
        samples.sort_unstable();
        let ms = |sample: &Duration| sample.as_secs_f64() * 1000.0;
        let percentile = |percent: usize| {
            let rank = (samples.len() * percent).div_ceil(100).max(1);
            samples.get(rank - 1).map(ms)
        };
        Some(Self {
            count: samples.len(),
            min_ms: samples.first().map(ms)?,
            median_ms: percentile(50)?,
            p99_ms: percentile(99)?,
            max_ms: samples.last().map(ms)?,
        })
    }
}

impl fmt::Display for LatencySummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, min_ms, median_ms, p99_ms, max_ms } = self;
        write!(
            f,
            "{count} answers: min {min_ms:.3} ms, median {median_ms:.3} ms, p99 {p99_ms:.3} ms, \
             max {max_ms:.3} ms"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(samples_ms: impl IntoIterator<Item = u64>) -> Option<LatencySummary> {
        LatencySummary::of(samples_ms.into_iter().map(Duration::from_millis).collect())
    }

    #[test]
    fn nothing_has_no_summary() {
        assert_eq!(summary([]), None);
    }

    #[test]
    fn one_sample_is_every_statistic() {
        let only = summary([7]).unwrap();
        assert_eq!((only.min_ms, only.median_ms, only.p99_ms, only.max_ms), (7.0, 7.0, 7.0, 7.0));
    }

    #[test]
    fn percentiles_are_by_nearest_rank_whatever_the_order() {
        let hundred = summary((1..=100).rev()).unwrap();
        assert_eq!(
            (hundred.min_ms, hundred.median_ms, hundred.p99_ms, hundred.max_ms),
            (1.0, 50.0, 99.0, 100.0)
        );
        let odd = summary([30, 10, 20]).unwrap();
        assert_eq!((odd.median_ms, odd.p99_ms), (20.0, 30.0));
    }

    #[test]
    fn one_outlier_in_a_thousand_shows_in_max_only() {
        let mut samples = vec![1; 999];
        samples.push(500);
        let thousand = summary(samples).unwrap();
        assert_eq!((thousand.p99_ms, thousand.max_ms), (1.0, 500.0));
    }
}
