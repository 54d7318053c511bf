//! How a phone's message gets out of the frames: one decoder for each way of sending it.

use super::access_points::AccessPoints;
use super::credentials::{Credentials, Mac};
use super::frame::Frame;
use crate::time::Instant;

/// When a decoder may have frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// While the button is pressed.
    Pressed,
    /// While it is not.
    NotPressed,
}

impl Gate {
    /// Is it open?
    pub fn is_open(self, is_pressed: bool) -> bool {
        match self {
            Self::Pressed => is_pressed,
            Self::NotPressed => !is_pressed,
        }
    }
}

/// What a frame means.
pub enum Outcome {
    /// Nothing to this decoder.
    Nothing,
    /// A phone is heard: stay on the channel of its access point.
    Phone {
        /// Of the access point.
        bssid: Mac,
    },
    /// Part of its message.
    Part,
    /// The whole message. The scan fills in what it leaves open of the access point.
    Whole(Credentials),
    /// A whole message with a wrong checksum.
    ChecksumError,
    /// A whole message with a password that is none.
    PasswordError,
}

/// One way of sending.
pub trait Decoder {
    /// When it may have frames.
    fn gate(&self) -> Gate {
        Gate::Pressed
    }

    /// Takes a frame. `heard`: the access points so far, that of this frame among them.
    fn frame(&mut self, frame: &Frame, heard: &AccessPoints, now: Instant) -> Outcome;

    /// Forgets what it has of a message.
    fn reset(&mut self);
}
