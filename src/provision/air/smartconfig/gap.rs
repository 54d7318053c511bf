//! What may have happened between two frames: some of the loop got lost, which counts in the sequence numbers;
//! the sender sent something else, which counts there, too; or it dropped some before they had a number. The less
//! likely it is, the more it costs.

use super::codes::GROUP_LEN;
use super::pace::Pace;

/// Cost of a frame lost, half bits: of each of the first few, and at most.
const LOSS_COST: u16 = 3;
const LOSSES: u16 = 4;
const LOSS_COST_MAX: u16 = 30;
/// Cost of frames dropped before they had a number, half bits: at all, and of each.
const DROP_COST: u16 = 14;
const DROP_COST_OF_EACH: u16 = 4;
/// Cost of each bit of how far off the pace a step is, half bits.
const DEVIATION_COST: u16 = 2;
/// Cost of the end of the message where it is not known, half bits.
const UNKNOWN_END_COST: u16 = 6;
/// Cost of what lies behind the end of the message, half bits.
const BEHIND_END_COST: u16 = 24;

/// A place in the loop: a group's own code at index 0, then its symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) group: u8,
    pub(super) index: u8,
}

impl Place {
    /// Frames from the beginning of the loop.
    fn ordinal(self) -> u16 {
        let before = u16::from(self.group).saturating_mul(u16::from(GROUP_LEN).saturating_add(1));
        before.saturating_add(self.index.into())
    }
}

/// What lies between two frames.
#[derive(Clone, Copy)]
pub(super) struct Gap {
    /// Of the sequence number.
    step: u16,
    /// Frames of the loop, if that is known.
    loop_len: Option<u16>,
    pace: Pace,
}

/// A way over a gap.
#[derive(Clone, Copy)]
pub(super) struct Crossing {
    /// Half bits.
    pub(super) cost: u16,
    /// Frames, with the one at its end.
    pub(super) frames: u16,
}

impl Gap {
    /// `symbols`: of the message, if that is known.
    pub(super) fn new(step: u16, symbols: Option<u8>, pace: Pace) -> Self {
        let symbols = symbols.map(u16::from);
        let loop_len = symbols.map(|symbols| symbols.saturating_add(symbols.div_ceil(GROUP_LEN.into())));
        Self { step, loop_len, pace }
    }

    /// The cheapest way from one place to another.
    pub(super) fn cross(&self, from: Place, to: Place) -> Crossing {
        let (from, to) = (from.ordinal(), to.ordinal());
        let ahead = to.checked_sub(from).filter(|frames| *frames > 0);
        let Some(loop_len) = self.loop_len else {
            // If it lies behind, the end of the message is somewhere in between.
            let shortest = to.saturating_add(1);
            let around = || shortest.max(self.step.min(from.saturating_add(to)));
            let frames = ahead.unwrap_or_else(around);
            let end_cost = if ahead.is_some() { 0 } else { UNKNOWN_END_COST };
            return Crossing { cost: self.cost_of(frames).saturating_add(end_cost), frames };
        };
        let frames = ahead.unwrap_or_else(|| to.saturating_add(loop_len).saturating_sub(from));
        let more = self.pace.frames_of(self.step).saturating_add(loop_len / 2).saturating_sub(frames);
        let loops = more.checked_div(loop_len).unwrap_or(0);
        let longer = frames.saturating_add(loops.saturating_mul(loop_len));
        let (cost, frames) = (self.cost_of(frames), frames).min((self.cost_of(longer), longer));
        let end_cost = if to.max(from) >= loop_len { BEHIND_END_COST } else { 0 };
        Crossing { cost: cost.saturating_add(end_cost), frames }
    }

    /// Of a step of this many frames.
    fn cost_of(&self, frames: u16) -> u16 {
        let lost = frames.saturating_sub(1);
        let first = lost.min(LOSSES).saturating_mul(LOSS_COST);
        let lost_cost = first.saturating_add(lost.saturating_sub(LOSSES)).min(LOSS_COST_MAX);
        let number_cost = match frames.saturating_sub(self.step) {
            0 => self.step.abs_diff(self.pace.step_over(frames)).checked_ilog2().map_or(0, |bits| {
                let bits = u16::try_from(bits).unwrap_or(u16::MAX);
                self.pace.cost_of_deviation().saturating_add(bits.saturating_mul(DEVIATION_COST))
            }),
            dropped => DROP_COST.saturating_add(dropped.saturating_mul(DROP_COST_OF_EACH)),
        };
        lost_cost.saturating_add(number_cost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cross(step: u16, symbols: Option<u8>, from: (u8, u8), to: (u8, u8)) -> Crossing {
        let place = |(group, index)| Place { group, index };
        Gap::new(step, symbols, Pace::new()).cross(place(from), place(to))
    }

    fn cost(step: u16, from: (u8, u8), to: (u8, u8)) -> u16 {
        cross(step, Some(28), from, to).cost
    }

    #[test]
    fn what_happens_most_often_costs_nothing() {
        for (from, to) in [((0, 0), (0, 1)), ((0, 8), (1, 0)), ((2, 3), (2, 4)), ((3, 4), (0, 0))] {
            assert_eq!((cost(1, from, to), cross(1, Some(28), from, to).frames), (0, 1));
        }
    }

    #[test]
    fn the_less_likely_the_dearer() {
        let lost = |frames: u8| cost(u16::from(frames), (0, 1), (0, 1 + frames));
        assert!((1..7).all(|frames| lost(frames) < lost(frames + 1)));
        // Lost on the air, something else sent, dropped by the sender.
        let (lost, other, dropped) =
            (cost(2, (0, 1), (0, 3)), cost(2, (0, 1), (0, 2)), cost(1, (0, 1), (0, 3)));
        assert!(0 < lost && lost < other && other < dropped);
        assert!(cost(1, (3, 4), (3, 5)) > dropped, "behind the end");
    }

    #[test]
    fn where_the_end_is_not_known_it_may_be_anywhere() {
        let around = cross(12, None, (1, 5), (0, 2));
        assert_eq!((around.frames, around.cost < cost(12, (1, 5), (0, 2))), (12, true));
        assert!(cross(2, None, (1, 5), (0, 1)).cost > cross(2, None, (1, 5), (1, 7)).cost);
    }

    #[test]
    fn no_number_overflows() {
        for step in [0, 1, 999, u16::MAX] {
            for symbols in [None, Some(0), Some(1), Some(255)] {
                for place in [(0, 0), (15, 8), (255, 255)] {
                    cross(step, symbols, place, (0, 1));
                    cross(step, symbols, (0, 1), place);
                }
            }
        }
    }
}
