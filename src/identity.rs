//! Who the device is: the triple that product and cloud share, checked once at the border.

use heapless::String;
#[cfg(feature = "dynamic-register")]
use zeroize::Zeroize;
use zeroize::ZeroizeOnDrop;

use crate::error::Error;

/// Longest product key, bytes.
pub const PRODUCT_KEY_LEN: usize = 20;
/// Longest product secret, bytes.
pub const PRODUCT_SECRET_LEN: usize = 64;
/// Longest device name, bytes.
pub const DEVICE_NAME_LEN: usize = 32;
/// Longest device secret, bytes.
pub const DEVICE_SECRET_LEN: usize = 64;

/// Product key, device name and their secrets. The secrets are wiped on drop and have no `Debug`.
#[derive(ZeroizeOnDrop)]
pub struct Identity {
    product_key: String<PRODUCT_KEY_LEN>,
    device_name: String<DEVICE_NAME_LEN>,
    device_secret: String<DEVICE_SECRET_LEN>,
}

impl Identity {
    /// Checks and takes over the triple.
    ///
    /// # Errors
    /// [`Error::TooLong`] over the lengths above; [`Error::Malformed`] for an empty field or a name
    /// that would break a topic (`/`, `+`, `#`, control characters).
    pub fn new(product_key: &str, device_name: &str, device_secret: &str) -> Result<Self, Error> {
        if !is_topic_level(product_key) || !is_topic_level(device_name) || device_secret.is_empty() {
            return Err(Error::Malformed);
        }
        Ok(Self {
            product_key: bounded(product_key)?,
            device_name: bounded(device_name)?,
            device_secret: bounded(device_secret)?,
        })
    }

    /// A device that has no secret yet: see [`Identity::set_device_secret`].
    ///
    /// # Errors
    /// As [`Identity::new`].
    pub fn unregistered(product_key: &str, device_name: &str) -> Result<Self, Error> {
        // For the checks of the names.
        let mut device = Self::new(product_key, device_name, "none")?;
        device.device_secret.clear();
        Ok(device)
    }

    /// Takes a secret instead of the one there is.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::Malformed`] when it is empty; the device has no secret then.
    #[cfg(feature = "dynamic-register")]
    pub fn set_device_secret(&mut self, device_secret: &str) -> Result<(), Error> {
        self.device_secret.zeroize();
        self.device_secret.push_str(device_secret).map_err(|_| Error::TooLong)?;
        if device_secret.is_empty() { Err(Error::Malformed) } else { Ok(()) }
    }

    /// The product key, `{pk}` in topics.
    pub fn product_key(&self) -> &str {
        &self.product_key
    }

    /// The device name, `{dn}` in topics.
    pub fn device_name(&self) -> &str {
        &self.device_name
    }

    /// The key of every signature. Never logged.
    pub fn device_secret(&self) -> &[u8] {
        self.device_secret.as_bytes()
    }
}

fn bounded<const N: usize>(text: &str) -> Result<String<N>, Error> {
    String::try_from(text).map_err(|_| Error::TooLong)
}

fn is_topic_level(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| matches!(c, '/' | '+' | '#') || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_longest_fields_and_nothing_longer() {
        let [pk, dn, ds] = ["k".repeat(20), "n".repeat(32), "s".repeat(64)];
        assert!(Identity::new(&pk, &dn, &ds).is_ok());
        let longer = |text: &str| text.to_owned() + "x";
        assert_eq!(Identity::new(&longer(&pk), &dn, &ds).err(), Some(Error::TooLong));
        assert_eq!(Identity::new(&pk, &longer(&dn), &ds).err(), Some(Error::TooLong));
        assert_eq!(Identity::new(&pk, &dn, &longer(&ds)).err(), Some(Error::TooLong));
    }

    #[test]
    fn refuses_names_that_would_change_a_topic() {
        for name in ["", "a/b", "+", "#", "a\0", "a\n"] {
            assert_eq!(Identity::new(name, "dn", "ds").err(), Some(Error::Malformed), "{name:?}");
            assert_eq!(Identity::new("pk", name, "ds").err(), Some(Error::Malformed), "{name:?}");
        }
        assert_eq!(Identity::new("pk", "dn", "").err(), Some(Error::Malformed));
    }

    #[test]
    #[cfg(feature = "dynamic-register")]
    fn takes_its_secret_later() {
        assert_eq!(Identity::unregistered("pk", "a/b").err(), Some(Error::Malformed));
        let mut device = Identity::unregistered("pk", "dn").unwrap();
        assert!(device.device_secret().is_empty());
        for secret in ["first", "2nd", &"s".repeat(64)] {
            device.set_device_secret(secret).unwrap();
            assert_eq!(device.device_secret(), secret.as_bytes());
        }
        assert_eq!(device.set_device_secret(&"s".repeat(65)), Err(Error::TooLong));
        assert_eq!(device.set_device_secret(""), Err(Error::Malformed));
        assert!(device.device_secret().is_empty());
    }
}
