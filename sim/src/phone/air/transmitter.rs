//! Sends shots in time, numbers them, and has the access point say where it is in between.

use std::ops::ControlFlow;
use std::time::Duration;

use anyhow::Result;

use crate::phone::air::frame::{Access, Direction, Shot, probe_request};
use crate::phone::air::medium::Medium;

/// 100 units of 1024 µs.
const BEACON_INTERVAL: Duration = Duration::from_micros(102_400);
/// From a frame of the phone until the access point passes it on.
const FORWARDING: Duration = Duration::from_millis(1);

/// One phone and one access point.
pub struct Transmitter {
    access: Access,
    directions: Vec<Direction>,
    interval: Duration,
    /// Where the frames go.
    pub medium: Medium,
    at: Duration,
    next_beacon: Duration,
    phone_sequence: u16,
    access_point_sequence: u16,
    frames: u64,
}

impl Transmitter {
    /// Frames of data go in each of `directions`; `interval` is between two shots.
    pub fn new(access: Access, directions: &[Direction], interval: Duration, medium: Medium) -> Self {
        Self {
            access,
            directions: directions.to_vec(),
            interval,
            medium,
            at: Duration::ZERO,
            next_beacon: Duration::ZERO,
            phone_sequence: 0,
            access_point_sequence: 0,
            frames: 0,
        }
    }

    /// Time from the beginning to the next shot.
    pub fn at(&self) -> Duration {
        self.at
    }

    /// Lets time pass without a shot.
    pub fn skip_to(&mut self, at: Duration) {
        self.at = self.at.max(at);
    }

    /// Frames sent so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Sends `shots`. `pace` is called before each with its time, and says whether it is still wanted.
    pub fn send(
        &mut self,
        shots: &[Shot],
        mut pace: impl FnMut(Duration) -> Result<ControlFlow<()>>,
    ) -> Result<ControlFlow<()>> {
        for shot in shots {
            if pace(self.at)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            self.beacon()?;
            self.shoot(shot)?;
            self.at += self.interval;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn beacon(&mut self) -> Result<()> {
        if self.at >= self.next_beacon {
            let frame = self.access.beacon(next(&mut self.access_point_sequence))?;
            self.hand_over(self.at, &frame)?;
            self.next_beacon = self.at + BEACON_INTERVAL;
        }
        Ok(())
    }

    fn shoot(&mut self, shot: &Shot) -> Result<()> {
        match shot {
            Shot::Data { destination, length } => {
                for (place, direction) in (0_u32..).zip(self.directions.clone()) {
                    let sequence = match direction {
                        Direction::ToDs => next(&mut self.phone_sequence),
                        Direction::FromDs => next(&mut self.access_point_sequence),
                    };
                    let frame = self.access.data(*destination, *length, direction, sequence);
                    self.hand_over(self.at + place * FORWARDING, &frame)?;
                }
                Ok(())
            }
            Shot::Probe { source, elements } => {
                let frame = probe_request(*source, elements, next(&mut self.phone_sequence));
                self.hand_over(self.at, &frame)
            }
        }
    }

    fn hand_over(&mut self, at: Duration, frame: &[u8]) -> Result<()> {
        self.frames += 1;
        self.medium.send(at, self.access.channel, frame)
    }
}

/// A number, and the one after it for the next time.
fn next(sequence: &mut u16) -> u16 {
    let number = *sequence;
    *sequence = sequence.wrapping_add(1);
    number
}

#[cfg(test)]
mod tests;
