//! What was seen, in order and with times, by one thread for others to wait on.

use std::fmt::Debug;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

/// One thing seen.
#[derive(Clone, Debug)]
pub struct Seen<T> {
    /// Its place in the timeline, from 0.
    pub index: usize,
    pub at: Instant,
    pub what: T,
}

pub struct Timeline<T> {
    seen: Mutex<Vec<Seen<T>>>,
    grown: Condvar,
}

impl<T: Clone + Debug> Timeline<T> {
    pub fn new() -> Self {
        Self { seen: Mutex::new(Vec::new()), grown: Condvar::new() }
    }

    pub fn push(&self, what: T) {
        let mut seen = self.seen.lock().unwrap();
        let index = seen.len();
        seen.push(Seen { index, at: Instant::now(), what });
        self.grown.notify_all();
    }

    /// All that was seen so far.
    pub fn all(&self) -> Vec<Seen<T>> {
        self.since(0)
    }

    /// What was seen so far at index `from` or later.
    pub fn since(&self, from: usize) -> Vec<Seen<T>> {
        self.seen.lock().unwrap().get(from..).unwrap_or_default().to_vec()
    }

    /// How much was seen so far.
    pub fn len(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// The first at index `from` or later that `matches`; `None` when none came within `timeout`.
    pub fn find(&self, from: usize, timeout: Duration, matches: impl Fn(&T) -> bool) -> Option<Seen<T>> {
        let deadline = Instant::now() + timeout;
        let mut seen = self.seen.lock().unwrap();
        let mut checked = from;
        loop {
            if let Some(found) = seen.iter().skip(checked).find(|seen| matches(&seen.what)) {
                return Some(found.clone());
            }
            checked = seen.len().max(from);
            let left = deadline.checked_duration_since(Instant::now())?;
            seen = self.grown.wait_timeout(seen, left).unwrap().0;
        }
    }
}
