//! The functions that the firmware provides, with Rust semantics. Each quirk of existing ports is
//! absorbed here and nowhere else.

pub mod allocator;
#[cfg(feature = "provision")]
pub mod awss;
#[cfg(feature = "ota")]
pub mod firmware;
#[cfg(feature = "mqtt")]
pub mod identity;
#[cfg(any(feature = "bind", feature = "dynamic-register"))]
pub mod kv;
#[cfg(feature = "mqtt")]
pub mod mutex;
pub mod os;
pub mod printf;
#[cfg(any(all(target_os = "none", panic = "abort"), feature = "remote-switchap"))]
pub mod reboot;
pub mod stream;
#[cfg(all(feature = "mqtt", not(feature = "tls")))]
mod tcp;
#[cfg(feature = "bind")]
pub mod thread;
#[cfg(all(feature = "mqtt", feature = "tls"))]
mod tls;
#[cfg(feature = "bind")]
pub mod udp;
#[cfg(feature = "bind")]
pub mod wifi;
