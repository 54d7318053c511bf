//! A device that wants to join, as it shows itself.

use heapless::{String, Vec};

use super::super::{ELEMENT_LEN, ENROLLEE_FRAME, REGISTRAR, REGISTRAR_FRAME, element, split_field};
use crate::identity::{DEVICE_NAME_LEN, PRODUCT_KEY_LEN};
use crate::provision::credentials::Credentials;
use crate::provision::crypto::{Key, RANDOM_LEN};
use crate::provision::signature::SIGNATURE_LEN;

/// Longest report of a candidate, bytes.
pub(super) const REPORT_LEN: usize = 6 + DEVICE_NAME_LEN + PRODUCT_KEY_LEN + RANDOM_LEN + SIGNATURE_LEN;
/// Keys of the product, of the device, of the maker.
const CIPHER_TYPES: core::ops::RangeInclusive<u8> = 3..=5;
/// HMAC-SHA-1 and HMAC-SHA-256.
const SIGN_METHODS: core::ops::RangeInclusive<u8> = 0..=1;

/// What it says of itself. Nothing of it is proved to the registrar: that is for the cloud.
#[derive(Clone)]
pub(super) struct Candidate {
    pub(super) product_key: String<PRODUCT_KEY_LEN>,
    pub(super) device_name: String<DEVICE_NAME_LEN>,
    pub(super) random: [u8; RANDOM_LEN],
    pub(super) cipher_type: u8,
    pub(super) sign_method: u8,
    pub(super) signature: [u8; SIGNATURE_LEN],
    /// dBm
    pub(super) rssi: i16,
}

impl Candidate {
    /// Names, random bytes, signature. `None` when they are not exactly that.
    pub(super) fn read(element: &[u8], rssi: i16) -> Option<Self> {
        let (device_name, rest) = split_field(element)?;
        let rest = rest.strip_prefix(&[ENROLLEE_FRAME])?;
        let (product_key, rest) = split_field(rest)?;
        let (random, rest) = split_field(rest)?;
        let (&[cipher_type, sign_method], rest) = rest.split_first_chunk()?;
        let (signature, rest) = split_field(rest)?;
        let is_known = CIPHER_TYPES.contains(&cipher_type) && SIGN_METHODS.contains(&sign_method);
        Some(Self {
            product_key: name(product_key)?,
            device_name: name(device_name)?,
            random: random.try_into().ok()?,
            cipher_type,
            sign_method,
            signature: signature.try_into().ok()?,
            rssi,
        })
        .filter(|_| is_known && rest.is_empty())
    }

    pub(super) fn is(&self, product_key: &str, device_name: &str) -> bool {
        self.product_key == product_key && self.device_name == device_name
    }

    /// What the cloud is told: all that it says, without the type of the frame.
    pub(super) fn report(&self) -> Option<Vec<u8, REPORT_LEN>> {
        let length = |field: &[u8]| u8::try_from(field.len()).ok();
        let (product_key, device_name) = (self.product_key.as_bytes(), self.device_name.as_bytes());
        let mut report = Vec::new();
        for part in [
            [length(device_name)?].as_slice(),
            device_name,
            &[length(product_key)?],
            product_key,
            &[length(&self.random)?],
            &self.random,
            &[self.cipher_type, self.sign_method, length(&self.signature)?],
            &self.signature,
        ] {
            report.extend_from_slice(part).ok()?;
        }
        Some(report)
    }

    /// The element that tells it of `network`. `key`: of the password.
    pub(super) fn answer(&self, network: &Credentials, key: &Key) -> Option<Vec<u8, ELEMENT_LEN>> {
        let length = |field: &[u8]| u8::try_from(field.len()).ok();
        let password = key.encrypt_raw_password(&network.password);
        let ssid = network.ssid.as_bytes();
        element(&[
            &REGISTRAR,
            &[length(&self.signature)?],
            &self.signature,
            &[REGISTRAR_FRAME, length(ssid)?],
            ssid,
            &[length(&password)?],
            &password,
            &network.bssid.unwrap_or_default(),
        ])
    }
}

/// A name that can be one. It comes from the air, and goes into a log.
fn name<const N: usize>(bytes: &[u8]) -> Option<String<N>> {
    let name = core::str::from_utf8(bytes).ok().filter(|name| !name.chars().any(char::is_control))?;
    String::try_from(name).ok().filter(|name| !name.is_empty())
}
