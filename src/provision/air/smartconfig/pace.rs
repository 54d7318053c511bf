//! How many sequence numbers a sender uses for each frame of the loop. Most use one; some send something else all
//! the time.

const UNIT: u16 = 16;
const QUIET_MAX: u8 = 16;
const QUIET_AT_FIRST: u8 = 8;
/// What a step that is off takes off.
const QUIET_LOSS: u8 = 3;
/// Frames after which the pace is set anew while it is not steady.
const FRAMES: u16 = 8;

/// The pace of a sender.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// For each frame, sixteenths.
    numbers: u16,
    /// Goes up with each step that keeps the pace, and down faster with each that does not.
    quiet: u8,
    /// Seen since `numbers` was last set.
    seen_numbers: u16,
    seen_frames: u16,
}

impl Pace {
    pub(super) const fn new() -> Self {
        Self { numbers: UNIT, quiet: QUIET_AT_FIRST, seen_numbers: 0, seen_frames: 0 }
    }

    /// Does the sender keep it?
    pub(super) fn is_steady(&self) -> bool {
        self.quiet >= QUIET_AT_FIRST
    }

    /// Cost of a step that does not keep it, whatever it is, half bits.
    pub(super) fn cost_of_deviation(&self) -> u16 {
        u16::from(self.quiet).saturating_add(2)
    }

    /// What the sequence number goes up by over so many frames.
    pub(super) fn step_over(&self, frames: u16) -> u16 {
        self.numbers.saturating_mul(frames).saturating_add(UNIT / 2) / UNIT
    }

    /// The frames of a step of the sequence number.
    pub(super) fn frames_of(&self, step: u16) -> u16 {
        step.saturating_mul(UNIT).checked_div(self.numbers).unwrap_or(step)
    }

    /// Learns of a step over so many frames.
    pub(super) fn learn(&mut self, step: u16, frames: u16) {
        self.quiet = if step == self.step_over(frames) {
            self.quiet.saturating_add(1).min(QUIET_MAX)
        } else {
            self.quiet.saturating_sub(QUIET_LOSS)
        };
        if self.is_steady() {
            (self.seen_numbers, self.seen_frames) = (0, 0);
            return;
        }
        self.seen_numbers = self.seen_numbers.saturating_add(step);
        self.seen_frames = self.seen_frames.saturating_add(frames);
        if self.seen_frames >= FRAMES {
            let numbers = self.seen_numbers.saturating_mul(UNIT).checked_div(self.seen_frames);
            self.numbers = numbers.unwrap_or(UNIT).max(UNIT);
            (self.seen_numbers, self.seen_frames) = (0, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(steps: impl IntoIterator<Item = (u16, u16)>) -> Pace {
        let mut pace = Pace::new();
        steps.into_iter().for_each(|(step, frames)| pace.learn(step, frames));
        pace
    }

    #[test]
    fn is_one_number_for_each_frame_at_first() {
        let pace = Pace::new();
        assert!(pace.is_steady());
        assert_eq!((pace.step_over(1), pace.step_over(9), pace.frames_of(9)), (1, 9, 9));
    }

    #[test]
    fn a_steady_pace_is_learned_and_kept() {
        for numbers in [1, 5, 45] {
            let pace = learned((0..40).map(|at| (numbers * (1 + at % 3), 1 + at % 3)));
            assert!(pace.is_steady());
            assert_eq!((pace.step_over(7), pace.frames_of(7 * numbers)), (7 * numbers, 7), "{numbers}");
        }
    }

    #[test]
    fn a_step_that_is_off_costs_less_the_more_there_are() {
        let steady = learned([(1, 1); 20]);
        let uneven = learned([(1, 1), (4, 1)].into_iter().cycle().take(40));
        assert!(steady.is_steady() && !uneven.is_steady());
        assert!(steady.cost_of_deviation() > Pace::new().cost_of_deviation());
        assert!(uneven.cost_of_deviation() < Pace::new().cost_of_deviation());
        assert_eq!(uneven.step_over(10), 25);
        // One burst of something else is no pace.
        assert_eq!(learned([(1, 1); 20].into_iter().chain([(60, 1)])).step_over(1), 1);
    }
}
