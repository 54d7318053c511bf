//! Unpredictable bytes, also on ports whose `HAL_Random` is not.
//!
//! ChaCha20 under a key that nobody can compute without the device secret: an HMAC-SHA-256, keyed
//! with that secret, over everything the port knows that differs from boot to boot. Each draw
//! replaces the key, so that what was drawn cannot be computed from what is in memory later.

use chacha20::ChaCha20Rng;
use hmac::{Hmac, KeyInit, Mac};
use rand_core::{Rng, SeedableRng};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

#[cfg(test)]
use crate::PORT_RANDOM_LEN;
use crate::error::Error;

/// What a boot leaves in storage for the next one.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct StoredSeed {
    /// Boots so far.
    pub boots: u32,
    /// Secret carried from boot to boot.
    pub carry: [u8; 32],
}

impl StoredSeed {
    /// Length of the stored form, bytes.
    pub const LEN: usize = 36;

    /// The seed of a device that has never booted, or cannot store.
    pub const fn empty() -> Self {
        Self { boots: 0, carry: [0; 32] }
    }

    /// Reads the stored form: boots (little endian), then the carry. Other lengths give `None`.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (boots, carry) = bytes.split_first_chunk::<4>()?;
        Some(Self { boots: u32::from_le_bytes(*boots), carry: carry.try_into().ok()? })
    }

    /// The stored form.
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        if let Some((boots, carry)) = bytes.split_first_chunk_mut::<4>() {
            *boots = self.boots.to_le_bytes();
            carry.copy_from_slice(&self.carry);
        }
        bytes
    }
}

/// What the port contributes to a seed.
pub struct PortEntropy<'a> {
    /// [`PORT_RANDOM_LEN`](crate::PORT_RANDOM_LEN) bytes or more from the port's random source, of unknown quality.
    pub random: &'a [u8],
    /// Uptime, ms.
    pub uptime_ms: u64,
    /// The device's MAC address as text.
    pub mac: &'a str,
}

/// The generator of tokens, CoAP tokens, message ids and jitter.
#[derive(ZeroizeOnDrop)]
pub struct Entropy {
    key: [u8; 32],
}

impl Entropy {
    /// Seeds for this boot and says what to store for the next one.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the MAC refuses the key, which HMAC never does.
    pub fn new(secret: &[u8], stored: &StoredSeed, port: &PortEntropy) -> Result<(Self, StoredSeed), Error> {
        let boots = stored.boots.wrapping_add(1);
        let seed = derive(secret, b"seed", boots, &stored.carry, port)?;
        let carry = derive(secret, b"carry", boots, &seed, port)?;
        Ok((Self { key: *seed }, StoredSeed { boots, carry: *carry }))
    }

    /// Mixes in what the port has gathered since; the old state keeps its share.
    ///
    /// # Errors
    /// As [`Entropy::new`].
    pub fn reseed(&mut self, secret: &[u8], port: &PortEntropy) -> Result<(), Error> {
        self.key = *derive(secret, b"reseed", 0, &self.key, port)?;
        Ok(())
    }

    /// `N` fresh bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut stream = ChaCha20Rng::from_seed(self.key);
        stream.fill_bytes(&mut self.key);
        let mut bytes = [0; N];
        stream.fill_bytes(&mut bytes);
        bytes
    }

    /// A fresh 16-bit number.
    pub fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.bytes())
    }

    /// A fresh 32-bit number.
    pub fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.bytes())
    }
}

fn derive(
    secret: &[u8],
    purpose: &[u8],
    boots: u32,
    carry: &[u8; 32],
    port: &PortEntropy,
) -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(|_| Error::Malformed)?;
    for field in [
        b"linkkit entropy".as_slice(),
        purpose,
        &boots.to_le_bytes(),
        carry,
        port.random,
        &port.uptime_ms.to_le_bytes(),
        port.mac.as_bytes(),
    ] {
        // The length in front keeps two neighbouring fields from being read as two others.
        mac.update(&(field.len() as u64).to_le_bytes());
        mac.update(field);
    }
    Ok(Zeroizing::new(mac.finalize().into_bytes().into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const CONSTANT_PORT: PortEntropy<'static> =
        PortEntropy { random: &[0; PORT_RANDOM_LEN], uptime_ms: 17, mac: "B0:F8:93:15:BF:21" };

    fn token(secret: &[u8], stored: &StoredSeed) -> ([u8; 16], StoredSeed) {
        let (mut entropy, next) = Entropy::new(secret, stored, &CONSTANT_PORT).unwrap();
        (entropy.bytes(), next)
    }

    #[test]
    fn a_constant_port_never_repeats_a_token_over_a_thousand_boots() {
        let mut stored = StoredSeed::empty();
        let mut seen = HashSet::new();
        for _ in 0..1000 {
            let (mut entropy, next) = Entropy::new(b"secret", &stored, &CONSTANT_PORT).unwrap();
            for _ in 0..10 {
                assert!(seen.insert(entropy.bytes::<16>()));
            }
            stored = StoredSeed::from_bytes(&next.to_bytes()).unwrap();
        }
        assert_eq!(stored.boots, 1000);
    }

    #[test]
    fn the_token_depends_on_the_secret_alone_when_all_else_is_known() {
        let stored = StoredSeed::empty();
        assert_ne!(token(b"secret", &stored).0, token(b"Secret", &stored).0);
        assert_eq!(token(b"secret", &stored).0, token(b"secret", &stored).0);
    }

    #[test]
    fn each_ingredient_counts() {
        let base = StoredSeed::empty();
        let with = |port: PortEntropy| Entropy::new(b"s", &base, &port).unwrap().0.bytes::<16>();
        let reference = with(CONSTANT_PORT);
        assert_ne!(reference, with(PortEntropy { uptime_ms: 18, ..CONSTANT_PORT }));
        assert_ne!(reference, with(PortEntropy { mac: "", ..CONSTANT_PORT }));
        assert_ne!(reference, with(PortEntropy { random: &[1; 32], ..CONSTANT_PORT }));
    }

    #[test]
    fn what_is_stored_does_not_reveal_the_tokens_of_this_boot() {
        let (first, next) = token(b"secret", &StoredSeed::empty());
        let (replayed, _) = token(b"other", &next);
        assert_ne!(first, replayed);
        assert_ne!(&next.carry[..16], &first);
    }

    #[test]
    fn reseeding_changes_the_stream_and_keeps_the_old_state() {
        let pair = || Entropy::new(b"s", &StoredSeed::empty(), &CONSTANT_PORT).unwrap().0;
        let (mut a, mut b) = (pair(), pair());
        b.bytes::<1>();
        a.reseed(b"s", &CONSTANT_PORT).unwrap();
        b.reseed(b"s", &CONSTANT_PORT).unwrap();
        assert_ne!(a.bytes::<16>(), b.bytes::<16>());
        assert_ne!(a.bytes::<16>(), pair().bytes::<16>());
    }

    #[test]
    fn a_stored_form_of_another_length_is_refused() {
        assert!(StoredSeed::from_bytes(&[0; 35]).is_none());
        assert!(StoredSeed::from_bytes(&[0; 37]).is_none());
        assert!(StoredSeed::from_bytes(&[]).is_none());
    }
}
