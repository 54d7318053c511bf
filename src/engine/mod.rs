//! The device: owns the protocol machines and routes between them.
//!
//! The owner feeds it (packets, datagrams, time, requests) and after each call drains it:
//! [`Engine::swap_transmit`], [`Engine::poll_datagram`], [`Engine::poll_event`],
//! [`Engine::connection_is_dead`], [`Engine::poll_timeout`]. None of these blocks. With the feature `provision`
//! it may have a `Station` (`Engine::swap_station`), whose actions and time are its owner's to ask for; with
//! `remote-switchap` the owner asks for `Engine::poll_network_switch` too, with `registrar` for
//! `Engine::poll_registrar`.

mod application;
mod banner;
#[cfg(feature = "bind")]
mod binding;
#[cfg(feature = "model")]
mod downlink;
mod granted;
#[cfg(feature = "bind")]
mod local;
#[cfg(feature = "model")]
mod model;
#[cfg(feature = "ota")]
mod ota;
#[cfg(feature = "provision")]
mod phone_token;
#[cfg(feature = "provision")]
mod provisioning;
#[cfg(feature = "registrar")]
mod registrar;
#[cfg(feature = "dynamic-register")]
mod registration;
#[cfg(feature = "remote-switchap")]
mod remote_switchap;
#[cfg(feature = "bind")]
mod requests;
#[cfg(feature = "bind")]
mod routing;
#[cfg(any(feature = "bind", feature = "model"))]
mod topics;

use alloc::vec::Vec;

use heapless::{Deque, String};
use log::{debug, error, warn};

#[cfg(feature = "bind")]
use crate::entropy::{Entropy, PortEntropy};
use crate::error::Error;
use crate::identity::Identity;
use crate::mqtt::{self, Incoming, Message};
#[cfg(feature = "preauth")]
use crate::preauth::Grant;
#[cfg(feature = "remote-switchap")]
use crate::provision::RemoteSwitch;
#[cfg(feature = "registrar")]
use crate::provision::air::zero_config::registrar::Registrar;
use crate::sign::{CUSTOMIZE_INFO_LEN, Credentials, SecureMode};
use crate::time::Instant;
pub use application::Login;
#[cfg(feature = "bind")]
use local::Local;
#[cfg(feature = "bind")]
pub use local::{MAC_LEN, StorageRequest};
#[cfg(feature = "model")]
use model::Model;
#[cfg(feature = "model")]
pub use model::{FIRMWARE_VERSION_LEN, ModelOptions, Verdict};
#[cfg(feature = "ota")]
use ota::Ota;
#[cfg(feature = "registrar")]
pub use registrar::RegistrarAction;

/// Events that may wait for the application's next yield.
const EVENTS_MAX: usize = 16;

/// What the application is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The cloud connection is up, for the first time or again.
    Connected,
    /// The cloud connection is lost.
    Disconnected,
    /// The first of a series of broadcasts is about to be sent.
    #[cfg(feature = "bind")]
    BindNotify,
    /// The cloud has confirmed an unbind.
    #[cfg(feature = "bind")]
    Reset,
    /// A message of the device model: see [`Engine::take_model_event`].
    #[cfg(feature = "model")]
    Model,
    /// A firmware or a configuration is announced: see [`Engine::take_ota_event`].
    #[cfg(feature = "ota")]
    Ota,
}

/// What a device is made of.
pub struct Setup {
    /// Who it is.
    pub identity: Identity,
    /// How the connection is protected.
    pub secure_mode: SecureMode,
    /// MAC address, `aa:bb:…` in any case; empty when the port has none.
    #[cfg(feature = "bind")]
    pub mac: String<MAC_LEN>,
    /// The stored unbind flag.
    #[cfg(feature = "bind")]
    pub reset_pending: bool,
    /// Of the first CoAP message; random (RFC 7252 section 4.4).
    #[cfg(feature = "bind")]
    pub first_message_id: u16,
    /// Seeded for this boot.
    #[cfg(feature = "bind")]
    pub entropy: Entropy,
}

/// One device, from open to close.
pub struct Engine {
    identity: Identity,
    customize_info: String<CUSTOMIZE_INFO_LEN>,
    secure_mode: SecureMode,
    login: Login,
    #[cfg(feature = "preauth")]
    granted: Option<Grant>,
    mqtt: mqtt::Client,
    #[cfg(feature = "bind")]
    entropy: Entropy,
    #[cfg(feature = "bind")]
    local: Local,
    #[cfg(feature = "model")]
    model: Model,
    #[cfg(feature = "ota")]
    ota: Ota,
    #[cfg(feature = "remote-switchap")]
    remote_switch: RemoteSwitch,
    #[cfg(feature = "registrar")]
    registrar: Option<Registrar>,
    events: Deque<Event, EVENTS_MAX>,
    /// The application was, or will be, told that the connection is up.
    was_up: bool,
    dead: bool,
    refusal: Option<mqtt::ConnectRefusal>,
}

