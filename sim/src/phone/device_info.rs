//! What a device tells a phone about itself.

use std::fmt;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app_api::DONE;
use crate::device_id::DeviceId;

/// The `params` of a notify and the `data` of an answer.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceInfo {
    /// Product key.
    pub product_key: String,
    /// Device name.
    pub device_name: String,
    /// Wi-Fi MAC address.
    #[serde(default)]
    pub mac: String,
    /// IP address, as the device sees it.
    #[serde(default)]
    pub ip: String,
    /// Which secret the provisioning key comes from: 3 the product's, 4 the device's.
    pub cipher_type: Option<i64>,
    /// The bind token.
    pub token: Option<String>,
    /// What is left of the token's life in ms; 0 while the cloud has not acknowledged it.
    pub remain_time: Option<i64>,
}

impl DeviceInfo {
    /// Who it is at the cloud.
    pub fn id(&self) -> DeviceId {
        DeviceId::new(self.product_key.as_str(), self.device_name.as_str())
    }

    /// The token, if it is worth taking to the cloud.
    pub fn live_token(&self) -> Option<&str> {
        self.token.as_deref().filter(|token| !token.is_empty() && self.remain_time != Some(0))
    }
}

impl fmt::Display for DeviceInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { product_key, device_name, mac, ip, .. } = self;
        write!(f, "{product_key}/{device_name} mac {mac} ip {ip}")?;
        match (&self.token, self.remain_time) {
            (Some(token), Some(remaining)) => write!(f, " token {token} ({remaining} ms left)"),
            (Some(token), None) => write!(f, " token {token}"),
            (None, _) => f.write_str(" no token"),
        }
    }
}

/// What a device says to a query.
#[derive(Clone, Debug, PartialEq)]
pub enum InfoAnswer {
    /// Code 200: who it is, with a token.
    Info(Box<DeviceInfo>),
    /// Code 400: it has no token to give yet; ask again.
    NoTokenYet,
}

impl InfoAnswer {
    /// Reads the payload of an answer.
    pub fn parse(payload: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Reply {
            code: u16,
            #[serde(default)]
            data: Value,
        }
        let reply: Reply = serde_json::from_slice(payload).context("the answer is not the expected JSON")?;
        match reply.code {
            DONE => {
                let info = serde_json::from_value(reply.data).context("the answer's data is incomplete")?;
                Ok(Self::Info(Box::new(info)))
            }
            400 => Ok(Self::NoTokenYet),
            code => bail!("the device answers with code {code}"),
        }
    }
}

/// A device's broadcast.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Notify {
    /// Its running number.
    pub id: Value,
    /// Who it is, with a token.
    #[serde(rename = "params")]
    pub info: DeviceInfo,
}

impl Notify {
    /// Reads the payload of a broadcast.
    pub fn parse(payload: &[u8]) -> Result<Self> {
        serde_json::from_slice(payload).context("the notify is not the expected JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFO: &str = concat!(
        r#"{"awssVer":{"smartconfig":"2.0","zconfig":"2.0","router":"2.0","ap":"2.0","softap":"2.0"},"#,
        r#""productKey":"a1GQc8iJOWI","deviceName":"gateway_test01","mac":"B0:F8:93:15:BF:21","#,
        r#""ip":"10.0.0.59","cipherType":4,"token":"B52C577E55DE6B3CAF5B0C882410D8BF","#,
        r#""remainTime":43603,"type":0}"#
    );

    #[test]
    fn the_guides_notify_is_read() {
        let text = format!(r#"{{"id":"7","version":"1.0","method":"device.info.notify","params":{INFO}}}"#);
        let notify = Notify::parse(text.as_bytes()).unwrap();
        assert_eq!(notify.id, "7");
        assert_eq!(notify.info.id(), DeviceId::new("a1GQc8iJOWI", "gateway_test01"));
        assert_eq!(notify.info.live_token(), Some("B52C577E55DE6B3CAF5B0C882410D8BF"));
        assert_eq!(notify.info.cipher_type, Some(4));
    }

    #[test]
    fn the_guides_answer_is_read() {
        let text = format!(r#"{{"id":123,"code":200,"data":{INFO}}}"#);
        let InfoAnswer::Info(info) = InfoAnswer::parse(text.as_bytes()).unwrap() else { panic!() };
        assert_eq!(info.remain_time, Some(43603));
    }

    #[test]
    fn no_token_yet_is_an_answer_of_its_own() {
        let answer = InfoAnswer::parse(br#"{"id":123,"code":400,"data":{}}"#).unwrap();
        assert_eq!(answer, InfoAnswer::NoTokenYet);
    }

    #[test]
    fn a_token_that_the_cloud_does_not_know_is_not_worth_taking() {
        let unacknowledged = INFO.replace("43603", "0");
        let info: DeviceInfo = serde_json::from_str(&unacknowledged).unwrap();
        assert_eq!(info.live_token(), None);
    }

    #[test]
    fn other_payloads_are_errors() {
        for text in ["", "{}", r#"{"code":200}"#, r#"{"code":500,"data":{}}"#, r#"{"code":200,"data":{}}"#] {
            assert!(InfoAnswer::parse(text.as_bytes()).is_err(), "{text}");
            assert!(Notify::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
