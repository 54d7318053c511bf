//! What a phone sends over the air: frames of 802.11 that carry credentials, into a file or to a device that
//! listens to a script.
//!
//! The encoders know the tables of the protocols, and nothing of any decoder.

mod capture;
mod frame;
mod medium;
mod multicast;
mod radiotap;
mod smartconfig;
mod symbols;
mod transmitter;
mod wps;
mod zeroconfig;

pub use capture::{Captured, read_capture};
pub use frame::{Access, Direction, Encryption, Shot};
pub use medium::{Medium, PcapFile, WifiSocket};
pub use multicast::shots as multicast;
pub use smartconfig::shots as smartconfig;
pub use transmitter::Transmitter;
pub use wps::shots as wps;
pub use zeroconfig::{Claim, Enrollee, shots as zeroconfig};
