//! The device secret, where the auth server gives it.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::Engine;
use crate::dynamic_register::{self, Noise};
#[cfg(feature = "bind")]
use crate::entropy::PortEntropy;
use crate::error::Error;

impl Engine {
    /// Could it log in?
    pub fn has_device_secret(&self) -> bool {
        !self.identity.device_secret().is_empty()
    }

    /// The device name, for the name of what is stored.
    pub fn device_name(&self) -> &str {
        self.identity.device_name()
    }

    /// What to ask the auth server at `host`: see [`dynamic_register::request()`].
    ///
    /// # Errors
    /// As there.
    pub fn registration_request(
        &self,
        product_secret: &str,
        host: &str,
        noise: &Noise,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        dynamic_register::request(&self.identity, product_secret, host, noise)
    }

    /// Takes the device secret, before the first connection, and has the tokens depend on it.
    ///
    /// # Errors
    /// [`Error::TooLong`] or [`Error::Malformed`] for the secret: the device has none then.
    #[cfg_attr(not(feature = "bind"), expect(unused_variables, reason = "entropy is for tokens"))]
    pub fn set_device_secret(&mut self, device_secret: &str, noise: &Noise) -> Result<(), Error> {
        self.identity.set_device_secret(device_secret)?;
        #[cfg(feature = "bind")]
        {
            let port = PortEntropy { random: noise.random, uptime_ms: noise.uptime_ms, mac: &self.local.mac };
            self.entropy.reseed(self.identity.device_secret(), &port)?;
        }
        Ok(())
    }
}
