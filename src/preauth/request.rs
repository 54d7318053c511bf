//! What the auth server is asked.

use alloc::vec::Vec;

use heapless::String;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::http::post_form;
use crate::identity::Identity;
use crate::sign::{PASSWORD_LEN, TIMESTAMP, append_password};

/// The whole HTTP request of a device to `host`. It has the signature in it: wiped on drop, not to be
/// logged.
///
/// # Errors
/// [`Error::OutOfMemory`].
#[inline(never)]
pub fn request(identity: &Identity, host: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut sign = Zeroizing::new(String::<PASSWORD_LEN>::new());
    append_password(&mut sign, identity)?;
    let (pk, dn) = (identity.product_key(), identity.device_name());
    post_form(
        host,
        "/auth/devicename",
        &[
            ("productKey", &[pk]),
            ("deviceName", &[dn]),
            ("signmethod", &["hmacsha256"]),
            ("sign", &[&sign]),
            ("version", &["default"]),
            ("clientId", &[pk, ".", dn]),
            ("timestamp", &[TIMESTAMP]),
            ("resources", &["mqtt"]),
        ],
    )
}
