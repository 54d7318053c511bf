//! The device model: what goes up, and what waits for the application.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use log::{debug, error, warn};

use super::{Engine, Event, topics};
use crate::error::Error;
use crate::json::{Kind, Value};
use crate::knobs::MODEL_EVENTS_MAX;
use crate::model::{self, Awaited, Envelope, NOT_FOUND, REQUEST_ERROR, Report, SUCCESS, Sent};
use crate::mqtt::Qos;
use crate::text::Terminated;
use crate::time::Instant;

/// The application gets ids as positive `int`s.
const LAST_MESSAGE_ID: u32 = i32::MAX as u32;
/// What the port puts the version of the firmware into, bytes with the NUL.
pub const FIRMWARE_VERSION_LEN: usize = 64;
const TIME_QUERY: &[u8] = br#"{"deviceSendTime":"1234"}"#;

/// What the application wants to be told, and done for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelOptions {
    /// Replies to property posts (`IOTX_IOCTL_RECV_PROP_REPLY`).
    pub property_replies: bool,
    /// Replies to events (`IOTX_IOCTL_RECV_EVENT_REPLY`).
    pub event_replies: bool,
    /// Property sets are answered before the application has them (`IOTX_IOCTL_SEND_PROP_SET_REPLY`).
    pub answers_property_set: bool,
}

impl ModelOptions {
    /// Those of the C SDK.
    pub const DEFAULT: Self =
        Self { property_replies: false, event_replies: false, answers_property_set: true };
}

pub(super) struct Model {
    /// There is a device; else the session is an MQTT client alone.
    is_serving: bool,
    /// Until the cloud has been told.
    firmware_version: Option<Terminated>,
    pub(super) options: ModelOptions,
    next_message_id: u32,
    pub(super) awaited: Awaited,
    events: VecDeque<model::Event>,
}

impl Model {
    pub(super) const fn new() -> Self {
        Self {
            is_serving: false,
            firmware_version: None,
            options: ModelOptions::DEFAULT,
            next_message_id: 1,
            awaited: Awaited::new(),
            events: VecDeque::new(),
        }
    }
}

