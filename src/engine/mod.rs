//! The device: owns the protocol machines and routes between them.
//!
//! The owner feeds it (packets, datagrams, time, requests) and after each call drains it:
//! [`Engine::swap_transmit`], [`Engine::poll_datagram`], [`Engine::poll_event`],
//! [`Engine::connection_is_dead`], [`Engine::poll_timeout`]. None of these blocks.

mod banner;
mod binding;
mod model;
mod requests;
mod routing;
mod topics;

use alloc::vec::Vec;
use core::net::{Ipv4Addr, SocketAddrV4};

use heapless::{Deque, String};
use log::{error, warn};

use crate::binding::Binding;
use crate::binding::messages::{CIPHER_DEVICE_SECRET, CIPHER_PRODUCT_SECRET};
use crate::coap::{self, Inbound};
use crate::entropy::{Entropy, PortEntropy};
use crate::error::Error;
use crate::identity::Identity;
use crate::mqtt::{self, Incoming};
use crate::sign::{Credentials, SecureMode};
use crate::time::{Instant, earliest};

/// Events that may wait for the application's next yield.
const EVENTS_MAX: usize = 16;
/// Length of a MAC address in text, `B0:F8:93:15:BF:21`.
pub const MAC_LEN: usize = 17;

/// What the application is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The cloud connection is up, for the first time or again.
    Connected,
    /// The cloud connection is lost.
    Disconnected,
    /// The first of a series of broadcasts is about to be sent.
    BindNotify,
    /// The cloud has confirmed an unbind.
    Reset,
}

/// What the owner is to do in the port's storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageRequest {
    /// Clear the unbind flag, then call [`Engine::reset_flag_cleared`].
    ClearResetFlag,
}

/// What a device is made of.
pub struct Setup<'a> {
    /// Who it is.
    pub identity: Identity,
    /// Does the product have a secret? Then that, and not the device's, is the provisioning key.
    pub has_product_secret: bool,
    /// Text added to the client id; empty for none.
    pub customize_info: &'a str,
    /// How the connection is protected.
    pub secure_mode: SecureMode,
    /// MAC address, `aa:bb:…` in any case; empty when the port has none.
    pub mac: &'a str,
    /// The stored unbind flag.
    pub reset_pending: bool,
    /// Seeded for this boot.
    pub entropy: Entropy,
}

/// One device, from open to close.
pub struct Engine {
    identity: Identity,
    customize_info: String<{ crate::sign::CUSTOMIZE_INFO_LEN }>,
    secure_mode: SecureMode,
    mac: String<MAC_LEN>,
    cipher_type: u8,
    own_address: Option<Ipv4Addr>,
    entropy: Entropy,
    mqtt: mqtt::Client,
    next_message_id: u32,
    coap: coap::Server,
    reply_subscription: Option<mqtt::SubscriptionState>,
    reset_subscription: Option<mqtt::SubscriptionState>,
    broadcast_token: Option<[u8; 4]>,
    binding: Binding,
    events: Deque<Event, EVENTS_MAX>,
    storage_request: Option<StorageRequest>,
    /// The application was, or will be, told that the connection is up.
    was_up: bool,
    dead: bool,
    refusal: Option<mqtt::ConnectRefusal>,
}

impl Engine {
    /// A device that is not connected and does not want to be yet.
    ///
    /// # Errors
    /// [`Error::TooLong`] for an over-long `customize_info` or MAC; [`Error::OutOfMemory`].
    pub fn new(setup: Setup, now: Instant) -> Result<Self, Error> {
        let mut entropy = setup.entropy;
        let mut mac = String::try_from(setup.mac).map_err(|_| Error::TooLong)?;
        mac.make_ascii_uppercase();
        banner::log_device(&setup.identity, setup.secure_mode);
        Ok(Self {
            customize_info: String::try_from(setup.customize_info).map_err(|_| Error::TooLong)?,
            identity: setup.identity,
            secure_mode: setup.secure_mode,
            mac,
            cipher_type: if setup.has_product_secret { CIPHER_PRODUCT_SECRET } else { CIPHER_DEVICE_SECRET },
            own_address: None,
            coap: coap::Server::new(entropy.u16()),
            entropy,
            mqtt: mqtt::Client::new(),
            next_message_id: 1,
            reply_subscription: None,
            reset_subscription: None,
            broadcast_token: None,
            binding: Binding::new(setup.reset_pending, now),
            events: Deque::new(),
            storage_request: None,
            was_up: false,
            dead: false,
            refusal: None,
        })
    }

