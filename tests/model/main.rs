//! The device model end to end: `tests/c/model_device.c` with mosquitto and a cloud under command of the
//! test, or with a broker under its command.

mod connect;
mod device;
mod events;
mod example;
mod flood;
mod housekeeping;
mod malformed;
mod properties;
mod raw;
mod reentrancy;
mod replies;
mod reports;
#[path = "../robust_support/mod.rs"]
mod robust_support;
mod services;
#[path = "../support/mod.rs"]
mod support;
