//! Alink, the JSON that devices and the cloud exchange.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// Done.
pub const SUCCESS: u16 = 200;
/// The cloud cannot use the parameters of a request.
pub const BAD_PARAMETERS: u16 = 460;
/// The cloud has no configuration for the device.
pub const NO_CONFIGURATION: u16 = 6710;

/// A device's request that can be read.
#[derive(Debug, PartialEq)]
pub struct DeviceRequest {
    /// To be echoed in the reply.
    pub id: Value,
    /// What it is about.
    pub params: Value,
}

/// A device's request that cannot be read.
#[derive(Debug, PartialEq)]
pub struct UnreadableRequest {
    /// Its id, if that much can be read.
    pub id: Option<Value>,
    /// What is wrong.
    pub reason: String,
}

impl DeviceRequest {
    /// Reads `{"id":…,"version":"1.0","params":…,"method":"…"}` of this method.
    pub fn parse(payload: &[u8], method: &str) -> Result<Self, UnreadableRequest> {
        let mut request: Value = serde_json::from_slice(payload)
            .map_err(|error| UnreadableRequest { id: None, reason: format!("not JSON: {error}") })?;
        let id = request.get("id").filter(|id| id.is_string() || id.is_number()).cloned();
        let unreadable = |reason: &str| UnreadableRequest { id: id.clone(), reason: reason.to_owned() };
        if id.is_none() {
            return Err(unreadable("no id"));
        }
        if request.get("version") != Some(&json!("1.0")) {
            return Err(unreadable("the version is not \"1.0\""));
        }
        if request.get("method") != Some(&json!(method)) {
            return Err(unreadable(&format!("the method is not {method}, as the topic says")));
        }
        match (&id, request.get_mut("params").map(Value::take)) {
            (Some(id), Some(params)) => Ok(Self { id: id.clone(), params }),
            _ => Err(unreadable("no params")),
        }
    }
}

/// The cloud's answer to a device.
#[derive(Serialize)]
pub struct CloudReply<'a> {
    /// The request's.
    pub id: &'a Value,
    /// 200, or why not.
    pub code: u16,
    /// What was asked for.
    pub data: Value,
    /// The code in words.
    pub message: &'a str,
    /// The request's.
    pub method: &'a str,
    version: &'static str,
}

impl<'a> CloudReply<'a> {
    /// An answer to the request `id`.
    pub fn new(id: &'a Value, method: &'a str, code: u16, data: Value) -> Self {
        let message = match code {
            SUCCESS => "success",
            BAD_PARAMETERS => "request parameter error",
            NO_CONFIGURATION => "no configuration",
            _ => "refused by the bench",
        };
        Self { id, code, data, message, method, version: "1.0" }
    }
}

/// The cloud's request to a device.
#[derive(Serialize)]
pub struct CloudRequest<'a> {
    /// Comes back in the answer.
    pub id: &'a str,
    version: &'static str,
    /// What it is about.
    pub params: &'a RawValue,
    /// What to do.
    pub method: &'a str,
}

impl<'a> CloudRequest<'a> {
    /// A request with the id `id`.
    pub fn new(id: &'a str, method: &'a str, params: &'a RawValue) -> Self {
        Self { id, version: "1.0", params, method }
    }
}

/// A device's answer to a [`CloudRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceAnswer {
    /// The request's.
    pub id: String,
    /// 200, or why not.
    pub code: i32,
    /// What was asked for.
    pub data: Value,
}

impl fmt::Display for DeviceAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "id {} code {} {}", self.id, self.code, self.data)
    }
}

/// A device's message about its firmware, `{"id":…,"params":…}`.
#[derive(Debug, Deserialize)]
pub struct FirmwareMessage<P> {
    /// Chosen by the device.
    pub id: Value,
    /// What it is about.
    pub params: P,
}

/// `params` by which a device tells which firmware it runs.
#[derive(Debug, Deserialize)]
pub struct FirmwareVersion {
    /// As the device's maker counts.
    pub version: String,
}

/// `params` by which a device tells how far an upgrade is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UpgradeProgress {
    /// Percent of the download, or what failed: -1 upgrade, -2 download, -3 check, -4 writing.
    #[serde(deserialize_with = "upgrade_step")]
    pub step: i8,
    /// In the device's words.
    #[serde(default)]
    pub desc: String,
}

impl fmt::Display for UpgradeProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {} {}", self.step, self.desc)
    }
}

/// A step is a number in a string.
fn upgrade_step<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i8, D::Error> {
    let text = String::deserialize(deserializer)?;
    let step = text.parse().ok().filter(|step| (-4..=100).contains(step));
    step.ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not a step from -4 to 100")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const METHOD: &str = "thing.event.property.post";

    #[test]
    fn a_request_is_read() {
        let payload = br#"{"id":"3","version":"1.0","params":{"a":1},"method":"thing.event.property.post"}"#;
        let request = DeviceRequest { id: json!("3"), params: json!({"a": 1}) };
        assert_eq!(DeviceRequest::parse(payload, METHOD), Ok(request));
    }

    #[test]
    fn what_is_wrong_with_a_request_is_told_with_its_id() {
        for (payload, id, reason) in [
            ("{", None, "not JSON"),
            ("[]", None, "no id"),
            (r#"{"id":null}"#, None, "no id"),
            (r#"{"id":"3"}"#, Some("3"), "version"),
            (r#"{"id":"3","version":"1.0"}"#, Some("3"), "method"),
            (r#"{"id":"3","version":"1.0","method":"thing.reset","params":{}}"#, Some("3"), "method"),
            (r#"{"id":"3","version":"1.0","method":"thing.event.property.post"}"#, Some("3"), "params"),
        ] {
            let unreadable = DeviceRequest::parse(payload.as_bytes(), METHOD).unwrap_err();
            assert_eq!(unreadable.id, id.map(|id| json!(id)), "{payload}");
            assert!(unreadable.reason.contains(reason), "{payload}: {}", unreadable.reason);
        }
    }

    #[test]
    fn a_step_is_a_number_in_a_string() {
        let parse = serde_json::from_str::<UpgradeProgress>;
        assert_eq!(
            parse(r#"{"step":"-3","desc":"x"}"#).unwrap(),
            UpgradeProgress { step: -3, desc: "x".into() }
        );
        for wrong in [r#"{"step":7}"#, r#"{"step":"101"}"#, r#"{"step":"-5"}"#, r#"{"step":""}"#, "{}"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
