//! Downloads from a server made by hand.

#![allow(clippy::arithmetic_side_effects)]

mod downloads;
mod hostile;
mod messages;
mod notices;
mod urls;
