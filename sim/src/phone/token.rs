//! The bind token that a phone makes.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

use crate::random;

/// Bytes of a whole token.
const WHOLE: usize = 16;
/// Bytes that are hashed to complete a token; with more, the password is left out.
const LONGEST_HASHED: usize = 128;

/// A token of 1 to 16 bytes; written in upper-case hex.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneToken(Vec<u8>);

impl PhoneToken {
    /// A whole one that nobody can guess.
    pub fn random() -> Result<Self> {
        Ok(Self(random::bytes::<WHOLE>()?.to_vec()))
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// What the device reports for it: a whole token as it is, a shorter one hashed between the end of the
    /// network's `bssid` that came with it and the password.
    pub fn completed(&self, bssid_tail: &[u8], password: &[u8]) -> Self {
        if self.is_whole() {
            return self.clone();
        }
        let counts = bssid_tail.len() + self.0.len() + password.len() <= LONGEST_HASHED;
        let password = if counts { password } else { &[] };
        let digest =
            Sha256::new().chain_update(bssid_tail).chain_update(&self.0).chain_update(password).finalize();
        Self(digest.iter().copied().take(WHOLE).collect())
    }

    /// Whether the device reports it as it is.
    pub fn is_whole(&self) -> bool {
        self.0.len() == WHOLE
    }
}

impl FromStr for PhoneToken {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let bytes = base16ct::mixed::decode_vec(text).ok().context("a token is hex digits, two a byte")?;
        if bytes.is_empty() || bytes.len() > WHOLE {
            bail!("a token has 2 to {} hex digits", 2 * WHOLE);
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for PhoneToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base16ct::upper::encode_string(&self.0))
    }
}

impl fmt::Debug for PhoneToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for PhoneToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PhoneToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_hex() {
        let token: PhoneToken = "b52c577e55de6b3caf5b0c882410d8bf".parse().unwrap();
        assert_eq!(token.to_string(), "B52C577E55DE6B3CAF5B0C882410D8BF");
        assert!(token.is_whole() && !"0102".parse::<PhoneToken>().unwrap().is_whole());
        for wrong in ["", "1", "xx", &"0".repeat(34)] {
            assert!(wrong.parse::<PhoneToken>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_short_token_is_completed_as_the_device_does() {
        let token: PhoneToken = "0102030405060708".parse().unwrap();
        for (bssid, password, completed) in [
            ([0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33].as_slice(), "12345678", "F80C29056695A97EFCC82F282E84D776"),
            (&[0x11, 0x22, 0x33], "12345678", "96C487A24BAD3242111300AA8AF4B206"),
            (&[], "12345678", "5D89DDA67CDB03B9D5FD5A5AEA02F7EB"),
            (&[], "", "66840DDA154E8A113C31DD0AD32F7F3A"),
            (&[], &"p".repeat(121), "66840DDA154E8A113C31DD0AD32F7F3A"),
        ] {
            assert_eq!(token.completed(bssid, password.as_bytes()).to_string(), completed);
        }
        let whole: PhoneToken = "B52C577E55DE6B3CAF5B0C882410D8BF".parse().unwrap();
        assert_eq!(whole.completed(&[1], b"p"), whole);
    }
}
