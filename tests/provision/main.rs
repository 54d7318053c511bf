//! Provisioning by the C interface, in virtual time: a script says what the application, the radio and phones
//! do, and a trace says what the library did.

mod announcements;
#[path = "../support/build.rs"]
#[allow(dead_code, reason = "every test crate uses its own part")]
mod build;
#[path = "../support/callgrind.rs"]
mod callgrind;
mod defects;
mod device_ap;
mod faults;
#[path = "../support/frame_costs.rs"]
#[allow(dead_code, reason = "the figures use the rest")]
mod frame_costs;
mod frames;
mod phone;
mod phone_ap;
#[path = "../support/phone_cipher.rs"]
mod phone_cipher;
mod remote_switchap;
mod scan;
mod script;
mod smartconfig;
