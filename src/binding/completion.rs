//! From what a phone sends to a token of full length.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::token::{TOKEN_LEN, Token};
use crate::error::Error;

/// Most bytes hashed with the password among them; where they would be more it is left out.
const HASHED_MAX: usize = 128;

impl Token {
    /// The token that a phone means by 1 to 16 bytes: these themselves if they are 16, else the first 16
    /// bytes of SHA-256 over BSSID, bytes and Wi-Fi password, as the phone's application computes it too.
    /// `bssid` and `password` may be empty; the password counts only where the three together have at most
    /// 128 bytes. Source: 3.2.0 `bind_token.c`.
    ///
    /// # Errors
    /// [`Error::Malformed`] for no bytes, [`Error::TooLong`] for more than 16.
    pub fn from_phone(bytes: &[u8], bssid: &[u8], password: &[u8]) -> Result<Self, Error> {
        if bytes.is_empty() {
            return Err(Error::Malformed);
        }
        if bytes.len() > TOKEN_LEN {
            return Err(Error::TooLong);
        }
        if let Ok(whole) = bytes.try_into() {
            return Ok(Self::new(whole));
        }
        let hashed_len = bssid.len().saturating_add(bytes.len()).saturating_add(password.len());
        let password = if hashed_len > HASHED_MAX { &[] } else { password };
        let hash = Sha256::new().chain_update(bssid).chain_update(bytes).chain_update(password).finalize();
        let hash = Zeroizing::<[u8; 32]>::new(hash.into());
        let token = hash.first_chunk().ok_or(Error::Malformed)?;
        Ok(Self::new(*token))
    }
}
