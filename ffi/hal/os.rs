//! Time and randomness of the port.

use linkkit_core::time::Instant;

unsafe extern "C" {
    fn HAL_UptimeMs() -> u64;
    fn HAL_SleepMs(ms: u32);
    fn HAL_Random(region: u32) -> u32;
}

/// Blocks the calling thread.
pub fn sleep_ms(ms: u32) {
    // SAFETY: no preconditions.
    unsafe { HAL_SleepMs(ms) }
}

/// Milliseconds since boot as the port says: it may wrap at 2^32 and jump back.
pub fn uptime_ms() -> u64 {
    // SAFETY: no preconditions.
    unsafe { HAL_UptimeMs() }
}

/// A number from the port's random source, whatever that is worth.
pub fn random_u32() -> u32 {
    // SAFETY: no preconditions; the bound is not 0, which ports treat differently.
    unsafe { HAL_Random(u32::MAX) }
}

/// Fills `bytes` from the port's random source, whatever that is worth.
pub fn random(bytes: &mut [u8]) {
    for chunk in bytes.chunks_mut(4) {
        let word = random_u32();
        chunk.copy_from_slice(word.to_le_bytes().get(..chunk.len()).unwrap_or_default());
    }
}

/// The longest step back of the port's clock that counts as a jump and not as a wrap, ms.
const LONGEST_JUMP_BACK: u32 = 0x7FFF_FFFF;

/// A clock that never goes back, made from one that may. Kept under the SDK's lock.
pub struct Clock {
    now: u64,
    /// Low half of the uptime last seen. Ports that wrap do so at 2^32.
    last: u32,
}

impl Clock {
    /// Starts at the port's time.
    pub fn start() -> Self {
        let uptime = uptime_ms();
        Self { now: uptime, last: uptime as u32 }
    }

    /// The time now; `uptime` was read from [`uptime_ms`].
    pub fn advance(&mut self, uptime: u64) -> Instant {
        let low = uptime as u32;
        let step = low.wrapping_sub(self.last);
        self.last = low;
        if step <= LONGEST_JUMP_BACK {
            self.now = self.now.saturating_add(u64::from(step));
        }
        Instant::from_millis(self.now)
    }
}
