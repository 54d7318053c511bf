//! Dynamic registration: firmware that is the same on each device of a product has the product's secret
//! only, and gets the device's from the auth server, once. That is in the C SDK 3.0.1 `dynamic_register`.
//!
//! The owner sends [`request()`] to the [auth server](crate::auth::hostname), hands the
//! [`Response`](crate::http::Response) to [`read`], and keeps the secret under [`storage_key`].

mod reply;
mod request;

pub use reply::read;
pub use request::{Noise, request};

use heapless::{CString, String};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::identity::{DEVICE_NAME_LEN, DEVICE_SECRET_LEN};

/// A device secret, wiped on drop. Never logged.
pub type DeviceSecret = Zeroizing<String<DEVICE_SECRET_LEN>>;

const KEY_PREFIX: &str = "DYNAMIC_REG_";

/// What a secret is stored under, with a terminator.
pub type StorageKey = CString<{ KEY_PREFIX.len() + DEVICE_NAME_LEN + 1 }>;

/// Where the secret of the device is stored: as the C SDK does, for a device may have one from there.
///
/// # Errors
/// [`Error::TooLong`] or [`Error::Malformed`] for a name that no device has.
pub fn storage_key(device_name: &str) -> Result<StorageKey, Error> {
    let mut key = StorageKey::new();
    for part in [KEY_PREFIX, device_name] {
        key.extend_from_bytes(part.as_bytes()).map_err(|_| Error::TooLong)?;
    }
    Ok(key)
}

/// A secret as it was stored or sent. `None` for what is none: empty, longer than [`DEVICE_SECRET_LEN`], not
/// UTF-8, with a NUL.
pub fn check_secret(bytes: &[u8]) -> Option<DeviceSecret> {
    let text = core::str::from_utf8(bytes).ok()?;
    if text.is_empty() || text.contains('\0') {
        return None;
    }
    let mut secret = Zeroizing::new(String::new());
    secret.push_str(text).ok()?;
    Some(secret)
}

#[cfg(test)]
mod tests;
