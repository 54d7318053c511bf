//! The seed of this boot's entropy, and that of the next.

use core::ffi::CStr;

use linkkit_core::PORT_RANDOM_LEN;
use linkkit_core::entropy::{Entropy, PortEntropy, StoredSeed};
use linkkit_core::error::Error;
use linkkit_core::identity::Identity;
use log::warn;
use zeroize::Zeroizing;

use crate::hal::{kv, os};

/// Where a boot leaves the seed of the next one.
const SEED_KEY: &CStr = c"linkkit.seed";

/// Seeds from what the port knows and what the last boot left, and leaves something for the next.
pub fn sow(device: &Identity, mac: &str) -> Result<Entropy, Error> {
    let mut room = Zeroizing::new([0; StoredSeed::LEN]);
    let stored = kv::get(SEED_KEY, &mut *room).ok().and_then(StoredSeed::from_bytes);
    let mut random = Zeroizing::new([0; PORT_RANDOM_LEN]);
    os::random(&mut *random);
    let port = PortEntropy { random: &*random, uptime_ms: os::uptime_ms(), mac };
    let stored = stored.unwrap_or_else(StoredSeed::empty);
    let (entropy, next) = Entropy::new(device.device_secret(), &stored, &port)?;
    let next = Zeroizing::new(next.to_bytes());
    if kv::set(SEED_KEY, &*next).is_err() {
        warn!("HAL_Kv_Set fails: tokens depend on HAL_Random alone to differ from boot to boot");
    }
    Ok(entropy)
}
