//! Random bytes from the operating system.

use anyhow::{Result, anyhow};

/// `N` unpredictable bytes.
pub fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no randomness from the system: {error}"))?;
    Ok(bytes)
}

/// A name nobody else picks: 16 lower-case hex digits.
pub fn name() -> Result<String> {
    Ok(format!("{:016x}", u64::from_ne_bytes(bytes()?)))
}
