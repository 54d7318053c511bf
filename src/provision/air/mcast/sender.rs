//! The message of one sender.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::provision::credentials::Mac;
use crate::provision::decoder::Outcome;
use crate::time::Instant;

/// Pairs of bytes in the longest message.
pub(super) const PAIRS: usize = 63;
/// Of a message without password, token and name, bytes.
const MESSAGE_LEN_MIN: u8 = 4;
/// Of a message with the longest of each, and a whole BSSID, bytes.
const MESSAGE_LEN_MAX: u8 = 125;
/// Pairs after which a sender counts as a phone. Others may send a lone datagram of one byte.
const PAIRS_OF_PHONE: u32 = 2;

const VERSION: u8 = 0xC0;
const HAS_PASSWORD: u8 = 0x01;
const HAS_SSID: u8 = 0x02;
const HAS_TOKEN: u8 = 0x04;
const BSSID_LEN_MASK: u8 = 0x1F;
const BSSID_LEN_MAX: usize = 6;

/// What has come of it so far. Wiped on drop.
#[derive(ZeroizeOnDrop)]
pub(super) struct Sender {
    pub(super) mac: Mac,
    pub(super) bssid: Mac,
    pairs: [[u8; 2]; PAIRS],
    /// One bit for each pair that has come.
    received: u64,
    /// When the last of them came.
    #[zeroize(skip)]
    pub(super) last_new: Instant,
}

impl Sender {
    pub(super) fn new(mac: Mac, bssid: Mac, now: Instant) -> Self {
        Self { mac, bssid, pairs: [[0; 2]; PAIRS], received: 0, last_new: now }
    }

    /// Takes two bytes of the message. Others in the same place are those of a new one.
    pub(super) fn take(&mut self, index: usize, pair: [u8; 2], now: Instant) -> Outcome {
        let bit = 1_u64.wrapping_shl(u32::try_from(index).unwrap_or(u32::MAX));
        let known = self.pairs.get(index).filter(|_| self.received & bit != 0);
        if known.is_some_and(|known| *known == pair) {
            return Outcome::Nothing;
        }
        if known.is_some() {
            self.pairs.zeroize();
            self.received = 0;
        }
        let Some(place) = self.pairs.get_mut(index) else { return Outcome::Nothing };
        *place = pair;
        self.received |= bit;
        self.last_new = now;
        match self.received.count_ones() {
            ..PAIRS_OF_PHONE => Outcome::Nothing,
            PAIRS_OF_PHONE => Outcome::Phone { bssid: self.bssid },
            _ => Outcome::Part,
        }
    }

    /// The message without its checksum, or what is wrong with it; `None` while something is missing.
    pub(super) fn message(&self) -> Option<Result<&[u8], Outcome>> {
        let bytes = self.pairs.as_flattened();
        let length = bytes.first().copied().filter(|_| self.received & 1 != 0)?;
        if !(MESSAGE_LEN_MIN..=MESSAGE_LEN_MAX).contains(&length) {
            return Some(Err(Outcome::Nothing));
        }
        if self.received.trailing_ones() < u32::from(length.div_ceil(2)) {
            return None;
        }
        let (sum, message) = bytes.get(..length.into())?.split_last()?;
        let is_intact = message.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)) == *sum;
        Some(if is_intact { Ok(message) } else { Err(Outcome::ChecksumError) })
    }
}

/// What a message has.
pub(super) struct Fields<'m> {
    /// Encrypted; empty for an open network.
    pub(super) password: &'m [u8],
    pub(super) token: Option<&'m [u8]>,
    /// Empty where the access point says it.
    pub(super) ssid: &'m [u8],
    /// The last bytes of the access point's address.
    pub(super) bssid_end: &'m [u8],
}

impl<'m> Fields<'m> {
    /// Length, flags, password, token, name, BSSID. `None` when they are not exactly that.
    pub(super) fn read(message: &'m [u8]) -> Option<Self> {
        let (&[_length, flags], mut rest) = message.split_first_chunk()?;
        if flags & VERSION != VERSION {
            return None;
        }
        let mut field = |flag: u8| {
            if flags & flag == 0 {
                return Some(None);
            }
            let (length, behind) = rest.split_first()?;
            let (field, behind) = behind.split_at_checked((*length).into())?;
            rest = behind;
            Some(Some(field))
        };
        let password = field(HAS_PASSWORD)?.unwrap_or_default();
        let token = field(HAS_TOKEN)?;
        let ssid = field(HAS_SSID)?.unwrap_or_default();
        let (bssid_len, bssid_end) = rest.split_first()?;
        let is_whole =
            bssid_end.len() == usize::from(bssid_len & BSSID_LEN_MASK) && bssid_end.len() <= BSSID_LEN_MAX;
        is_whole.then_some(Self { password, token, ssid, bssid_end })
    }
}
