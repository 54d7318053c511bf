//! `mqtt_api.h` end to end: an application in C with mosquitto, or with a broker under command of the
//! test.

mod application;
mod bounds;
mod codes;
mod construct;
mod delivery;
mod events;
mod handlers;
mod hostile;
mod qos;
mod reconnect;
#[path = "../robust_support/mod.rs"]
mod robust_support;
#[path = "../support/mod.rs"]
mod support;
mod together;
