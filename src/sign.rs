//! MQTT credentials of a device (linkkit SDK 3.0.1, `IOT_Sign_MQTT`).

use heapless::String;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::ZeroizeOnDrop;

use crate::error::Error;
use crate::identity::Identity;
use crate::text;

/// Longest client id, bytes, without a terminator.
pub const CLIENT_ID_LEN: usize = 199;
/// Longest user name, bytes, without a terminator.
pub const USERNAME_LEN: usize = 63;
/// Length of the password: an HMAC-SHA-256 in hex.
pub const PASSWORD_LEN: usize = 64;
/// Longest text an application may add to the client id, bytes.
pub const CUSTOMIZE_INFO_LEN: usize = 80;
/// Longest host name, bytes, without a terminator.
pub const HOSTNAME_LEN: usize = 255;

/// The server takes a time far in the future as "no clock".
pub(crate) const TIMESTAMP: &str = "2524608000000";

/// In the customize info: the device authenticates with ID², which makes `securemode` 8.
const ID2: &[u8] = b"authtype=id2";

/// How the connection is protected, as the client id tells the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecureMode {
    /// TLS straight to the server.
    Tls = 2,
    /// Plain TCP.
    Tcp = 3,
    /// One or the other, to the server that the auth server has named.
    #[cfg(feature = "preauth")]
    PreAuth = -1,
}

impl SecureMode {
    /// The server's port, where nobody names another.
    pub const fn port(self) -> u16 {
        match self {
            Self::Tcp => 1883,
            _ => 443,
        }
    }
}

/// What CONNECT carries. The password is wiped on drop; there is no `Debug`.
#[derive(ZeroizeOnDrop)]
pub struct Credentials {
    /// `{pk}.{dn}|…|`
    pub client_id: String<CLIENT_ID_LEN>,
    /// `{dn}&{pk}`
    pub username: String<USERNAME_LEN>,
    /// Upper-case hex of the signature.
    pub password: String<PASSWORD_LEN>,
}

impl Credentials {
    /// Before [`Credentials::sign`].
    pub const fn empty() -> Self {
        Self { client_id: String::new(), username: String::new(), password: String::new() }
    }

    /// Signs for `identity`, in place. `customize_info` goes to the end of the client id's extension.
    ///
    /// # Errors
    /// [`Error::TooLong`] when the client id or the user name does not fit.
    pub fn sign(&mut self, identity: &Identity, mode: SecureMode, customize_info: &str) -> Result<(), Error> {
        self.username.clear();
        self.client_id.clear();
        self.password.clear();
        text::append(&mut self.username, &[identity.device_name(), "&", identity.product_key()])?;
        append_client_id(&mut self.client_id, identity, mode, customize_info)?;
        append_password(&mut self.password, identity)
    }

    /// The client id alone.
    ///
    /// # Errors
    /// [`Error::TooLong`].
    pub fn client_id(
        identity: &Identity,
        mode: SecureMode,
        customize_info: &str,
    ) -> Result<String<CLIENT_ID_LEN>, Error> {
        let mut client_id = String::new();
        append_client_id(&mut client_id, identity, mode, customize_info)?;
        Ok(client_id)
    }
}

fn append_client_id(
    to: &mut String<CLIENT_ID_LEN>,
    identity: &Identity,
    mode: SecureMode,
    customize_info: &str,
) -> Result<(), Error> {
    // A device with ID² has its port encrypt with keys of its own.
    let mode = match mode {
        _ if customize_info.as_bytes().windows(ID2.len()).any(|part| part == ID2) => "8",
        SecureMode::Tls => "2",
        SecureMode::Tcp => "3",
        #[cfg(feature = "preauth")]
        SecureMode::PreAuth => "-1",
    };
    let comma = if customize_info.is_empty() { "" } else { "," };
    text::append(
        to,
        &[
            identity.product_key(),
            ".",
            identity.device_name(),
            "|timestamp=",
            TIMESTAMP,
            ",_v=sdk-c-3.0.1,securemode=",
            mode,
            ",signmethod=hmacsha256,lan=C,gw=0,ext=0",
            comma,
            customize_info,
            "|",
        ],
    )
}

/// The signature of the device's names, upper-case hex.
// Not inlined: the hash's state is on the stack.
#[inline(never)]
pub(crate) fn append_password(to: &mut String<PASSWORD_LEN>, identity: &Identity) -> Result<(), Error> {
    let (pk, dn) = (identity.product_key(), identity.device_name());
    let digest = hmac_sha256(
        identity.device_secret(),
        &[
            b"clientId",
            pk.as_bytes(),
            b".",
            dn.as_bytes(),
            b"deviceName",
            dn.as_bytes(),
            b"productKey",
            pk.as_bytes(),
            b"timestamp",
            TIMESTAMP.as_bytes(),
        ],
    )?;
    text::append(to, &[&text::hex::<PASSWORD_LEN>(&digest)?])
}

pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Result<[u8; 32], Error> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| Error::Malformed)?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().into())
}

/// A cloud region, or a host of the application's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Region {
    /// cn-shanghai
    Shanghai = 0,
    /// ap-southeast-1
    Singapore = 1,
    /// ap-northeast-1
    Japan = 2,
    /// us-west-1
    UsaWest = 3,
    /// eu-central-1
    Germany = 4,
    /// The host set with `IOTX_IOCTL_SET_MQTT_DOMAIN`.
    Custom = 5,
}

impl Region {
    /// The region with upstream's number `value`.
    pub fn from_number(value: i64) -> Option<Self> {
        [Self::Shanghai, Self::Singapore, Self::Japan, Self::UsaWest, Self::Germany, Self::Custom]
            .into_iter()
            .find(|region| *region as i64 == value)
    }

    /// As it stands in the names of hosts; `None` for a host of the application's own.
    pub(crate) fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Shanghai => "cn-shanghai",
            Self::Singapore => "ap-southeast-1",
            Self::Japan => "ap-northeast-1",
            Self::UsaWest => "us-west-1",
            Self::Germany => "eu-central-1",
            Self::Custom => return None,
        })
    }
}

/// The MQTT server of `product_key` in `region`; `custom` is used as it is for [`Region::Custom`].
///
/// # Errors
/// [`Error::Malformed`] when a custom region has no host; [`Error::TooLong`] when it does not fit.
pub fn hostname(region: Region, product_key: &str, custom: &str) -> Result<String<HOSTNAME_LEN>, Error> {
    match region.name() {
        Some(name) => text::concat(&[product_key, ".iot-as-mqtt.", name, ".aliyuncs.com"]),
        None if custom.is_empty() => Err(Error::Malformed),
        None => text::concat(&[custom]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity::new("a1X2bEnP82z", "test_06", "wQ1xOzFH3kLdjCTLfi8Xbw4otRz0lHoq").unwrap()
    }

    fn signed(identity: &Identity, mode: SecureMode, info: &str) -> Result<Credentials, Error> {
        let mut signed = Credentials::empty();
        signed.sign(identity, mode, info).map(|()| signed)
    }

    #[test]
    fn signs_as_the_c_sdk_does() {
        let signed = signed(&identity(), SecureMode::Tcp, "").unwrap();
        assert_eq!(
            signed.client_id,
            "a1X2bEnP82z.test_06|timestamp=2524608000000,_v=sdk-c-3.0.1,securemode=3,signmethod=hmacsha256,lan=C,gw=0,ext=0|"
        );
        assert_eq!(signed.username, "test_06&a1X2bEnP82z");
        assert_eq!(signed.password, "EC81FD83AB43E06CFC330549F222F358CDC7565FD89FC859C22057AC43F0640C");
    }

    #[test]
    fn puts_the_customize_info_before_the_last_bar() {
        let signed = signed(&identity(), SecureMode::Tls, "pid=x").unwrap();
        assert!(signed.client_id.ends_with(",securemode=2,signmethod=hmacsha256,lan=C,gw=0,ext=0,pid=x|"));
    }

    #[test]
    #[cfg(feature = "preauth")]
    fn tells_of_pre_authentication() {
        let signed = signed(&identity(), SecureMode::PreAuth, "").unwrap();
        assert!(signed.client_id.ends_with(",securemode=-1,signmethod=hmacsha256,lan=C,gw=0,ext=0|"));
        assert_eq!(signed.password, "EC81FD83AB43E06CFC330549F222F358CDC7565FD89FC859C22057AC43F0640C");
    }

    #[test]
    fn tells_of_id2() {
        let signed = signed(&identity(), SecureMode::Tls, "pid=x,authtype=id2").unwrap();
        assert!(
            signed
                .client_id
                .ends_with(",securemode=8,signmethod=hmacsha256,lan=C,gw=0,ext=0,pid=x,authtype=id2|")
        );
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let widest = Identity::new(&"k".repeat(20), &"n".repeat(32), "s").unwrap();
        let info = "i".repeat(CUSTOMIZE_INFO_LEN);
        assert_eq!(signed(&widest, SecureMode::Tcp, &info).err(), Some(Error::TooLong));
        assert!(signed(&widest, SecureMode::Tcp, "").is_ok());
    }

    #[test]
    fn names_the_host_of_each_region() {
        assert_eq!(hostname(Region::Shanghai, "pk", "").unwrap(), "pk.iot-as-mqtt.cn-shanghai.aliyuncs.com");
        assert_eq!(hostname(Region::Custom, "pk", "10.0.0.1").unwrap(), "10.0.0.1");
        assert_eq!(hostname(Region::Custom, "pk", "").err(), Some(Error::Malformed));
        assert_eq!(Region::from_number(4), Some(Region::Germany));
        assert_eq!(Region::from_number(6), None);
        assert_eq!(Region::from_number(-1), None);
    }
}
