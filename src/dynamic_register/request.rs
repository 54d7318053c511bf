//! What the auth server is asked.

use alloc::vec::Vec;

use heapless::String;
use zeroize::Zeroizing;

use crate::PORT_RANDOM_LEN;
use crate::error::Error;
use crate::http::post_form;
use crate::identity::{Identity, PRODUCT_SECRET_LEN};
use crate::sign::{PASSWORD_LEN, hmac_sha256};
use crate::text;

/// Length of the random text in a request, as in the C SDK, which has the same one in each.
pub(super) const RANDOM_LEN: usize = 15;

/// What tells one request from another.
pub struct Noise<'a> {
    /// From the port's random source, of unknown quality.
    pub random: &'a [u8; PORT_RANDOM_LEN],
    /// Uptime, ms.
    pub uptime_ms: u64,
}

/// The whole HTTP request of a device to `host`, signed with the secret of its product. Wiped on drop, not to
/// be logged.
///
/// # Errors
/// [`Error::Malformed`] or [`Error::TooLong`] for a product secret that is empty or too long;
/// [`Error::OutOfMemory`].
#[inline(never)]
pub fn request(
    device: &Identity,
    product_secret: &str,
    host: &str,
    noise: &Noise,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    match product_secret.len() {
        0 => return Err(Error::Malformed),
        1..=PRODUCT_SECRET_LEN => {}
        _ => return Err(Error::TooLong),
    }
    let (pk, dn) = (device.product_key(), device.device_name());
    let random = random_text(product_secret, noise)?;
    let random = random.get(..RANDOM_LEN).ok_or(Error::TooLong)?;
    let sign = sign(product_secret, pk, dn, random)?;
    post_form(
        host,
        "/auth/register/device",
        &[
            ("productKey", &[pk]),
            ("deviceName", &[dn]),
            ("random", &[random]),
            ("sign", &[&sign]),
            ("signMethod", &["hmacsha256"]),
        ],
    )
}

/// Upper-case hex.
pub(super) fn sign(
    product_secret: &str,
    product_key: &str,
    device_name: &str,
    random: &str,
) -> Result<Zeroizing<String<PASSWORD_LEN>>, Error> {
    let parts = ["deviceName", device_name, "productKey", product_key, "random", random];
    let digest = hmac_sha256(product_secret.as_bytes(), &parts.map(str::as_bytes))?;
    text::hex(&digest).map(Zeroizing::new)
}

/// Hex of what nobody can compute without the product secret, however poor the port's source is.
fn random_text(product_secret: &str, noise: &Noise) -> Result<String<PASSWORD_LEN>, Error> {
    let parts = [b"linkkit random".as_slice(), noise.random, &noise.uptime_ms.to_le_bytes()];
    text::hex(&hmac_sha256(product_secret.as_bytes(), &parts)?)
}
