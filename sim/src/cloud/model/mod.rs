//! The cloud's side of the device model: a message in, events and messages out. Knows no socket and no clock.

mod topic;

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::alink::{
    BAD_PARAMETERS, CloudReply, DeviceAnswer, DeviceRequest, FirmwareMessage, FirmwareVersion,
    NO_CONFIGURATION, SUCCESS, UnreadableRequest, UpgradeProgress,
};
use crate::cloud::event::CloudEvent;
use crate::cloud::outcome::{Outcome, Outgoing};
use crate::device_id::DeviceId;
use crate::file::{ImageOffer, Offers};

pub use topic::{ModelMessage, ModelRequest, SUBSCRIPTIONS};

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
            ModelMessage::RawAnswer => {
                return Outcome::event(CloudEvent::RawAnswered { device, hex: hex(payload) });
            }
            ModelMessage::TimeRequest => self.time_request(device, payload, unix_time),
            ModelMessage::Answer(name) => read(payload).map(|answer: DeviceAnswer| {
                Outcome::event(CloudEvent::Answered { device, topic: name, answer })
            }),
            ModelMessage::FirmwareInform => read(payload).map(|message: FirmwareMessage<FirmwareVersion>| {
                let version = message.params.version;
                Outcome::event(CloudEvent::FirmwareInformed { device, id: message.id, version })
            }),
            ModelMessage::UpgradeProgress => {
                read(payload).map(|message: FirmwareMessage<UpgradeProgress>| {
                    let progress = message.params;
                    Outcome::event(CloudEvent::UpgradeProgressed { device, id: message.id, progress })
                })
            }
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
        Outcome { events: vec![CloudEvent::RawPosted { device, hex: hex(payload) }], outgoing: vec![answer] }
    }

    fn time_request(
        &self,
        device: DeviceId,
        payload: &[u8],
        unix_time: Duration,
    ) -> serde_json::Result<Outcome> {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct TimeRequest {
            device_send_time: Value,
        }
        let TimeRequest { device_send_time } = read(payload)?;
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
        let FirmwareMessage { id, params: FirmwareVersion { version } } = read(payload)?;
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

fn read<T: DeserializeOwned>(payload: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice(payload)
}

fn malformed(topic: &str, reason: String) -> Outcome {
    Outcome::event(CloudEvent::Malformed { topic: topic.to_owned(), reason })
}

fn hex(bytes: &[u8]) -> String {
    base16ct::upper::encode_string(bytes)
}

#[cfg(test)]
mod tests;
