//! Which group a symbol belongs to. The frames of a loop come in a known order, but some are not heard, and a
//! symbol does not tell its group. So each group has a cost: how much had to happen for the last frame to have
//! been of that group. What may happen is that frames get lost, which counts in the sequence numbers, that the
//! sender sends something else in between, which counts there too, and that it drops frames before they have a
//! number. (This is the Viterbi algorithm with the groups as its states.)

use zeroize::Zeroize;

use super::ballot::Ballot;
use super::codes::{Data, GROUP_LEN, GROUPS};
use crate::time::Instant;

/// Costs are capped here, half bits.
const COST_MAX: u8 = 60;
/// Sequence numbers are modulo this.
const SEQUENCE_NUMBERS: u16 = 4096;
/// Longest step of the sequence number that is followed.
const STEP_MAX: u16 = 999;
/// Frames that come after one with a number that is this much higher are still placed.
const STEP_BACK_MAX: u16 = 64;
/// Silence after which sequence numbers may have wrapped, ms.
const SILENCE_MAX_MS: u64 = 4_000;

/// Cost of a frame dropped before it had a number: the first, and each.
const DROP_COST: (u16, u16) = (14, 4);
/// Cost of the end of the message where it is not known.
const UNKNOWN_END_COST: u16 = 6;
/// Cost of what lies behind the end of the message.
const BEHIND_END_COST: u16 = 24;
/// Highest cost of other frames of the sender, for one that never sent any.
const QUIET_MAX: u8 = 24;
const QUIET_AT_FIRST: u8 = 8;
/// A margin with which it is learned how busy the sender is.
const LEARN_MARGIN: u8 = 16;

type Costs = [u8; GROUPS as usize];

/// A place in the loop: a group's own code at index 0, then its symbols.
#[derive(Clone, Copy)]
struct Place {
    group: u8,
    index: u8,
}

impl Place {
    /// Frames from the beginning of the loop.
    fn ordinal(self) -> u16 {
        let before = u16::from(self.group).saturating_mul(u16::from(GROUP_LEN).saturating_add(1));
        before.saturating_add(self.index.into())
    }
}

/// Where the last frame was.
#[derive(Clone, Copy)]
struct Last {
    sequence_number: u16,
    index: u8,
    at: Instant,
}

/// How a frame follows the last one.
enum Step {
    /// It is the last one again.
    Same,
    /// By this much ahead.
    Ahead(u16),
    /// By this much behind.
    Behind(u16),
    /// No telling.
    Unknown,
}

/// The group a symbol belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) group: u8,
    /// How much more the next best group costs, half bits.
    pub(super) margin: u8,
}

/// The frames of one sender that are numbered together.
pub(super) struct Track {
    last: Option<Last>,
    costs: Costs,
    quiet: u8,
}

impl Track {
    pub(super) fn new() -> Self {
        Self { last: None, costs: [0; _], quiet: QUIET_AT_FIRST }
    }

    fn step_to(&self, sequence_number: u16, now: Instant) -> Step {
        let Some(last) = self.last.filter(|last| now.since(last.at) < SILENCE_MAX_MS) else {
            return Step::Unknown;
        };
        let ahead = sequence_number.wrapping_sub(last.sequence_number) % SEQUENCE_NUMBERS;
        let behind = SEQUENCE_NUMBERS.saturating_sub(ahead);
        match () {
            () if ahead == 0 => Step::Same,
            () if ahead <= STEP_MAX => Step::Ahead(ahead),
            () if behind <= STEP_BACK_MAX => Step::Behind(behind),
            () => Step::Unknown,
        }
    }

    /// Takes a group's own code. False for a frame that is not new.
    pub(super) fn group(&mut self, group: u8, sequence_number: u16, ballot: &Ballot, now: Instant) -> bool {
        let place = Place { group, index: 0 };
        match self.step_to(sequence_number, now) {
            Step::Same => return false,
            Step::Behind(step) => {
                let Some(last) = self.last else { return false };
                let air = self.air(step, ballot);
                for (cost, to) in self.costs.iter_mut().zip(0..) {
                    *cost = add(*cost, air.cost(place, Place { group: to, index: last.index }));
                }
                settle(&mut self.costs);
                return true;
            }
            Step::Ahead(step) => {
                self.learn(place, step, ballot);
            }
            Step::Unknown => {}
        }
        self.costs = [COST_MAX; _];
        if let Some(cost) = self.costs.get_mut(usize::from(group)) {
            *cost = 0;
        }
        self.last = Some(Last { sequence_number, index: 0, at: now });
        true
    }

    /// Takes a symbol and tells its group. `None` for a frame that is not new.
    pub(super) fn data(
        &mut self,
        data: Data,
        sequence_number: u16,
        ballot: &Ballot,
        now: Instant,
    ) -> Option<Placed> {
        let step = self.step_to(sequence_number, now);
        let mut costs = [0; _];
        match (&step, self.last) {
            (Step::Same, _) => return None,
            (Step::Ahead(step), Some(last)) => {
                let air = self.air(*step, ballot);
                for (cost, group) in costs.iter_mut().zip(0..) {
                    let to = Place { group, index: data.index };
                    *cost = best(&self.costs, last.index, |from| air.cost(from, to));
                }
            }
            (Step::Behind(step), Some(last)) => {
                let air = self.air(*step, ballot);
                for (cost, group) in costs.iter_mut().zip(0..) {
                    let from = Place { group, index: data.index };
                    *cost = best(&self.costs, last.index, |to| air.cost(from, to));
                }
            }
            _ => {}
        }
        for (cost, group) in costs.iter_mut().zip(0..) {
            *cost = add(*cost, ballot.surprise(group, data).into());
        }
        settle(&mut costs);
        let placed = cheapest(&costs);
        if let Step::Ahead(step) = step
            && placed.margin >= LEARN_MARGIN
        {
            self.learn(Place { group: placed.group, index: data.index }, step, ballot);
        }
        if !matches!(step, Step::Behind(_)) {
            self.costs = costs;
            self.last = Some(Last { sequence_number, index: data.index, at: now });
        }
        Some(placed)
    }

