//! The cloud's side of binding: a message in, events and messages out. Knows no socket and no clock.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::alink::CloudReply;
use crate::app_api::{AppReply, AppRequest, DONE, MALFORMED, Operation};
use crate::cloud::event::CloudEvent;
use crate::cloud::ledger::TokenLedger;
use crate::cloud::outcome::{Outcome, Outgoing};
use crate::cloud::topics::{BIND_NOTIFY, BindingMessage, MATCH_REPLY, RESET_REPLY};
use crate::device_id::DeviceId;

/// The code in a phone's reply when it unbinds what is not bound to it.
pub const NOT_BOUND: u16 = 463;

/// Failures to provoke.
#[derive(Clone, Debug)]
pub struct Faults {
    /// How long each answer to a device is held back.
    pub reply_delay: Duration,
    /// How many token reports are lost before the first is heeded.
    pub drop_replies: u64,
    /// The code of the answer to a token report; other than 200 the token is not taken.
    pub reply_code: u16,
}

/// A device's request; what else it holds does not matter here.
#[derive(Deserialize)]
struct DeviceRequest<P> {
    id: Value,
    params: P,
}

#[derive(Deserialize)]
struct TokenParams {
    token: String,
}

#[derive(Deserialize)]
struct AnyParams {}

/// What a device hears when it was bound or unbound.
#[derive(Serialize)]
struct BindNotify {
    id: &'static str,
    version: &'static str,
    method: &'static str,
    params: BindNotifyParams,
}

#[derive(Serialize)]
struct BindNotifyParams {
    identifier: &'static str,
    value: Value,
}

/// Ledger and rules.
#[derive(Debug)]
pub struct BindingService {
    ledger: TokenLedger,
    faults: Faults,
    dropped: u64,
}

impl BindingService {
    /// A cloud that has seen nothing yet.
    pub fn new(token_life: Duration, faults: Faults) -> Self {
        Self { ledger: TokenLedger::new(token_life), faults, dropped: 0 }
    }

    /// Takes one message.
    pub fn handle(
        &mut self,
        message: BindingMessage,
        topic: &str,
        payload: &[u8],
        uptime: Duration,
    ) -> Outcome {
        let (json, padding) = split_padding(payload);
        let result = match message {
            BindingMessage::TokenReport(device) => self.token_report(&device, json, padding, uptime),
            BindingMessage::Reset(device) => self.reset(&device, json),
            BindingMessage::NotifyReply(device) => notify_reply(device, json),
            BindingMessage::App(account, operation) => self.app(account, operation, json, uptime),
        };
        result.unwrap_or_else(|error| {
            Outcome::event(CloudEvent::Malformed { topic: topic.to_owned(), reason: error.to_string() })
        })
    }

    fn token_report(
        &mut self,
        device: &DeviceId,
        json: &[u8],
        padding: usize,
        now: Duration,
    ) -> serde_json::Result<Outcome> {
        let DeviceRequest { id, params: TokenParams { token } } = serde_json::from_slice(json)?;
        let reported = CloudEvent::TokenReported {
            device: device.clone(),
            id: id.clone(),
            token: token.clone(),
            padding,
        };
        if self.dropped < self.faults.drop_replies {
            self.dropped += 1;
            let dropped = CloudEvent::ReportDropped {
                device: device.clone(),
                dropped: self.dropped,
                limit: self.faults.drop_replies,
            };
            return Ok(Outcome { events: vec![reported, dropped], outgoing: Vec::new() });
        }
        let code = self.faults.reply_code;
        if code == DONE {
            self.ledger.report(device, &token, now);
        }
        let answer = Outgoing {
            topic: device.topic(MATCH_REPLY),
            payload: device_reply(&id, code, "thing.awss.enrollee.match")?,
            delay: self.faults.reply_delay,
            event: Some(CloudEvent::ReportAnswered { device: device.clone(), id, code }),
        };
        Ok(Outcome { events: vec![reported], outgoing: vec![answer] })
    }

