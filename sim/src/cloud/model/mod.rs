//! The cloud's side of the device model: a message in, events and messages out. Knows no socket and no clock.

mod notice;
mod topic;

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::alink::{
    BAD_PARAMETERS, CloudReply, DeviceRequest, FirmwareMessage, FirmwareVersion, NO_CONFIGURATION, SUCCESS,
    UnreadableRequest,
};
use crate::cloud::event::CloudEvent;
use crate::cloud::outcome::{Outcome, Outgoing};
use crate::device_id::DeviceId;
use crate::file::{ImageOffer, Offers};

pub use notice::read_notice;
pub use topic::{ModelMessage, ModelNotice, ModelRequest, SUBSCRIPTIONS};

/// Answers devices as the real cloud does.
#[derive(Debug)]
pub struct ModelService {
    offers: Offers,
    reply_delay: Duration,
}

impl ModelService {
    /// A cloud that has `offers` for devices, and holds each answer back for `reply_delay`.
    pub fn new(offers: Offers, reply_delay: Duration) -> Self {
        Self { offers, reply_delay }
    }

    /// Takes one message.
    pub fn handle(
        &self,
        device: DeviceId,
        message: ModelMessage,
        topic: &str,
        payload: &[u8],
        unix_time: Duration,
    ) -> Outcome {
        let result = match message {
            ModelMessage::Request(request) => return self.request(device, &request, topic, payload),
            ModelMessage::RawPost => return self.raw_post(device, payload),
            ModelMessage::Notice(notice) => {
                return Outcome::event(read_notice(device, notice, topic, payload));
            }
            ModelMessage::TimeRequest => self.time_request(device, payload, unix_time),
            ModelMessage::UpgradeRequest => self.upgrade_request(device, payload),
        };
        result.unwrap_or_else(|error| malformed(topic, error.to_string()))
    }

    fn request(&self, device: DeviceId, request: &ModelRequest, topic: &str, payload: &[u8]) -> Outcome {
        let method = request.method();
        let parsed = DeviceRequest::parse(payload, &method).and_then(|parsed| {
            match request.objection(&parsed.params) {
                None => Ok(parsed),
                Some(objection) => {
                    Err(UnreadableRequest { id: Some(parsed.id), reason: objection.to_owned() })
                }
            }
        });
        let reply = |id: &Value, code, data| {
            let reply = json!(CloudReply::new(id, &method, code, data));
            self.outgoing(device.topic(&format!("{}_reply", request.suffix())), reply)
        };
        match parsed {
            Ok(DeviceRequest { id, params }) => {
                let (code, data) = self.response(&device, request);
                let outgoing = vec![reply(&id, code, data)];
                let event = match request {
                    ModelRequest::PropertyPost => CloudEvent::PropertyPosted { device, id, params },
                    ModelRequest::EventPost(identifier) => {
                        CloudEvent::EventPosted { device, identifier: identifier.clone(), id, params }
                    }
                    _ => CloudEvent::Requested { device, method, id, params, code },
                };
                Outcome { events: vec![event], outgoing }
            }
            Err(UnreadableRequest { id, reason }) => {
                let outgoing = id.iter().map(|id| reply(id, BAD_PARAMETERS, json!({}))).collect();
                Outcome { outgoing, ..malformed(topic, reason) }
            }
        }
    }

    fn response(&self, device: &DeviceId, request: &ModelRequest) -> (u16, Value) {
        match (request, &self.offers.configuration) {
            (ModelRequest::ConfigGet, Some(configuration)) => (SUCCESS, json!(configuration)),
            (ModelRequest::ConfigGet, None) => (NO_CONFIGURATION, json!({})),
            (ModelRequest::TslGet, _) => {
                let profile = json!({"productKey": device.product_key});
                (SUCCESS, json!({"profile": profile, "properties": [], "events": [], "services": []}))
            }
            _ => (SUCCESS, json!({})),
        }
    }

    /// The script of the bench's product gives back what it takes.
    fn raw_post(&self, device: DeviceId, payload: &[u8]) -> Outcome {
        let topic = device.topic("thing/model/up_raw_reply");
        let answer = Outgoing { topic, payload: payload.to_vec(), delay: self.reply_delay, event: None };
        Outcome {
            events: vec![CloudEvent::RawPosted { device, hex: base16ct::upper::encode_string(payload) }],
            outgoing: vec![answer],
        }
    }

    fn time_request(
        &self,
        device: DeviceId,
        payload: &[u8],
        unix_time: Duration,
    ) -> serde_json::Result<Outcome> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct TimeRequest {
            device_send_time: Value,
        }
        let TimeRequest { device_send_time } = serde_json::from_slice(payload)?;
        let now = unix_time.as_millis().to_string();
        let answer = json!({
            "deviceSendTime": device_send_time,
            "serverRecvTime": now,
            "serverSendTime": now,
        });
        let topic = format!("{}/response", device.topic_after("/ext/ntp"));
        let outgoing = vec![self.outgoing(topic, answer)];
        Ok(Outcome { events: vec![CloudEvent::TimeRequested { device, device_send_time }], outgoing })
    }

    fn upgrade_request(&self, device: DeviceId, payload: &[u8]) -> serde_json::Result<Outcome> {
        let FirmwareMessage { id, params: FirmwareVersion { version } } = serde_json::from_slice(payload)?;
        let offered = self.offers.image.as_ref().map(|image| image.version.clone());
        let outgoing = self
            .offers
            .image
            .iter()
            .map(|image| self.outgoing(device.topic_after(ImageOffer::TOPIC), image.message()))
            .collect();
        let event = CloudEvent::UpgradeRequested { device, id, version, offered };
        Ok(Outcome { events: vec![event], outgoing })
    }

    fn outgoing(&self, topic: String, payload: Value) -> Outgoing {
        Outgoing { topic, payload: payload.to_string().into_bytes(), delay: self.reply_delay, event: None }
    }
}

fn malformed(topic: &str, reason: String) -> Outcome {
    Outcome::event(CloudEvent::Malformed { topic: topic.to_owned(), reason })
}

#[cfg(test)]
mod tests;