    /// Learns from a step to a known place whether the sender sends something else, too.
    fn learn(&mut self, to: Place, step: u16, ballot: &Ballot) {
        let Some(last) = self.last else { return };
        let from = cheapest(&self.costs);
        if from.margin < LEARN_MARGIN {
            return;
        }
        let from = Place { group: from.group, index: last.index };
        self.quiet = if self.air(step, ballot).is_exact(from, to) {
            self.quiet.saturating_add(1).min(QUIET_MAX)
        } else {
            self.quiet.saturating_sub(4)
        };
    }

    fn air(&self, step: u16, ballot: &Ballot) -> Air {
        let symbols = ballot.elected(0).map(u16::from);
        let loop_len = symbols.map(|symbols| symbols.saturating_add(symbols.div_ceil(GROUP_LEN.into())));
        Air { step, loop_len, quiet: self.quiet }
    }
}

impl Zeroize for Track {
    fn zeroize(&mut self) {
        *self = Self::new();
    }
}

/// What may have happened between two frames.
struct Air {
    /// Of the sequence number.
    step: u16,
    /// Frames of the loop.
    loop_len: Option<u16>,
    quiet: u8,
}

impl Air {
    /// Of getting from one place to another, half bits.
    fn cost(&self, from: Place, to: Place) -> u16 {
        let (from, to) = (from.ordinal(), to.ordinal());
        let Some(loop_len) = self.loop_len else {
            return match to.checked_sub(from).filter(|frames| *frames > 0) {
                Some(frames) => self.cost_of(frames),
                // The end of the message lies somewhere in between.
                None => {
                    let frames = to.saturating_add(1);
                    let frames = frames.max(self.step.min(from.saturating_add(to)));
                    self.cost_of(frames).saturating_add(UNKNOWN_END_COST)
                }
            };
        };
        let behind_end = if to.max(from) >= loop_len { BEHIND_END_COST } else { 0 };
        let frames = match to.checked_sub(from).filter(|frames| *frames > 0) {
            Some(frames) => frames,
            None => to.saturating_add(loop_len).saturating_sub(from),
        };
        let whole_loops = self.step.saturating_sub(frames).checked_div(loop_len).unwrap_or(0);
        let longer = frames.saturating_add(whole_loops.saturating_mul(loop_len));
        self.cost_of(frames).min(self.cost_of(longer)).saturating_add(behind_end)
    }

    /// Of a step of this many frames.
    fn cost_of(&self, frames: u16) -> u16 {
        let lost = frames.saturating_sub(1);
        let lost_cost = match lost {
            0..=4 => lost.saturating_mul(3),
            _ => 12_u16.saturating_add(lost.saturating_sub(4)).min(40),
        };
        let others = self.step.saturating_sub(frames);
        let dropped = frames.saturating_sub(self.step);
        let number_cost = match (others.checked_ilog2(), dropped) {
            (Some(bits), _) => u16::from(self.quiet).saturating_add(2).saturating_add(low(bits)),
            (None, 0) => 0,
            (None, _) => DROP_COST.0.saturating_add(dropped.saturating_mul(DROP_COST.1)),
        };
        lost_cost.saturating_add(number_cost)
    }

    /// Is the step of exactly the frames that lie between?
    fn is_exact(&self, from: Place, to: Place) -> bool {
        let between = i32::from(to.ordinal()).saturating_sub(from.ordinal().into());
        let off = i32::from(self.step).saturating_sub(between);
        match self.loop_len.map(i32::from) {
            Some(loop_len) => off.checked_rem_euclid(loop_len) == Some(0),
            None => off == 0 || between < 0,
        }
    }
}

fn low(bits: u32) -> u16 {
    bits.try_into().unwrap_or(u16::MAX)
}

fn add(cost: u8, more: u16) -> u8 {
    u8::try_from(u16::from(cost).saturating_add(more)).unwrap_or(COST_MAX).min(u8::MAX)
}

/// The least that it costs to come from the places with these costs.
fn best(costs: &Costs, index: u8, cost_of: impl Fn(Place) -> u16) -> u8 {
    let all = costs.iter().zip(0..).filter(|(cost, _)| **cost < COST_MAX);
    all.map(|(cost, group)| add(*cost, cost_of(Place { group, index }))).min().unwrap_or(COST_MAX)
}

/// Makes the least 0 and caps the others.
fn settle(costs: &mut Costs) {
    let least = costs.iter().copied().min().unwrap_or(0);
    costs.iter_mut().for_each(|cost| *cost = cost.saturating_sub(least).min(COST_MAX));
}

fn cheapest(costs: &Costs) -> Placed {
    let (mut group, mut margin) = (0, 0);
    let mut least = u8::MAX;
    for (cost, of) in costs.iter().zip(0..) {
        if *cost < least {
            margin = least.saturating_sub(*cost);
            (group, least) = (of, *cost);
        } else {
            margin = margin.min(cost.saturating_sub(least));
        }
    }
    Placed { group, margin: margin.min(COST_MAX) }
}
