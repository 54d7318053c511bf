//! Waits that grow from one failure to the next.

use crate::knobs::{MQTT_BACKOFF_MAX_MS, MQTT_BACKOFF_MIN_MS};

const _: () = assert!(MQTT_BACKOFF_MIN_MS <= MQTT_BACKOFF_MAX_MS);

/// The interval that the next failure costs, ms: doubled by each one up to the maximum.
pub(super) struct Backoff(u64);

impl Backoff {
    pub(super) const fn new() -> Self {
        Self(MQTT_BACKOFF_MIN_MS)
    }

    pub(super) fn reset(&mut self) {
        *self = Self::new();
    }

    /// The interval of this failure, ms.
    pub(super) fn next_ms(&mut self) -> u64 {
        let interval = self.0;
        self.0 = interval.saturating_mul(2).min(MQTT_BACKOFF_MAX_MS);
        interval
    }

    /// A point within the interval of this failure, ms. `jitter`, uniform over its type, picks it, so
    /// that devices which lost the same broker do not come back all at once.
    pub(super) fn next_jittered_ms(&mut self, jitter: u32) -> u64 {
        let choices = self.next_ms().saturating_add(1);
        u64::from(jitter).saturating_mul(choices) >> u32::BITS
    }
}
