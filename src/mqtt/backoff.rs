//! Waits that grow from one failure to the next.

use crate::knobs::{MQTT_BACKOFF_MAX_MS, MQTT_BACKOFF_MIN_MS};

const _: () = assert!(MQTT_BACKOFF_MIN_MS <= MQTT_BACKOFF_MAX_MS);

/// How often the interval of the next failure was doubled.
pub(super) struct Backoff(u8);

impl Backoff {
    pub(super) const fn new() -> Self {
        Self(0)
    }

    pub(super) fn reset(&mut self) {
        *self = Self::new();
    }

    /// The interval of this failure, ms: doubled by each one up to the maximum.
    pub(super) fn next_ms(&mut self) -> u64 {
        // At most 60 s shifted by 16 bits: the range of the knobs has no more doublings.
        let interval = MQTT_BACKOFF_MIN_MS.wrapping_shl(self.0.into());
        if interval >= MQTT_BACKOFF_MAX_MS {
            return MQTT_BACKOFF_MAX_MS;
        }
        self.0 = self.0.saturating_add(1);
        interval
    }

    /// A point within the interval of this failure, ms. `jitter`, uniform over its type, picks it, so
    /// that devices which lost the same broker do not come back all at once.
    pub(super) fn next_jittered_ms(&mut self, jitter: u32) -> u64 {
        let choices = self.next_ms().saturating_add(1);
        u64::from(jitter).saturating_mul(choices) >> u32::BITS
    }
}
