//! Who may connect to the embedded broker, by the rules of the real one.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use anyhow::{Context, bail};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::app_api::PHONE_USER_PREFIX;
use crate::device_id::DeviceId;

/// User name of the cloud's own client.
pub const CLOUD_USER: &str = "cloud";
/// User name of whoever has the cloud send something to a device.
pub const OPERATOR_USER: &str = "operator";

/// `PRODUCT_KEY,DEVICE_NAME,DEVICE_SECRET` of the command line.
#[derive(Clone)]
pub struct RegisteredDevice {
    /// Who.
    pub id: DeviceId,
    secret: String,
}

impl RegisteredDevice {
    /// A device and its secret.
    pub fn new(id: DeviceId, secret: impl Into<String>) -> Self {
        Self { id, secret: secret.into() }
    }

    /// The device's secret.
    pub fn secret(&self) -> &str {
        &self.secret
    }
}

impl FromStr for RegisteredDevice {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (id, secret) = text.rsplit_once(',').context("expected PRODUCT_KEY,DEVICE_NAME,DEVICE_SECRET")?;
        if secret.is_empty() {
            bail!("the device secret is missing");
        }
        Ok(Self::new(id.parse()?, secret))
    }
}

impl fmt::Debug for RegisteredDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (secret not shown)", self.id)
    }
}

/// Why a client is turned away; each has its CONNACK code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// 2: the broker cannot use this client id.
    ClientId(&'static str),
    /// 4: user name or password have the wrong form.
    Malformed(&'static str),
    /// 5: right form, but not one of ours, or the signature does not fit.
    NotAuthorized(&'static str),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClientId(reason) | Self::Malformed(reason) | Self::NotAuthorized(reason) => {
                f.write_str(reason)
            }
        }
    }
}

/// User name and password of a CONNECT, if it has both.
pub type Login<'a> = Option<(&'a str, &'a str)>;

/// The list of those who may connect. Phones and operators come in freely: it is the device that is on trial.
pub struct Admission {
    /// `None` lets everybody in.
    devices: Option<HashMap<DeviceId, String>>,
    cloud_password: String,
}

impl Admission {
    /// Admits `devices` only, or everybody if there are none.
    pub fn new(devices: &[RegisteredDevice], cloud_password: String) -> Self {
        let list: HashMap<_, _> =
            devices.iter().map(|device| (device.id.clone(), device.secret.clone())).collect();
        Self { devices: (!list.is_empty()).then_some(list), cloud_password }
    }

    /// Decides about one CONNECT.
    pub fn admit(&self, client_id: &str, login: Login<'_>) -> Result<(), Refusal> {
        if client_id.contains(['+', '$', '#', '/']) {
            return Err(Refusal::ClientId("the client id has one of + $ # /, which rumqttd cannot take"));
        }
        let Some(devices) = &self.devices else { return Ok(()) };
        let (username, password) = login.ok_or(Refusal::NotAuthorized("no user name and password"))?;
        if username.starts_with(PHONE_USER_PREFIX) || username == OPERATOR_USER {
            return Ok(());
        }
        if username == CLOUD_USER && password == self.cloud_password {
            return Ok(());
        }
        let signed = SignedConnect::parse(client_id, username)?;
        let signature =
            hex_bytes(password).ok_or(Refusal::Malformed("the password is not 64 upper-case hex digits"))?;
        let secret = devices
            .get(&signed.device)
            .ok_or(Refusal::NotAuthorized("no such device: product key or device name is wrong"))?;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
            .map_err(|_| Refusal::NotAuthorized("the device secret has a length HMAC cannot take"))?;
        mac.update(signed.content().as_bytes());
        // Takes the same time wherever the difference is.
        mac.verify_slice(&signature)
            .map_err(|_| Refusal::NotAuthorized("the signature does not fit: check the device secret"))
    }
}

/// The parts of a device's CONNECT that its password signs.
struct SignedConnect {
    device: DeviceId,
    timestamp: Option<String>,
}

