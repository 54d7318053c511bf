//! The topics of one device.

use heapless::String;

use super::Engine;
use crate::error::Error;
use crate::identity::Identity;
use crate::mqtt::Qos;
use crate::text;
use crate::time::Instant;

/// Longest topic made here, bytes: `/sys/`, product key, device name, the longest suffix.
pub(super) const TOPIC_LEN: usize = 128;

#[cfg(feature = "bind")]
pub(super) const MATCH: &str = "thing/awss/enrollee/match";
#[cfg(feature = "bind")]
pub(super) const MATCH_REPLY: &str = "thing/awss/enrollee/match_reply";
#[cfg(feature = "bind")]
pub(super) const RESET: &str = "thing/reset";
#[cfg(feature = "bind")]
pub(super) const RESET_REPLY: &str = "thing/reset_reply";
#[cfg(feature = "model")]
pub(super) const TAGS_UPDATE: &str = "thing/deviceinfo/update";
#[cfg(feature = "model")]
pub(super) const UP_RAW: &str = "thing/model/up_raw";
#[cfg(feature = "bind")]
pub(super) const EVENT_NOTIFY: &str = "_thing/event/notify";
#[cfg(feature = "bind")]
pub(super) const EVENT_NOTIFY_REPLY: &str = "_thing/event/notify_reply";
#[cfg(feature = "remote-switchap")]
pub(super) const SWITCH_AP: &str = "thing/awss/device/switchap";
#[cfg(feature = "remote-switchap")]
pub(super) const SWITCH_AP_REPLY: &str = "thing/awss/device/switchap_reply";

/// CoAP: any device, by multicast or broadcast.
#[cfg(feature = "bind")]
pub(super) const ANY_DEVICE_INFO: &str = "/sys/device/info/get";
/// CoAP: this device.
#[cfg(feature = "bind")]
pub(super) const OWN_DEVICE_INFO: &str = "device/info/get";

/// `/sys/{pk}/{dn}/{suffix}`
pub(super) fn sys(identity: &Identity, suffix: &str) -> Result<String<TOPIC_LEN>, Error> {
    text::concat(&["/sys/", identity.product_key(), "/", identity.device_name(), "/", suffix])
}

/// A topic, or the part of one behind `/sys/{pk}/{dn}/`, of these texts.
#[cfg(feature = "model")]
pub(super) fn concat(parts: &[&str]) -> Result<String<TOPIC_LEN>, Error> {
    text::concat(parts)
}

/// `{prefix}{pk}/{dn}{suffix}`
#[cfg(feature = "model")]
pub(super) fn own(identity: &Identity, prefix: &str, suffix: &str) -> Result<String<TOPIC_LEN>, Error> {
    text::concat(&[prefix, identity.product_key(), "/", identity.device_name(), suffix])
}

/// What stands behind `/sys/{pk}/{dn}/` in a topic of this device.
pub(super) fn suffix<'t>(identity: &Identity, topic: &'t str) -> Option<&'t str> {
    topic
        .strip_prefix("/sys/")?
        .strip_prefix(identity.product_key())?
        .strip_prefix('/')?
        .strip_prefix(identity.device_name())?
        .strip_prefix('/')
}

impl Engine {
    /// Says whose templates of filters are subscribed to.
    #[cfg(feature = "model")]
    pub(super) fn name_device(&mut self) {
        self.mqtt.name_device(self.identity.product_key(), self.identity.device_name());
    }

    /// Publishes on a topic of this device and gives the packet id, 0 with QoS 0.
    pub(super) fn publish(
        &mut self,
        suffix: &str,
        payload: &[u8],
        qos: Qos,
        now: Instant,
    ) -> Result<u16, Error> {
        let topic = sys(&self.identity, suffix)?;
        Ok(self.mqtt.publish(&topic, payload, qos, now)?.unwrap_or(0))
    }
}
