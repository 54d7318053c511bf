//! Multicast smartconfig of 3.2.0: the addresses of multicast frames are the message, which can have a bind
//! token.

use anyhow::{Result, bail};

use crate::phone::air::frame::Shot;
use crate::phone::cipher::Cipher;
use crate::phone::token::PhoneToken;

const FLAG_PASSWORD: u8 = 0x01;
const FLAG_NAME: u8 = 0x02;
const FLAG_TOKEN: u8 = 0x04;
const FLAG_VERSION: u8 = 0xC0;
/// The addresses of IPv4 multicast at Ethernet.
const PREFIX: [u8; 3] = [0x01, 0x00, 0x5E];
/// What the datagrams carry does not matter.
const DATAGRAM: usize = 1;

/// One loop over the message. `bssid`: of the network.
pub fn shots(
    ssid: &[u8],
    password: &[u8],
    token: &PhoneToken,
    bssid: [u8; 6],
    cipher: &Cipher,
) -> Result<Vec<Shot>> {
    let message = message(ssid, &cipher.cfb(password), token, bssid)?;
    Ok(destinations(&message)
        .into_iter()
        .map(|destination| Shot::Data { destination, length: DATAGRAM })
        .collect())
}

/// Two bytes of it go into each address, and seven bits say which: there is room for any `total`.
/// `total, flags, password, token, name, end of the address`, each with its length, then the sum.
fn message(ssid: &[u8], cipher_text: &[u8], token: &PhoneToken, bssid: [u8; 6]) -> Result<Vec<u8>> {
    let [_, _, _, bssid_tail @ ..] = bssid;
    let password_flag = if cipher_text.is_empty() { 0 } else { FLAG_PASSWORD };
    let mut message = vec![0, FLAG_VERSION | FLAG_NAME | FLAG_TOKEN | password_flag];
    for field in [cipher_text, token.as_bytes(), ssid, &bssid_tail] {
        if !field.is_empty() {
            message.push(u8::try_from(field.len())?);
            message.extend(field);
        }
    }
    let Ok(total) = u8::try_from(message.len() + 1) else {
        bail!("name and password are too long for multicast smartconfig");
    };
    if let [first, ..] = message.as_mut_slice() {
        *first = total;
    }
    message.push(message.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)));
    Ok(message)
}

fn destinations(message: &[u8]) -> Vec<[u8; 6]> {
    let [p0, p1, p2] = PREFIX;
    let pairs = message.chunks(2).map(|pair| match pair {
        [first, second] => (*first, *second),
        _ => (pair.first().copied().unwrap_or(0), 0),
    });
    (0..).zip(pairs).map(|(index, (first, second))| [p0, p1, p2, index, first, second]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BSSID: [u8; 6] = [0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33];

    fn message_for(ssid: &str, password: &str, token: &str) -> Result<Vec<u8>> {
        let cipher_text = Cipher::new("7jluWm1zql7bt8qK", [0; 16]).cfb(password.as_bytes());
        message(ssid.as_bytes(), &cipher_text, &token.parse().unwrap(), BSSID)
    }

    #[test]
    fn the_message_has_the_bytes_that_the_c_sdk_takes() {
        let message = message_for("linkkit-lab", "12345678", "0102030405060708").unwrap();
        assert_eq!(
            base16ct::lower::encode_string(&message),
            "25c708507bb5f1934c7f670801020304050607080b6c696e6b6b69742d6c6162031122331c"
        );
        let destinations: Vec<String> =
            destinations(&message).iter().map(|address| base16ct::lower::encode_string(address)).collect();
        assert_eq!(
            destinations,
            [
                "01005e0025c7",
                "01005e010850",
                "01005e027bb5",
                "01005e03f193",
                "01005e044c7f",
                "01005e056708",
                "01005e060102",
                "01005e070304",
                "01005e080506",
                "01005e090708",
                "01005e0a0b6c",
                "01005e0b696e",
                "01005e0c6b6b",
                "01005e0d6974",
                "01005e0e2d6c",
                "01005e0f6162",
                "01005e100311",
                "01005e112233",
                "01005e121c00",
            ]
        );
    }

    #[test]
    fn an_open_network_has_no_password() {
        let message = message_for("lab", "", "01").unwrap();
        assert_eq!(message[..7], [13, 0xC6, 1, 1, 3, b'l', b'a']);
    }

    #[test]
    fn the_longest_credentials_fit() {
        let longest = message_for(&"n".repeat(32), &"p".repeat(64), &"01".repeat(16)).unwrap();
        assert_eq!(longest.len(), usize::from(longest[0]));
        assert!(message_for(&"n".repeat(250), "", "01").is_err());
    }
}
