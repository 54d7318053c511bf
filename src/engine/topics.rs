//! The topics of one device.

use core::fmt::Write;

use heapless::String;

use crate::error::Error;
use crate::identity::Identity;

/// Longest topic made here, bytes: `/sys/`, product key, device name, the longest suffix.
const TOPIC_LEN: usize = 128;

pub(super) const MATCH: &str = "thing/awss/enrollee/match";
pub(super) const MATCH_REPLY: &str = "thing/awss/enrollee/match_reply";
pub(super) const RESET: &str = "thing/reset";
pub(super) const RESET_REPLY: &str = "thing/reset_reply";
pub(super) const PROPERTY_POST: &str = "thing/event/property/post";
pub(super) const EVENT_NOTIFY: &str = "_thing/event/notify";
pub(super) const EVENT_NOTIFY_REPLY: &str = "_thing/event/notify_reply";

/// CoAP: any device, by multicast or broadcast.
pub(super) const ANY_DEVICE_INFO: &str = "/sys/device/info/get";
/// CoAP: this device.
pub(super) const OWN_DEVICE_INFO: &str = "device/info/get";

/// `/sys/{pk}/{dn}/{suffix}`
pub(super) fn sys(identity: &Identity, suffix: &str) -> Result<String<TOPIC_LEN>, Error> {
    let mut topic = String::new();
    write!(topic, "/sys/{}/{}/{suffix}", identity.product_key(), identity.device_name())
        .map_err(|_| Error::TooLong)?;
    Ok(topic)
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