    // ---- the MQTT connection ----

    /// Registers what is served and subscribed, and wants a connection from now on.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::TooLong`] or [`Error::OutOfMemory`] from the tables.
    pub fn start(&mut self, now: Instant) -> Result<(), Error> {
        self.register_resources()?;
        self.subscribe_all(now)?;
        self.refusal = None;
        self.mqtt.start(now);
        Ok(())
    }

    /// Says farewell to the broker; no reconnect follows.
    pub fn stop(&mut self) {
        self.was_up = false;
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
    pub fn connection_opened(&mut self, random: &[u8], uptime_ms: u64, now: Instant) -> Result<(), Error> {
        let port = PortEntropy { random, uptime_ms, mac: &self.mac };
        self.entropy.reseed(self.identity.device_secret(), &port)?;
        let signed = Credentials::new(&self.identity, self.secure_mode, &self.customize_info)?;
        let credentials = mqtt::Credentials {
            client_id: &signed.client_id,
            username: &signed.username,
            password: &signed.password,
        };
        self.mqtt.connection_opened(&credentials, now)
    }

    /// The connection could not be opened, or is closed.
    pub fn connection_lost(&mut self, now: Instant) {
        if core::mem::take(&mut self.was_up) {
            self.push_event(Event::Disconnected);
        }
        self.dead = false;
        self.reply_subscription = None;
        self.reset_subscription = None;
        self.binding.disconnected(now);
        let jitter = self.entropy.u32();
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

    /// One whole MQTT packet from the broker.
    pub fn handle_packet(&mut self, packet: &[u8], now: Instant) {
        match self.mqtt.handle_packet(packet, now) {
            Ok(Incoming::Nothing) => {}
            Ok(Incoming::Connected { .. }) => {
                self.was_up = true;
                self.push_event(Event::Connected);
                self.binding.connected(now);
                self.grants_changed();
            }
            Ok(Incoming::Refused(refusal)) => {
                error!("bind: mqtt: {refusal}{}", advice(refusal));
                self.refusal = Some(refusal);
                self.dead = true;
            }
            Ok(Incoming::SubscriptionsChanged) => self.grants_changed(),
            Ok(Incoming::Message { topic, payload, packet_id, subscribed }) => {
                if subscribed {
                    self.route(topic, payload, now);
                }
                if let Some(packet_id) = packet_id {
                    self.mqtt.acknowledge(packet_id);
                }
            }
            Err(violation) => {
                warn!("mqtt: connection dropped: {violation}");
                self.dead = true;
            }
        }
        self.run_binding(now);
    }

    /// Swaps the bytes that wait for the socket into `empty`. False when there are none.
    pub fn swap_transmit(&mut self, empty: &mut Vec<u8>) -> bool {
        self.mqtt.swap_transmit(empty)
    }

    // ---- the local network ----

    /// The device's own address as the port knows it now.
    pub fn set_own_address(&mut self, address: Option<Ipv4Addr>) {
        self.own_address = address;
    }

    /// One datagram from the CoAP socket.
    pub fn handle_datagram(&mut self, from: SocketAddrV4, bytes: &[u8], now: Instant) {
        if self.binding.is_stopped() {
            return;
        }
        match self.coap.handle_datagram(from, bytes, now) {
            Inbound::Nothing => {}
            Inbound::Request(request) => self.answer_query(&request, now),
            Inbound::AnnouncementAnswered { payload } => self.broadcast_answered(&payload),
        }
        self.run_binding(now);
    }

    /// The next datagram to send.
    pub fn poll_datagram(&mut self) -> Option<coap::Datagram> {
        self.coap.poll_datagram()
    }

    // ---- time and events ----

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        if let Err(dead) = self.mqtt.handle_timeout(now) {
            warn!("mqtt: connection dropped: {dead}");
            self.dead = true;
        }
        self.run_binding(now);
    }

    /// When to call [`Engine::handle_timeout`] if nothing happens before.
    pub fn poll_timeout(&self) -> Option<Instant> {
        earliest(self.mqtt.poll_timeout(), self.binding.poll_timeout())
    }

    /// The next event for the application.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// What to do in the port's storage, asked for once.
    pub fn poll_storage_request(&mut self) -> Option<StorageRequest> {
        self.storage_request.take()
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
mod tests;