impl SignedConnect {
    /// Reads `{pk}.{dn}|key=value,…|` and `{dn}&{pk}`.
    fn parse(client_id: &str, username: &str) -> Result<Self, Refusal> {
        let (name, section) =
            client_id.split_once('|').ok_or(Refusal::Malformed("the client id has no |…| section"))?;
        let section =
            section.strip_suffix('|').ok_or(Refusal::Malformed("the client id does not end with |"))?;
        let (product_key, device_name) =
            name.split_once('.').ok_or(Refusal::Malformed("the client id does not start with pk.dn"))?;
        if username != format!("{device_name}&{product_key}") {
            return Err(Refusal::Malformed("the user name is not dn&pk of the client id"));
        }
        let parameter = |wanted: &str| {
            section.split(',').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == wanted)
        };
        match parameter("signmethod") {
            Some((_, "hmacsha256")) => {}
            _ => return Err(Refusal::Malformed("the client id's signmethod is not hmacsha256")),
        }
        let timestamp = parameter("timestamp").map(|(_, value)| value.to_owned());
        Ok(Self { device: DeviceId::new(product_key, device_name), timestamp })
    }

    /// What is signed: the parameters in the alphabetic order of their names.
    fn content(&self) -> String {
        let DeviceId { product_key: pk, device_name: dn } = &self.device;
        let timestamp = self.timestamp.as_ref().map(|value| format!("timestamp{value}")).unwrap_or_default();
        format!("clientId{pk}.{dn}deviceName{dn}productKey{pk}{timestamp}")
    }
}

fn hex_bytes(text: &str) -> Option<[u8; 32]> {
    base16ct::upper::decode_vec(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vector of the wire facts: these three give this password.
    const DEVICE: &str = "a1X2bEnP82z,test_06,wQ1xOzFH3kLdjCTLfi8Xbw4otRz0lHoq";
    const CLIENT_ID: &str = concat!(
        "a1X2bEnP82z.test_06|timestamp=2524608000000,_v=sdk-c-3.0.1,",
        "securemode=3,signmethod=hmacsha256,lan=C,gw=0,ext=0|"
    );
    const USERNAME: &str = "test_06&a1X2bEnP82z";
    const PASSWORD: &str = "EC81FD83AB43E06CFC330549F222F358CDC7565FD89FC859C22057AC43F0640C";

    fn admission() -> Admission {
        Admission::new(&[DEVICE.parse().unwrap()], "opensesame".into())
    }

    #[test]
    fn the_right_signature_is_let_in() {
        assert_eq!(admission().admit(CLIENT_ID, Some((USERNAME, PASSWORD))), Ok(()));
        assert_eq!(admission().admit("cloud", Some(("cloud", "opensesame"))), Ok(()));
        assert_eq!(admission().admit("phone-1", Some(("app/alice", ""))), Ok(()));
        assert_eq!(admission().admit("push-1", Some(("operator", ""))), Ok(()));
    }

    #[test]
    fn a_wrong_signature_or_device_is_not_authorized() {
        let wrong_password = PASSWORD.replace('E', "F");
        let stranger = (CLIENT_ID.replace("test_06", "test_07"), "test_07&a1X2bEnP82z");
        for (client_id, login) in [
            (CLIENT_ID, Some((USERNAME, wrong_password.as_str()))),
            (stranger.0.as_str(), Some((stranger.1, PASSWORD))),
            (CLIENT_ID, None),
        ] {
            let refusal = admission().admit(client_id, login).unwrap_err();
            assert!(matches!(refusal, Refusal::NotAuthorized(_)), "{refusal:?}");
        }
    }

    #[test]
    fn credentials_of_another_form_are_malformed() {
        let lower_case = PASSWORD.to_lowercase();
        for (client_id, username, password) in [
            (CLIENT_ID, USERNAME, lower_case.as_str()),
            (CLIENT_ID, USERNAME, &PASSWORD[..62]),
            (CLIENT_ID, "a1X2bEnP82z&test_06", PASSWORD),
            ("a1X2bEnP82z.test_06", USERNAME, PASSWORD),
            ("a1X2bEnP82z.test_06|signmethod=hmacsha1|", USERNAME, PASSWORD),
            ("cloud", "cloud", "wrong"),
        ] {
            let refusal = admission().admit(client_id, Some((username, password))).unwrap_err();
            assert!(matches!(refusal, Refusal::Malformed(_)), "{client_id} {username}: {refusal:?}");
        }
    }

    #[test]
    fn without_a_list_everybody_is_let_in() {
        let open = Admission::new(&[], String::new());
        assert_eq!(open.admit("anyone", None), Ok(()));
        assert!(matches!(open.admit("any/one", None), Err(Refusal::ClientId(_))));
    }

    #[test]
    fn the_command_line_form_is_checked_and_the_secret_kept() {
        for wrong in ["", "pk", "pk,dn", "pk,dn,", "pk,dn,ds,more"] {
            assert!(wrong.parse::<RegisteredDevice>().is_err(), "{wrong}");
        }
        let device: RegisteredDevice = DEVICE.parse().unwrap();
        assert!(!format!("{device:?}").contains("wQ1x"));
    }
}
