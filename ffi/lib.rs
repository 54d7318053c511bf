//! The C ABI of the linkkit SDK 3.0.1 over the safe engine in `linkkit_core`.
//!
//! The only code with `unsafe`. [`abi`] has the C types, [`hal`] the functions that the firmware
//! provides behind safe ones, [`runtime`] the one SDK instance with its lock, threads and sockets.
//! The other modules are the exported functions: they check what the caller passed, once, and call
//! the runtime.

#![no_std]

extern crate alloc;
// Test builds unwind, and only `std` brings an unwinder.
#[cfg(panic = "unwind")]
extern crate std;

pub mod abi;
mod c_string;
pub mod hal;
mod logger;
#[cfg(panic = "abort")]
mod panic;
mod runtime;

pub mod bind;
pub mod events;
pub mod ioctl;
pub mod linkkit;
pub mod log_level;
pub mod model;
pub mod sign;
