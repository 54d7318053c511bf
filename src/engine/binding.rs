//! Carries out what binding decides, and tells it what phones say.

use alloc::vec::Vec;
use core::fmt;
use core::net::{Ipv4Addr, SocketAddrV4};

use log::{debug, info, warn};

use super::local::StorageRequest;
use super::{Engine, Event, topics};
use crate::binding::broadcast::destination;
use crate::binding::messages::{self, DeviceInfo, Query, Reply};
use crate::binding::{Action, QueryAnswer, Token};
use crate::coap::{self, Announcement};
use crate::error::Error;
use crate::mqtt::Qos;
use crate::time::Instant;

impl Engine {
    /// Does whatever binding wants done now.
    pub(super) fn run_binding(&mut self, now: Instant) {
        while let Some(action) = self.local.binding.poll(&mut self.entropy, now) {
            match action {
                Action::Report { id, token } => self.report_token(id, &token, now),
                Action::ReportReset { id } => self.report_unbind(id, now),
                Action::BroadcastStarted => {
                    let token = self.entropy.bytes();
                    self.local.broadcast_token = Some(token);
                    self.local.coap().set_live_announcement(Announcement::Bindable, Some(token));
                    self.push_event(Event::BindNotify);
                }
                Action::Broadcast { id, index, token, remaining_ms } => {
                    if let Err(error) = self.broadcast(id, index, &token, remaining_ms) {
                        warn!("bind: coap: broadcast {id} not sent: {error}");
                    }
                }
                Action::BroadcastEnded => {
                    self.local.broadcast_token = None;
                    self.local.coap().set_live_announcement(Announcement::Bindable, None);
                }
                Action::ClearResetFlag => self.local.storage_request = Some(StorageRequest::ClearResetFlag),
            }
        }
    }

    fn report_token(&mut self, id: u32, token: &Token, now: Instant) {
        let sent = messages::report(id, token).and_then(|payload| {
            debug!("report token:{}", Shown { payload: &payload, token });
            self.publish(topics::MATCH, &payload, Qos::AtLeastOnce, now)
        });
        match sent {
            Ok(packet_id) => info!("report token res:{packet_id}"),
            Err(error) => {
                info!("report token res:-1");
                warn!("bind: report: not sent: {error}");
                self.local.binding.report_not_sent(now);
            }
        }
    }

    fn report_unbind(&mut self, id: u32, now: Instant) {
        let sent = messages::reset(id)
            .and_then(|payload| self.publish(topics::RESET, &payload, Qos::AtMostOnce, now));
        match sent {
            Ok(_) => info!("report reset {id}"),
            Err(error) => warn!("bind: reset: not sent: {error}"),
        }
    }

    fn broadcast(&mut self, id: u32, index: u32, token: &Token, remaining_ms: u32) -> Result<(), Error> {
        let payload = self.with_device_info(token, remaining_ms, |info| messages::notify(id, info))?;
        let to = SocketAddrV4::new(destination(index, self.local.own_address), coap::PORT);
        let coap_token = self.local.broadcast_token.unwrap_or_default();
        info!("topic:{}", Announcement::Bindable.path());
        debug!("payload:{}", Shown { payload: &payload, token });
        self.local.coap().announce(Announcement::Bindable, to, coap_token, &payload)
    }

    pub(super) fn register_resources(&mut self) -> Result<(), Error> {
        let own = topics::sys(&self.identity, topics::OWN_DEVICE_INFO)?;
        self.local.coap().register(topics::ANY_DEVICE_INFO)?;
        self.local.coap().register(&own)?;
        Ok(())
    }

    /// A phone's query on one of the two resources, which mean the same.
    pub(super) fn answer_query(&mut self, request: &coap::Request, now: Instant) {
        let answered = match Query::parse(&request.payload) {
            Ok(query) => self
                .query_answer(&query, now)
                .and_then(|payload| self.local.coap().answer(&request.id, &payload, now)),
            Err(Error::Malformed) => {
                debug!("query without a usable id");
                self.local.coap().reject(&request.id, coap::Code::BadRequest, now)
            }
            Err(error) => Err(error),
        };
        if let Err(error) = answered {
            warn!("bind: coap: query not answered: {error}");
            self.local.coap().abandon(&request.id);
        }
    }

    fn query_answer(&mut self, query: &Query, now: Instant) -> Result<Vec<u8>, Error> {
        match self.local.binding.query(now) {
            QueryAnswer::Token { token, remaining_ms } => {
                let payload =
                    self.with_device_info(&token, remaining_ms, |info| messages::query_answer(query, info))?;
                info!("sending message to app: {}", Shown { payload: &payload, token: &token });
                Ok(payload)
            }
            QueryAnswer::NotYet => {
                let payload = messages::query_not_yet(query)?;
                info!("sending message to app: {}", core::str::from_utf8(&payload).unwrap_or_default());
                Ok(payload)
            }
        }
    }

    /// A phone's answer to the running series of broadcasts.
    pub(super) fn broadcast_answered(&mut self, payload: &[u8]) {
        match Reply::parse(payload) {
            Ok(reply) => self.local.binding.broadcast_answered(reply.id, reply.code),
            Err(error) => debug!("bind: coap: answer to a broadcast cannot be read: {error}"),
        }
    }

    fn with_device_info<T>(
        &self,
        token: &Token,
        remaining_ms: u32,
        write: impl FnOnce(&DeviceInfo) -> T,
    ) -> T {
        let ip = self.local.own_address.unwrap_or(Ipv4Addr::UNSPECIFIED);
        write(&DeviceInfo::new(
            (self.identity.product_key(), self.identity.device_name()),
            (&self.local.mac, ip),
            self.local.cipher_type,
            token,
            remaining_ms,
        ))
    }
}

/// A payload as the log shows it: with the token, unless the build masks it.
struct Shown<'a> {
    payload: &'a [u8],
    token: &'a Token,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = core::str::from_utf8(self.payload).unwrap_or_default();
        if !cfg!(feature = "mask-token") {
            return f.write_str(text);
        }
        match text.split_once(self.token.hex().as_str()) {
            Some((before, after)) => write!(f, "{before}{:*<32}{after}", ""),
            None => f.write_str("(masked)"),
        }
    }
}
