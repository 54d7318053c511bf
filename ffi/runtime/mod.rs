//! The one SDK instance: its lock, its session from open to close, its sockets and threads.
//!
//! Threads come in with the application's calls, plus one [`worker`]. Whoever holds the lock feeds
//! the engine and never blocks; what the engine wants done then is done without the lock by
//! [`drive`]. Reading and writing the stream are each one thread's at a time, and neither waits for
//! the other.

#[cfg(feature = "auth")]
mod auth;
#[cfg(feature = "provision")]
mod awss_event;
mod callbacks;
mod client;
mod connect;
#[cfg(feature = "ota")]
mod download;
mod drive;
#[cfg(feature = "dynamic-register")]
mod dynamic_register;
mod handlers;
#[cfg(feature = "http")]
mod http;
mod link;
#[cfg(feature = "bind")]
mod local;
mod lock;
#[cfg(feature = "model")]
mod model;
mod open;
#[cfg(feature = "ota")]
mod ota;
#[cfg(feature = "provision")]
mod phone_token;
#[cfg(feature = "preauth")]
mod preauth;
#[cfg(feature = "provision")]
mod provision;
#[cfg(feature = "registrar")]
mod registrar;
#[cfg(feature = "remote-switchap")]
mod remote_switchap;
#[cfg(feature = "bind")]
mod seed;
mod shared_handle;
mod state;
#[cfg(feature = "provision")]
mod station;
#[cfg(feature = "phone-ap")]
mod wifi_scan;
#[cfg(feature = "bind")]
mod worker;

#[cfg(any(feature = "bind", feature = "model"))]
use linkkit_core::engine::Engine;
#[cfg(any(feature = "bind", feature = "model"))]
use linkkit_core::time::Instant;

#[cfg(feature = "provision")]
pub use callbacks::awss_status as tell_awss_status;
pub use callbacks::{Slot, register, register_monitor};
pub use client::{
    Parameters, Subscribed, construct, destroy, has_client, subscribe, wait_subscribed, with_client,
};
#[cfg(feature = "provision")]
pub use connect::serve_local;
pub use connect::{Failure as ConnectFailure, connect_device, yield_device_for, yield_for};
#[cfg(feature = "ota")]
pub use download::{NotFetched, fetch};
#[cfg(feature = "dynamic-register")]
pub use dynamic_register::{is_on as registers_devices, register_device};
pub use handlers::client_handle;
pub use open::open;
#[cfg(feature = "provision")]
pub use phone_token::set_phone_token;
#[cfg(feature = "provision")]
pub use provision::{
    Failure as ProvisioningFailure, run as run_provisioning, stop as stop_provisioning, with_provisioning,
    with_station,
};
#[cfg(feature = "registrar")]
pub use registrar::stop as stop_registrar;
pub use state::{DOMAIN_LEN, Endpoint, Settings};
#[cfg(feature = "provision")]
pub use station::Run as ProvisioningRun;

use lock::Entry;
use state::Linkkit;

/// The SDK is not open, or the port has no mutex to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable;

/// Closes the open device, and the MQTT client with it.
pub fn close_device() -> Result<(), Unavailable> {
    open::close(|session| session.linkkit != Linkkit::Closed)
}

/// Calls `request` on the engine of the open device and does what it then wants done.
#[cfg(any(feature = "bind", feature = "model"))]
pub fn with_device<T>(request: impl FnOnce(&mut Engine, Instant) -> T) -> Result<T, Unavailable> {
    let entry = Entry::new().ok_or(Unavailable)?;
    let answer = {
        let mut state = entry.lock();
        let session = state.session.as_mut().ok_or(Unavailable)?;
        if session.linkkit == Linkkit::Closed {
            return Err(Unavailable);
        }
        let now = session.now();
        request(&mut session.engine, now)
    };
    drive::drain(&entry);
    Ok(answer)
}

/// Without the feature `dynamic-register` a device has its secret.
#[cfg(not(feature = "dynamic-register"))]
pub const fn registers_devices() -> bool {
    false
}

/// Reads or changes the settings that outlive a session.
pub fn with_settings<T>(access: impl FnOnce(&mut Settings) -> T) -> Result<T, Unavailable> {
    let entry = Entry::new().ok_or(Unavailable)?;
    let mut state = entry.lock();
    Ok(access(&mut state.settings))
}
