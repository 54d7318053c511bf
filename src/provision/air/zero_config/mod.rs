//! Zero-config: a device that is to join a network, the enrollee, shows itself with probe requests. A device of
//! the same owner that is in the network, the registrar, asks the cloud for the key and sends the password.
//!
//! Both write what they say as an element of the vendor. The registrar repeats the signature of the enrollee;
//! nothing else shows whom it means, and whoever has heard the enrollee can do so.

pub mod enrollee;
#[cfg(feature = "registrar")]
pub mod registrar;

use heapless::Vec;

use crate::provision::beacon::{FIXED_LEN, VENDOR, vendor_contents};
use crate::provision::frame::{Frame, Kind};

/// Of the vendor.
pub const OUI: [u8; 3] = [0xD8, 0x96, 0xE0];
/// Behind the OUI: what the element is, and the version of both.
const ENROLLEE: [u8; 2] = [0xAA, 1];
const REGISTRAR: [u8; 2] = [0xAB, 1];
/// Longest element, bytes.
const ELEMENT_LEN: usize = 144;
/// Between the fields of each.
const ENROLLEE_FRAME: u8 = 0;
const REGISTRAR_FRAME: u8 = 1;

/// The elements of a frame that a device or an access point shows itself with.
fn elements<'f>(frame: &Frame<'f>) -> Option<&'f [u8]> {
    match frame.kind() {
        Kind::ProbeRequest => Some(frame.body()),
        Kind::Beacon | Kind::ProbeResponse => frame.body().get(FIXED_LEN..),
        _ => None,
    }
}

/// The content of the first element of this kind among `elements`.
fn element_of(elements: &[u8], kind: [u8; 2]) -> Option<&[u8]> {
    vendor_contents(elements, &OUI).find_map(|content| content.strip_prefix(&kind))
}

/// An element of the vendor with this content behind the OUI. `None` when it is too long.
fn element(content: &[&[u8]]) -> Option<Vec<u8, ELEMENT_LEN>> {
    let mut element = Vec::from_array([VENDOR, 0]);
    element.extend_from_slice(&OUI).ok()?;
    content.iter().try_for_each(|part| element.extend_from_slice(part)).ok()?;
    let content_len = element.len().checked_sub(2)?;
    *element.get_mut(1)? = u8::try_from(content_len).ok()?;
    Some(element)
}

/// A field with its length in front, and what follows.
fn split_field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first()?;
    rest.split_at_checked((*length).into())
}
