//! A device on its way into a Wi-Fi network, with its part of the local network.

#[cfg(feature = "phone-ap")]
mod phone_ap;
#[cfg(feature = "phone-ap")]
mod wifi_list;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::{Ipv4Addr, SocketAddrV4};

use heapless::String;
use log::{debug, info, warn};
use zeroize::{Zeroize, Zeroizing};

use super::air::receivers::{Listener, Receivers};
use super::credentials::parse_mac;
use super::crypto::RANDOM_LEN;
use super::device_ap::{ApName, RequestAnswer, ap_name};
use super::events::Event;
use super::frame::Frame;
use super::messages::{self, JoinedInfo};
use super::switchap::{self, Via};
use super::{Action, End, Provisioning};
use crate::binding::Token;
use crate::binding::broadcast::destination;
use crate::binding::messages::{CIPHER_PRODUCT_SECRET, DeviceInfo, Query, Reply};
use crate::coap::{self, Announcement, Delivery, Inbound, ResourceId};
use crate::engine::MAC_LEN;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::identity::{Identity, PRODUCT_SECRET_LEN};
use crate::text;
use crate::time::Instant;
#[cfg(feature = "phone-ap")]
use phone_ap::PhoneApServer;

/// By CoAP, on the device's access point.
const SWITCH_AP: &str = "/sys/awss/device/softap/switchap";
/// By CoAP: any device, by multicast or broadcast.
const ANY_JOINED: &str = "/sys/awss/device/connectap/info/get";
/// By CoAP: this device, behind `/sys/{pk}/{dn}`.
const OWN_JOINED: &str = "/awss/device/connectap/info/get";
/// Longest path, bytes.
const PATH_LEN: usize = 128;

/// What a station is made of.
pub struct Setup {
    /// Who it is; its device secret is not used.
    pub identity: Identity,
    /// The key of what phones send.
    pub product_secret: Zeroizing<String<PRODUCT_SECRET_LEN>>,
    /// MAC address, `aa:bb:…` in any case.
    pub mac: String<MAC_LEN>,
    /// Fresh: the station's part of it. In boxes for the owner's stack: the two are most of a station.
    pub provisioning: Box<Provisioning>,
    /// Fresh.
    pub coap: Box<coap::Server>,
    /// Seeded for this boot, and not as that of an [`Engine`](crate::engine::Engine).
    pub entropy: Entropy,
}

/// Provisioning, and the device's CoAP server while there is no session with the cloud.
///
/// Phones talk to the device before there is a session, and still when there is one. As both mean one UDP port,
/// they share one server: the station's. It stands alone at first; an engine takes it in, with
/// [`Engine::swap_station`](crate::engine::Engine::swap_station), and gives it back at the end of the session.
/// What has begun goes on in between: a series of announcements, the window for queries, an exchange.
///
/// The owner calls [`Station::set_own_address`], feeds it ([`Station::take_datagram`], and
/// [`Station::provisioning`] with all else that happens) and drains it after each call, and at
/// [`Station::poll_timeout`]: [`Station::poll_action`], [`Station::poll_datagram`]. In an engine the engine does
/// the datagrams, and [`Engine::poll_provisioning`](crate::engine::Engine::poll_provisioning) takes the place of
/// [`Station::poll_action`]. None of these blocks; one thread at a time carries the actions out, as they
/// come in an order.
pub struct Station {
    identity: Identity,
    product_secret: Zeroizing<String<PRODUCT_SECRET_LEN>>,
    mac: String<MAC_LEN>,
    own_address: Option<Ipv4Addr>,
    entropy: Entropy,
    provisioning: Box<Provisioning>,
    coap: Box<coap::Server>,
    switch_ap: ResourceId,
    joined_info: [ResourceId; 2],
    /// Of the running session: goes into the key of what phones send, and is known to all around. It is never a
    /// bind token.
    pub(super) session_random: [u8; RANDOM_LEN],
    #[cfg(feature = "phone-ap")]
    phone_ap: PhoneApServer,
    /// While a session runs; one or none.
    receivers: Vec<Receivers>,
    /// Of the network that is being joined.
    offered_token: Option<Token>,
    /// Of the network that was joined.
    bind_token: Option<Token>,
}

