//! HTTP/1.1, as a client: one request on a connection of its own, and a response with a short body.
//!
//! The owner writes a request, such as [`post_form`] makes, and feeds what comes back to a [`Response`].

mod chunks;
mod failure;
mod head;
mod request;
mod response;

pub use chunks::{Byte, Chunks, Malformed};
pub use failure::Failure;
pub use head::{FIELDS_MAX, Framing, HEAD_MAX, Head, framing, missing_of_head};
pub use request::post_form;
pub use response::Response;

/// The status of a request that is met.
pub const OK: u16 = 200;
