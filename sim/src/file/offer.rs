//! What a device is told about a file that it may fetch.

use serde::Serialize;
use serde_json::{Value, json};

use crate::file::digest::SignMethod;

/// What the cloud has for devices that ask.
#[derive(Clone, Debug, Default)]
pub struct Offers {
    /// The firmware.
    pub image: Option<ImageOffer>,
    /// The configuration.
    pub configuration: Option<ConfigurationOffer>,
}

/// `data` of a message on `/ota/device/upgrade/{pk}/{dn}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageOffer {
    /// Bytes.
    pub size: usize,
    /// What the device will tell once it runs the image.
    pub version: String,
    /// Where the image is.
    pub url: String,
    /// The digest once more, if it is MD5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
    /// The digest.
    pub sign: String,
    /// What made it.
    pub sign_method: SignMethod,
}

impl ImageOffer {
    /// Where a device hears of it.
    pub const TOPIC: &'static str = "/ota/device/upgrade";

    /// Offers `image` at `url`.
    pub fn new(image: &[u8], url: String, version: &str, sign_method: SignMethod) -> Self {
        let sign = sign_method.digest(image);
        let md5 = (sign_method == SignMethod::Md5).then(|| sign.clone());
        Self { size: image.len(), version: version.to_owned(), url, md5, sign, sign_method }
    }

    /// Replaces the digest.
    pub fn with_digest(self, sign: String) -> Self {
        Self { md5: self.md5.is_some().then(|| sign.clone()), sign, ..self }
    }

    /// The message as the real cloud sends it.
    pub fn message(&self) -> Value {
        json!({"code": "1000", "data": self, "id": 1, "message": "success"})
    }
}

/// `params` of a message on `thing/config/push`, and `data` of one on `thing/config/get_reply`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationOffer {
    config_id: String,
    config_size: usize,
    get_type: &'static str,
    sign: String,
    sign_method: SignMethod,
    url: String,
}

impl ConfigurationOffer {
    /// Offers `configuration` at `url`.
    pub fn new(configuration: &[u8], url: String, sign_method: SignMethod) -> Self {
        let sign = sign_method.digest(configuration);
        Self {
            config_id: sign.chars().take(16).collect(),
            config_size: configuration.len(),
            get_type: "file",
            sign,
            sign_method,
            url,
        }
    }

    /// Replaces the digest.
    pub fn with_digest(self, sign: String) -> Self {
        Self { sign, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_offered_as_the_real_cloud_does() {
        let offer = ImageOffer::new(b"abc", "http://h/i".to_owned(), "2", SignMethod::Md5);
        let md5 = "900150983cd24fb0d6963f7d28e17f72";
        assert_eq!(
            offer.message(),
            json!({"code": "1000", "id": 1, "message": "success", "data": {"size": 3, "version": "2",
                "url": "http://h/i", "md5": md5, "sign": md5, "signMethod": "Md5"}})
        );
        let forged = offer.with_digest("00".to_owned());
        assert_eq!((forged.md5.as_deref(), forged.sign.as_str()), (Some("00"), "00"));
    }

    #[test]
    fn a_sha256_is_not_called_md5() {
        let offer = ImageOffer::new(b"abc", String::new(), "2", SignMethod::Sha256);
        assert!(offer.message()["data"].get("md5").is_none(), "{}", offer.message());
    }
}