impl Station {
    /// A station that does nothing yet.
    ///
    /// # Errors
    /// [`Error::Malformed`] without a product secret; [`Error::OutOfMemory`].
    pub fn new(mut setup: Setup) -> Result<Self, Error> {
        if setup.product_secret.is_empty() {
            return Err(Error::Malformed);
        }
        setup.mac.make_ascii_uppercase();
        let mut coap = setup.coap;
        let (product_key, device_name) = (setup.identity.product_key(), setup.identity.device_name());
        let own: String<PATH_LEN> = text::concat(&["/sys/", product_key, "/", device_name, OWN_JOINED])?;
        #[cfg_attr(not(feature = "phone-ap"), expect(unused_mut, reason = "there is nothing to send"))]
        let mut provisioning = setup.provisioning;
        #[cfg(feature = "phone-ap")]
        let phone_ap = PhoneApServer::new(&mut coap, (product_key, device_name))?;
        #[cfg(feature = "phone-ap")]
        provisioning.set_mac(parse_mac(&setup.mac));
        Ok(Self {
            switch_ap: coap.register(SWITCH_AP)?,
            joined_info: [coap.register(ANY_JOINED)?, coap.register(&own)?],
            identity: setup.identity,
            product_secret: setup.product_secret,
            mac: setup.mac,
            own_address: None,
            entropy: setup.entropy,
            provisioning,
            coap,
            session_random: [0; RANDOM_LEN],
            #[cfg(feature = "phone-ap")]
            phone_ap,
            receivers: Vec::new(),
            offered_token: None,
            bind_token: None,
        })
    }

    /// The name for [`Provisioning::start_device_ap`].
    ///
    /// # Errors
    /// As [`ap_name`].
    pub fn ap_name(&self) -> Result<ApName, Error> {
        ap_name(self.identity.product_key(), &self.mac)
    }

    /// What decides: to be told what the application wants and what has happened. Requests by CoAP, answers to
    /// announcements and acknowledgements it is told by the station.
    pub fn provisioning(&mut self) -> &mut Provisioning {
        &mut self.provisioning
    }

    /// A frame from the monitor.
    pub fn frame(&mut self, frame: &Frame, now: Instant) {
        let provisioning = &mut self.provisioning;
        match self.receivers.first_mut() {
            Some(receivers) => receivers.offer(|decoders| provisioning.frame(decoders, frame, now)),
            None => provisioning.frame(&mut [], frame, now),
        }
    }

    /// Must CoAP be served?
    pub fn needs_network(&self, now: Instant) -> bool {
        self.provisioning.needs_network(now)
    }

    /// The device's own address as the port knows it now.
    pub fn set_own_address(&mut self, address: Option<Ipv4Addr>) {
        self.own_address = address;
    }

    /// One datagram from the CoAP socket, while no engine has the station.
    pub fn take_datagram(&mut self, from: SocketAddrV4, bytes: &[u8], now: Instant) {
        // A resource of binding, from the time of an engine.
        if let Inbound::Request(request) = self.sift_datagram(from, bytes, now)
            && let Err(error) = self.coap.reject(&request.id, coap::Code::NotFound, now)
        {
            warn!("awss: coap: query not answered: {error}");
        }
    }

    /// The next datagram to send.
    pub fn poll_datagram(&mut self) -> Option<coap::Datagram> {
        self.coap.poll_datagram()
    }

    /// Does what is due, and gives the next thing for the owner to do; ask until `None`. Of the actions,
    /// [`Action::Announce`] and [`Action::AnnouncementEnded`] are not among them.
    pub fn poll_action(&mut self, now: Instant) -> Option<Action> {
        let action = self.next_action(now);
        // With the stack of the above given back: what begins takes as much.
        if matches!(action, Some(Action::Event(Event::Start))) {
            self.begin_session();
        }
        action
    }

