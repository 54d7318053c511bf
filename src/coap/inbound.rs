//! What the server does with a datagram.

use core::fmt::Display;
use core::net::{Ipv4Addr, SocketAddrV4};

use log::debug;

use super::dedup::Seen;
use super::gate::{self, Class, Frame, Kind};
use super::message::{self, Code, GET, POST};
use super::options::Meaning;
use super::{Announcement, Inbound, Request, RequestId, ResourceId, Server};
use crate::text;
use crate::time::Instant;

impl Server {
    /// Takes one datagram from the socket in.
    pub fn handle_datagram(&mut self, from: SocketAddrV4, bytes: &[u8], now: Instant) -> Inbound {
        if !is_unicast(from) {
            self.ignored(from, &"forged source address", now);
            return Inbound::Nothing;
        }
        let frame = match gate::admit(bytes) {
            Ok(frame) => frame,
            Err(refusal) => {
                self.ignored(from, &refusal.reason, now);
                if let Some(message_id) = refusal.resets {
                    self.reset(from, message_id, now);
                }
                return Inbound::Nothing;
            }
        };
        match (frame.class, frame.kind) {
            (Class::Request, Kind::Confirmable | Kind::NonConfirmable) => {
                return self.handle_request(from, &frame, now);
            }
            (Class::Response, Kind::Confirmable | Kind::NonConfirmable | Kind::Acknowledgement) => {
                return self.handle_response(from, &frame, now);
            }
            // A ping (section 4.3).
            (Class::Empty, Kind::Confirmable) => self.reset(from, frame.message_id, now),
            #[cfg(feature = "provision")]
            (Class::Empty, kind @ (Kind::Acknowledgement | Kind::Reset))
                if self.confirmation.settle(from, kind, frame.message_id) => {}
            _ => self.ignored(from, &"nothing to do with it", now),
        }
        Inbound::Nothing
    }

    fn handle_request(&mut self, from: SocketAddrV4, frame: &Frame, now: Instant) -> Inbound {
        let id = RequestId::new(from, frame);
        if self.repeat(&id, now) {
            return Inbound::Nothing;
        }
        let options = Meaning::of(frame);
        #[cfg(feature = "registrar")]
        if announcement_of(&id, frame.code, &options) == Some(Announcement::Joined) {
            return self.overhear_joined(from, frame.payload, now);
        }
        if let Some(reason) = reason_for_silence(&id, frame.code, &options) {
            self.ignored(from, &reason, now);
            return Inbound::Nothing;
        }
        if !self.egress.admit(from, now) {
            return Inbound::Nothing;
        }
        if let Some(path) = &options.path {
            debug!("Request path is {path}");
        }
        match self.route(frame.code, &options) {
            Ok(resource) => self.hand_over(id, resource, &options, frame.payload, now),
            Err(code) => {
                debug!("coap: request of {} refused: {code}", text::socket_address(from));
                let refused = self.reject(&id, code, now);
                self.egress.warn_unless_sent(refused, now);
                Inbound::Nothing
            }
        }
    }

    /// Deals with a message that was seen before.
    fn repeat(&mut self, id: &RequestId, now: Instant) -> bool {
        match self.exchanges.look_up(id, now) {
            Seen::Never => false,
            Seen::NotAnswered => true,
            Seen::Answered(bytes) => {
                if self.egress.admit(id.from, now) {
                    debug!("coap: message {} of {} repeated", id.message_id, text::socket_address(id.from));
                    self.egress.send(id.from, message::copy(bytes), now);
                }
                true
            }
        }
    }

    fn route(&self, method: u8, options: &Meaning) -> Result<ResourceId, Code> {
        if options.bad_option.is_some() {
            return Err(Code::BadOption);
        }
        if options.is_proxied {
            return Err(Code::ProxyingNotSupported);
        }
        let path = options.path.as_ref().ok_or(Code::NotFound)?;
        let resource = self.resources.find(path).ok_or(Code::NotFound)?;
        debug!("Found the resource: {path}");
        if method != GET {
            return Err(Code::MethodNotAllowed);
        }
        if !options.accepts_json {
            return Err(Code::NotAcceptable);
        }
        Ok(resource)
    }

