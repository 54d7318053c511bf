//! The two blocks of lines that users look for at the start of a log.

use log::info;

use super::{Engine, Setup};
use crate::identity::Identity;
use crate::sign::{Credentials, SecureMode, TIMESTAMP};

const DOTS: &str = "....................................................";
const DASHES: &str = "-----------------------------------------";

/// Who the device is. Partner and module are of older SDKs; 3.0.1 has the customize info instead.
fn log_device(identity: &Identity, mode: SecureMode) {
    let (pk, dn) = (identity.product_key(), identity.device_name());
    info!("{DOTS}");
    info!("ProductKey : {pk}");
    info!("DeviceName : {dn}");
    info!("DeviceID : {pk}.{dn}");
    info!("{DOTS}");
    info!("PartnerID Buf : ");
    info!("ModuleID Buf : ");
    info!("Guider URL : ");
    let description = match mode {
        SecureMode::Tls => "TLS + Direct",
        SecureMode::Tcp => "TCP + Direct + Plain",
        #[cfg(feature = "preauth")]
        SecureMode::PreAuth => "Guider",
    };
    info!("Guider SecMode : {} ({description})", mode as u8);
    info!("Guider Timestamp : {TIMESTAMP}");
    info!("{DOTS}");
}

impl Setup {
    /// Who the device is: the owner calls it in front of [`Engine::new`], which needs the stack for
    /// itself.
    pub fn log_device(&self) {
        log_device(&self.identity, self.secure_mode);
    }
}

impl Engine {
    /// Where the owner is about to connect to.
    pub fn log_connection(&self, host: &str, port: u16) {
        info!("{DASHES}");
        info!("Host : {host}");
        info!("Port : {port}");
        if let Some(client_id) = &self.login.client_id {
            info!("ClientID : {client_id}");
        } else if let Ok(client_id) =
            Credentials::client_id(&self.identity, self.secure_mode, &self.customize_info)
        {
            info!("ClientID : {client_id}");
        }
        info!("{DASHES}");
    }

    /// The product key, for the name of the server.
    pub fn product_key(&self) -> &str {
        self.identity.product_key()
    }
}
