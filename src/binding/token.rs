//! The bind token and its life.

use core::fmt;

use heapless::String;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::knobs::BIND_TOKEN_LIFE_MS;
use crate::text;
use crate::time::Instant;

/// Bytes of a token.
pub const TOKEN_LEN: usize = 16;

/// 16 random bytes; [`Token::hex`] and `Display` write them as 32 upper-case hex digits.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Token([u8; TOKEN_LEN]);

impl Token {
    /// A token of the given bytes.
    pub const fn new(bytes: [u8; TOKEN_LEN]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn bytes(&self) -> &[u8; TOKEN_LEN] {
        &self.0
    }

    /// 32 upper-case hex digits.
    pub fn hex(&self) -> String<32> {
        // It always fits.
        text::hex(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

/// A token with what became of it.
pub(super) struct TrackedToken {
    pub(super) token: Token,
    first_reported: Option<Instant>,
    accepted: bool,
}

impl TrackedToken {
    pub(super) fn new(token: Token) -> Self {
        Self { token, first_reported: None, accepted: false }
    }

    pub(super) fn reported(&mut self, now: Instant) {
        self.first_reported.get_or_insert(now);
    }

    pub(super) fn accepted(&mut self) {
        self.accepted = true;
    }

    pub(super) fn is_accepted(&self) -> bool {
        self.accepted
    }

    /// When its life ends; it begins with the first report.
    pub(super) fn expires(&self) -> Option<Instant> {
        self.first_reported.map(|reported| reported.plus(BIND_TOKEN_LIFE_MS))
    }

    pub(super) fn is_expired(&self, now: Instant) -> bool {
        self.expires().is_some_and(|end| end <= now)
    }

    /// May it be given to a phone?
    pub(super) fn is_usable(&self, now: Instant) -> bool {
        self.accepted && !self.is_expired(now)
    }

    /// Milliseconds left of an accepted token's life, 0 for any other.
    pub(super) fn remaining_ms(&self, now: Instant) -> u32 {
        match self.expires() {
            Some(end) if self.accepted => u32::try_from(end.since(now)).unwrap_or(u32::MAX),
            _ => 0,
        }
    }
}
