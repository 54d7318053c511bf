//! The bench of the end-to-end tests: a network of its own for each test, a real broker, the cloud's
//! side under the test's control, and C programs linked against the release archive.
//!
//! ```text
//! device namespace 10.77.0.2 ──veth── peers namespace 10.77.0.1 (broker, cloud), 10.77.0.11… (phones)
//! ```
#![allow(dead_code, reason = "every test crate uses its own part")]

pub mod auth_server;
pub mod broker;
pub mod build;
pub mod callgrind;
pub mod cloud;
pub mod coap;
pub mod commanded;
pub mod device;
pub mod file_server;
pub mod frame_costs;
pub mod life;
pub mod netmgr;
pub mod network;
pub mod ota;
pub mod phone_cipher;
pub mod process;
pub mod timeline;

use std::time::Duration;

/// For what takes milliseconds: long enough for a loaded machine.
pub const SOON: Duration = Duration::from_secs(15);

/// The identity that the captures in `vectors/` were made with.
pub const PRODUCT_KEY: &str = "a1GQc8iJOWI";
pub const DEVICE_NAME: &str = "gateway_test01";
pub const DEVICE_SECRET: &str = "abcdefghijklmnopqrstuvwxyz012345";
pub const PRODUCT_SECRET: &str = "L68wCVXYUaNg1Ey9";
/// `password` in the CONNECT that the C SDK sends for this identity.
pub const DEVICE_PASSWORD: &str = "622001BE25645D065A89B21DEC0BCD5AE49F653FDD5083A592D25E701BDB322E";

/// `/sys/{pk}/{dn}/{suffix}` of the device under test.
pub fn topic(suffix: &str) -> String {
    format!("/sys/{PRODUCT_KEY}/{DEVICE_NAME}/{suffix}")
}

/// `/{prefix}/{pk}/{dn}{suffix}` of the device under test.
pub fn topic_of(prefix: &str, suffix: &str) -> String {
    format!("/{prefix}/{PRODUCT_KEY}/{DEVICE_NAME}{suffix}")
}
