//! Zero-config: a device that is to join a network, the enrollee, shows itself with probe requests. A device of
//! the same owner that is in the network, the registrar, asks the cloud for the key and sends the password.
//!
//! Both write what they say as an element of the vendor. The registrar repeats the signature of the enrollee;
//! nothing else shows whom it means, and whoever has heard the enrollee can do so.

pub mod enrollee;

use super::super::beacon::elements_of;

/// Of elements.
const VENDOR: u8 = 221;
const OUI: [u8; 3] = [0xD8, 0x96, 0xE0];
/// Behind the OUI: what the element is, and the version of both.
const ENROLLEE: [u8; 2] = [0xAA, 1];
const REGISTRAR: [u8; 2] = [0xAB, 1];
/// Between the fields of each.
const ENROLLEE_FRAME: u8 = 0;
const REGISTRAR_FRAME: u8 = 1;

/// The content of the first element of this kind among `elements`.
fn element_of(elements: &[u8], kind: [u8; 2]) -> Option<&[u8]> {
    let mut vendors = elements_of(elements).filter(|(id, _)| *id == VENDOR);
    vendors.find_map(|(_, content)| content.strip_prefix(&OUI)?.strip_prefix(&kind))
}

/// A field with its length in front, and what follows.
fn split_field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first()?;
    rest.split_at_checked((*length).into())
}