    #[inline(never)]
    fn next_action(&mut self, now: Instant) -> Option<Action> {
        self.settle_delivery(now);
        #[cfg(feature = "phone-ap")]
        self.phone_ap.wifi_list.poll(&mut self.coap, now);
        while let Some(mut action) = self.provisioning.poll(now) {
            match &mut action {
                Action::Announce { announcement, id, index } => {
                    if *index == 0 {
                        // Answers to an earlier series do not count for this one.
                        let token = self.entropy.bytes();
                        self.coap.set_live_announcement(*announcement, Some(token));
                    }
                    if let Err(error) = self.announce(*announcement, *id, *index) {
                        warn!("awss: coap: announcement {id} not sent: {error}");
                    }
                    continue;
                }
                Action::AnnouncementEnded(announcement) => {
                    self.coap.set_live_announcement(*announcement, None);
                    continue;
                }
                Action::CloseAp => self.coap.forget_confirmable(),
                Action::Connect(credentials) => {
                    #[cfg(feature = "phone-ap")]
                    self.leave_phone_ap();
                    self.offered_token = credentials.token.map(Token::new);
                    credentials.token.zeroize();
                }
                Action::SessionEnded(end) | Action::DeviceApEnded(end) => {
                    self.receivers = Vec::new();
                    #[cfg(feature = "phone-ap")]
                    self.leave_phone_ap();
                    let offered = self.offered_token.take();
                    if *end == End::Joined && offered.is_some() {
                        self.bind_token = offered;
                    }
                }
                Action::Event(_)
                | Action::AnnouncementStarted
                | Action::OpenMonitor
                | Action::CloseMonitor
                | Action::SwitchChannel { .. }
                | Action::SendProbeRequest(_)
                | Action::OpenAp { .. } => {}
                #[cfg(feature = "phone-ap")]
                Action::ScanWifi => {}
            }
            return Some(action);
        }
        #[cfg(feature = "phone-ap")]
        if self.phone_ap.wifi_list.take_scan() {
            return Some(Action::ScanWifi);
        }
        None
    }

    /// When to poll if nothing happens before, or [`Instant::NEVER`].
    pub fn poll_timeout(&self) -> Instant {
        let next = self.provisioning.poll_timeout().min(self.coap.poll_timeout());
        #[cfg(feature = "phone-ap")]
        let next = next.min(self.phone_ap.wifi_list.poll_timeout());
        next
    }

    /// Gives the bind token to be reported away: the phone's, or the one that the phone was told. An engine
    /// takes it for itself.
    pub fn take_bind_token(&mut self) -> Option<Token> {
        self.bind_token.take()
    }

    /// What goes into the key of what phones send in the running session.
    pub fn session_random(&self) -> &[u8; RANDOM_LEN] {
        &self.session_random
    }

    pub(crate) fn coap(&mut self) -> &mut coap::Server {
        &mut self.coap
    }

    /// Takes one datagram in, and gives back what is not for the station.
    pub(crate) fn sift_datagram(&mut self, from: SocketAddrV4, bytes: &[u8], now: Instant) -> Inbound {
        match self.coap.handle_datagram(from, bytes, now) {
            Inbound::Request(request) if request.resource == self.switch_ap => self.switch_ap(&request, now),
            Inbound::Request(request) if self.joined_info.contains(&request.resource) => {
                self.tell_joined(&request, now);
            }
            #[cfg(feature = "phone-ap")]
            Inbound::Request(request) if self.take_phone_ap_request(&request, now) => {}
            Inbound::AnnouncementAnswered { announcement, payload }
                if announcement != Announcement::Bindable =>
            {
                match Reply::parse(&payload) {
                    Ok(reply) => {
                        self.provisioning.announcement_answered(announcement, reply.id, reply.code);
                    }
                    Err(error) => debug!("awss: coap: answer to an announcement cannot be read: {error}"),
                }
            }
            inbound => return inbound,
        }
        Inbound::Nothing
    }

    fn settle_delivery(&mut self, now: Instant) {
        self.coap.handle_timeout(now);
        match self.coap.poll_delivery() {
            Some(Delivery::Acknowledged) => self.provisioning.acked(now),
            Some(Delivery::NotAcknowledged) => info!("awss: the phone has not acknowledged the answer"),
            None => {}
        }
    }

