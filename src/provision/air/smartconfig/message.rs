//! The message: total length, flags, length of the name if there is one, length of the password, both of them,
//! and a checksum. All lengths count symbols.

use heapless::Vec;
use zeroize::{Zeroize, Zeroizing};

use super::ballot::{Ballot, POSITIONS};
use crate::provision::air::symbols::{checksum, unpack};
use crate::provision::credentials::{SSID_LEN, Ssid};
use crate::provision::crypto::{Key, PASSWORD_LEN, Password};

const HAS_NAME: u8 = 0x01;
/// How the password is encrypted.
const CIPHER_BITS: u8 = 0x06;
/// AES-CFB, from this value of [`CIPHER_BITS`] on.
const CIPHER_AES: u8 = 0x04;
/// The name is packed, too.
const PACKED_NAME: u8 = 0x20;

/// What a symbol of a name that is not packed lacks to a character.
const NAME_BASE: u8 = 32;
const PACKED_BITS: u8 = 6;
/// Symbols of the longest packed name.
const PACKED_NAME_LEN: usize = 43;
const CHECKSUM_LEN: usize = 2;

type Symbols = Vec<u8, POSITIONS>;

/// A whole message. Wiped on drop.
pub(super) struct Message {
    symbols: Symbols,
    layout: Layout,
    is_sure: bool,
}

/// Where the parts of a message are.
#[derive(Clone, Copy)]
struct Layout {
    flags: u8,
    name_at: usize,
    name_len: usize,
    password_len: usize,
}

impl Layout {
    /// `symbol`: at a position from 0.
    fn read(symbol: impl Fn(usize) -> Option<u8>) -> Option<Self> {
        let flags = symbol(1)?;
        let (name_len, password_len, name_at) =
            if flags & HAS_NAME != 0 { (symbol(2)?, symbol(3)?, 4) } else { (0, symbol(2)?, 3) };
        Some(Self { flags, name_at, name_len: name_len.into(), password_len: password_len.into() })
    }

    fn password_at(&self) -> usize {
        self.name_at.saturating_add(self.name_len)
    }

    fn checksum_at(&self) -> usize {
        self.password_at().saturating_add(self.password_len)
    }

    fn total(&self) -> usize {
        self.checksum_at().saturating_add(CHECKSUM_LEN)
    }
}

/// Reads what is elected; `None` for what is not a whole message, or has lengths that contradict each other.
/// `known`: the name of the network that the phone is in; where it is as long as that of the message, it stands in
/// the message.
pub(super) fn read(ballot: &Ballot, known: Option<&Ssid>) -> Option<Message> {
    let elected = |position| ballot.elected(position);
    let layout = Layout::read(elected)?;
    let total = layout.total();
    elected(0).filter(|symbol| usize::from(*symbol) == total)?;
    let known = known
        .filter(|_| layout.flags & HAS_NAME != 0)
        .map(|ssid| symbols_of(ssid, layout.flags))
        .filter(|symbols| symbols.len() == layout.name_len);
    let known = |position: usize| known.as_ref()?.get(position.checked_sub(layout.name_at)?).copied();
    let all = (0..total).map(|position| known(position).or_else(|| elected(position)));
    let symbols = all.collect::<Option<Symbols>>()?;
    let is_sure = (0..total).all(|position| known(position).is_some() || ballot.is_sure(position));
    Some(Message { symbols, layout, is_sure })
}

impl Message {
    /// Was each of its symbols heard for sure? If not, a message that is wrong may have been heard wrong.
    pub(super) fn is_sure(&self) -> bool {
        self.is_sure
    }

    /// Does its checksum fit?
    pub(super) fn has_checksum(&self) -> bool {
        let (content, sum) = self.symbols.split_at_checked(self.layout.checksum_at()).unwrap_or_default();
        checksum(content) == sum
    }

    /// Is its password encrypted as passwords are to be?
    pub(super) fn is_encrypted(&self) -> bool {
        self.layout.flags & CIPHER_BITS >= CIPHER_AES
    }

    /// Has it a name at all?
    pub(super) fn has_name(&self) -> bool {
        self.layout.flags & HAS_NAME != 0
    }

    /// Its name. `None` for none, and for one that no network has.
    pub(super) fn name(&self) -> Option<Ssid> {
        let symbols = self.part(self.layout.name_at, self.layout.name_len);
        if self.layout.flags & PACKED_NAME != 0 {
            return unpack::<SSID_LEN>(symbols, PACKED_BITS.into()).and_then(|name| Ssid::new(&name));
        }
        let name = symbols.iter().map(|symbol| symbol.checked_add(NAME_BASE));
        name.collect::<Option<Symbols>>().and_then(|name| Ssid::new(&name))
    }

    /// Its password. `None` for one over 64 bytes, and for one that is no text: most often encrypted with another
    /// secret.
    pub(super) fn password(&self, key: &Key) -> Option<Password> {
        let symbols = self.part(self.layout.password_at(), self.layout.password_len);
        let encrypted = Zeroizing::new(unpack::<PASSWORD_LEN>(symbols, PACKED_BITS.into())?);
        key.decrypt_raw_password(&encrypted).ok()
    }

    fn part(&self, at: usize, length: usize) -> &[u8] {
        self.symbols.get(at..at.saturating_add(length)).unwrap_or_default()
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        self.symbols.zeroize();
    }
}

/// A name as a message with these flags has it.
fn symbols_of(name: &Ssid, flags: u8) -> Vec<u8, PACKED_NAME_LEN> {
    let name = name.as_bytes();
    if flags & PACKED_NAME == 0 {
        return name.iter().map(|character| character.wrapping_sub(NAME_BASE)).collect();
    }
    let bits = name.iter().flat_map(|byte| (0..u8::BITS).map(move |bit| byte >> bit & 1));
    let mut symbols = Vec::new();
    let mut filled = PACKED_BITS;
    for bit in bits {
        if filled == PACKED_BITS {
            filled = 0;
            // There is room: no name is longer.
            let _ = symbols.push(0);
        }
        if let Some(symbol) = symbols.last_mut() {
            *symbol |= bit << filled;
        }
        filled = filled.saturating_add(1);
    }
    symbols
}
