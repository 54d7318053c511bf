//! What a phone says by the length of a broadcast.

use zeroize::Zeroize;

/// Data symbols that follow each group's own code.
pub(super) const GROUP_LEN: u8 = 8;
/// Groups of the longest message.
pub(super) const GROUPS: u8 = 16;

const START: u16 = 0x4E0;
/// Codes of groups are above it.
const GROUP_BASE: u16 = 0x3E0;
const GROUP_LAST: u16 = GROUP_BASE + GROUPS as u16;
const DATA_FIRST: u16 = 0x100;
const DATA_LAST: u16 = 0x4FF;
const SYMBOL_BITS: u32 = 7;
const SYMBOL_MASK: u16 = 0x7F;
/// The bits above a symbol, of the first data code.
const INDEX_BASE: u16 = 1;
/// Groups above it announce nobody.
const HINT_LAST: u8 = 7;

/// Length of the code that begins a message, bytes of UDP payload.
pub(super) const START_LEN: u16 = START;
/// From the start down to the code of the first group, bytes.
pub(super) const START_TO_GROUP_1: u16 = START - GROUP_BASE - 1;

/// A code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// The symbols of this group follow; the start of the message is group 0.
    Group(u8),
    /// One of them.
    Data(Data),
}

/// A symbol, and its place in a group that the code does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Zeroize)]
pub(super) struct Data {
    /// 1 to 8.
    pub(super) index: u8,
    /// Seven bits.
    pub(super) symbol: u8,
}

impl Code {
    /// Of this many bytes of UDP payload.
    pub(super) fn of(length: u16) -> Option<Self> {
        match length {
            START => Some(Self::Group(0)),
            GROUP_BASE..=GROUP_LAST if length != GROUP_BASE => {
                low_byte(length.saturating_sub(GROUP_BASE)).map(Self::Group)
            }
            DATA_FIRST..=DATA_LAST => Some(Self::Data(Data {
                index: low_byte((length >> SYMBOL_BITS).saturating_sub(INDEX_BASE))?,
                symbol: low_byte(length & SYMBOL_MASK)?,
            })),
            _ => None,
        }
    }

    /// Does it announce a phone that was not heard before?
    pub(super) fn is_hint(self) -> bool {
        matches!(self, Self::Group(group) if group <= HINT_LAST)
    }
}

fn low_byte(value: u16) -> Option<u8> {
    value.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_codes_apart() {
        let data = |index, symbol| Some(Code::Data(Data { index, symbol }));
        for (length, code) in [
            (0x0FF, None),
            (0x100, data(1, 0)),
            (0x17F, data(1, 0x7F)),
            (0x180, data(2, 0)),
            (0x3DF, data(6, 0x5F)),
            (0x3E0, data(6, 0x60)),
            (0x3E1, Some(Code::Group(1))),
            (0x3F0, Some(Code::Group(16))),
            (0x3F1, data(6, 0x71)),
            (0x480, data(8, 0)),
            (0x4DF, data(8, 0x5F)),
            (0x4E0, Some(Code::Group(0))),
            (0x4E1, data(8, 0x61)),
            (0x4FF, data(8, 0x7F)),
            (0x500, None),
            (0, None),
            (u16::MAX, None),
        ] {
            assert_eq!(Code::of(length), code, "{length:#x}");
        }
    }

    #[test]
    fn eight_codes_announce_a_phone() {
        let hints = (0..=u16::MAX).filter(|length| Code::of(*length).is_some_and(Code::is_hint));
        assert!(hints.eq([0x3E1, 0x3E2, 0x3E3, 0x3E4, 0x3E5, 0x3E6, 0x3E7, 0x4E0]));
    }
}
