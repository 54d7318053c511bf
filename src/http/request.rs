//! Requests.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::error::Error;
use crate::text::decimal;

/// The whole request that posts a form to `path` at `host`. A field is its name and its value, which is in
/// parts. Wiped on drop, for what is posted may be secret.
///
/// # Errors
/// [`Error::OutOfMemory`].
#[inline(never)]
pub fn post_form(host: &str, path: &str, fields: &[(&str, &[&str])]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let length = measure(&mut |to| write_form(fields, to));
    let length_text = decimal(u32::try_from(length).map_err(|_| Error::TooLong)?);
    let write = &mut |to: &mut Sink| {
        write_head(host, path, &length_text, to);
        write_form(fields, to);
    };
    // All at once: growing would leave copies behind.
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

fn write_head(host: &str, path: &str, length: &str, to: &mut Sink) {
    for part in [
        "POST ",
        path,
        " HTTP/1.1\r\nHost: ",
        host,
        "\r\nAccept: application/json\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded;charset=utf-8\r\nContent-Length: ",
        length,
        "\r\n\r\n",
    ] {
        to(part.as_bytes());
    }
}

fn write_form(fields: &[(&str, &[&str])], to: &mut Sink) {
    let mut separator = "";
    for (name, value) in fields {
        for literal in [separator, name, "="] {
            to(literal.as_bytes());
        }
        for part in *value {
            write_escaped(part, to);
        }
        separator = "&";
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
