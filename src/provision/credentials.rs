//! What a device needs to join a Wi-Fi network.

#[cfg(any(feature = "phone-ap", feature = "registrar"))]
use heapless::String;
use heapless::Vec;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::crypto::Password;
use crate::binding::TOKEN_LEN;
#[cfg(any(feature = "phone-ap", feature = "registrar"))]
use crate::text;

/// Longest name of a network, bytes.
pub const SSID_LEN: usize = 32;

/// Networks of phones and devices that provision others; their access points come and go.
#[cfg(any(feature = "registrar", feature = "smartconfig"))]
const HELPER_NAMES: [&[u8]; 2] = [b"aha", b"adha"];

/// A MAC address.
pub type Mac = [u8; 6];

/// The name of a network: 1 to 32 bytes without NUL, which may be no text.
#[derive(Clone, PartialEq, Eq, Zeroize)]
pub struct Ssid(Vec<u8, SSID_LEN, u8>);

impl Ssid {
    /// `None` when it is empty, over 32 bytes, or has a NUL in it, at which the port would end it.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let is_name = !bytes.is_empty() && !bytes.contains(&0);
        is_name.then(|| Vec::from_slice(bytes).ok()).flatten().map(Self)
    }

    /// Of twice as many hex digits (`xssid`).
    pub fn from_hex(hex: &str) -> Option<Self> {
        let mut bytes = [0; SSID_LEN];
        base16ct::mixed::decode(hex, &mut bytes).ok().and_then(Self::new)
    }

    /// Is it that of a network that only serves to hand a device over to another?
    #[cfg(any(feature = "registrar", feature = "smartconfig"))]
    pub fn is_of_helper(&self) -> bool {
        HELPER_NAMES.contains(&self.as_bytes())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A MAC address of six pairs of hex digits with colons or dashes between them. `None` for anything else, and
/// for the address of zeros, with which phones say that they do not know it.
pub fn parse_mac(text: &str) -> Option<Mac> {
    let mut mac = [0; 6];
    let mut pairs = text.split([':', '-']);
    for byte in &mut mac {
        let pair = pairs.next()?;
        base16ct::mixed::decode(pair, core::slice::from_mut(byte))
            .ok()
            .filter(|decoded| decoded.len() == 1)?;
    }
    (pairs.next().is_none() && mac != [0; 6]).then_some(mac)
}

/// `None` for the addresses of zeros and of all stations, which are sent where one is not known.
pub fn known_mac(mac: Mac) -> Option<Mac> {
    (mac != [0; 6] && mac != [0xFF; 6]).then_some(mac)
}

/// Six pairs of upper-case hex digits with colons between them.
#[cfg(any(feature = "phone-ap", feature = "registrar"))]
pub fn mac_text(mac: &Mac) -> String<17> {
    let [a, b, c, d, e, f] = mac.map(|byte| text::hex::<2>(&[byte]).unwrap_or_default());
    // It always fits.
    text::concat(&[&a, ":", &b, ":", &c, ":", &d, ":", &e, ":", &f]).unwrap_or_default()
}

/// How stations authenticate; the numbers are the port's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs, reason = "the field's own terms")]
pub enum Authentication {
    Open = 0,
    Shared = 1,
    WpaPsk = 2,
    Wpa8021x = 3,
    Wpa2Psk = 4,
    Wpa28021x = 5,
    WpaPskWpa2Psk = 6,
    /// Not known.
    Unknown = 255,
}

impl Authentication {
    /// Of the port's number.
    pub fn from_number(number: u32) -> Self {
        match number {
            0 => Self::Open,
            1 => Self::Shared,
            2 => Self::WpaPsk,
            3 => Self::Wpa8021x,
            4 => Self::Wpa2Psk,
            5 => Self::Wpa28021x,
            6 => Self::WpaPskWpa2Psk,
            _ => Self::Unknown,
        }
    }
}

/// How frames are encrypted; the numbers are the port's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs, reason = "the field's own terms")]
pub enum Encryption {
    None = 0,
    Wep = 1,
    Tkip = 2,
    Aes = 3,
    TkipAes = 4,
    /// Not known.
    Unknown = 255,
}

impl Encryption {
    /// Of the port's number.
    pub fn from_number(number: u32) -> Self {
        match number {
            0 => Self::None,
            1 => Self::Wep,
            2 => Self::Tkip,
            3 => Self::Aes,
            4 => Self::TkipAes,
            _ => Self::Unknown,
        }
    }
}

/// The network to join. No `Debug`; wiped on drop, so an owner that gives it away gives a clone and drops its own
/// where it is: what is moved out leaves a copy behind.
#[derive(Clone)]
pub struct Credentials {
    /// Its name.
    pub ssid: Ssid,
    /// Empty for an open network.
    pub password: Password,
    /// Of the access point to join, if it is known.
    pub bssid: Option<Mac>,
    /// The bind token that the phone wants reported.
    pub token: Option<[u8; TOKEN_LEN]>,
    /// 1 to 14, 0 when it is not known.
    pub channel: u8,
    /// For the port, which may find out for itself.
    pub authentication: Authentication,
    /// For the port, which may find out for itself.
    pub encryption: Encryption,
}

impl Credentials {
    /// Of a network of which no more is known.
    pub fn new(ssid: Ssid, password: Password, bssid: Option<Mac>) -> Self {
        Self {
            ssid,
            password,
            bssid,
            token: None,
            channel: 0,
            authentication: Authentication::Unknown,
            encryption: Encryption::Unknown,
        }
    }
}

impl Drop for Credentials {
    fn drop(&mut self) {
        self.ssid.zeroize();
        self.password.zeroize();
        self.bssid.zeroize();
        self.token.zeroize();
    }
}

impl ZeroizeOnDrop for Credentials {}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    #[test]
    fn a_name_has_1_to_32_bytes() {
        assert!(Ssid::new(b"").is_none());
        assert!(Ssid::new(&[b's'; 33]).is_none());
        assert!(Ssid::new(b"a\0b").is_none());
        assert_eq!(Ssid::new(&[0xFF; 32]).unwrap().as_bytes(), [0xFF; 32]);
        assert_eq!(Ssid::from_hex("D6D0ce").unwrap().as_bytes(), b"\xD6\xD0\xCE");
        for hex in ["", "4", "4g", "00", &"41".repeat(33), "é", &"41".repeat(100_000)] {
            assert!(Ssid::from_hex(hex).is_none(), "{hex}");
        }
    }

    #[test]
    fn the_numbers_are_the_ports() {
        let authentications: std::vec::Vec<u8> =
            (0..9).map(|number| Authentication::from_number(number) as u8).collect();
        assert_eq!(*authentications, [0, 1, 2, 3, 4, 5, 6, 255, 255]);
        let encryptions: std::vec::Vec<u8> =
            (0..7).map(|number| Encryption::from_number(number) as u8).collect();
        assert_eq!(*encryptions, [0, 1, 2, 3, 4, 255, 255]);
    }

    #[test]
    #[cfg(feature = "phone-ap")]
    fn a_mac_is_written_in_upper_case() {
        assert_eq!(mac_text(&[0xD8, 0xFE, 0xE3, 1, 0x22, 0]), "D8:FE:E3:01:22:00");
    }

    // The C SDK reads one byte past the text.
    #[test]
    pub(in crate::provision) fn a_mac_is_six_pairs_and_nothing_else() {
        let mac = [0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33];
        for text in ["d8:fe:e3:11:22:33", "D8-FE-E3-11-22-33"] {
            assert_eq!(parse_mac(text), Some(mac));
        }
        for text in [
            "",
            ":",
            "d8:fe:e3:11:22",
            "d8:fe:e3:11:22:",
            "d8:fe:e3:11:22:3",
            "d8:fe:e3:11:22:333",
            "d8:fe:e3:11:22:33:",
            "d8:fe:e3:11:22:33:44",
            "d8fee3112233",
            "g8:fe:e3:11:22:33",
            "00:00:00:00:00:00",
        ] {
            assert_eq!(parse_mac(text), None, "{text}");
        }
    }
}
