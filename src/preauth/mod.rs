//! Pre-authentication: one HTTP request to the auth server of the region, whose reply names the server of
//! the MQTT connection and the login for it.
//!
//! The owner sends [`request()`] to the [auth server](crate::auth::hostname), and hands the
//! [`Response`](crate::http::Response) to [`Grant::read`].

mod grant;
mod request;

pub use grant::Grant;
pub use request::request;

#[cfg(test)]
mod tests;
