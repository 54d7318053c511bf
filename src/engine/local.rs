//! The local network: what binding needs beside the connection to the cloud.

#[cfg(feature = "provision")]
use alloc::boxed::Box;
use core::net::{Ipv4Addr, SocketAddrV4};

use heapless::String;

use super::Engine;
use crate::binding::Binding;
use crate::binding::messages::{CIPHER_DEVICE_SECRET, CIPHER_PRODUCT_SECRET};
use crate::coap::{self, Inbound};
use crate::error::Error;
use crate::mqtt::SubscriptionState;
#[cfg(feature = "provision")]
use crate::provision::Station;
use crate::time::Instant;

/// Length of a MAC address in text, `B0:F8:93:15:BF:21`.
pub const MAC_LEN: usize = 17;

/// What the owner is to do in the port's storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageRequest {
    /// Clear the unbind flag, then call [`Engine::reset_flag_cleared`].
    ClearResetFlag,
}

pub(super) struct Local {
    /// Binding and phones are served; else the device is an MQTT client alone.
    pub(super) is_serving: bool,
    pub(super) mac: String<MAC_LEN>,
    pub(super) cipher_type: u32,
    pub(super) own_address: Option<Ipv4Addr>,
    coap: coap::Server,
    /// Its server is the one in use.
    #[cfg(feature = "provision")]
    pub(super) station: Option<Box<Station>>,
    pub(super) binding: Binding,
    pub(super) reply_subscription: Option<SubscriptionState>,
    pub(super) reset_subscription: Option<SubscriptionState>,
    pub(super) broadcast_token: Option<[u8; 4]>,
    pub(super) storage_request: Option<StorageRequest>,
}

impl Local {
    pub(super) fn new(
        mut mac: String<MAC_LEN>,
        first_message_id: u16,
        reset_pending: bool,
        now: Instant,
    ) -> Self {
        mac.make_ascii_uppercase();
        Self {
            mac,
            is_serving: false,
            cipher_type: CIPHER_DEVICE_SECRET,
            own_address: None,
            coap: coap::Server::new(first_message_id),
            #[cfg(feature = "provision")]
            station: None,
            binding: Binding::new(reset_pending, now),
            reply_subscription: None,
            reset_subscription: None,
            broadcast_token: None,
            storage_request: None,
        }
    }

    /// The server in use.
    pub(super) fn coap(&mut self) -> &mut coap::Server {
        #[cfg(feature = "provision")]
        if let Some(station) = &mut self.station {
            return station.coap();
        }
        &mut self.coap
    }

    /// Takes a datagram in, and gives back what is for binding.
    fn sift_datagram(&mut self, from: SocketAddrV4, bytes: &[u8], now: Instant) -> Inbound {
        #[cfg(feature = "provision")]
        if let Some(station) = &mut self.station {
            let inbound = station.sift_datagram(from, bytes, now);
            return if self.binding.is_stopped() { self.not_served(&inbound) } else { inbound };
        }
        if self.binding.is_stopped() {
            return Inbound::Nothing;
        }
        self.coap.handle_datagram(from, bytes, now)
    }

    #[cfg(feature = "provision")]
    fn not_served(&mut self, inbound: &Inbound) -> Inbound {
        if let Inbound::Request(request) = inbound {
            self.coap().abandon(&request.id);
        }
        Inbound::Nothing
    }
}

impl Engine {
    /// The device's own address as the port knows it now.
    pub fn set_own_address(&mut self, address: Option<Ipv4Addr>) {
        self.local.own_address = address;
        #[cfg(feature = "provision")]
        if let Some(station) = &mut self.local.station {
            station.set_own_address(address);
        }
    }

    /// One datagram from the CoAP socket. [`Engine::handle_timeout`] does what it leads to.
    pub fn take_datagram(&mut self, from: SocketAddrV4, bytes: &[u8], now: Instant) {
        match self.local.sift_datagram(from, bytes, now) {
            Inbound::Nothing => {}
            Inbound::Request(request) => self.answer_query(&request, now),
            Inbound::AnnouncementAnswered { payload, .. } => self.broadcast_answered(&payload),
            #[cfg(feature = "registrar")]
            Inbound::OtherDeviceJoined { payload } => self.other_device_joined(&payload),
        }
    }

    /// The next datagram to send.
    pub fn poll_datagram(&mut self) -> Option<coap::Datagram> {
        self.local.coap().poll_datagram()
    }

    /// What to do in the port's storage, asked for once.
    pub fn poll_storage_request(&mut self) -> Option<StorageRequest> {
        self.local.storage_request.take()
    }

    /// Does the product have a secret? Then that, and not the device's, is the provisioning key.
    pub fn set_has_product_secret(&mut self, has_product_secret: bool) {
        self.local.cipher_type =
            if has_product_secret { CIPHER_PRODUCT_SECRET } else { CIPHER_DEVICE_SECRET };
    }

    /// Registers what is served and subscribed for binding, which begins as soon as there is a connection.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::TooLong`] or [`Error::OutOfMemory`] from the tables.
    pub fn start_local(&mut self, now: Instant) -> Result<(), Error> {
        self.register_resources()?;
        self.subscribe_all(now)?;
        self.local.is_serving = true;
        if self.is_connected() {
            self.local_connected(now);
        }
        Ok(())
    }

    pub(super) fn local_connected(&mut self, now: Instant) {
        if !self.local.is_serving {
            return;
        }
        self.local.binding.connected(now);
        self.grants_changed();
        #[cfg(feature = "registrar")]
        self.resume_registrar(now);
    }

    pub(super) fn local_disconnected(&mut self, now: Instant) {
        self.local.reply_subscription = None;
        self.local.reset_subscription = None;
        self.local.binding.disconnected(now);
        #[cfg(feature = "registrar")]
        if let Some(registrar) = &mut self.registrar {
            registrar.disconnected();
        }
    }
}
