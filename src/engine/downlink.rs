//! What the cloud says of the device model.

use alloc::vec::Vec;

use log::{debug, error, info, warn};

use super::{Engine, topics};
use crate::error::Error;
use crate::json::Kind;
use crate::model::{Event, NO_ACTIVE_SESSION, REQUEST_ERROR, Reply, Request, SUCCESS, SYSTEM_ERROR, time_of};
use crate::mqtt::{Qos, Template};
use crate::text::Terminated;
use crate::time::Instant;

/// Subscribed where the application wants replies to posts or events.
static POST_REPLIES: Template = "/sys/~/thing/event/+/post_reply";
/// What is subscribed, in the order of the C SDK.
static SUBSCRIPTIONS: [Template; 16] = [
    "/sys/~/thing/property/desired/delete_reply",
    "/sys/~/thing/property/desired/get_reply",
    "/sys/~/thing/service/property/get",
    "/sys/~/thing/service/property/set",
    "/sys/~/thing/service/+",
    "/sys/~/thing/deviceinfo/update_reply",
    "/sys/~/thing/deviceinfo/delete_reply",
    "/sys/~/thing/dynamicTsl/get_reply",
    "/sys/~/rrpc/request/+",
    "/sys/~/thing/model/down_raw",
    "/sys/~/thing/model/up_raw_reply",
    "/sys/~/thing/disable",
    "/sys/~/thing/enable",
    "/sys/~/thing/delete",
    "/ext/ntp/~/response",
    "/ext/error/~",
];

