//! What the auth server is asked.

use alloc::vec::Vec;

use heapless::String;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::identity::Identity;
use crate::sign::{PASSWORD_LEN, TIMESTAMP, append_password};
use crate::text::decimal;

/// The whole HTTP request of a device to `host`. It has the signature in it: wiped on drop, not to be
/// logged.
///
/// # Errors
/// [`Error::OutOfMemory`].
#[inline(never)]
pub fn request(identity: &Identity, host: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut sign = Zeroizing::new(String::<PASSWORD_LEN>::new());
    append_password(&mut sign, identity)?;
    let length = measure(&mut |to| write_form(identity, &sign, to));
    let length_text = decimal(u32::try_from(length).map_err(|_| Error::TooLong)?);
    let write = &mut |to: &mut Sink| {
        write_head(host, &length_text, to);
        write_form(identity, &sign, to);
    };
    // All at once: growing would leave copies of the signature behind.
    let mut request = Zeroizing::new(Vec::new());
    request.try_reserve_exact(measure(write)).map_err(|_| Error::OutOfMemory)?;
    write(&mut |part| request.extend_from_slice(part));
    Ok(request)
}

/// Takes the parts of a text, one after the other.
type Sink<'a> = dyn FnMut(&[u8]) + 'a;

fn measure(write: &mut dyn FnMut(&mut Sink)) -> usize {
    let mut length = 0_usize;
    write(&mut |part| length = length.saturating_add(part.len()));
    length
}

fn write_head(host: &str, length: &str, to: &mut Sink) {
    for part in [
        "POST /auth/devicename HTTP/1.1\r\nHost: ",
        host,
        "\r\nAccept: application/json\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded;charset=utf-8\r\nContent-Length: ",
        length,
        "\r\n\r\n",
    ] {
        to(part.as_bytes());
    }
}

fn write_form(identity: &Identity, sign: &str, to: &mut Sink) {
    let (pk, dn) = (identity.product_key(), identity.device_name());
    for (literal, value) in [
        ("productKey=", pk),
        ("&deviceName=", dn),
        ("&signmethod=hmacsha256&sign=", sign),
        ("&version=default&clientId=", pk),
        (".", dn),
        ("&timestamp=", TIMESTAMP),
        ("&resources=mqtt", ""),
    ] {
        to(literal.as_bytes());
        write_escaped(value, to);
    }
}

/// Names that the cloud gives out go unchanged.
fn write_escaped(value: &str, to: &mut Sink) {
    for byte in value.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@:".contains(byte) {
            to(&[*byte]);
        } else {
            let mut digits = [0; 2];
            if base16ct::upper::encode(&[*byte], &mut digits).is_ok() {
                to(b"%");
                to(&digits);
            }
        }
    }
}