    /// Not inlined: what is listened for is on the stack meanwhile.
    #[inline(never)]
    fn begin_session(&mut self) {
        self.session_random = self.entropy.bytes();
        self.receivers = Vec::new();
        if self.receivers.try_reserve_exact(1).is_err() {
            warn!("awss: out of memory: phones are not listened for");
            return;
        }
        let listener =
            Listener { identity: &self.identity, mac: parse_mac(&self.mac), random: &self.session_random };
        let dwell_ms = self.provisioning.scan().times().dwell_ms;
        self.receivers.push(Receivers::new(self.product_secret.as_bytes(), &listener, dwell_ms));
        #[cfg(feature = "zero-config")]
        {
            let frame = self.receivers.first().and_then(Receivers::enrollee_frame).cloned();
            self.provisioning.set_enrollee_frame(frame);
        }
    }

    fn announce(&mut self, announcement: Announcement, id: u32, index: u32) -> Result<(), Error> {
        let payload = match announcement {
            #[cfg(feature = "phone-ap")]
            Announcement::Provisionable => messages::phone_ap::announcement(id, &self.signed_info()?)?,
            _ => messages::announcement(id, &self.joined())?,
        };
        let to = SocketAddrV4::new(destination(index, self.own_address), coap::PORT);
        info!("topic:{}", announcement.path());
        debug!("payload:{}", core::str::from_utf8(&payload).unwrap_or_default());
        let token = self.coap.live_announcement(announcement).unwrap_or_default();
        self.coap.announce(announcement, to, token, &payload)
    }

    fn joined(&self) -> JoinedInfo<'_> {
        let names = (self.identity.product_key(), self.identity.device_name());
        JoinedInfo::new(names, (&self.mac, self.address()))
    }

    fn address(&self) -> Ipv4Addr {
        self.own_address.unwrap_or(Ipv4Addr::UNSPECIFIED)
    }

    /// A phone asks whether the device has joined. Out of the window it gets silence, as from the C SDK.
    fn tell_joined(&mut self, request: &coap::Request, now: Instant) {
        if !self.provisioning.answers_queries(now) {
            debug!("awss: query of a device that has not just joined a network");
            return self.coap.abandon(&request.id);
        }
        let answered = Query::parse(&request.payload)
            .and_then(|query| messages::joined_answer(&query, &self.joined()))
            .and_then(|payload| self.coap.answer(&request.id, &payload, now));
        self.check_answered(request, answered, now);
    }

    /// A phone asks the device to join a network.
    fn switch_ap(&mut self, request: &coap::Request, now: Instant) {
        let answered = self.try_switch_ap(request, now);
        self.check_answered(request, answered, now);
    }

    fn try_switch_ap(&mut self, request: &coap::Request, now: Instant) -> Result<(), Error> {
        let secret = self.product_secret.as_bytes();
        let mut asked = switchap::Request::parse(&request.payload, Via::DeviceAp, secret)?;
        let mut own_token = None;
        if let Ok(wanted) = &mut asked.wanted
            && wanted.token.is_none()
        {
            // As the phone has none, it learns the one that the device will report.
            let bytes = self.entropy.bytes();
            wanted.token = Some(bytes);
            own_token = Some(Token::new(bytes));
        }
        match self.provisioning.device_ap_request(asked.wanted, now) {
            RequestAnswer::Success => {
                let payload = match own_token {
                    Some(token) => {
                        let names = (self.identity.product_key(), self.identity.device_name());
                        let addresses = (self.mac.as_str(), self.address());
                        let info = DeviceInfo::new(names, addresses, CIPHER_PRODUCT_SECRET, &token, 0);
                        messages::switching_with_token(&asked.query, &info)
                    }
                    None => messages::joined_answer(&asked.query, &self.joined()),
                };
                self.coap.answer_confirmably(&request.id, &payload?, now)
            }
            RequestAnswer::Refusal(refusal) => {
                let payload = messages::refused(&asked.query, refusal)?;
                self.coap.answer(&request.id, &payload, now)
            }
            RequestAnswer::Ignore => {
                debug!("awss: request to join a network ignored: none is waited for");
                self.coap.abandon(&request.id);
                Ok(())
            }
        }
    }

    fn check_answered(&mut self, request: &coap::Request, answered: Result<(), Error>, now: Instant) {
        let answered = match answered {
            Err(Error::Malformed) => {
                debug!("awss: request that cannot be read");
                self.coap.reject(&request.id, coap::Code::BadRequest, now)
            }
            answered => answered,
        };
        if let Err(error) = answered {
            warn!("awss: coap: request not answered: {error}");
            self.coap.abandon(&request.id);
        }
    }
}
