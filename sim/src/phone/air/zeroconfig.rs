//! Zero-config: a device that wants credentials asks with probe requests, and who has some answers with one.

use anyhow::{Context, Result, bail};
use base16ct::lower::encode_string as hex;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::device_id::DeviceId;
use crate::phone::air::frame::{PROBE_REQUEST, Shot, element};
use crate::phone::cipher::Cipher;

/// Heads the element of a device that asks, with the protocol's version.
const ENROLLEE: [u8; 5] = [0xD8, 0x96, 0xE0, 0xAA, 0x01];
/// Heads the element of the answer.
const REGISTRAR: [u8; 5] = [0xD8, 0x96, 0xE0, 0xAB, 0x01];
const ANSWER: u8 = 0x01;
const VENDOR: u8 = 0xDD;
const SIGN: usize = 20;
const RANDOM: usize = 16;
const LONGEST_NAME: usize = 31;
const LONGEST_PASSWORD: usize = 63;
/// Behind an enrollee's request and behind the answer.
const TRAILER: [u8; 4] = [0x3F, 0x84, 0x10, 0x9E];

/// A device that asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Enrollee {
    /// Who it is.
    pub device: DeviceId,
    random: [u8; RANDOM],
    sign: [u8; SIGN],
}

impl Enrollee {
    /// A device of which its random bytes are known.
    pub fn new(device: DeviceId, random: [u8; RANDOM], secret: &str) -> Result<Self> {
        let sign = sign(&device, random, secret)?;
        Ok(Self { device, random, sign })
    }

    /// The device that sent `frame`; `None` if that is no request of an enrollee.
    pub fn read(frame: &[u8], secret: &str) -> Result<Option<Self>> {
        let Some(body) = enrollee_element(frame) else { return Ok(None) };
        Claim::of_request(body)?.prove(secret).map(Some)
    }

    /// The key that its password is encrypted with.
    pub fn key(&self, secret: &str) -> [u8; 16] {
        self.cipher(secret).key()
    }

    /// Its random bytes.
    pub fn random(&self) -> [u8; RANDOM] {
        self.random
    }

    fn cipher(&self, secret: &str) -> Cipher {
        Cipher::new(secret, self.random)
    }
}

/// What a device that asks says of itself.
pub struct Claim {
    /// Who it says that it is.
    pub device: DeviceId,
    random: [u8; RANDOM],
    methods: [u8; 2],
    sign: [u8; SIGN],
}

impl Claim {
    /// Of what stands behind the head of its element.
    fn of_request(mut rest: &[u8]) -> Result<Self> {
        let name = text(field(&mut rest)?)?;
        let (_kind, rest) = rest.split_first().context("an enrollee's request is cut off")?;
        Self::named(name, rest)
    }

    /// Of what a device in a network reports of it: the same without the kind of the frame.
    pub fn of_report(mut report: &[u8]) -> Result<Self> {
        let name = text(field(&mut report)?)?;
        Self::named(name, report)
    }

    fn named(name: &str, mut rest: &[u8]) -> Result<Self> {
        let key = text(field(&mut rest)?)?;
        let random = field(&mut rest)?.try_into().context("an enrollee without 16 random bytes")?;
        let (methods, mut rest) = rest.split_first_chunk().context("an enrollee's request is cut off")?;
        let sign = field(&mut rest)?.try_into().context("an enrollee without a signature")?;
        Ok(Self { device: DeviceId::new(key, name), random, methods: *methods, sign })
    }

    /// Checks it by the secret of the product.
    pub fn prove(self, secret: &str) -> Result<Enrollee> {
        let enrollee = Enrollee::new(self.device, self.random, secret)?;
        if self.sign != enrollee.sign {
            bail!("{} has another product secret: {} is not its sign", enrollee.device, hex(&self.sign));
        }
        if self.methods != [0x03, 0x00] {
            bail!("{} wants a cipher that the bench does not know: {}", enrollee.device, hex(&self.methods));
        }
        Ok(enrollee)
    }
}

/// The answer to `enrollee`. `registrar`: whose it seems to be.
pub fn shots(
    registrar: [u8; 6],
    ssid: &[u8],
    password: &[u8],
    bssid: [u8; 6],
    enrollee: &Enrollee,
    secret: &str,
) -> Result<Vec<Shot>> {
    let answer = answer(ssid, &enrollee.cipher(secret).cfb(password), bssid, enrollee)?;
    let elements = [
        element(0x00, b"")?,
        element(0x01, &[0x82, 0x84, 0x8B, 0x96, 0x8C, 0x92, 0x98, 0xA4])?,
        element(0x32, &[0xB0, 0x48, 0x60, 0x6C])?,
        element(VENDOR, &answer)?,
        TRAILER.to_vec(),
    ];
    Ok(vec![Shot::Probe { source: registrar, elements: elements.concat() }])
}

