//! The device model: properties, events and services of a device, as alink messages.
//!
//! [`Report`] says what goes up, [`Request`] and [`Reply`] read what comes down, [`Awaited`] keeps which
//! replies are still to come, and [`Event`] is what the application is told.

mod awaited;
mod event;
mod incoming;
mod outgoing;
mod report;

pub use awaited::{Awaited, Sent};
pub use event::Event;
pub use incoming::{Reply, Request, time_of};
pub use outgoing::{Envelope, introduction, response, version_report, whole};
pub use report::{Report, check_event_id};

/// A request was carried out.
pub const SUCCESS: i32 = 200;
/// A request is not of the form that its topic asks for, or the application refused it.
pub const REQUEST_ERROR: i32 = 400;
/// The application has nothing for such requests.
pub const NOT_FOUND: i32 = 404;
/// The device is short of memory, or the application does not yield.
pub const SYSTEM_ERROR: i32 = 500;
/// Of the error channel: the (sub-)device must log in again.
pub const NO_ACTIVE_SESSION: i32 = 520;
/// Instead of a reply's code: none came within [`MODEL_REPLY_TIMEOUT_MS`](crate::knobs::MODEL_REPLY_TIMEOUT_MS).
pub const TIMEOUT: i32 = 100_000;
