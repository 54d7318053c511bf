//! The login that the auth server grants.

use super::Engine;
#[cfg(feature = "preauth")]
use crate::{
    error::Error,
    preauth::{self, Grant},
};
#[cfg(feature = "preauth")]
use alloc::vec::Vec;
#[cfg(feature = "preauth")]
use zeroize::Zeroizing;

impl Engine {
    /// Would the login come from the auth server?
    #[cfg(feature = "preauth")]
    pub const fn wants_grant(&self) -> bool {
        self.login.username.is_none() || self.login.password.is_none()
    }

    /// What to ask the auth server at `host`: see [`preauth::request()`].
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "preauth")]
    pub fn grant_request(&self, host: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        preauth::request(&self.identity, host)
    }

    /// What the auth server grants for the next connection.
    #[cfg(feature = "preauth")]
    pub fn set_grant(&mut self, grant: Grant) {
        self.granted = Some(grant);
    }

    /// Host and port that were granted for the next connection.
    #[cfg(feature = "preauth")]
    pub fn granted_server(&self) -> Option<(&str, u16)> {
        self.granted.as_ref().map(|grant| (&*grant.host, grant.port))
    }

    /// Host and port that were granted for the next connection.
    #[cfg(not(feature = "preauth"))]
    pub const fn granted_server(&self) -> Option<(&str, u16)> {
        None
    }
}