    fn reset(&mut self, device: &DeviceId, json: &[u8]) -> serde_json::Result<Outcome> {
        let DeviceRequest { id, params: AnyParams {} } = serde_json::from_slice(json)?;
        let answer = Outgoing {
            topic: device.topic(RESET_REPLY),
            payload: device_reply(&id, DONE, "thing.reset")?,
            delay: self.faults.reply_delay,
            event: None,
        };
        let accounts = self.ledger.forget(device);
        let reset = CloudEvent::Reset { device: device.clone(), id, accounts };
        Ok(Outcome { events: vec![reset], outgoing: vec![answer] })
    }

    fn app(
        &mut self,
        account: String,
        operation: Operation,
        json: &[u8],
        now: Duration,
    ) -> serde_json::Result<Outcome> {
        let request: AppRequest = match serde_json::from_slice(json) {
            Ok(request) => request,
            Err(error) => return malformed_app_request(&account, operation, &error),
        };
        let device = DeviceId::new(request.product_key, request.device_name);
        let verdict = match operation {
            Operation::Bind => {
                let token = request.token.unwrap_or_default();
                self.ledger
                    .bind(&device, &token, &account, now)
                    .map_err(|refusal| (refusal.code(), refusal.to_string()))
            }
            Operation::Unbind if self.ledger.unbind(&device, &account) => Ok(()),
            Operation::Unbind => Err((NOT_BOUND, "not bound to this account".to_owned())),
        };
        let (code, message) = match &verdict {
            Ok(()) => (DONE, "success".to_owned()),
            Err((code, reason)) => (*code, reason.clone()),
        };
        let mut outgoing = vec![app_reply(&account, operation, request.id, code, message)?];
        if verdict.is_ok() {
            outgoing.push(bind_notify(&device, operation)?);
        }
        let event = match verdict {
            Ok(()) => CloudEvent::Done { operation, account, device },
            Err((code, reason)) => CloudEvent::Denied { operation, account, device, code, reason },
        };
        Ok(Outcome { events: vec![event], outgoing })
    }
}

/// The C SDK pads its report with NUL bytes; splits them off and counts them.
pub(super) fn split_padding(payload: &[u8]) -> (&[u8], usize) {
    let padding = payload.iter().rev().take_while(|byte| **byte == 0).count();
    let (json, _) = payload.split_at(payload.len().saturating_sub(padding));
    (json, padding)
}

fn device_reply(id: &Value, code: u16, method: &str) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&CloudReply::new(id, method, code, json!({})))
}

fn app_reply(
    account: &str,
    operation: Operation,
    id: Value,
    code: u16,
    message: String,
) -> serde_json::Result<Outgoing> {
    Ok(Outgoing {
        topic: operation.reply_topic(account),
        payload: serde_json::to_vec(&AppReply { id, code, message })?,
        delay: Duration::ZERO,
        event: None,
    })
}

fn malformed_app_request(
    account: &str,
    operation: Operation,
    error: &serde_json::Error,
) -> serde_json::Result<Outcome> {
    let reason = error.to_string();
    Ok(Outcome {
        events: vec![CloudEvent::Malformed {
            topic: operation.request_topic(account),
            reason: reason.clone(),
        }],
        outgoing: vec![app_reply(account, operation, Value::Null, MALFORMED, reason)?],
    })
}

fn bind_notify(device: &DeviceId, operation: Operation) -> serde_json::Result<Outgoing> {
    let notify = BindNotify {
        id: "1",
        version: "1.0",
        method: "_thing.event.notify",
        params: BindNotifyParams { identifier: "awss.BindNotify", value: json!({"Operation": operation}) },
    };
    Ok(Outgoing {
        topic: device.topic(BIND_NOTIFY),
        payload: serde_json::to_vec(&notify)?,
        delay: Duration::ZERO,
        event: Some(CloudEvent::DeviceNotified { device: device.clone(), operation }),
    })
}

fn notify_reply(device: DeviceId, json: &[u8]) -> serde_json::Result<Outcome> {
    #[derive(Deserialize)]
    struct NotifyReply {
        code: Option<u16>,
    }
    let NotifyReply { code } = serde_json::from_slice(json)?;
    Ok(Outcome { events: vec![CloudEvent::NotifyAnswered { device, code }], outgoing: Vec::new() })
}

#[cfg(test)]
mod tests;
