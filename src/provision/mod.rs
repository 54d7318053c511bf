//! Wi-Fi provisioning: a phone tells the device which network to join.
//!
//! [`Provisioning`] decides; it is told what happened and is asked, through [`Provisioning::poll`], what to do
//! next. Two ways lead to [`credentials`]: `session.rs` scans the air until a [`decoder`] has put a phone's
//! message together from [`frame`]s, or, with the feature `phone-ap`, until a phone's own access point is heard, on
//! which it then waits; [`device_ap`] opens an access point and waits for a [`switchap`] request.
//! Either ends with the announcement that the device has joined (`announce.rs`). A [`Station`] adds the local
//! network to it.
//!
//! What protects a password is in [`crypto`], with its limits: an overheard message is encrypted with a key that
//! all devices of a product share. Hence the [`press`] of a button that must come first, and hence no message
//! makes the device join a network without a password that is not known to be open.

pub mod access_points;
pub mod air;
mod announce;
pub mod beacon;
mod channels;
pub mod credentials;
pub mod crypto;
pub mod decoder;
pub mod device_ap;
pub mod events;
pub mod frame;
mod machine;
pub mod messages;
#[cfg(feature = "phone-ap")]
mod phone_ap;
pub mod press;
pub mod probe_request;
#[cfg(feature = "remote-switchap")]
mod remote_switchap;
pub mod scan;
mod session;
#[cfg(any(feature = "phone-ap", feature = "zero-config"))]
pub mod signature;
mod station;
pub mod switchap;

pub use machine::{Action, End, Provisioning};
#[cfg(feature = "remote-switchap")]
pub use remote_switchap::NetworkSwitch;
#[cfg(feature = "remote-switchap")]
pub(crate) use remote_switchap::RemoteSwitch;
pub use station::{Setup, Station};

#[cfg(test)]
pub(crate) mod tests;
