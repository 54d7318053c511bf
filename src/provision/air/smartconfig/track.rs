//! Which group a symbol belongs to. The frames of a loop come in a known order, but some are not heard, and a
//! symbol does not tell its group. So each group has a cost: how much had to happen for the last frame to have
//! been of that group ([`Gap`]), and for the symbols there to differ from those of earlier loops. (This is the
//! Viterbi algorithm with the groups as its states.)

use heapless::Vec;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::ballot::{Ballot, Weight};
use super::codes::{Data, GROUP_LEN, GROUPS};
use super::costs::{COST_MAX, Costs, MARGIN_SURE, low, weight_of};
use super::gap::{Gap, Place};
use super::pace::Pace;
use crate::time::Instant;

/// Sequence numbers are modulo this.
pub(super) const SEQUENCE_NUMBERS: u16 = 4096;
/// Longest step of the sequence number that is followed.
const STEP_MAX: u16 = 999;
/// Frames that come after one with a number that is this much higher are still placed.
const STEP_BACK_MAX: u16 = 64;
/// Silence after which sequence numbers may have wrapped, ms.
const SILENCE_MAX_MS: u64 = 4_000;

/// Cost of a frame that is nothing of the message, half bits.
const SKIP_COST: u16 = 40;

const GROUP_SYMBOLS: usize = GROUP_LEN as usize;

/// A symbol with the group it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) group: u8,
    pub(super) data: Data,
    pub(super) weight: Weight,
}

/// What a frame places: the symbols of a group that were in doubt, and itself.
pub(super) type Placements = Vec<Placed, { GROUP_SYMBOLS + 1 }>;

/// The frames of one sender that are numbered together. Wiped on drop.
pub(super) struct Track {
    state: State,
    /// Without the last frame, if that may have been nothing of the message.
    before: Option<State>,
    /// The symbols up to the last frame, all of one group, that are in doubt until a later frame tells the group.
    doubtful: Vec<Data, GROUP_SYMBOLS, u8>,
    pace: Pace,
    /// When the last frame came.
    heard_at: Instant,
}

#[derive(Clone, Copy)]
struct State {
    last: Option<Last>,
    costs: Costs,
    /// What the last frame cost since the state before.
    spent: u8,
}

/// The last frame.
#[derive(Clone, Copy)]
struct Last {
    sequence_number: u16,
    index: u8,
}

/// How a frame follows the last one.
enum Step {
    /// It is the last one again.
    Same,
    Ahead,
    /// By this much.
    Behind(u16),
    /// No telling.
    Unknown,
}

/// The cheapest way to a place.
#[derive(Clone, Copy)]
struct Way {
    cost: u16,
    /// How much more it costs to come from another group.
    margin: u16,
    from: Option<Place>,
    step: u16,
    frames: u16,
    /// As if the last frame had been nothing of the message.
    skips_last: bool,
}

impl Track {
    pub(super) fn new() -> Self {
        let state = State { last: None, costs: Costs::NONE, spent: 0 };
        Self {
            state,
            before: None,
            doubtful: Vec::new(),
            pace: Pace::new(),
            heard_at: Instant::from_millis(0),
        }
    }

    /// What the sequence number goes up by from one group to the next.
    pub(super) fn step_of_group(&self) -> u16 {
        self.pace.step_over(u16::from(GROUP_LEN).saturating_add(1))
    }

    /// Takes a group's own code. `None` for a frame that is not new.
    pub(super) fn group(
        &mut self,
        group: u8,
        sequence_number: u16,
        ballot: &Ballot,
        now: Instant,
    ) -> Option<Placements> {
        let place = Place { group, index: 0 };
        let mut placements = Placements::new();
        match self.step_to(sequence_number, now) {
            Step::Same => return None,
            Step::Behind(step) => {
                self.correct(place, step, ballot);
                return Some(placements);
            }
            Step::Ahead => {
                let way = self.way_to(place, sequence_number, ballot);
                self.settle_doubtful(&way, low(way.margin), &mut placements);
                self.learn(&way);
            }
            Step::Unknown => {}
        }
        let last = Some(Last { sequence_number, index: 0 });
        self.state = State { last, costs: Costs::only(group), spent: 0 };
        self.heard_at = now;
        self.before = None;
        self.doubtful.clear();
        Some(placements)
    }

