//! A phone's request to join a network (`switchap`): by CoAP, on the device's access point or on the phone's.

use heapless::String;
use zeroize::Zeroizing;

use super::credentials::{Credentials, Mac, Ssid, parse_mac};
use super::crypto::{Key, PASSWORD_LEN, PasswordError, RANDOM_LEN};
use crate::binding::TOKEN_LEN;
use crate::binding::messages::{CIPHER_PRODUCT_SECRET, Query};
use crate::error::Error;
use crate::json::{Member, Scalar, read_members};

/// Hex digits of the longest encrypted password.
const PASSWORD_HEX_LEN: usize = 2 * PASSWORD_LEN;

const WANTED: [Member; 7] = [
    ("params", "ssid"),
    ("params", "xssid"),
    ("params", "bssid"),
    ("params", "random"),
    ("params", "cipherType"),
    ("params", "passwd"),
    ("params", "token"),
];

/// Why a request is refused, as phones know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No name of a network, or none that can be.
    Ssid,
    /// No 16 random bytes in hex.
    RandomLength,
    /// No `cipherType`.
    NoSecurityLevel,
    /// A `cipherType` that the device does not have.
    SecurityLevel,
    /// An encrypted password of a length that cannot be.
    PasswordLength,
    /// A password that is no text.
    PasswordContent,
}

impl Refusal {
    /// `code` of the answer.
    pub const fn code(self) -> i32 {
        match self {
            Self::Ssid => -1,
            Self::PasswordLength | Self::PasswordContent => -3,
            Self::RandomLength | Self::NoSecurityLevel | Self::SecurityLevel => -4,
        }
    }

    /// `data` of the answer.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Ssid => "ssid error",
            Self::RandomLength => "random len error",
            Self::NoSecurityLevel => "no security level error",
            Self::SecurityLevel => "security level error",
            Self::PasswordLength => "passwd len error",
            Self::PasswordContent => "passwd content error",
        }
    }
}

impl From<PasswordError> for Refusal {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Length => Self::PasswordLength,
            PasswordError::Content => Self::PasswordContent,
        }
    }
}

/// Whose access point a request came through.
#[derive(Clone, Copy)]
pub enum Via<'a> {
    /// The device's: the request has the random bytes.
    DeviceAp,
    /// The phone's: the device has announced them, and the request names the cipher.
    PhoneAp {
        /// As announced.
        random: &'a [u8; RANDOM_LEN],
    },
}

/// A request.
pub struct Request {
    /// Ties the answer to it.
    pub query: Query,
    /// What it wants, or why it is refused. A network without a password is an open one. What is wrong with
    /// `bssid` or `token` makes them missing.
    pub wanted: Result<Credentials, Refusal>,
}

impl Request {
    /// Reads a request. `secret`: the product secret.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it cannot be answered: no JSON object, or one without an `id` that is a number
    /// or a string of sensible length; [`Error::OutOfMemory`].
    pub fn parse(payload: &[u8], via: Via, secret: &[u8]) -> Result<Self, Error> {
        let query = Query::parse(payload)?;
        let members = Members::read(payload)?;
        Ok(Self { query, wanted: members.credentials(via, secret) })
    }
}

struct Members {
    ssid: Option<Ssid>,
    xssid: Option<Ssid>,
    bssid: Option<Mac>,
    random: Option<[u8; RANDOM_LEN]>,
    cipher_type: Result<i32, Refusal>,
    password: Result<Zeroizing<String<PASSWORD_HEX_LEN>>, Refusal>,
    token: Option<Zeroizing<[u8; TOKEN_LEN]>>,
}

impl Members {
    fn read(payload: &[u8]) -> Result<Self, Error> {
        let mut members = Self {
            ssid: None,
            xssid: None,
            bssid: None,
            random: None,
            cipher_type: Err(Refusal::NoSecurityLevel),
            password: Ok(Zeroizing::new(String::new())),
            token: None,
        };
        read_members(payload, &WANTED, &mut |index, value| members.take(index, value))?;
        Ok(members)
    }

    fn take(&mut self, index: usize, value: Scalar) {
        if value == Scalar::Text("") {
            // An empty one counts as missing.
            return;
        }
        let text = match value {
            Scalar::Text(text) => Some(text),
            Scalar::Number(_) | Scalar::Other => None,
        };
        match index {
            0 => self.ssid = text.and_then(|text| Ssid::new(text.as_bytes())),
            1 => self.xssid = text.and_then(Ssid::from_hex),
            2 => self.bssid = text.and_then(parse_mac),
            3 => self.random = text.and_then(sixteen_bytes),
            4 => self.cipher_type = value.integer().ok_or(Refusal::SecurityLevel),
            5 => {
                let hex = text.and_then(|text| String::try_from(text).ok());
                self.password = hex.map(Zeroizing::new).ok_or(Refusal::PasswordLength);
            }
            _ => self.token = text.and_then(sixteen_bytes).map(Zeroizing::new),
        }
    }

