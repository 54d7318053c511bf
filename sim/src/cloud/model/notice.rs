//! What devices tell without an answer.

use crate::alink::{DeviceAnswer, FirmwareMessage, FirmwareVersion, UpgradeProgress};
use crate::cloud::event::CloudEvent;
use crate::cloud::model::topic::ModelNotice;
use crate::device_id::DeviceId;

/// Reads a device's message on `topic`.
pub fn read_notice(device: DeviceId, notice: ModelNotice, topic: &str, payload: &[u8]) -> CloudEvent {
    let event = match notice {
        ModelNotice::RawAnswer => {
            Ok(CloudEvent::RawAnswered { device, hex: base16ct::upper::encode_string(payload) })
        }
        ModelNotice::Answer(topic) => serde_json::from_slice(payload)
            .map(|answer: DeviceAnswer| CloudEvent::Answered { device, topic, answer }),
        ModelNotice::FirmwareInform => serde_json::from_slice(payload).map(
            |FirmwareMessage { id, params: FirmwareVersion { version } }| CloudEvent::FirmwareInformed {
                device,
                id,
                version,
            },
        ),
        ModelNotice::UpgradeProgress => serde_json::from_slice(payload).map(
            |FirmwareMessage::<UpgradeProgress> { id, params: progress }| CloudEvent::UpgradeProgressed {
                device,
                id,
                progress,
            },
        ),
    };
    event.unwrap_or_else(|error| CloudEvent::Malformed { topic: topic.to_owned(), reason: error.to_string() })
}
