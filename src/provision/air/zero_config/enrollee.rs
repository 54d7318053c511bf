//! The device that is to join a network.

use heapless::Vec;
use log::debug;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{ENROLLEE, ENROLLEE_FRAME, REGISTRAR, REGISTRAR_FRAME, element_of, elements, split_field};
use crate::binding::messages::CIPHER_PRODUCT_SECRET;
use crate::error::Error;
use crate::identity::Identity;
use crate::provision::access_points::AccessPoints;
use crate::provision::credentials::{Credentials, Mac, Ssid, known_mac};
use crate::provision::crypto::{Key, RANDOM_LEN};
use crate::provision::decoder::{Decoder, Outcome};
use crate::provision::frame::{Frame, Kind};
use crate::provision::probe_request::{ProbeRequest, probe_request};
use crate::provision::signature::{SIGNATURE_LEN, sign};
use crate::time::Instant;

/// HMAC-SHA-1
const SIGN_METHOD: u8 = 0;

/// Says who the device is, and reads what a registrar answers. There is one for each session: the random bytes are
/// not to be used again.
pub struct Enrollee {
    key: Key,
    signature: [u8; SIGNATURE_LEN],
    frame: ProbeRequest,
}

impl Enrollee {
    /// `product_secret`: signs, and is what the password is encrypted with. `random`: from a good source. `mac`: of
    /// the device.
    ///
    /// # Errors
    /// [`Error::TooLong`] when the names do not fit into a frame, which those of an [`Identity`] do.
    pub fn new(
        identity: &Identity,
        product_secret: &[u8],
        random: &[u8; RANDOM_LEN],
        mac: &Mac,
    ) -> Result<Self, Error> {
        let names = (identity.product_key(), identity.device_name());
        let signature = sign(product_secret, random, names)?;
        let element = element(names, random, &signature).ok_or(Error::TooLong)?;
        let frame = probe_request(mac, &[], &element).ok_or(Error::TooLong)?;
        Ok(Self { key: Key::new(product_secret, random), signature, frame })
    }

    /// What to send on each channel.
    pub const fn frame(&self) -> &ProbeRequest {
        &self.frame
    }

    fn read(&self, answer: &Answer) -> Outcome {
        let Some(ssid) = Ssid::new(answer.ssid) else { return Outcome::Nothing };
        let Ok(password) = self.key.decrypt_raw_password(answer.password) else {
            return Outcome::PasswordError;
        };
        Outcome::Whole(Credentials::new(ssid, password, known_mac(answer.bssid)))
    }
}

impl Decoder for Enrollee {
    fn frame(&mut self, frame: &Frame, _heard: &AccessPoints, _now: Instant) -> Outcome {
        if frame.kind() == Kind::Beacon {
            return Outcome::Nothing;
        }
        let Some(element) = elements(frame).and_then(|elements| element_of(elements, REGISTRAR)) else {
            return Outcome::Nothing;
        };
        let Some(answer) = Answer::read(element) else {
            debug!("awss: zero-config: answer that cannot be read");
            return Outcome::Nothing;
        };
        if !bool::from(self.signature.ct_eq(answer.signature)) {
            // It is for another device.
            return Outcome::Nothing;
        }
        self.read(&answer)
    }

    fn reset(&mut self) {
        // Each message is one frame.
    }
}

impl Drop for Enrollee {
    fn drop(&mut self) {
        self.signature.zeroize();
    }
}

impl ZeroizeOnDrop for Enrollee {}

/// What the enrollee says.
fn element(
    (product_key, device_name): (&str, &str),
    random: &[u8; RANDOM_LEN],
    signature: &[u8; SIGNATURE_LEN],
) -> Option<Vec<u8, { super::ELEMENT_LEN }>> {
    let length = |field: &[u8]| u8::try_from(field.len()).ok();
    let (product_key, device_name) = (product_key.as_bytes(), device_name.as_bytes());
    super::element(&[
        &ENROLLEE,
        &[length(device_name)?],
        device_name,
        &[ENROLLEE_FRAME, length(product_key)?],
        product_key,
        &[length(random)?],
        random,
        &[u8::try_from(CIPHER_PRODUCT_SECRET).ok()?, SIGN_METHOD, length(signature)?],
        signature,
    ])
}

/// What a registrar says.
struct Answer<'e> {
    signature: &'e [u8; SIGNATURE_LEN],
    ssid: &'e [u8],
    /// Encrypted; empty for an open network.
    password: &'e [u8],
    bssid: Mac,
}

impl<'e> Answer<'e> {
    /// Signature, name, password, BSSID. `None` when they are not exactly that.
    fn read(element: &'e [u8]) -> Option<Self> {
        let (signature, rest) = split_field(element)?;
        let (ssid, rest) = rest
            .split_first()
            .filter(|(kind, _)| **kind == REGISTRAR_FRAME)
            .and_then(|(_, rest)| split_field(rest))?;
        let (password, rest) = split_field(rest)?;
        Some(Self { signature: signature.try_into().ok()?, ssid, password, bssid: rest.try_into().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_a_registrar_in_the_field_has_sent() {
        let sent = b"\xDD\x35\xD8\x96\xE0\xAB\x01\x14\xB0\xC8\xFA\xC2\xB7\xBF\x04\xE2\x30\x10\x6A\x17\x9D\x54\x55\xC4\xEC\x73\xB0\x4E\x01\x08ipc_demo\x0A\xB9\xD0\x31\xC6\xD6\x19\x6C\x53\xB7\x7A\x40\x31\x3C\x05\xB1\x89";
        let answer = Answer::read(element_of(sent, REGISTRAR).unwrap()).unwrap();
        assert_eq!(answer.ssid, b"ipc_demo");
        assert_eq!(answer.password.len(), 10);
        assert_eq!(answer.bssid, [0x40, 0x31, 0x3C, 0x05, 0xB1, 0x89]);
        assert_eq!(answer.signature[..2], [0xB0, 0xC8]);
    }
}
