//! The bind token that a phone makes.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::random;

/// Bytes of a whole token.
pub const WHOLE: usize = 16;

/// A token of 1 to 16 bytes; written in upper-case hex.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneToken(Vec<u8>);

impl PhoneToken {
    /// A whole one that nobody can guess.
    pub fn random() -> Result<Self> {
        Ok(Self(random::bytes::<WHOLE>()?.to_vec()))
    }

    /// Whether the device reports it as it is.
    pub fn is_whole(&self) -> bool {
        self.0.len() == WHOLE
    }
}

impl From<[u8; WHOLE]> for PhoneToken {
    fn from(bytes: [u8; WHOLE]) -> Self {
        Self(bytes.to_vec())
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
}