    /// Takes a symbol.
    pub(super) fn data(
        &mut self,
        data: Data,
        sequence_number: u16,
        ballot: &Ballot,
        now: Instant,
    ) -> Placements {
        let mut placements = Placements::new();
        let step = self.step_to(sequence_number, now);
        let mut ways = [Way::NOWHERE; GROUPS as usize];
        for (way, group) in ways.iter_mut().zip(0..) {
            let place = Place { group, index: data.index };
            *way = match step {
                Step::Same => return placements,
                Step::Ahead => self.way_to(place, sequence_number, ballot),
                Step::Behind(step) => self.way_back_to(place, step, ballot),
                Step::Unknown => *way,
            };
            way.cost = way.cost.saturating_add(ballot.surprise(group, data).into());
        }
        let (costs, least) = Costs::settled(ways.map(|way| way.cost));
        let (group, margin) = costs.cheapest();
        let Some(way) = ways.get(usize::from(group)) else { return placements };
        let is_settled = self.is_exact(way) && margin >= MARGIN_SURE;
        if !matches!(step, Step::Behind(_)) {
            let goes_on = !way.skips_last
                && way.frames < u16::from(GROUP_LEN)
                && way.from.is_some_and(|from| from.group == group);
            if !goes_on || margin >= MARGIN_SURE {
                self.settle_doubtful(way, margin.min(low(way.margin)), &mut placements);
            }
            if margin >= MARGIN_SURE {
                self.learn(way);
            }
            let spent_before = self.before.map_or(0, |_| self.state.spent);
            self.before = (!is_settled && !way.skips_last).then_some(self.state);
            let spent = self.before.map_or(0, |_| least.saturating_sub(spent_before));
            let last = Last { sequence_number, index: data.index };
            self.state = State { last: Some(last), costs, spent };
            self.heard_at = now;
            if !is_settled {
                // There is room: the symbols of one group come one after the other.
                let _ = self.doubtful.push(data);
            }
        }
        if let Some(weight) = weight_of(margin) {
            let weight = if is_settled { weight } else { Weight::GUESS };
            let _ = placements.push(Placed { group, data, weight });
        }
        placements
    }

    fn step_to(&self, sequence_number: u16, now: Instant) -> Step {
        let is_silent = now.since(self.heard_at) >= SILENCE_MAX_MS;
        let Some(last) = self.state.last.filter(|_| !is_silent) else { return Step::Unknown };
        let ahead = sequence_number.wrapping_sub(last.sequence_number) % SEQUENCE_NUMBERS;
        let behind = SEQUENCE_NUMBERS.saturating_sub(ahead);
        match () {
            () if ahead == 0 => Step::Same,
            () if ahead <= STEP_MAX => Step::Ahead,
            () if behind <= STEP_BACK_MAX => Step::Behind(behind),
            () => Step::Unknown,
        }
    }

    /// A group's own code has come late.
    fn correct(&mut self, place: Place, step: u16, ballot: &Ballot) {
        let gap = self.gap(step, ballot);
        let index = self.state.last.map_or(0, |last| last.index);
        self.state.costs = self.state.costs.plus(|group| gap.cross(place, Place { group, index }).cost);
    }

    /// The cheapest way on to a place: from where the last frame was, or as if that had been nothing.
    fn way_to(&self, place: Place, sequence_number: u16, ballot: &Ballot) -> Way {
        let spent = self.before.map_or(0, |_| self.state.spent.into());
        let with_last = (Some(&self.state), spent, false);
        let without_last = (self.before.as_ref(), SKIP_COST, true);
        let ways = [with_last, without_last].into_iter().filter_map(|(state, more, skips_last)| {
            let state = state?;
            let last = state.last?;
            let step = sequence_number.wrapping_sub(last.sequence_number) % SEQUENCE_NUMBERS;
            let gap = self.gap(step, ballot);
            Some(state.costs.places(last.index).map(move |(from, cost)| {
                let crossing = gap.cross(from, place);
                let cost = cost.saturating_add(crossing.cost).saturating_add(more);
                Way { cost, margin: u16::MAX, from: Some(from), step, frames: crossing.frames, skips_last }
            }))
        });
        Way::cheapest(ways.flatten())
    }

    /// The cheapest way from a place of which a frame came late to where the last frame was.
    fn way_back_to(&self, place: Place, step: u16, ballot: &Ballot) -> Way {
        let gap = self.gap(step, ballot);
        let index = self.state.last.map_or(0, |last| last.index);
        Way::cheapest(self.state.costs.places(index).map(|(to, cost)| {
            let crossing = gap.cross(place, to);
            let cost = cost.saturating_add(crossing.cost);
            Way { cost, margin: u16::MAX, from: Some(to), step, frames: crossing.frames, skips_last: false }
        }))
    }

    /// The symbols in doubt are of the group that this way comes from.
    fn settle_doubtful(&mut self, way: &Way, margin: u8, placements: &mut Placements) {
        let symbols = core::mem::take(&mut self.doubtful);
        let symbols = symbols.get(..symbols.len().saturating_sub(way.skips_last.into())).unwrap_or_default();
        let Some((from, weight)) = way.from.zip(weight_of(margin)) else { return };
        for data in symbols {
            let _ = placements.push(Placed { group: from.group, data: *data, weight });
        }
    }

