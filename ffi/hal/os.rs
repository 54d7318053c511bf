//! Time and randomness of the port.

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
