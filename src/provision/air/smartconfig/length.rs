//! How long what surrounds a code is. The encryption tells, but not all of it is always known, and some radios
//! add or leave out a few bytes, at 40 MHz other than at 20 MHz. So what a phone sends tells as well: nothing in
//! its loop is longer than the start, and the code of the first group is that much shorter.

use core::ops::RangeInclusive;

use super::codes::{Code, START_LEN, START_TO_GROUP_1};

/// Least and most that may surround a code, bytes: LLC, IP and UDP, any encryption, and a few more or less.
const AROUND: RangeInclusive<u16> = 28..=84;
/// Frame bodies that may hold a code, bytes.
pub(super) const BODY_LENS: RangeInclusive<usize> = 0x100 + 28..=0x4E0 + 84;
/// Frame bodies that may hold a start, bytes.
pub(super) const START_BODY_LENS: RangeInclusive<usize> = 0x4E0 + 28..=0x4E0 + 84;

/// Times that something as long as a start is heard before it counts as one: at first, and against what the
/// encryption says.
const STARTS: (u8, u8) = (2, 3);
/// The same for the code of the first group.
const GROUPS_1: (u8, u8) = (1, 2);

/// The lengths of one phone's frames.
pub(super) struct Lengths {
    /// What surrounds a code, bytes. `None` while no phone was heard.
    around: Option<u16>,
    /// Was a start heard with that?
    is_confirmed: bool,
    longest: u16,
    longest_heard: u8,
    group_1_heard: u8,
}

impl Lengths {
    pub(super) const fn new() -> Self {
        Self { around: None, is_confirmed: false, longest: 0, longest_heard: 0, group_1_heard: 0 }
    }

    /// Is what surrounds a code beyond doubt?
    pub(super) fn is_confirmed(&self) -> bool {
        self.is_confirmed
    }

    /// Takes the length of a body into account. True when what surrounds a code was wrong until now.
    pub(super) fn note(&mut self, body_len: usize) -> bool {
        let Ok(length) = u16::try_from(body_len) else { return false };
        if length > self.longest {
            (self.longest, self.longest_heard, self.group_1_heard) = (length, 1, 0);
        } else if length == self.longest {
            self.longest_heard = self.longest_heard.saturating_add(1);
        } else if length == self.longest.saturating_sub(START_TO_GROUP_1) {
            self.group_1_heard = self.group_1_heard.saturating_add(1);
        }
        let implied = self.longest.saturating_sub(START_LEN);
        if !AROUND.contains(&implied) || self.around == Some(implied) {
            return false;
        }
        let is_likely = self.around.is_none_or(|around| implied > around && !self.is_confirmed);
        let is_believed = if is_likely {
            self.longest_heard >= STARTS.0 && self.group_1_heard >= GROUPS_1.0
        } else {
            self.longest_heard >= STARTS.1 && self.group_1_heard >= GROUPS_1.1 && !self.is_confirmed
        };
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
