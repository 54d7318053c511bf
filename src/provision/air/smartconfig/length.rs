//! How long what surrounds a code is. The encryption tells, but not all of it is always known, and some radios
//! add or leave out a few bytes, at 40 MHz other than at 20 MHz. So what a phone sends tells as well: nothing in
//! its loop is longer than the start, and the code of the first group is that much shorter.

use core::ops::RangeInclusive;

use super::codes::{Code, START_LEN, START_TO_GROUP_1};
use super::track::SEQUENCE_NUMBERS;

/// Least and most that may surround a code, bytes: LLC, IP and UDP, any encryption, and a few more or less.
const AROUND: RangeInclusive<u16> = 28..=84;
/// Frame bodies that may hold a code, bytes.
pub(super) const BODY_LENS: RangeInclusive<usize> = 0x100 + 28..=0x4E0 + 84;
/// Frame bodies that may hold what announces a phone, bytes.
pub(super) const HINT_BODY_LENS: RangeInclusive<usize> = 0x3E1 + 28..=0x4E0 + 84;
/// Frame bodies that may hold a start, bytes.
pub(super) const START_BODY_LENS: RangeInclusive<usize> = 0x4E0 + 28..=0x4E0 + 84;

/// Times that something as long as a start has to be followed by the code of the first group, before it counts
/// as one against what the encryption says: where it is longer than anything that a phone sends, and where it is
/// not.
const PAIRS: (u8, u8) = (1, 2);

/// The lengths of one phone's frames.
pub(super) struct Lengths {
    /// What surrounds a code, bytes. `None` while no phone was heard.
    around: Option<u16>,
    /// Was a start heard with that?
    is_confirmed: bool,
    longest: u16,
    /// The last sequence number of one as long.
    longest_number: u16,
    /// How many of as long were followed by what is then the code of the first group, in its place.
    pairs: u8,
}

impl Lengths {
    pub(super) const fn new() -> Self {
        Self { around: None, is_confirmed: false, longest: 0, longest_number: 0, pairs: 0 }
    }

    /// Is it known what surrounds a code?
    pub(super) fn are_known(&self) -> bool {
        self.around.is_some()
    }

    /// Was a start heard with that?
    pub(super) fn are_confirmed(&self) -> bool {
        self.is_confirmed
    }

    /// Takes the length of a body into account. True when what surrounds a code was wrong until now.
    /// `group_numbers`: what a sequence number goes up by from one group to the next.
    pub(super) fn note(&mut self, body_len: usize, sequence_number: u16, group_numbers: u16) -> bool {
        let Ok(length) = u16::try_from(body_len) else { return false };
        let ahead = sequence_number.wrapping_sub(self.longest_number) % SEQUENCE_NUMBERS;
        if length > self.longest {
            (self.longest, self.longest_number, self.pairs) = (length, sequence_number, 0);
        } else if length == self.longest {
            self.longest_number = sequence_number;
        } else if length == self.longest.saturating_sub(START_TO_GROUP_1) && ahead == group_numbers {
            self.pairs = self.pairs.saturating_add(1);
        }
        let implied = self.longest.saturating_sub(START_LEN);
        let pairs = if self.around.is_none_or(|around| implied > around) { PAIRS.0 } else { PAIRS.1 };
        let is_new = AROUND.contains(&implied) && self.around != Some(implied);
        let is_believed = is_new && self.pairs >= pairs;
        if is_believed {
            self.around = Some(implied);
            self.is_confirmed = true;
        }
        is_believed
    }

    /// The code in a body of this length. `udp_length`: what the encryption says that it holds.
    pub(super) fn code(
        &mut self,
        body_len: usize,
        udp_length: impl FnOnce() -> Option<usize>,
    ) -> Option<Code> {
        let body_len = u16::try_from(body_len).ok()?;
        let around = match self.around {
            Some(around) => around,
            None => body_len.checked_sub(udp_length()?.try_into().ok()?)?,
        };
        let code = Code::of(body_len.checked_sub(around)?)?;
        if self.around.is_none() && !code.is_hint() {
            return None;
        }
        self.around = Some(around);
        self.is_confirmed |= code == Code::Group(0);
        Some(code)
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    const AES: usize = 52;

    /// Lengths of which loops of these codes were taken into account, with so much around.
    fn noted(around: usize, codes: &[usize]) -> (Lengths, usize) {
        let mut lengths = Lengths::new();
        let mut changes = 0;
        for (number, code) in (0..).zip(codes) {
            changes += usize::from(lengths.note(code + around, number, 9));
            lengths.code(code + around, || (code + around).checked_sub(AES));
        }
        (lengths, changes)
    }

    /// A start, eight symbols, the first group.
    fn start_and_group() -> std::vec::Vec<usize> {
        let symbols = (0..8).map(|index| 0x100 + 0x80 * index + 0x50);
        core::iter::once(0x4E0).chain(symbols).chain([0x3E1, 0x150]).collect()
    }

    #[test]
    fn the_encryption_tells_what_surrounds_a_code() {
        let mut lengths = Lengths::new();
        assert_eq!(lengths.code(0x150 + AES, || Some(0x150)), None, "no phone yet");
        assert_eq!(lengths.code(0x3E2 + AES, || Some(0x3E2)), Some(Code::Group(2)));
        assert!(lengths.are_known() && !lengths.are_confirmed());
        assert!(lengths.code(0x150 + AES, || unreachable!()).is_some());
        assert_eq!(lengths.code(0x4E0 + AES, || unreachable!()), Some(Code::Group(0)));
        assert!(lengths.are_confirmed());
        assert_eq!((lengths.code(10, || None), lengths.code(usize::MAX, || None)), (None, None));
    }

    #[test]
    fn where_it_does_not_the_start_and_the_first_group_do() {
        let loops = start_and_group().repeat(3);
        for around in [28, 36, 48, 54, 56, 84] {
            let (mut lengths, changes) = noted(around, &loops);
            assert_eq!((lengths.are_confirmed(), changes), (true, 1), "{around}");
            assert_eq!(lengths.code(0x3E1 + around, || None), Some(Code::Group(1)), "{around}");
        }
        assert_eq!(noted(AES, &loops).1, 0);
        assert_eq!(noted(20, &loops).1, 0);
        assert_eq!(noted(100, &loops).1, 0);
    }

    #[test]
    fn symbols_that_look_like_them_are_in_the_wrong_place() {
        // Its start is never heard, the longest is a symbol, and another one is as much shorter as a group.
        let heard = [0x3E1, 0x150, 0x4A0, 0x3E2, 0x3A1, 0x3E3].repeat(20);
        assert_eq!(noted(AES, &heard).1, 0);
    }
}
