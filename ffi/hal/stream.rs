//! The stream to the cloud: the port's TLS with the feature `tls`, its TCP without. A port has one of the
//! two.

#[cfg(feature = "mqtt")]
use core::fmt;

use linkkit_core::sign::SecureMode;

#[cfg(all(feature = "mqtt", not(feature = "tls")))]
pub use super::tcp::{Connection, destroy, establish, read, write};
#[cfg(all(feature = "mqtt", feature = "tls"))]
pub use super::tls::{Connection, destroy, establish, read, write};

/// How it is protected.
pub const SECURE_MODE: SecureMode = if cfg!(feature = "tls") { SecureMode::Tls } else { SecureMode::Tcp };

/// What the client id says of it.
#[cfg(feature = "mqtt")]
pub const LOGIN_MODE: SecureMode = {
    #[cfg(feature = "preauth")]
    let mode = SecureMode::PreAuth;
    #[cfg(not(feature = "preauth"))]
    let mode = SECURE_MODE;
    mode
};

/// Where the cloud takes it.
pub const PORT: u16 = SECURE_MODE.port();

/// The connection is of no more use.
#[cfg(feature = "mqtt")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The peer has closed it.
    Closed,
    /// The port reported an error.
    Failed,
}

#[cfg(feature = "mqtt")]
impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "closed by the server",
            Self::Failed => "the port cannot read",
        })
    }
}
