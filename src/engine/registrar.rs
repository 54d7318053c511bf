//! The device helps others to join the network that it is in.

use log::{debug, warn};

use super::{Engine, topics};
use crate::error::Error;
use crate::mqtt::Qos;
use crate::provision::air::zero_config::registrar::{Action, Registrar, topics as suffixes};
use crate::provision::credentials::parse_mac;
use crate::provision::probe_request::ProbeRequest;
use crate::time::Instant;

/// What is subscribed, behind `/sys/{pk}/{dn}/`.
const SUBSCRIPTIONS: [&str; 3] = [suffixes::CHECKIN, suffixes::FOUND_REPLY, suffixes::CIPHER_GET_REPLY];

/// What the owner is to do.
pub enum RegistrarAction {
    /// Have the port hand on beacons and probe requests with elements of the OUI D8-96-E0 to [`Registrar::frame`]
    /// or [`Registrar::element`], or no more of them.
    Listen(bool),
    /// Call [`Registrar::set_network`].
    LookUpNetwork,
    /// Send it as it is, on the channel of the network.
    SendProbeRequest(ProbeRequest),
}

impl Engine {
    /// Has the device help others from now on, while it is connected and binding is not stopped. `dwell_ms`: as for
    /// [`Registrar::new`]. A device without a MAC address does not.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::TooLong`] or [`Error::OutOfMemory`] from the table of subscriptions.
    pub fn start_registrar(&mut self, dwell_ms: u64, now: Instant) -> Result<(), Error> {
        let Some(mac) = parse_mac(&self.local.mac) else {
            warn!("awss: zero-config: HAL_Wifi_Get_Mac gives none: no other device is helped");
            return Ok(());
        };
        for suffix in SUBSCRIPTIONS {
            self.mqtt.subscribe(&topics::sys(&self.identity, suffix)?, Qos::AtMostOnce, None, now)?;
        }
        self.registrar.get_or_insert_with(|| Registrar::new(mac, dwell_ms));
        self.resume_registrar(now);
        Ok(())
    }

    /// What was started. [`Registrar::stop`] is until the next connection or [`Engine::start_binding`].
    pub fn registrar(&mut self) -> Option<&mut Registrar> {
        self.registrar.as_mut()
    }

    /// What to do now; ask until `None`, at [`Engine::poll_timeout`], and after [`Engine::stop`] too. Each is to be
    /// done before the next one is asked for.
    pub fn poll_registrar(&mut self, now: Instant) -> Option<RegistrarAction> {
        loop {
            match self.registrar.as_mut()?.poll(now)? {
                Action::Listen(is_on) => return Some(RegistrarAction::Listen(is_on)),
                Action::LookUpNetwork => return Some(RegistrarAction::LookUpNetwork),
                Action::SendProbeRequest(frame) => return Some(RegistrarAction::SendProbeRequest(frame)),
                Action::Publish { topic, payload } => {
                    if let Err(error) = self.publish(topic, &payload, Qos::AtLeastOnce, now) {
                        warn!("awss: zero-config: {topic} not sent: {error}");
                    }
                }
            }
        }
    }

    /// There is a session with the cloud, or binding is started.
    pub(super) fn resume_registrar(&mut self, now: Instant) {
        let is_wanted = self.is_connected() && !self.is_binding_stopped();
        if let Some(registrar) = self.registrar.as_mut().filter(|_| is_wanted) {
            registrar.start(now);
        }
    }

    pub(super) fn take_checkin(&mut self, payload: &[u8], now: Instant) -> Result<(), Error> {
        let Some(registrar) = &mut self.registrar else { return Ok(()) };
        let answer = registrar.checkin(payload, now)?;
        self.publish(suffixes::CHECKIN_REPLY, &answer, Qos::AtLeastOnce, now).map(|_| ())
    }

    pub(super) fn take_found_reply(&mut self, payload: &[u8], now: Instant) -> Result<(), Error> {
        self.registrar.as_mut().map_or(Ok(()), |registrar| registrar.found_reply(payload, now))
    }

    pub(super) fn take_cipher_reply(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.registrar.as_mut().map_or(Ok(()), |registrar| registrar.cipher_reply(payload))
    }

    /// Another device announces that it has joined the network.
    pub(super) fn other_device_joined(&mut self, payload: &[u8]) {
        let announced = self.registrar.as_mut().map_or(Ok(()), |registrar| registrar.announced(payload));
        if let Err(error) = announced {
            debug!("awss: coap: announcement of another device cannot be read: {error}");
        }
    }
}
