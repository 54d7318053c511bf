//! What it costs that a frame was of each group.

use super::ballot::Weight;
use super::codes::GROUPS;
use super::gap::Place;

/// Costs are capped here, half bits.
pub(super) const COST_MAX: u8 = 60;
/// Margin with which a place is sure, half bits.
pub(super) const MARGIN_SURE: u8 = 16;

/// For each group, half bits. The least is 0.
#[derive(Clone, Copy)]
pub(super) struct Costs([u8; GROUPS as usize]);

impl Costs {
    /// Each group is as likely as any other.
    pub(super) const NONE: Self = Self([0; GROUPS as usize]);

    /// It was this group.
    pub(super) fn only(group: u8) -> Self {
        let mut costs = [COST_MAX; _];
        if let Some(cost) = costs.get_mut(usize::from(group)) {
            *cost = 0;
        }
        Self(costs)
    }

    /// Of these, and what the least was.
    pub(super) fn settled(costs: [u16; GROUPS as usize]) -> (Self, u8) {
        let least = costs.iter().copied().min().unwrap_or(0);
        (Self(costs.map(|cost| low(cost.saturating_sub(least)).min(COST_MAX))), low(least))
    }

    /// With more for each group.
    pub(super) fn plus(self, more: impl Fn(u8) -> u16) -> Self {
        let mut costs = self.0.map(u16::from);
        for (cost, group) in costs.iter_mut().zip(0..) {
            *cost = cost.saturating_add(more(group));
        }
        Self::settled(costs).0
    }

    /// Where a frame with this index may have been, with the costs.
    pub(super) fn places(&self, index: u8) -> impl Iterator<Item = (Place, u16)> {
        let all = self.0.iter().zip(0..).filter(|(cost, _)| **cost < COST_MAX);
        all.map(move |(cost, group)| (Place { group, index }, u16::from(*cost)))
    }

    /// The group that costs least, and how much more the next one does.
    pub(super) fn cheapest(&self) -> (u8, u8) {
        let (mut group, mut margin) = (0, 0);
        let mut least = u8::MAX;
        for (cost, of) in self.0.iter().zip(0..) {
            if *cost < least {
                margin = least.saturating_sub(*cost);
                (group, least) = (of, *cost);
            } else {
                margin = margin.min(cost.saturating_sub(least));
            }
        }
        (group, margin)
    }
}

/// What a symbol counts whose next best group costs so much more.
pub(super) fn weight_of(margin: u8) -> Option<Weight> {
    match margin {
        0..=3 => None,
        4..=9 => Some(Weight::GUESS),
        10..MARGIN_SURE => Some(Weight::LIKELY),
        _ => Some(Weight::SURE),
    }
}

pub(super) fn low(cost: u16) -> u8 {
    u8::try_from(cost).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_cheapest_group_and_by_how_much() {
        assert_eq!(Costs::NONE.cheapest(), (0, 0));
        for group in 0..GROUPS {
            assert_eq!(Costs::only(group).cheapest(), (group, COST_MAX));
            let dearer = Costs::only(group).plus(|of| if of == group { 40 } else { 0 });
            assert_eq!(dearer.cheapest(), (group, 20));
        }
        let mut costs = [500; GROUPS as usize];
        (costs[3], costs[7]) = (110, 117);
        let (costs, least) = Costs::settled(costs);
        assert_eq!((costs.cheapest(), least), ((3, 7), 110));
        assert!(costs.places(5).eq([(Place { group: 3, index: 5 }, 0), (Place { group: 7, index: 5 }, 7)]));
    }
}
