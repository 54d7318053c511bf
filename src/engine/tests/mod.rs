//! The whole device in virtual time, with a cloud and phones made by hand.

mod bind;
mod failures;
mod logs;
mod simulation;
mod world;