    /// Are the sequence numbers exactly those of the frames in between?
    fn is_exact(&self, way: &Way) -> bool {
        way.from.is_some() && self.pace.is_steady() && way.step == self.pace.step_over(way.frames)
    }

    fn learn(&mut self, way: &Way) {
        if way.from.is_some() && !way.skips_last {
            self.pace.learn(way.step, way.frames);
        }
    }

    fn gap(&self, step: u16, ballot: &Ballot) -> Gap {
        Gap::new(step, ballot.elected(0), self.pace)
    }
}

impl Drop for Track {
    fn drop(&mut self) {
        self.doubtful.zeroize();
    }
}

impl ZeroizeOnDrop for Track {}

impl Way {
    const NOWHERE: Self =
        Self { cost: COST_MAX as u16, margin: 0, from: None, step: 0, frames: 0, skips_last: false };

    fn cheapest(ways: impl Iterator<Item = Self>) -> Self {
        ways.reduce(|best, other| {
            let (best, other) = if other.cost < best.cost { (other, best) } else { (best, other) };
            let margin = match other.from == best.from {
                true => other.margin.min(best.margin),
                false => best.margin.min(other.cost.saturating_sub(best.cost)),
            };
            Self { margin, ..best }
        })
        .unwrap_or(Self::NOWHERE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Instant = Instant::from_millis(1_000);

    fn data(index: u8) -> Data {
        Data { index, symbol: index }
    }

    /// The groups and weights of what a frame places.
    fn placed(placements: Placements) -> std::vec::Vec<(u8, u8, Weight)> {
        placements.iter().map(|placed| (placed.group, placed.data.index, placed.weight)).collect()
    }

    #[test]
    fn a_symbol_right_behind_the_code_of_its_group_is_sure() {
        let (ballot, mut track) = (Ballot::new(), Track::new());
        assert!(track.group(3, 4094, &ballot, AT).is_some());
        for (index, number) in (1..=8).zip([4095, 0, 1, 2, 3, 4, 5, 6]) {
            let placements = track.data(data(index), number, &ballot, AT);
            assert_eq!(placed(placements), [(3, index, Weight::SURE)]);
        }
    }

    #[test]
    fn a_lost_group_code_is_counted() {
        let (mut ballot, mut track) = (Ballot::new(), Track::new());
        // Where the end of the message is, is known.
        ballot.vote(0, Data { index: 1, symbol: 60 }, Weight::SURE);
        track.group(1, 100, &ballot, AT);
        assert_eq!(placed(track.data(data(8), 108, &ballot, AT)), [(1, 8, Weight::SURE)]);
        assert_eq!(placed(track.data(data(2), 111, &ballot, AT)), [(2, 2, Weight::SURE)]);
        assert_eq!(placed(track.data(data(1), 119, &ballot, AT)), [(3, 1, Weight::SURE)]);
    }

    #[test]
    fn a_frame_again_is_nothing_and_one_that_is_late_is_placed() {
        let (ballot, mut track) = (Ballot::new(), Track::new());
        track.group(2, 100, &ballot, AT);
        track.data(data(4), 104, &ballot, AT);
        assert!(track.data(data(4), 104, &ballot, AT).is_empty());
        assert_eq!(placed(track.data(data(2), 102, &ballot, AT)), [(2, 2, Weight::SURE)]);
        assert_eq!(placed(track.data(data(5), 105, &ballot, AT)), [(2, 5, Weight::SURE)]);
        assert!(track.group(2, 105, &ballot, AT).is_none());
    }

    #[test]
    fn without_a_group_nothing_is_placed_until_one_tells() {
        let (ballot, mut track) = (Ballot::new(), Track::new());
        for index in 5..=8 {
            assert!(track.data(data(index), 100 + u16::from(index), &ballot, AT).is_empty());
        }
        let placements = track.group(4, 109, &ballot, AT).unwrap();
        let expected = [5, 6, 7, 8].map(|index| (3, index, Weight::SURE));
        assert_eq!(placed(placements), expected);
    }

    #[test]
    fn what_does_not_fit_in_is_skipped() {
        let (ballot, mut track) = (Ballot::new(), Track::new());
        track.group(2, 100, &ballot, AT);
        track.data(data(1), 101, &ballot, AT);
        track.data(data(2), 102, &ballot, AT);
        // Something else that the phone broadcasts.
        let placements = track.data(data(1), 103, &ballot, AT);
        assert!(placements.iter().all(|placed| placed.weight == Weight::GUESS));
        let placements = track.data(data(3), 104, &ballot, AT);
        assert!(placements.iter().all(|placed| placed.data.index == 3 && placed.group == 2));
    }

    #[test]
    fn after_a_long_silence_no_number_tells() {
        let (ballot, mut track) = (Ballot::new(), Track::new());
        track.group(2, 100, &ballot, AT);
        assert!(track.data(data(1), 101, &ballot, AT.plus(SILENCE_MAX_MS)).is_empty());
    }
}