/// How the application took a request.
pub enum Verdict<'a> {
    /// With this answer, JSON.
    Accepted(&'a [u8]),
    /// It could not; with this answer, JSON.
    Refused(&'a [u8]),
    /// It has nothing for such requests.
    Unknown,
}

impl Engine {
    /// Subscribes to what the cloud says of the device model. With the first connection the cloud is told
    /// what firmware this is.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::TooLong`] or [`Error::OutOfMemory`] from the tables.
    pub fn start_model(
        &mut self,
        options: ModelOptions,
        firmware_version: &str,
        now: Instant,
    ) -> Result<(), Error> {
        self.model.options = options;
        self.model.firmware_version = Some(Terminated::new(firmware_version)?);
        self.model.is_serving = true;
        self.subscribe_model()?;
        if self.is_connected() {
            self.introduce(now);
        }
        Ok(())
    }

    /// Chooses anew. Replies are told to those that had been chosen before the connection only.
    pub fn set_model_options(&mut self, options: ModelOptions) {
        self.model.options = options;
    }

    /// Reports, JSON, byte for byte as given. Gives the id of the message, 1 or more, which its reply will
    /// carry.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is not JSON of the right kind, or the identifier of an event is not fit
    /// for a topic; [`Error::Offline`], [`Error::TooLong`], [`Error::Full`], [`Error::OutOfMemory`]. Nothing
    /// is sent then.
    pub fn report(&mut self, report: Report, payload: &[u8], now: Instant) -> Result<u32, Error> {
        self.check_connected()?;
        let params = Value::check(payload)?;
        if params.kind != report.kind() {
            return Err(Error::Malformed);
        }
        let text = core::str::from_utf8(payload).map_err(|_| Error::Malformed)?;
        let topic = report.topic()?;
        let awaited = self.awaited_reply(report)?;
        let id = self.model.next_message_id;
        let envelope = Envelope::new(id, &topic)?;
        let full_topic = topics::sys(&self.identity, &topic)?;
        self.mqtt.publish_parts(&full_topic, envelope.around(text), now)?;
        debug!("{topic} {id}, {} bytes", payload.len());
        self.message_id_used(id);
        if let Some(sent) = awaited {
            self.model.awaited.push(id, sent, now);
        }
        Ok(id)
    }

    /// Sends bytes of the product's own format.
    ///
    /// # Errors
    /// As [`report`](Self::report).
    pub fn report_raw(&mut self, payload: &[u8], now: Instant) -> Result<(), Error> {
        self.check_connected()?;
        self.publish(topics::UP_RAW, payload, Qos::AtMostOnce, now).map(|_| ())
    }

    /// Asks the cloud what time it is.
    ///
    /// # Errors
    /// As [`report`](Self::report).
    pub fn query_time(&mut self, now: Instant) -> Result<(), Error> {
        self.check_connected()?;
        self.model.awaited.reserve()?;
        let topic = topics::own(&self.identity, "/ext/ntp/", "/request")?;
        self.mqtt.publish(&topic, TIME_QUERY, Qos::AtMostOnce, now)?;
        self.model.awaited.push(0, Sent::Query, now);
        Ok(())
    }

    /// The message that the next [`Event::Model`] tells of.
    pub fn take_model_event(&mut self) -> Option<model::Event> {
        let event = self.model.events.pop_front();
        if self.model.events.is_empty() {
            self.model.events = VecDeque::new();
        }
        event
    }

    /// Answers a request for properties.
    pub fn answer_property_get(&mut self, id: &Terminated, verdict: Verdict, now: Instant) {
        self.answer_verdict("thing/service/property/get_reply", id, verdict, now);
    }

    /// Answers a call of the service `name`, or, synchronously, of `rrpc`.
    pub fn answer_service(
        &mut self,
        id: &Terminated,
        name: &Terminated,
        rrpc: Option<&Terminated>,
        verdict: Verdict,
        now: Instant,
    ) {
        let topic = match rrpc {
            Some(rrpc) => topics::concat(&["rrpc/response/", rrpc.as_str()]),
            None => topics::concat(&["thing/service/", name.as_str(), "_reply"]),
        };
        match topic {
            Ok(topic) => self.answer_verdict(&topic, id, verdict, now),
            Err(error) => warn!("service {} not answered: {error}", name.as_str()),
        }
    }

    fn answer_verdict(&mut self, topic: &str, id: &Terminated, verdict: Verdict, now: Instant) {
        let (code, data) = match verdict {
            Verdict::Accepted(data) => (SUCCESS, data),
            Verdict::Refused(data) => (REQUEST_ERROR, data),
            Verdict::Unknown => (NOT_FOUND, &b"{}"[..]),
        };
        match Value::check(data) {
            Ok(Value { kind: Kind::Object, text }) => self.answer(topic, id, code, text, now),
            _ => {
                error!("the application's answer on {topic} is no JSON object ({} bytes)", data.len());
                self.answer(topic, id, REQUEST_ERROR, "{}", now);
            }
        }
    }

    pub(super) fn answer(&mut self, topic: &str, id: &Terminated, code: i32, data: &str, now: Instant) {
        let sent = model::response(id.as_str(), code, data)
            .and_then(|response| self.publish(topic, &response, Qos::AtMostOnce, now));
        if let Err(error) = sent {
            warn!("request {} not answered on {topic}: {error}", id.as_str());
        }
    }

    /// Tells the application with its next yield.
    ///
    /// # Errors
    /// [`Error::Full`] when it does not yield; [`Error::OutOfMemory`].
    pub(super) fn tell(&mut self, event: model::Event) -> Result<(), Error> {
        self.make_room_to_tell()?;
        self.model.events.push_back(event);
        self.push_event(Event::Model);
        Ok(())
    }

    /// After this the next [`tell`](Self::tell) succeeds.
    ///
    /// # Errors
    /// As there.
    pub(super) fn make_room_to_tell(&mut self) -> Result<(), Error> {
        if !self.has_room_to_tell() {
            return Err(Error::Full);
        }
        self.model.events.try_reserve(1).map_err(|_| Error::OutOfMemory)
    }

    fn has_room_to_tell(&self) -> bool {
        self.model.events.len() < MODEL_EVENTS_MAX && !self.events.is_full()
    }

    /// When the next reply is overdue and can be told so.
    pub(super) fn model_deadline(&self) -> Instant {
        if self.has_room_to_tell() { self.model.awaited.deadline() } else { Instant::NEVER }
    }

    pub(super) fn run_model(&mut self, now: Instant) {
        while self.has_room_to_tell()
            && let Some(event) = self.model.awaited.overdue(now)
        {
            if let Err(error) = self.tell(event) {
                warn!("the application is not told: {error}");
            }
        }
    }

    /// The connection is there: says, once, what SDK and what firmware this is.
    pub(super) fn introduce(&mut self, now: Instant) {
        let Some(firmware_version) = self.model.firmware_version.take() else { return };
        if let Err(error) = self.try_introduce(firmware_version.as_str(), now) {
            warn!("SDK and firmware version not reported: {error}");
            self.model.firmware_version = Some(firmware_version);
        }
    }

    fn try_introduce(&mut self, firmware_version: &str, now: Instant) -> Result<(), Error> {
        let id = self.model.next_message_id;
        let tags = model::whole(Envelope::new(id, topics::TAGS_UPDATE)?.around(model::introduction()))?;
        self.publish(topics::TAGS_UPDATE, &tags, Qos::AtLeastOnce, now)?;
        self.message_id_used(id);
        let id = self.model.next_message_id;
        let version: Vec<u8> = model::version_report(id, firmware_version)?;
        let topic = topics::own(&self.identity, "/ota/device/inform/", "")?;
        self.mqtt.publish(&topic, &version, Qos::AtLeastOnce, now)?;
        self.message_id_used(id);
        Ok(())
    }

    fn check_connected(&self) -> Result<(), Error> {
        if !self.model.is_serving {
            Err(Error::WrongState)
        } else if self.is_connected() {
            Ok(())
        } else {
            Err(Error::Offline)
        }
    }

    fn message_id_used(&mut self, id: u32) {
        self.model.next_message_id = if id == LAST_MESSAGE_ID { 1 } else { id.saturating_add(1) };
    }

    /// What to await after a report; `None` where no reply will come, for nothing is subscribed.
    fn awaited_reply(&mut self, report: Report) -> Result<Option<Sent>, Error> {
        let ModelOptions { property_replies, event_replies, .. } = self.model.options;
        let sent = match report {
            Report::Properties if !property_replies => return Ok(None),
            Report::Event(_) if !event_replies => return Ok(None),
            Report::Event(id) => Sent::Event(Terminated::new(id)?),
            Report::DesiredGet => Sent::Query,
            _ => Sent::Report,
        };
        self.model.awaited.reserve()?;
        Ok(Some(sent))
    }
}