    #[cfg_attr(not(feature = "phone-ap"), expect(unused_variables, reason = "nothing is observed"))]
    fn hand_over(
        &mut self,
        id: RequestId,
        resource: ResourceId,
        options: &Meaning,
        payload: &[u8],
        now: Instant,
    ) -> Inbound {
        match message::copy(payload) {
            Ok(payload) => {
                self.exchanges.begin(&id, now);
                Inbound::Request(Request {
                    id,
                    resource,
                    #[cfg(feature = "phone-ap")]
                    observes: options.observes,
                    payload,
                })
            }
            Err(error) => {
                self.egress.warn_unless_sent(Err(error), now);
                Inbound::Nothing
            }
        }
    }

    fn handle_response(&mut self, from: SocketAddrV4, frame: &Frame, now: Instant) -> Inbound {
        let id = RequestId::new(from, frame);
        if id.confirmable && self.repeat(&id, now) {
            return Inbound::Nothing;
        }
        let Some(announcement) = self.answered_announcement(frame) else {
            self.ignored(from, &"not a response to a live announcement", now);
            if id.confirmable {
                self.reset(from, id.message_id, now);
            }
            return Inbound::Nothing;
        };
        if id.confirmable {
            if !self.egress.admit(from, now) {
                return Inbound::Nothing;
            }
            let acknowledged = self.conclude(&id, message::acknowledgement(id.message_id), now);
            self.egress.warn_unless_sent(acknowledged, now);
        }
        match message::copy(frame.payload) {
            Ok(payload) => Inbound::AnnouncementAnswered { announcement, payload },
            Err(error) => {
                self.ignored(from, &error, now);
                Inbound::Nothing
            }
        }
    }

    #[cfg(feature = "registrar")]
    fn overhear_joined(&mut self, from: SocketAddrV4, payload: &[u8], now: Instant) -> Inbound {
        match message::copy(payload) {
            Ok(payload) => Inbound::OtherDeviceJoined { payload },
            Err(error) => {
                self.ignored(from, &error, now);
                Inbound::Nothing
            }
        }
    }

    fn answered_announcement(&self, frame: &Frame) -> Option<Announcement> {
        let is_success = frame.code >> 5 == 2;
        let is_live = |announcement: &Announcement| {
            self.live_announcements.token(*announcement).is_some_and(|live| *frame.token == live)
        };
        let answered = Announcement::ALL.iter().copied().find(is_live);
        answered.filter(|_| is_success && Meaning::of(frame).bad_option.is_none())
    }

    fn reset(&mut self, to: SocketAddrV4, message_id: u16, now: Instant) {
        if self.egress.admit(to, now) {
            self.egress.send(to, message::reset(message_id), now);
        }
    }

    fn ignored(&mut self, from: SocketAddrV4, reason: &dyn Display, now: Instant) {
        if self.ignored_lines.draw(now) {
            debug!("coap: datagram of {} ignored: {reason}", text::socket_address(from));
        }
    }
}

impl RequestId {
    fn new(from: SocketAddrV4, frame: &Frame) -> Self {
        Self {
            from,
            confirmable: frame.kind == Kind::Confirmable,
            message_id: frame.message_id,
            token: frame.token.clone(),
        }
    }
}

/// An answer to any other source would make this device broadcast.
fn is_unicast(from: SocketAddrV4) -> bool {
    let ip = from.ip();
    from.port() != 0 && !ip.is_multicast() && !ip.is_broadcast() && *ip != Ipv4Addr::UNSPECIFIED
}

/// What another device announces with this message, if it is such a message.
fn announcement_of(id: &RequestId, method: u8, options: &Meaning) -> Option<Announcement> {
    let is_path = |announcement: &Announcement| options.path.as_deref() == Some(announcement.path());
    let found = Announcement::ALL.iter().copied().find(is_path);
    found.filter(|_| method == POST && !id.confirmable)
}

/// Why a request gets no answer, not even an error.
fn reason_for_silence(id: &RequestId, method: u8, options: &Meaning) -> Option<&'static str> {
    if id.confirmable {
        return None;
    }
    if announcement_of(id, method, options).is_some() {
        return Some("announcement of a device");
    }
    // Section 5.4.1.
    options.bad_option.map(|_| "unknown critical option")
}
