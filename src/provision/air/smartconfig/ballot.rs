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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight(u8);

impl Weight {
    /// Its place is a guess.
    pub(super) const GUESS: Self = Self(1);
    /// Its place is likely.
    pub(super) const LIKELY: Self = Self(3);
    /// Its place is sure.
    pub(super) const SURE: Self = Self(8);
    /// More than a few votes do not count: the phone may change its message.
    const MOST: u8 = 48;
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

impl Votes {
    /// Has another symbol the most now, or one where none had?
    fn add(&mut self, symbol: u8, weight: Weight) -> bool {
        let before = self.elected();
        let voted = [&mut self.first, &mut self.second]
            .into_iter()
            .find(|candidate| candidate.symbol == symbol && candidate.weight > 0);
        if let Some(candidate) = voted {
            candidate.weight = candidate.weight.saturating_add(weight.0).min(Weight::MOST);
        } else if self.second.weight <= weight.0 {
            self.second = Candidate { symbol, weight: weight.0 };
        } else {
            self.second.weight = self.second.weight.saturating_sub(weight.0);
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
