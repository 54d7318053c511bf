//! What happens at the cloud, one event per line of its output.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::alink::{DeviceAnswer, UpgradeProgress};
use crate::app_api::Operation;
use crate::device_id::DeviceId;
use crate::file::FileEvent;

/// Is told everything that happens, from the broker's thread as well as from the cloud's own.
pub type Observer = Arc<dyn Fn(CloudEvent) + Send + Sync>;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum CloudEvent {
    /// The cloud has its subscriptions and serves.
    Serving,
    /// The cloud lost its own broker connection.
    LinkLost { reason: String },
    /// A client was let in.
    Connected { client_id: String, session_present: bool },
    /// A client was turned away with this CONNACK code.
    Refused { client_id: String, connack: u8, reason: String },
    /// A client went away.
    Disconnected { client_id: String },
    /// A client subscribes.
    Subscribing { client_id: String, filters: Vec<String> },
    /// A device reported a token. `padding` counts NUL bytes after the JSON.
    TokenReported { device: DeviceId, id: Value, token: String, padding: usize },
    /// A report was lost on purpose.
    ReportDropped { device: DeviceId, dropped: u64, limit: u64 },
    /// A report was answered.
    ReportAnswered { device: DeviceId, id: Value, code: u16 },
    /// A device posted values of its properties, `params`; the answer is on its way.
    PropertyPosted { device: DeviceId, id: Value, params: Value },
    /// A device posted an event of its model.
    EventPosted { device: DeviceId, identifier: String, id: Value, params: Value },
    /// A device asked for anything else of its model; the answer, of this code, is on its way.
    Requested { device: DeviceId, method: String, id: Value, params: Value, code: u16 },
    /// A device answered what was sent to it.
    Answered {
        device: DeviceId,
        topic: String,
        #[serde(flatten)]
        answer: DeviceAnswer,
    },
    /// A device posted bytes in a format of its own.
    RawPosted { device: DeviceId, hex: String },
    /// A device answered such bytes.
    RawAnswered { device: DeviceId, hex: String },
    /// A device asked for the time.
    TimeRequested { device: DeviceId, device_send_time: Value },
    /// A device told which firmware it runs.
    FirmwareInformed { device: DeviceId, id: Value, version: String },
    /// A device told how far an upgrade is.
    UpgradeProgressed {
        device: DeviceId,
        id: Value,
        #[serde(flatten)]
        progress: UpgradeProgress,
    },
    /// A device that runs `version` asked for an upgrade, and is offered this one if there is any.
    UpgradeRequested { device: DeviceId, id: Value, version: String, offered: Option<String> },
    /// Something happened to a file that is served.
    File(FileEvent),
    /// A device reset itself; these accounts lost it.
    Reset { device: DeviceId, id: Value, accounts: Vec<String> },
    /// An account bound or unbound a device.
    Done { operation: Operation, account: String, device: DeviceId },
    /// An account asked in vain.
    Denied { operation: Operation, account: String, device: DeviceId, code: u16, reason: String },
    /// A device was told about its binding.
    DeviceNotified { device: DeviceId, operation: Operation },
    /// A device answered that.
    NotifyAnswered { device: DeviceId, code: Option<u16> },
    /// A device hears a new one that wants to join, from the network `ssid`.
    NewDeviceFound { device: DeviceId, new_device: DeviceId, ssid: String, rssi: i16 },
    /// A device was asked to let a new one join.
    NewDeviceAdmitted { device: DeviceId, new_device: DeviceId },
    /// A new one may not join, or not through this device.
    NewDeviceRefused { device: DeviceId, new_device: DeviceId, reason: String },
    /// A device answered that it was asked.
    CheckinAnswered { device: DeviceId, code: u16 },
    /// A device was given the key of a new one.
    KeyGiven { device: DeviceId, new_device: DeviceId },
    /// A message on one of the cloud's topics made no sense.
    Malformed { topic: String, reason: String },
}

