//! What phones say, with the lengths and checksums that make it whole.

use linkkit_core::provision::air::symbols::checksum;
use linkkit_core::provision::crypto::{Key, RANDOM_LEN, check_password};

use crate::device::SECRET;

const SMARTCONFIG_NAME: u8 = 0x01;
const SMARTCONFIG_CIPHER: u8 = 0x04;
const SMARTCONFIG_NAME_PACKED: u8 = 0x20;
const SMARTCONFIG_MAX: usize = 127;
const GROUP: usize = 8;
/// Of the address that ends a multicast message.
const BSSID_END: [u8; 3] = [0x11, 0x22, 0x33];

/// The lengths of a message with this content behind its length.
pub fn smartconfig(content: &[u8]) -> Vec<usize> {
    let content = &content[..content.len().min(SMARTCONFIG_MAX - 3)];
    let mut message = vec![0];
    message.extend(content.iter().map(|symbol| symbol & 0x7F));
    message[0] = u8::try_from(message.len() + 2).expect("it was cut");
    message.extend(checksum(&message));
    let groups = message.chunks(GROUP).enumerate().map(|(group, symbols)| {
        let head = if group == 0 { 0x4E0 } else { 0x3E0 + group };
        let places = symbols.iter().enumerate();
        let data = places.map(|(place, symbol)| 0x100 + 0x80 * place + usize::from(*symbol));
        std::iter::once(head).chain(data).collect::<Vec<_>>()
    });
    groups.flatten().collect()
}

/// Those of a message with this name and password.
pub fn smartconfig_of(name: &[u8], password: &[u8]) -> Vec<usize> {
    let is_printable = name.iter().all(|byte| (b' '..=b'~').contains(byte));
    let (name, flag) = if is_printable {
        (name.iter().map(|byte| byte - b' ').collect(), SMARTCONFIG_NAME)
    } else {
        (pack(name, 6), SMARTCONFIG_NAME | SMARTCONFIG_NAME_PACKED)
    };
    let password = pack(&encrypt(password, &[0; RANDOM_LEN]), 6);
    let length = |field: &[u8]| u8::try_from(field.len()).unwrap_or(u8::MAX);
    let head = [flag | SMARTCONFIG_CIPHER, length(&name), length(&password)];
    smartconfig(&[&head, name.as_slice(), &password].concat())
}

/// A multicast message with this content behind its length.
pub fn multicast(content: &[u8]) -> Vec<u8> {
    let content = &content[..content.len().min(124)];
    let mut message = [&[0], content].concat();
    message[0] = u8::try_from(message.len() + 1).expect("it was cut");
    message.push(message.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)));
    message
}

/// One with these fields.
pub fn multicast_of(flags: u8, name: &[u8], password: &[u8], token: &[u8]) -> Vec<u8> {
    let mut content = vec![flags];
    for field in [&encrypt(password, &[0; RANDOM_LEN]), token, name, &BSSID_END] {
        if !field.is_empty() {
            content.push(u8::try_from(field.len()).unwrap_or(u8::MAX));
            content.extend(field);
        }
    }
    multicast(&content)
}

/// A device name for WPS with this content before its checksum.
pub fn device_name(content: &[u8]) -> Vec<u8> {
    // A zero is written as two bytes.
    let mut summed = Vec::new();
    let mut rest = content;
    while let Some((first, behind)) = rest.split_first() {
        let escaped = rest.strip_prefix(b"\xC0\x80");
        summed.push(if escaped.is_some() { 0 } else { *first });
        rest = escaped.unwrap_or(behind);
    }
    [content, &checksum(&summed)].concat()
}

/// Under the key of the product and `random`, if it is a password, else as it is.
pub fn encrypt(password: &[u8], random: &[u8; RANDOM_LEN]) -> Vec<u8> {
    match check_password(password) {
        Ok(checked) => Key::new(SECRET.as_bytes(), random).encrypt_raw_password(&checked).to_vec(),
        Err(_) => password.to_vec(),
    }
}

/// The low bits first, so many to a symbol.
fn pack(bytes: &[u8], bits: usize) -> Vec<u8> {
    let all: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1)).collect();
    all.chunks(bits).map(|bits| bits.iter().rev().fold(0, |symbol, bit| symbol << 1 | bit)).collect()
}