/// What a topic is for.
enum Purpose<'t> {
    PropertySet,
    PropertyGet,
    Service(&'t str),
    Rrpc(&'t str),
    /// Reply to the event with this identifier.
    PostReply(&'t str),
    ReportReply,
    DesiredGetReply,
    TslReply,
    Raw,
    /// The device is disabled, enabled, or deleted.
    State,
}

fn purpose(suffix: &str) -> Option<Purpose<'_>> {
    Some(match suffix {
        "thing/service/property/set" => Purpose::PropertySet,
        "thing/service/property/get" => Purpose::PropertyGet,
        "thing/deviceinfo/update_reply"
        | "thing/deviceinfo/delete_reply"
        | "thing/property/desired/delete_reply" => Purpose::ReportReply,
        "thing/property/desired/get_reply" => Purpose::DesiredGetReply,
        "thing/dynamicTsl/get_reply" => Purpose::TslReply,
        "thing/model/down_raw" | "thing/model/up_raw_reply" => Purpose::Raw,
        "thing/disable" | "thing/enable" | "thing/delete" => Purpose::State,
        other => {
            let event = other.strip_prefix("thing/event/").and_then(|rest| rest.strip_suffix("/post_reply"));
            match (other.strip_prefix("thing/service/"), other.strip_prefix("rrpc/request/"), event) {
                // An answer of our own, where the broker sends it back.
                (Some(service), ..) if service.ends_with("_reply") => return None,
                (Some(service), ..) => Purpose::Service(service),
                (_, Some(id), _) => Purpose::Rrpc(id),
                (.., Some(event)) => Purpose::PostReply(event),
                _ => return None,
            }
        }
    })
}

impl Engine {
    pub(super) fn subscribe_model(&mut self) -> Result<(), Error> {
        self.name_device();
        let options = self.model.options;
        if options.property_replies || options.event_replies {
            self.mqtt.subscribe_template(&POST_REPLIES, Qos::AtMostOnce)?;
        }
        SUBSCRIPTIONS.iter().try_for_each(|filter| self.mqtt.subscribe_template(filter, Qos::AtMostOnce))
    }

    /// One message on a topic that is subscribed. Not inlined: it is not on the stack of others.
    #[inline(never)]
    pub(super) fn route_model(&mut self, topic: &str, payload: &[u8], now: Instant) {
        let outcome = match topics::suffix(&self.identity, topic) {
            Some(suffix) => {
                let Some(purpose) = purpose(suffix) else { return };
                self.handle(purpose, suffix, payload, now)
            }
            None if topic.starts_with("/ext/ntp/") => time_of(payload).and_then(|utc| {
                self.model.awaited.replied(0);
                self.tell(Event::Time { utc })
            }),
            None if topic.starts_with("/ext/error/") => log_error(payload),
            None => return,
        };
        match outcome {
            Ok(()) => {}
            Err(Error::Malformed) => {
                warn!("message on {topic} is not the JSON it should be ({} bytes)", payload.len());
            }
            Err(error) => warn!("message on {topic} not told: {error}"),
        }
    }

    fn handle(&mut self, purpose: Purpose, suffix: &str, payload: &[u8], now: Instant) -> Result<(), Error> {
        match purpose {
            Purpose::PropertySet | Purpose::Service(_) | Purpose::Rrpc(_) | Purpose::State => {
                self.handle_request(purpose, suffix, payload, Kind::Object, now)
            }
            Purpose::PropertyGet => self.handle_request(purpose, suffix, payload, Kind::Array, now),
            Purpose::Raw => self.tell(Event::Raw(copy(payload)?)),
            Purpose::PostReply(_) | Purpose::ReportReply | Purpose::DesiredGetReply => {
                self.handle_reply(purpose, Reply::parse(payload)?)
            }
            Purpose::TslReply => Reply::parse(payload).map(|reply| info!("TSL: code {}", reply.code)),
        }
    }

    /// What cannot be read, or told, is answered too, if its id can be read.
    fn handle_request(
        &mut self,
        purpose: Purpose,
        suffix: &str,
        payload: &[u8],
        kind: Kind,
        now: Instant,
    ) -> Result<(), Error> {
        let answer = match purpose {
            Purpose::Rrpc(id) => topics::concat(&["rrpc/response/", id])?,
            _ => topics::concat(&[suffix, "_reply"])?,
        };
        let mut id = None;
        let outcome = Request::parse(payload, kind, &mut id)
            .and_then(|request| self.take_request(purpose, &answer, request, &mut id, now));
        if let (Err(error), Some(id)) = (outcome, id) {
            let code = if error == Error::Malformed { REQUEST_ERROR } else { SYSTEM_ERROR };
            self.answer(&answer, &id, code, "{}", now);
        }
        outcome
    }

    /// Takes the `id` away only where the application has the request, and answers it itself.
    fn take_request(
        &mut self,
        purpose: Purpose,
        answer: &str,
        request: Request,
        id: &mut Option<Terminated>,
        now: Instant,
    ) -> Result<(), Error> {
        let Request { method, params } = request;
        if let (Purpose::State, Some(id)) = (&purpose, &id) {
            info!("{}", method.as_str());
            self.answer(answer, id, SUCCESS, "{}", now);
            return Ok(());
        }
        self.make_room_to_tell()?;
        let params = Terminated::new(params.text)?;
        let (name, rrpc) = match purpose {
            Purpose::PropertySet => {
                self.tell(Event::PropertySet { params })?;
                if let (true, Some(id)) = (self.model.options.answers_property_set, id) {
                    self.answer(answer, id, SUCCESS, "{}", now);
                }
                return Ok(());
            }
            Purpose::PropertyGet => {
                return id.take().map_or(Ok(()), |id| self.tell(Event::PropertyGet { id, params }));
            }
            Purpose::Service(name) => (Some(name), None),
            // thing.service.NAME
            Purpose::Rrpc(rrpc) => (method.as_str().splitn(3, '.').nth(2), Some(Terminated::new(rrpc)?)),
            _ => return Ok(()),
        };
        let name = Terminated::new(name.filter(|name| !name.is_empty()).ok_or(Error::Malformed)?)?;
        id.take().map_or(Ok(()), |id| self.tell(Event::Service { id, name, params, rrpc }))
    }

    fn handle_reply(&mut self, purpose: Purpose, reply: Reply) -> Result<(), Error> {
        let Reply { id, code, .. } = reply;
        if !self.model.awaited.replied(id) {
            debug!("reply to message {id} is not awaited");
            return Ok(());
        }
        let options = self.model.options;
        let event = match purpose {
            Purpose::PostReply("property") if !options.property_replies => return Ok(()),
            Purpose::PostReply("property") => {
                let data = reply.successful_data().map(Terminated::new).transpose()?;
                Event::ReportReply { id, code, data }
            }
            Purpose::PostReply(_) if !options.event_replies => return Ok(()),
            Purpose::PostReply(event_id) => {
                let message = reply.message.map_or_else(|| Terminated::new(""), Ok)?;
                Event::EventReply { id, code, event_id: Terminated::new(event_id)?, message }
            }
            Purpose::DesiredGetReply => {
                let data = reply.data.filter(|data| data.kind == Kind::Object).ok_or(Error::Malformed)?;
                Event::DesiredGetReply { data: Terminated::new(data.text)? }
            }
            _ => Event::ReportReply { id, code, data: None },
        };
        self.tell(event)
    }
}

fn log_error(payload: &[u8]) -> Result<(), Error> {
    let Reply { code, message, .. } = Reply::parse(payload)?;
    let message = message.as_ref().map_or("", Terminated::as_str);
    let advice = if code == NO_ACTIVE_SESSION { ": no session, it must log in again" } else { "" };
    error!("the cloud reports error {code} {message}{advice}");
    Ok(())
}

fn copy(payload: &[u8]) -> Result<Vec<u8>, Error> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(payload.len()).map_err(|_| Error::OutOfMemory)?;
    copy.extend_from_slice(payload);
    Ok(copy)
}