    fn credentials(self, via: Via, secret: &[u8]) -> Result<Credentials, Refusal> {
        let ssid = self.ssid.or(self.xssid).ok_or(Refusal::Ssid)?;
        let random = match via {
            Via::DeviceAp => self.random.ok_or(Refusal::RandomLength)?,
            Via::PhoneAp { random } => {
                let cipher_type = u32::try_from(self.cipher_type?);
                cipher_type
                    .ok()
                    .filter(|cipher| *cipher == CIPHER_PRODUCT_SECRET)
                    .ok_or(Refusal::SecurityLevel)?;
                *random
            }
        };
        let password = Key::new(secret, &random).decrypt_password(&self.password?)?;
        let mut credentials = Credentials::new(ssid, password, self.bssid);
        credentials.token = self.token.map(|token| *token);
        Ok(credentials)
    }
}

/// Of 32 hex digits.
pub(super) fn sixteen_bytes(hex: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    let decoded = base16ct::mixed::decode(hex, &mut bytes).ok()?;
    (decoded.len() == bytes.len()).then_some(bytes)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const SECRET: &[u8] = b"7jluWm1zql7bt8qK";
    const RANDOM: [u8; 16] = *b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F";
    const PASSWORD: &str = r#""passwd":"19C5EDB2FAD010A965B0F628F338AFF1""#;
    const RANDOM_MEMBER: &str = r#""random":"101112131415161718191a1b1c1d1e1f""#;
    const PHONE_AP_PASSWORD: &str = r#""passwd":"8BF3D0402AA77D1715150BA1DED0D9BC""#;

    fn parse(via: Via, params: &[&str]) -> Result<Credentials, Refusal> {
        let payload = format!(
            r#"{{"id":"1","version":"1.0","method":"awss.device.switchap","params":{{{}}}}}"#,
            params.join(",")
        );
        Request::parse(payload.as_bytes(), via, SECRET)
            .unwrap_or_else(|error| panic!("{payload}: {error}"))
            .wanted
    }

    fn device_ap(params: &[&str]) -> Result<Credentials, Refusal> {
        parse(Via::DeviceAp, params)
    }

    fn phone_ap(params: &[&str]) -> Result<Credentials, Refusal> {
        parse(Via::PhoneAp { random: &RANDOM }, params)
    }

    fn refusal(wanted: Result<Credentials, Refusal>) -> (i32, &'static str) {
        wanted.err().map(|refusal| (refusal.code(), refusal.message())).expect("it is refused")
    }

    #[test]
    pub(in crate::provision) fn reads_the_request_on_the_devices_access_point() {
        let token = r#""token":"B52C577E55DE6B3CAF5B0C882410D8BF""#;
        let wanted = device_ap(&[
            r#""ssid":"linkkit-lab""#,
            RANDOM_MEMBER,
            r#""bssid":"d8:fe:e3:11:22:33""#,
            PASSWORD,
            token,
        ])
        .ok()
        .unwrap();
        assert_eq!(wanted.ssid.as_bytes(), b"linkkit-lab");
        assert_eq!(wanted.password.as_str(), "12345678");
        assert_eq!(wanted.bssid, Some([0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33]));
        assert_eq!(wanted.token.unwrap()[..2], [0xB5, 0x2C]);
        // What it does not say is left to the port, not said to be an open network as the C SDK does.
        assert_eq!((wanted.authentication as u8, wanted.encryption as u8, wanted.channel), (255, 255, 0));
    }

    #[test]
    fn reads_the_request_on_the_phones_access_point() {
        for cipher in [r#""cipherType":3"#, r#""cipherType":"3""#] {
            let wanted = phone_ap(&[r#""xssid":"D6D0CEC4""#, cipher, PHONE_AP_PASSWORD]).ok().unwrap();
            assert_eq!(wanted.ssid.as_bytes(), b"\xD6\xD0\xCE\xC4");
            assert_eq!(wanted.password.as_str(), "12345678");
            assert!(wanted.bssid.is_none() && wanted.token.is_none());
        }
    }

    #[test]
    fn refuses_with_the_code_and_the_words_that_phones_know() {
        let ssid = r#""ssid":"lab""#;
        for params in [
            &[RANDOM_MEMBER, PASSWORD][..],
            &[r#""ssid":"""#, RANDOM_MEMBER, PASSWORD],
            &[r#""ssid":7"#, RANDOM_MEMBER, PASSWORD],
            &[r#""ssid":"a\u0000b""#, RANDOM_MEMBER, PASSWORD],
            &[r#""ssid":"0123456789012345678901234567890123""#, RANDOM_MEMBER, PASSWORD],
            &[r#""xssid":"D6D""#, RANDOM_MEMBER, PASSWORD],
            &[r#""xssid":"no""#, RANDOM_MEMBER, PASSWORD],
            &[],
        ] {
            assert_eq!(refusal(device_ap(params)), (-1, "ssid error"), "{params:?}");
            assert_eq!(refusal(phone_ap(params)), (-1, "ssid error"), "{params:?}");
        }
        for random in [
            "",
            r#","random":"""#,
            r#","random":"10""#,
            r#","random":"101112131415161718191a1b1c1d1e1""#,
            r#","random":"101112131415161718191a1b1c1d1e1f20""#,
            r#","random":"g01112131415161718191a1b1c1d1e1f""#,
            r#","random":16"#,
        ] {
            assert_eq!(refusal(device_ap(&[&format!("{ssid}{random}"), PASSWORD])), (-4, "random len error"));
        }
        for cipher in [&[][..], &[r#""cipherType":"""#]] {
            let refused = phone_ap(&[&[ssid, PHONE_AP_PASSWORD], cipher].concat());
            assert_eq!(refusal(refused), (-4, "no security level error"));
        }
        for cipher in ["0", "4", "5", "-1", "true", r#""x""#, "99999999999"] {
            let cipher = format!(r#""cipherType":{cipher}"#);
            assert_eq!(refusal(phone_ap(&[ssid, &cipher, PHONE_AP_PASSWORD])), (-4, "security level error"));
        }
        let no_text = format!(r#""passwd":"{}""#, "0".repeat(32));
        assert_eq!(refusal(device_ap(&[ssid, RANDOM_MEMBER, &no_text])), (-3, "passwd content error"));
        let cipher = r#""cipherType":3"#;
        assert_eq!(refusal(phone_ap(&[ssid, cipher, PASSWORD])), (-3, "passwd content error"));
    }

    // The C SDK copies as much as comes.
    #[test]
    pub(in crate::provision) fn an_over_long_password_is_refused() {
        for length in [1, 31, 127, 129, 130, 1_000] {
            let password = format!(r#""passwd":"{}""#, "A".repeat(length));
            let refused = device_ap(&[r#""ssid":"lab""#, RANDOM_MEMBER, &password]);
            assert_eq!(refusal(refused), (-3, "passwd len error"), "{length}");
        }
        assert_eq!(refusal(device_ap(&[r#""ssid":"lab""#, RANDOM_MEMBER, r#""passwd":7"#])).0, -3);
    }

    // The C SDK copies it from NULL.
    #[test]
    pub(in crate::provision) fn a_missing_password_is_that_of_an_open_network() {
        for params in
            [&[r#""ssid":"lab""#, RANDOM_MEMBER][..], &[r#""ssid":"lab""#, RANDOM_MEMBER, r#""passwd":"""#]]
        {
            assert!(device_ap(params).ok().unwrap().password.is_empty());
        }
    }

    // The C SDK reads it from NULL.
    #[test]
    pub(in crate::provision) fn a_request_without_an_id_cannot_be_answered() {
        for payload in
            ["", "{}", "[]", "x", r#"{"params":{"ssid":"lab"}}"#, r#"{"id":null,"params":{}}"#, "{\"id\":1"]
        {
            let parsed = Request::parse(payload.as_bytes(), Via::DeviceAp, SECRET);
            assert_eq!(parsed.err(), Some(Error::Malformed), "{payload}");
        }
    }

    #[test]
    fn a_bad_bssid_or_token_counts_as_missing() {
        for (bssid, token) in
            [("zz", "B52C"), ("00:00:00:00:00:00", &"é".repeat(16)), ("d8:fe", &"A".repeat(34))]
        {
            let (bssid, token) = (format!(r#""bssid":"{bssid}""#), format!(r#""token":"{token}""#));
            let wanted = device_ap(&[r#""ssid":"lab""#, RANDOM_MEMBER, &bssid, &token]).ok().unwrap();
            assert!(wanted.bssid.is_none() && wanted.token.is_none());
        }
    }
}