impl Engine {
    // Without a Result, which would be another copy of the engine on the stack.
    /// A device that is not connected and does not want to be yet.
    #[cfg_attr(not(feature = "bind"), expect(unused_variables, reason = "only binding keeps time here"))]
    pub fn new(setup: Setup, now: Instant) -> Self {
        Self {
            customize_info: String::new(),
            identity: setup.identity,
            secure_mode: setup.secure_mode,
            login: Login::default(),
            #[cfg(feature = "preauth")]
            granted: None,
            mqtt: mqtt::Client::new(mqtt::Config::default()),
            #[cfg(feature = "bind")]
            local: Local::new(setup.mac, setup.first_message_id, setup.reset_pending, now),
            #[cfg(feature = "bind")]
            entropy: setup.entropy,
            #[cfg(feature = "model")]
            model: Model::new(),
            #[cfg(feature = "ota")]
            ota: Ota::new(),
            #[cfg(feature = "remote-switchap")]
            remote_switch: RemoteSwitch::new(),
            #[cfg(feature = "registrar")]
            registrar: None,
            events: Deque::new(),
            was_up: false,
            dead: false,
            refusal: None,
        }
    }

    // ---- the MQTT connection ----

    /// Wants a connection from now on.
    pub fn start(&mut self, now: Instant) {
        self.refusal = None;
        self.mqtt.start(now);
    }

    /// Says farewell to the broker; no reconnect follows.
    pub fn stop(&mut self) {
        self.was_up = false;
        #[cfg(feature = "registrar")]
        if let Some(registrar) = &mut self.registrar {
            registrar.stop();
        }
        self.mqtt.stop();
    }

    /// Should the owner open the connection now?
    pub fn wants_connection(&self, now: Instant) -> bool {
        self.mqtt.wants_connection(now)
    }

    /// The owner is opening the connection, which may block for seconds.
    pub fn connecting(&mut self) {
        self.dead = false;
        self.refusal = None;
        self.mqtt.connecting();
    }

    /// The connection is open; mixes fresh entropy in and sends CONNECT. `random` is from the
    /// port's random source, `uptime_ms` from its clock.
    ///
    /// # Errors
    /// [`Error::TooLong`] when the credentials do not fit; [`Error::OutOfMemory`].
    #[cfg_attr(not(feature = "bind"), expect(unused_variables, reason = "entropy is for tokens"))]
    #[inline(never)]
    pub fn connection_opened(&mut self, random: &[u8], uptime_ms: u64, now: Instant) -> Result<(), Error> {
        #[cfg(feature = "bind")]
        {
            let port = PortEntropy { random, uptime_ms, mac: &self.local.mac };
            self.entropy.reseed(self.identity.device_secret(), &port)?;
        }
        let mut signed = Credentials::empty();
        signed.sign(&self.identity, self.secure_mode, &self.customize_info)?;
        let (username, password) = (&*signed.username, &*signed.password);
        #[cfg(feature = "preauth")]
        let granted = self.granted.take();
        #[cfg(feature = "preauth")]
        let (username, password) = granted
            .as_ref()
            .map_or((username, password), |granted| (&*granted.username, granted.password.as_str()));
        let credentials = mqtt::Credentials {
            client_id: self.login.client_id.as_deref().unwrap_or(&signed.client_id),
            username: self.login.username.as_deref().unwrap_or(username),
            password: self.login.password.as_ref().map_or(password, |password| password.as_str()),
        };
        self.mqtt.connection_opened(&credentials, now)
    }

    /// The connection could not be opened, or is closed. `jitter`: a number from the port's random
    /// source, which spreads the next attempt.
    #[cfg_attr(not(feature = "bind"), expect(unused_mut, reason = "there is nothing to mix in"))]
    pub fn connection_lost(&mut self, mut jitter: u32, now: Instant) {
        if core::mem::take(&mut self.was_up) {
            self.push_event(Event::Disconnected);
        }
        self.dead = false;
        #[cfg(feature = "bind")]
        {
            self.local_disconnected(now);
            jitter ^= self.entropy.u32();
        }
        self.mqtt.connection_lost(jitter, now);
    }

    /// Must the owner close the connection and then call [`Engine::connection_lost`]?
    pub fn connection_is_dead(&self) -> bool {
        self.dead
    }

