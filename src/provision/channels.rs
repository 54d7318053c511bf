//! Which channel comes next.

use super::beacon::CHANNEL_MAX;

/// In each round first these: the ones most in use before all others.
const FIXED: [u8; 16] = [1, 6, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];
const FIXED_LEN: u8 = 16;
/// Then one more turn for each channel, if an access point was heard there.
const SLOTS: u8 = FIXED_LEN + CHANNEL_MAX;

/// An endless round of the channels.
pub(super) struct Channels {
    slot: u8,
    /// Bit n for channel n.
    active: u16,
}

impl Channels {
    /// In front of the first one.
    pub(super) const fn new() -> Self {
        Self { slot: SLOTS, active: 0 }
    }

    /// An access point was heard on `channel`, 1 to 14.
    pub(super) fn add(&mut self, channel: u8) {
        self.active |= 1_u16.checked_shl(channel.into()).unwrap_or(0) & !1;
    }

    /// The channel of the turn.
    pub(super) fn current(&self) -> Option<u8> {
        self.channel_of(self.slot)
    }

    /// The next turn.
    pub(super) fn advance(&mut self) -> u8 {
        let behind = (self.slot..SLOTS).filter_map(|slot| slot.checked_add(1));
        let found = behind.chain(0..SLOTS).find(|slot| self.channel_of(*slot).is_some());
        self.slot = found.unwrap_or(0);
        self.current().unwrap_or(1)
    }

    /// Goes on to the next turn of `channel`, if it has one.
    pub(super) fn skip_to(&mut self, channel: u8) {
        let mut slots = (self.slot..SLOTS).chain(0..self.slot);
        if let Some(slot) = slots.find(|slot| self.channel_of(*slot) == Some(channel)) {
            self.slot = slot;
        }
    }

    fn channel_of(&self, slot: u8) -> Option<u8> {
        if let Some(fixed) = FIXED.get(usize::from(slot)) {
            return Some(*fixed);
        }
        // The slots behind the fixed ones are those of channel 1 and on.
        let channel = slot.checked_sub(FIXED_LEN)?.checked_add(1)?;
        let is_active = channel <= CHANNEL_MAX && self.active >> channel & 1 == 1;
        is_active.then_some(channel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(channels: &mut Channels, turns: usize) -> Vec<u8> {
        (0..turns).map(|_| channels.advance()).collect()
    }

    #[test]
    fn goes_round_all_channels_the_busy_ones_first() {
        let mut channels = Channels::new();
        for _ in 0..3 {
            assert_eq!(round(&mut channels, 16), FIXED);
        }
    }

    #[test]
    fn an_access_point_gives_its_channel_one_more_turn() {
        let mut channels = Channels::new();
        for channel in [14, 6, 0, 15, 16, 255] {
            channels.add(channel);
        }
        let with_active = [FIXED.as_slice(), &[6, 14]].concat();
        for _ in 0..3 {
            assert_eq!(round(&mut channels, 18), with_active);
        }
    }

    #[test]
    fn skipping_takes_the_next_turn_of_a_channel() {
        let mut channels = Channels::new();
        channels.advance();
        channels.skip_to(4);
        assert_eq!(channels.current(), Some(4));
        channels.skip_to(1);
        assert_eq!(round(&mut channels, 1), [6]);
        channels.skip_to(14);
        assert_eq!(channels.current(), Some(6));
    }
}
