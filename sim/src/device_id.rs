//! Who a device is at the cloud.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, bail};
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

    /// The topic `{prefix}/{pk}/{dn}`, as the topics of upgrades are.
    pub fn topic_after(&self, prefix: &str) -> String {
        format!("{prefix}/{self}")
    }
}

impl FromStr for DeviceId {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (product_key, device_name) = text.split_once(',').context("the device name is missing")?;
        for (name, value) in [("product key", product_key), ("device name", device_name)] {
            if value.is_empty() {
                bail!("the {name} is missing");
            }
            if value.contains(['/', '+', '#', ',']) {
                bail!("the {name} has one of / + # and comma");
            }
        }
        Ok(Self::new(product_key, device_name))
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.product_key, self.device_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_form_is_checked() {
        assert_eq!("pk,dn".parse::<DeviceId>().unwrap(), DeviceId::new("pk", "dn"));
        for wrong in ["", "pk", "pk,", ",dn", "pk,dn,more", "p/k,dn", "pk,d+n"] {
            assert!(wrong.parse::<DeviceId>().is_err(), "{wrong}");
        }
    }
}
