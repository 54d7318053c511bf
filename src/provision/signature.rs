//! How a device shows that it knows the secret of the product.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::crypto::RANDOM_LEN;
use crate::error::Error;

/// Length, bytes.
pub const SIGNATURE_LEN: usize = 20;

/// HMAC-SHA-1 (`signMethod` 0) under the product secret, of the random bytes and the names that are announced with
/// it.
///
/// # Errors
/// [`Error::Malformed`] when the MAC refuses the key, which HMAC never does.
pub fn sign(
    secret: &[u8],
    random: &[u8; RANDOM_LEN],
    (product_key, device_name): (&str, &str),
) -> Result<[u8; SIGNATURE_LEN], Error> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).map_err(|_| Error::Malformed)?;
    for part in [random.as_slice(), device_name.as_bytes(), product_key.as_bytes()] {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn signs_as_the_c_sdk_does() {
        for (first, signature) in [
            (0x00, "427568D3D9EC498A25BD6B268F7D8C066127952D"),
            (0x10, "FD5C9260F5642A337105CCF4B395466B26F97C8F"),
            (0xA0, "BB255CD92C480681C2926CCC6A1498CC889C1493"),
        ] {
            let random = core::array::from_fn(|index| first + u8::try_from(index).unwrap());
            let signed = sign(b"7jluWm1zql7bt8qK", &random, ("a1X2bEnP82z", "test_06")).unwrap();
            assert_eq!(text::hex::<40>(&signed).unwrap(), signature);
        }
    }
}
