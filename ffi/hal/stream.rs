//! The stream to the cloud: the port's TLS with the feature `tls`, its TCP without. A port has one of the
//! two.

use linkkit_core::sign::SecureMode;

#[cfg(all(feature = "mqtt", not(feature = "tls")))]
pub use super::tcp::{Connection, Lost, destroy, establish, read, write};
#[cfg(all(feature = "mqtt", feature = "tls"))]
pub use super::tls::{Connection, Lost, destroy, establish, read, write};

/// How it is protected.
pub const SECURE_MODE: SecureMode = if cfg!(feature = "tls") { SecureMode::Tls } else { SecureMode::Tcp };

/// Where the cloud takes it.
pub const PORT: u16 = SECURE_MODE.port();
