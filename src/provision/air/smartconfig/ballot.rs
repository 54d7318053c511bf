//! Which symbol stands at each position of a message: what was heard votes, and the more certain it was that it
//! belongs there, the more its vote counts.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::codes::{Data, GROUP_LEN};

/// Positions of the longest message.
pub(super) const POSITIONS: usize = 127;

/// What it takes to be surprised by any symbol where none is known, half bits.
const ANY_SYMBOL: u8 = 12;
/// Surprise at what is past the end, half bits.
const IMPOSSIBLE: u8 = 60;

/// Weight of a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight(u8);

impl Weight {
    /// Its place is a guess.
    pub(super) const GUESS: Self = Self(1);
    /// Its place is likely.
    pub(super) const LIKELY: Self = Self(3);
    /// Its place is sure.
    pub(super) const SURE: Self = Self(8);
    /// More than a few votes do not count: the phone may change its message.
    const MOST: u8 = 24;
}

/// The votes for a position: of the two symbols that have most. `first` has no fewer than `second`.
#[derive(Clone, Copy, Default, Zeroize)]
struct Votes {
    first: Candidate,
    second: Candidate,
}

#[derive(Clone, Copy, Default, Zeroize)]
struct Candidate {
    symbol: u8,
    weight: u8,
}

impl Candidate {
    /// What is more than counts is taken from the other.
    fn add(&mut self, weight: Weight, other: &mut Self) {
        let sum = self.weight.saturating_add(weight.0);
        self.weight = sum.min(Weight::MOST);
        other.weight = other.weight.saturating_sub(sum.saturating_sub(Weight::MOST));
    }
}

impl Votes {
    /// Has another symbol the most now, or one where none had?
    fn add(&mut self, symbol: u8, weight: Weight) -> bool {
        let before = self.elected();
        let Self { first, second } = self;
        if first.symbol == symbol && first.weight > 0 {
            first.add(weight, second);
        } else if second.symbol == symbol && second.weight > 0 {
            second.add(weight, first);
        } else if second.weight <= weight.0 {
            *second = Candidate { symbol, weight: weight.0 };
        } else {
            second.weight = second.weight.saturating_sub(weight.0);
        }
        if self.second.weight > self.first.weight {
            core::mem::swap(&mut self.first, &mut self.second);
        }
        self.elected() != before
    }

    fn elected(&self) -> Option<u8> {
        (self.first.weight > self.second.weight).then_some(self.first.symbol)
    }
}

/// The votes for all positions. Wiped on drop.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Ballot {
    positions: [Votes; POSITIONS],
}

impl Ballot {
    pub(super) fn new() -> Self {
        Self { positions: [Votes::default(); POSITIONS] }
    }

    /// Does it change what is elected?
    pub(super) fn vote(&mut self, group: u8, data: Data, weight: Weight) -> bool {
        position(group, data.index)
            .and_then(|position| self.positions.get_mut(position))
            .is_some_and(|votes| votes.add(data.symbol, weight))
    }

    /// What stands at `position`, from 0.
    pub(super) fn elected(&self, position: usize) -> Option<u8> {
        self.positions.get(position)?.elected()
    }

    /// Does it stand there for sure?
    pub(super) fn is_sure(&self, position: usize) -> bool {
        self.positions
            .get(position)
            .is_some_and(|votes| votes.first.weight >= Weight::SURE.0.saturating_add(votes.second.weight))
    }

    /// Is `data` what stands there, if anything does?
    pub(super) fn agrees(&self, group: u8, data: Data) -> Option<bool> {
        position(group, data.index)
            .and_then(|position| self.elected(position))
            .map(|symbol| symbol == data.symbol)
    }

    /// How unlikely it is to hear `data` in `group`, in half bits.
    pub(super) fn surprise(&self, group: u8, data: Data) -> u8 {
        let votes = position(group, data.index).and_then(|position| self.positions.get(position));
        let Some(Votes { first, second }) = votes else { return IMPOSSIBLE };
        match () {
            () if first.weight == 0 => ANY_SYMBOL,
            () if first.symbol == data.symbol => ANY_SYMBOL.saturating_sub(first.weight.saturating_mul(2)),
            () if second.symbol == data.symbol && second.weight > 0 => ANY_SYMBOL,
            () => ANY_SYMBOL.saturating_add(first.weight.min(ANY_SYMBOL)),
        }
    }

    /// Halves all votes: something among them is wrong.
    pub(super) fn halve(&mut self) {
        for votes in &mut self.positions {
            votes.first.weight >>= 1;
            votes.second.weight >>= 1;
        }
    }
}

/// From 0.
fn position(group: u8, index: u8) -> Option<usize> {
    group.checked_mul(GROUP_LEN)?.checked_add(index)?.checked_sub(1).map(usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(symbol: u8) -> Data {
        Data { index: 2, symbol }
    }

    #[test]
    fn the_heavier_votes_elect() {
        let mut ballot = Ballot::new();
        assert_eq!(ballot.elected(9), None);
        assert!(ballot.vote(1, data(5), Weight::GUESS));
        assert_eq!((ballot.elected(9), ballot.is_sure(9)), (Some(5), false));
        assert!(ballot.vote(1, data(6), Weight::GUESS), "it is undecided");
        assert_eq!(ballot.elected(9), None);
        assert!(ballot.vote(1, data(6), Weight::SURE));
        assert_eq!((ballot.elected(9), ballot.is_sure(9)), (Some(6), true));
        assert!(!ballot.vote(1, data(7), Weight::LIKELY));
        assert_eq!((ballot.agrees(1, data(6)), ballot.agrees(1, data(7))), (Some(true), Some(false)));
        assert_eq!(ballot.agrees(2, data(6)), None);
    }

    #[test]
    fn a_message_that_changes_is_elected_soon() {
        let mut ballot = Ballot::new();
        for _ in 0..1_000 {
            ballot.vote(1, data(5), Weight::SURE);
        }
        let votes = (1..100).find(|_| {
            ballot.vote(1, data(6), Weight::SURE);
            ballot.elected(9) == Some(6)
        });
        assert_eq!(votes, Some(4));
    }

    #[test]
    fn known_symbols_surprise_least() {
        let mut ballot = Ballot::new();
        let unknown = ballot.surprise(1, data(5));
        ballot.vote(1, data(5), Weight::SURE);
        assert!(ballot.surprise(1, data(5)) < unknown && unknown < ballot.surprise(1, data(6)));
    }

    #[test]
    fn there_is_no_position_behind_the_last() {
        let mut ballot = Ballot::new();
        for (group, index) in [(15, 8), (16, 1), (255, 255), (0, 0)] {
            let data = Data { index, symbol: 1 };
            assert!(!ballot.vote(group, data, Weight::SURE));
            assert_eq!(ballot.surprise(group, data), IMPOSSIBLE);
        }
        assert!(ballot.vote(15, Data { index: 7, symbol: 1 }, Weight::SURE));
        assert_eq!(ballot.elected(POSITIONS - 1), Some(1));
        assert_eq!(ballot.elected(POSITIONS), None);
    }
}
