//! The linkkit protocol engine.
//!
//! Nothing here opens a socket, sleeps, reads a clock, draws randomness or prints: the engine is a
//! value that is fed ([`time::Instant`], packets, datagrams, requests, entropy) and asked (bytes and
//! datagrams to send, events, the next instant at which it wants to be called). So every timer runs
//! in virtual time in the tests.
//!
//! One state machine per protocol, each readable alone: [`mqtt`], [`coap`], [`binding`], [`model`],
//! [`ota`], [`preauth`], [`dynamic_register`], `provision`. They meet in the [`engine`], which owns them and routes
//! between them; they do not call each other.

#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

#[cfg(feature = "auth")]
pub mod auth;
#[cfg(feature = "bind")]
pub mod binding;
#[cfg(feature = "bind")]
pub mod coap;
#[cfg(feature = "dynamic-register")]
pub mod dynamic_register;
#[cfg(feature = "mqtt")]
pub mod engine;
#[cfg(feature = "bind")]
pub mod entropy;
pub mod error;
#[cfg(feature = "http")]
pub mod http;
pub mod identity;
#[cfg(any(feature = "bind", feature = "model", feature = "auth"))]
pub mod json;
pub mod knobs;
#[cfg(feature = "model")]
pub mod model;
#[cfg(feature = "mqtt")]
pub mod mqtt;
#[cfg(feature = "ota")]
pub mod ota;
#[cfg(feature = "preauth")]
pub mod preauth;
#[cfg(feature = "provision")]
pub mod provision;
pub mod sign;
pub mod text;
pub mod time;

/// Bytes asked from the port's random source for each seed.
pub const PORT_RANDOM_LEN: usize = 32;
