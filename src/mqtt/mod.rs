//! An MQTT 3.1.1 client without I/O.
//!
//! Whoever reads the socket owns a [`FrameReader`], which cuts the stream into packets. The [`Client`]
//! takes those packets, the requests of the application and the time; it gives back bytes to write,
//! what came in, and the instant at which it wants to be called again.
//!
//! ```text
//!  socket ─▶ FrameReader ─▶ decode ─▶ Client ─▶ Incoming
//!  socket ◀─ transmit queue ◀─ encode ◀─ Client ◀─ requests, time
//! ```
//!
//! Sections such as §4.7 and clauses such as \[MQTT-4.4.0-1\] are those of the OASIS standard,
//! <https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html>.
//!
//! Not there: publishing with QoS 2, wills.

mod acknowledge;
mod backoff;
mod client;
mod config;
mod decode;
mod draining;
mod encode;
mod exactly_once;
mod frame;
mod gate;
mod in_flight;
mod keep_alive;
mod link;
mod outcome;
mod publish;
mod queue;
mod receive;
mod recipient;
mod session;
mod subscribe;
mod subscriptions;
#[cfg(test)]
mod tests;
pub mod topic;

pub use acknowledge::Acknowledgement;
pub use client::Client;
pub use config::Config;
pub use decode::ConnectRefusal;
pub use draining::DroppedMessage;
pub use encode::{Credentials, Qos, check_filter};
pub use frame::{FrameReader, Status};
pub use gate::Violation;
pub use link::Dead;
pub use outcome::Outcome;
pub use receive::{Incoming, Message};
pub use recipient::{Delivery, Recipient};
pub use subscriptions::SubscriptionState;
#[cfg(feature = "model")]
pub use subscriptions::Template;
