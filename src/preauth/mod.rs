//! Pre-authentication: one HTTP request to the auth server of the region, whose reply names the server of
//! the MQTT connection and the login for it.
//!
//! The owner writes [`request()`] to a connection to [`hostname`], and hands the
//! [`Response`](crate::http::Response) to [`Grant::read`].

mod failure;
mod grant;
mod request;

pub use failure::Failure;
pub use grant::Grant;
pub use request::request;

use heapless::String;

use crate::error::Error;
use crate::sign::{HOSTNAME_LEN, Region};
use crate::text;

/// Longest body of a reply, bytes.
pub const BODY_MAX: usize = 2048;

/// The auth server of `region`; `custom` is used as it is for [`Region::Custom`].
///
/// # Errors
/// [`Error::Malformed`] when a custom region has no host; [`Error::TooLong`] when it does not fit.
pub fn hostname(region: Region, custom: &str) -> Result<String<HOSTNAME_LEN>, Error> {
    match region.name() {
        Some(name) => text::concat(&["iot-auth.", name, ".aliyuncs.com"]),
        None if custom.is_empty() => Err(Error::Malformed),
        None => text::concat(&[custom]),
    }
}

#[cfg(test)]
mod tests;
