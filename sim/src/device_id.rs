//! Who a device is at the cloud.

use std::fmt;

use serde::Serialize;

/// Product key and device name: what every topic of a device starts with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceId {
    /// `{pk}` of the topics.
    pub product_key: String,
    /// `{dn}` of the topics.
    pub device_name: String,
}

impl DeviceId {
    /// Names a device.
    pub fn new(product_key: impl Into<String>, device_name: impl Into<String>) -> Self {
        Self { product_key: product_key.into(), device_name: device_name.into() }
    }

    /// The topic `/sys/{pk}/{dn}/{suffix}`.
    pub fn topic(&self, suffix: &str) -> String {
        format!("/sys/{}/{}/{suffix}", self.product_key, self.device_name)
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.product_key, self.device_name)
    }
}
