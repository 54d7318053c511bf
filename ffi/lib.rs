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
#[cfg(feature = "mqtt")]
mod runtime;

#[cfg(feature = "provision")]
pub mod awss;
#[cfg(feature = "bind")]
pub mod bind;
#[cfg(feature = "provision")]
pub mod bind_api;
#[cfg(feature = "mqtt")]
pub mod conn_info;
#[cfg(feature = "dynamic-register")]
pub mod dynamic_register;
#[cfg(feature = "mqtt")]
pub mod events;
#[cfg(feature = "mqtt")]
pub mod ioctl;
#[cfg(feature = "mqtt")]
pub mod linkkit;
pub mod log_level;
#[cfg(feature = "model")]
pub mod model;
#[cfg(feature = "mqtt")]
pub mod mqtt;
#[cfg(feature = "ota")]
mod ota;
pub mod sign;
