//! The linkkit protocol engine.
//!
//! Nothing here opens a socket, sleeps, reads a clock, draws randomness or prints: the engine is a
//! value that is fed ([`time::Instant`], packets, datagrams, requests, entropy) and asked (bytes and
//! datagrams to send, events, the next instant at which it wants to be called). So every timer runs
//! in virtual time in the tests.
//!
//! One state machine per protocol, each readable alone: [`mqtt`], [`coap`], [`binding`]. They meet in
//! the [`engine`], which owns them and routes between them; they do not call each other.

#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod binding;
pub mod coap;
pub mod engine;
pub mod entropy;
pub mod error;
pub mod identity;
pub mod json;
pub mod knobs;
pub mod mqtt;
pub mod sign;
pub mod time;