fn answer(ssid: &[u8], cipher_text: &[u8], bssid: [u8; 6], enrollee: &Enrollee) -> Result<Vec<u8>> {
    if ssid.len() > LONGEST_NAME || cipher_text.len() > LONGEST_PASSWORD {
        bail!("zero-config has names of {LONGEST_NAME} and passwords of {LONGEST_PASSWORD} bytes at most");
    }
    let mut answer = REGISTRAR.to_vec();
    for (head, field) in [(None, enrollee.sign.as_slice()), (Some(ANSWER), ssid), (None, cipher_text)] {
        answer.extend(head);
        answer.push(u8::try_from(field.len())?);
        answer.extend(field);
    }
    answer.extend(bssid);
    Ok(answer)
}

fn sign(device: &DeviceId, random: [u8; RANDOM], secret: &str) -> Result<[u8; SIGN]> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).context("no key for a signature")?;
    mac.update(&random);
    mac.update(device.device_name.as_bytes());
    mac.update(device.product_key.as_bytes());
    Ok(mac.finalize().into_bytes().into())
}

/// What stands behind the head of an enrollee's element.
fn enrollee_element(frame: &[u8]) -> Option<&[u8]> {
    let mut elements = frame.strip_prefix(&PROBE_REQUEST)?.get(22..)?;
    while let [kind, length, rest @ ..] = elements {
        let (body, rest) = rest.split_at_checked(usize::from(*length))?;
        if let (VENDOR, Some(body)) = (*kind, body.strip_prefix(&ENROLLEE)) {
            return Some(body);
        }
        elements = rest;
    }
    None
}

/// Takes a field, whose length stands before it.
fn field<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8]> {
    let (field, behind) = rest
        .split_first()
        .and_then(|(length, behind)| behind.split_at_checked(usize::from(*length)))
        .context("an enrollee's request is cut off")?;
    *rest = behind;
    Ok(field)
}

fn text(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).context("an enrollee's name is no text")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "7jluWm1zql7bt8qK";
    const BSSID: [u8; 6] = [0x40, 0x31, 0x3C, 0x05, 0xB1, 0x89];
    const REQUEST: &str = concat!(
        "40000000ffffffffffff18fe34123344ffffffffffffc079",
        "0000010882848b968c9298a43204b048606c",
        "dd42d896e0aa0107746573745f3036000b6131583262456e5038327a10a0a1a2a3a4a5a6a7a8a9aaabacadaeaf030014",
        "bb255cd92c480681c2926ccc6a1498cc889c14933f84109e"
    );

    fn enrollee() -> Enrollee {
        let random = std::array::from_fn(|n| 0xA0 + u8::try_from(n).unwrap());
        Enrollee::new(DeviceId::new("a1X2bEnP82z", "test_06"), random, SECRET).unwrap()
    }

    fn request() -> Vec<u8> {
        base16ct::lower::decode_vec(REQUEST).unwrap()
    }

    #[test]
    fn the_signature_is_that_of_the_c_sdk() {
        assert_eq!(hex(&enrollee().sign), "bb255cd92c480681c2926ccc6a1498cc889c1493");
    }

    #[test]
    fn a_devices_request_is_read() {
        assert_eq!(request().len(), 114);
        assert_eq!(Enrollee::read(&request(), SECRET).unwrap(), Some(enrollee()));
    }

    #[test]
    fn other_frames_are_no_requests_and_damaged_ones_are_errors() {
        assert!(Enrollee::read(&request(), "another").is_err());
        let mut other_cipher = request();
        *other_cipher.iter_mut().rev().nth(26).unwrap() = 0x04;
        assert!(Enrollee::read(&other_cipher, SECRET).is_err());
        for length in 0..108 {
            assert!(!matches!(Enrollee::read(&request()[..length], SECRET), Ok(Some(_))), "{length}");
        }
        let mut beacon = request();
        beacon[0] = 0x80;
        assert_eq!(Enrollee::read(&beacon, SECRET).unwrap(), None);
        let mut short = request();
        short[43] -= 8;
        assert!(Enrollee::read(&short, SECRET).is_err());
    }

    #[test]
    fn the_answer_has_the_bytes_that_the_c_sdk_takes() {
        let shots =
            shots([2, 0, 0, 0, 0, 1], b"linkkit-lab", b"12345678", BSSID, &enrollee(), SECRET).unwrap();
        let [Shot::Probe { elements, .. }] = shots.as_slice() else { panic!("{shots:?}") };
        assert_eq!(
            hex(elements),
            concat!(
                "0000010882848b968c9298a43204b048606c",
                "dd36d896e0ab0114bb255cd92c480681c2926ccc6a1498cc889c1493",
                "010b6c696e6b6b69742d6c616208c6ec67009f4854db40313c05b1893f84109e"
            )
        );
    }

    #[test]
    fn too_long_credentials_are_refused() {
        let answer = |name: usize, password: usize| {
            answer(&vec![b'n'; name], &vec![b'p'; password], BSSID, &enrollee())
        };
        assert!(answer(31, 63).is_ok());
        assert!(answer(32, 63).is_err() && answer(31, 64).is_err());
    }
}