    /// Is the session established?
    pub fn is_connected(&self) -> bool {
        self.mqtt.is_connected()
    }

    /// Why the broker refused the last CONNECT.
    pub fn refusal(&self) -> Option<mqtt::ConnectRefusal> {
        self.refusal
    }

    /// One whole MQTT packet from the broker. A message in it goes to the application's recipients, and is
    /// acknowledged with [`Engine::acknowledge`] after that.
    pub fn handle_packet<'p>(&mut self, packet: &'p [u8], now: Instant) -> Option<Message<'p>> {
        match self.mqtt.handle_packet(packet, now) {
            Ok(Incoming::Nothing) => {}
            Ok(Incoming::Connected { .. }) => {
                self.was_up = true;
                self.push_event(Event::Connected);
                #[cfg(feature = "bind")]
                self.local_connected(now);
                #[cfg(feature = "model")]
                self.introduce(now);
            }
            Ok(Incoming::Refused(refusal)) => {
                error!("bind: mqtt: {refusal}{}", advice(refusal));
                self.refusal = Some(refusal);
                self.dead = true;
            }
            Ok(Incoming::SubscriptionsChanged) => {
                #[cfg(feature = "bind")]
                self.grants_changed();
            }
            Ok(Incoming::Message(message)) => {
                if message.for_library {
                    debug!("topic be matched");
                    self.route(message.topic, message.payload, now);
                }
                return Some(message);
            }
            Err(violation) => {
                warn!("mqtt: connection dropped: {violation}");
                self.dead = true;
            }
        }
        None
    }

    /// A packet of `len` bytes that was too long to be taken in, as the reader reports it.
    pub fn packet_dropped(
        &mut self,
        len: usize,
        acknowledgement: Option<mqtt::DroppedMessage>,
        now: Instant,
    ) {
        if let Err(violation) = self.mqtt.packet_dropped(len, acknowledgement, now) {
            warn!("mqtt: connection dropped: {violation}");
            self.dead = true;
        }
    }

    /// Swaps the bytes that wait for the socket into `empty`. False when there are none.
    pub fn swap_transmit(&mut self, empty: &mut Vec<u8>) -> bool {
        self.mqtt.swap_transmit(empty)
    }

    // ---- time and events ----

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        if let Err(dead) = self.mqtt.handle_timeout(now) {
            warn!("mqtt: connection dropped: {dead}");
            self.dead = true;
        }
        #[cfg(feature = "bind")]
        self.run_binding(now);
        #[cfg(feature = "model")]
        self.run_model(now);
    }

    /// When to call [`Engine::handle_timeout`] if nothing happens before.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let next = self.mqtt.poll_timeout();
        #[cfg(feature = "bind")]
        let next = next.min(self.local.binding.poll_timeout());
        #[cfg(feature = "model")]
        let next = next.min(self.model_deadline());
        #[cfg(feature = "remote-switchap")]
        let next = next.min(self.remote_switch.poll_timeout());
        #[cfg(feature = "registrar")]
        let next = next.min(self.registrar.as_ref().map_or(Instant::NEVER, Registrar::poll_timeout));
        next.if_ever()
    }

    /// The next event for the application.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Has the broker answered every subscription of the library's own, one way or the other?
    pub fn subscriptions_answered(&self) -> bool {
        self.mqtt.library_subscriptions_answered()
    }

    /// One message on a topic that the library has subscribed to.
    #[cfg_attr(
        not(any(feature = "bind", feature = "model")),
        expect(unused_variables, reason = "there is none")
    )]
    #[cfg_attr(
        all(feature = "bind", not(feature = "model")),
        expect(clippy::needless_return, reason = "others follow")
    )]
    fn route(&mut self, topic: &str, payload: &[u8], now: Instant) {
        #[cfg(feature = "bind")]
        if self.route_binding(topic, payload, now) {
            return;
        }
        #[cfg(feature = "ota")]
        if self.route_ota(topic, payload, now) {
            return;
        }
        #[cfg(feature = "model")]
        self.route_model(topic, payload, now);
    }

    fn push_event(&mut self, event: Event) {
        if self.events.push_back(event).is_err() {
            warn!("event {event:?} dropped: the application does not yield");
        }
    }
}

fn advice(refusal: mqtt::ConnectRefusal) -> &'static str {
    use mqtt::ConnectRefusal as Refusal;
    match refusal {
        Refusal::NotAuthorized | Refusal::BadUserNameOrPassword => ": check the device secret",
        Refusal::IdentifierRejected => ": check product key and device name",
        _ => "",
    }
}

#[cfg(test)]
#[cfg(all(feature = "bind", feature = "model"))]
pub(crate) mod tests;
