//! Short texts, made without `core::fmt`: its machinery would be most of a small archive's text.

#[cfg(feature = "bind")]
use core::net::{Ipv4Addr, SocketAddrV4};

use heapless::String;

use crate::error::Error;

/// The texts one behind the other.
///
/// # Errors
/// [`Error::TooLong`] over `N` bytes.
pub fn concat<const N: usize>(parts: &[&str]) -> Result<String<N>, Error> {
    let mut whole = String::new();
    append(&mut whole, parts)?;
    Ok(whole)
}

/// Appends the texts.
///
/// # Errors
/// [`Error::TooLong`] over `N` bytes; some of them may be appended then.
pub fn append<const N: usize>(to: &mut String<N>, parts: &[&str]) -> Result<(), Error> {
    parts.iter().try_for_each(|part| to.push_str(part)).map_err(|_| Error::TooLong)
}

/// Upper-case hex.
///
/// # Errors
/// [`Error::TooLong`] over `N` digits.
pub fn hex<const N: usize>(bytes: &[u8]) -> Result<String<N>, Error> {
    let mut digits = [0; N];
    let digits = base16ct::upper::encode_str(bytes, &mut digits).map_err(|_| Error::TooLong)?;
    String::try_from(digits).map_err(|_| Error::TooLong)
}

/// `a.b.c.d`
#[cfg(feature = "bind")]
pub fn ipv4(address: Ipv4Addr) -> String<15> {
    let [a, b, c, d] = address.octets().map(|octet| decimal(octet.into()));
    // It always fits.
    concat(&[&a, ".", &b, ".", &c, ".", &d]).unwrap_or_default()
}

/// `a.b.c.d:port`, for log lines: `core::net` would bring another formatter.
#[cfg(feature = "bind")]
#[inline(never)]
pub fn socket_address(address: SocketAddrV4) -> String<21> {
    // It always fits.
    concat(&[&ipv4(*address.ip()), ":", &decimal(address.port().into())]).unwrap_or_default()
}

/// A text of the heap for C: NUL-terminated.
#[cfg(feature = "model")]
#[derive(Debug, PartialEq, Eq)]
pub struct Terminated(alloc::vec::Vec<u8>);

#[cfg(feature = "model")]
impl Terminated {
    /// Copies `text`, up to its first U+0000 if it has one.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn new(text: &str) -> Result<Self, Error> {
        let text = text.split('\0').next().unwrap_or_default();
        let mut bytes = alloc::vec::Vec::new();
        bytes.try_reserve_exact(text.len().saturating_add(1)).map_err(|_| Error::OutOfMemory)?;
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(0);
        Ok(Self(bytes))
    }

    /// For Rust.
    pub fn as_str(&self) -> &str {
        self.as_c_str().to_str().unwrap_or_default()
    }

    /// For C.
    pub fn as_c_str(&self) -> &core::ffi::CStr {
        core::ffi::CStr::from_bytes_with_nul(&self.0).unwrap_or_default()
    }
}

/// Decimal digits.
#[cfg(any(feature = "bind", feature = "model", feature = "http"))]
#[inline(never)]
pub fn decimal(value: u32) -> String<10> {
    let mut digits = [0; 10];
    // A number in JSON is written in decimal digits.
    let length = serde_json_core::to_slice(&value, &mut digits).unwrap_or(0);
    let digits = core::str::from_utf8(digits.get(..length).unwrap_or_default());
    digits.ok().and_then(|digits| String::try_from(digits).ok()).unwrap_or_default()
}

#[cfg(test)]
#[cfg(feature = "bind")]
mod tests {
    use super::*;

    #[test]
    fn writes_what_fits() {
        assert_eq!(concat::<5>(&["ab", "", "cde"]).unwrap(), "abcde");
        assert_eq!(concat::<4>(&["ab", "", "cde"]), Err(Error::TooLong));
        assert_eq!(hex::<4>(&[0x0a, 0xff]).unwrap(), "0AFF");
        assert_eq!(hex::<3>(&[0x0a, 0xff]), Err(Error::TooLong));
        for address in [Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST, Ipv4Addr::new(10, 0, 200, 9)] {
            assert_eq!(ipv4(address), address.to_string().as_str());
        }
    }
}
