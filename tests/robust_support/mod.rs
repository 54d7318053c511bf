//! What the robustness tests share beside the bench: a broker that misbehaves on command, and a device
//! that counts what it holds of its port.
#![allow(dead_code, reason = "every test crate uses its own part")]

pub mod checked;
pub mod device;
pub mod malformed;
pub mod mutation;
pub mod packet;
pub mod rogue;
