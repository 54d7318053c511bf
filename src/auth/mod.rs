//! The auth server of a region, which gives devices what they connect with.

mod failure;

pub use failure::Failure;

use heapless::String;

use crate::error::Error;
use crate::http;
use crate::sign::{HOSTNAME_LEN, Region};
use crate::text;

/// Longest body of a reply, bytes.
pub const BODY_MAX: usize = 2048;

/// `code` of a reply that gives something.
const GIVEN: i32 = 200;

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

/// The JSON of a response that is complete.
///
/// # Errors
/// [`Failure::Status`].
pub fn json(response: &http::Response) -> Result<&[u8], Failure> {
    match response.status() {
        http::OK => Ok(response.body()),
        status => Err(Failure::Status(status)),
    }
}

/// Does a reply with this `code` give something?
///
/// # Errors
/// [`Failure::Code`]; [`Failure::NotUnderstood`] where it has none.
pub const fn check_code(code: Option<i32>) -> Result<(), Failure> {
    match code {
        None => Err(Failure::NotUnderstood("no code")),
        Some(GIVEN) => Ok(()),
        Some(code) => Err(Failure::Code(code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_the_server_of_the_region() {
        assert_eq!(hostname(Region::Germany, "").unwrap(), "iot-auth.eu-central-1.aliyuncs.com");
        assert_eq!(hostname(Region::Custom, "auth.example").unwrap(), "auth.example");
        assert!(hostname(Region::Custom, "").is_err());
    }
}