impl fmt::Display for CloudEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serving => f.write_str("serving"),
            Self::LinkLost { reason } => write!(f, "the cloud's own broker connection failed: {reason}"),
            Self::Connected { client_id, session_present } => {
                let session = if *session_present { "old session" } else { "new session" };
                write!(f, "connected: {client_id} ({session})")
            }
            Self::Refused { client_id, connack, reason } => {
                write!(f, "refused: {client_id}: CONNACK {connack}: {reason}")
            }
            Self::Disconnected { client_id } => write!(f, "disconnected: {client_id}"),
            Self::Subscribing { client_id, filters } => {
                write!(f, "subscribing: {client_id}: {}", filters.join(" "))
            }
            Self::TokenReported { device, id, token, padding } => {
                write!(f, "token reported: {device} id {id} token {token}")?;
                if *padding > 0 {
                    write!(f, " (padded with {padding} NUL bytes)")?;
                }
                Ok(())
            }
            Self::ReportDropped { device, dropped, limit } => {
                write!(f, "token report dropped: {device} ({dropped} of {limit})")
            }
            Self::ReportAnswered { device, id, code } => {
                write!(f, "token report answered: {device} id {id} code {code}")
            }
            Self::PropertyPosted { device, id, params } => {
                write!(f, "property posted: {device} id {id} {params}")
            }
            Self::EventPosted { device, identifier, id, params } => {
                write!(f, "event posted: {device} {identifier} id {id} {params}")
            }
            Self::Requested { device, method, id, params, code } => {
                write!(f, "requested: {device} {method} id {id} {params}, answered with code {code}")
            }
            Self::Answered { device, topic, answer } => write!(f, "answered: {device} {topic} {answer}"),
            Self::RawPosted { device, hex } => write!(f, "raw posted: {device} {hex}"),
            Self::RawAnswered { device, hex } => write!(f, "raw answered: {device} {hex}"),
            Self::TimeRequested { device, device_send_time } => {
                write!(f, "time requested: {device} deviceSendTime {device_send_time}")
            }
            Self::FirmwareInformed { device, id, version } => {
                write!(f, "firmware informed: {device} id {id} version {version}")
            }
            Self::UpgradeProgressed { device, id, progress } => {
                write!(f, "upgrade progressed: {device} id {id} {progress}")
            }
            Self::UpgradeRequested { device, id, version, offered } => {
                let offered = offered.as_deref().unwrap_or("nothing");
                write!(f, "upgrade requested: {device} id {id} version {version}, offered {offered}")
            }
            Self::File(event) => event.fmt(f),
            Self::Reset { device, id, accounts } => {
                write!(f, "reset: {device} id {id}, was bound to [{}]", accounts.join(", "))
            }
            Self::Done { operation, account, device } => write!(f, "{operation} done: {account} {device}"),
            Self::Denied { operation, account, device, code, reason } => {
                write!(f, "{operation} denied: {account} {device}: {code} {reason}")
            }
            Self::DeviceNotified { device, operation } => {
                write!(f, "device notified: {device} {operation:?}")
            }
            Self::NotifyAnswered { device, code: Some(code) } => {
                write!(f, "device answered the notify: {device} code {code}")
            }
            Self::NotifyAnswered { device, code: None } => {
                write!(f, "device answered the notify: {device} without a code")
            }
            Self::NewDeviceFound { device, new_device, ssid, rssi } => {
                write!(f, "new device found: {device} hears {new_device} at {rssi} dBm, in {ssid}")
            }
            Self::NewDeviceAdmitted { device, new_device } => {
                write!(f, "new device admitted: {device} is asked to let {new_device} join")
            }
            Self::NewDeviceRefused { device, new_device, reason } => {
                write!(f, "new device refused: {new_device} through {device}: {reason}")
            }
            Self::CheckinAnswered { device, code } => {
                write!(f, "device answered the checkin: {device} code {code}")
            }
            Self::KeyGiven { device, new_device } => {
                write!(f, "key given: {device} has that of {new_device}")
            }
            Self::Malformed { topic, reason } => write!(f, "malformed message on {topic}: {reason}"),
        }
    }
}

/// An event and its time, as it is printed.
#[derive(Serialize)]
pub struct TimedEvent<'a> {
    /// Since the start.
    pub ms: u128,
    #[serde(flatten)]
    /// What happened.
    pub event: &'a CloudEvent,
}

impl fmt::Display for TimedEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>8} ms  {}", self.ms, self.event)
    }
}
