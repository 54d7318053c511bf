//! TLS: a C firmware on the default archive and on the port's TLS over mbedTLS, against mosquitto with a CA
//! made here. The library must say what failed, and nothing may be left behind.

mod authority;
mod certificates;
mod cuts;
mod device;
mod reconnect;
mod relay;
mod servers;
mod sign;
#[path = "../support/mod.rs"]
mod support;

/// The name by which the device knows the broker.
const HOST: &str = "broker.bench.test";
/// Where the device connects to.
const PORT: u16 = 443;
/// Where the broker listens when a relay stands before it.
const BACK_PORT: u16 = 8443;
