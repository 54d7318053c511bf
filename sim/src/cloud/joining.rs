//! The cloud's side of zero-config: a device in a network reports a new one, and is given what it takes to let that
//! in. Knows no socket and no clock.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::alink::{BAD_PARAMETERS, CloudReply, SUCCESS};
use crate::cloud::binding::split_padding;
use crate::cloud::event::CloudEvent;
use crate::cloud::outcome::{Outcome, Outgoing};
use crate::device_id::DeviceId;
use crate::phone::air::{Claim, Enrollee};

/// What the cloud subscribes to for it.
pub const SUBSCRIPTIONS: [&str; 3] = [
    "/sys/+/+/thing/awss/enrollee/found",
    "/sys/+/+/thing/awss/enrollee/checkin_reply",
    "/sys/+/+/thing/cipher/get",
];

const FOUND_REPLY: &str = "thing/awss/enrollee/found_reply";
const CHECKIN: &str = "thing/awss/enrollee/checkin";
const KEY_REPLY: &str = "thing/cipher/get_reply";
/// `cipherType` of a key made of the secret of the product.
const PRODUCT_CIPHER: u8 = 3;

/// What a device in a network says of a new one.
#[derive(Debug, PartialEq, Eq)]
pub enum JoiningMessage {
    /// It hears one.
    Found,
    /// It answers a [`CHECKIN`].
    CheckinReply,
    /// It asks for the key of one.
    KeyRequest,
}

/// `PRODUCT_KEY,DEVICE_NAME,PRODUCT_SECRET` of the command line.
#[derive(Clone)]
pub struct NewDevice {
    id: DeviceId,
    product_secret: String,
}

impl FromStr for NewDevice {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (id, secret) =
            text.rsplit_once(',').context("expected PRODUCT_KEY,DEVICE_NAME,PRODUCT_SECRET")?;
        if secret.is_empty() {
            bail!("the product secret is missing");
        }
        Ok(Self { id: id.parse()?, product_secret: secret.to_owned() })
    }
}

impl fmt::Debug for NewDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (secret not shown)", self.id)
    }
}

#[derive(Deserialize)]
struct Request<P> {
    id: Value,
    params: P,
}

#[derive(Deserialize)]
struct Found {
    ssid: String,
    rssi: i16,
    payload: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyRequest {
    product_key: String,
    device_name: String,
    cipher_type: u8,
    random: String,
}

#[derive(Serialize)]
struct NamedDevice<'d> {
    #[serde(flatten)]
    device: &'d DeviceId,
    timeout: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// Who may join, and who was asked to let whom in.
#[derive(Debug)]
pub struct JoiningService {
    new_devices: Vec<NewDevice>,
    timeout_s: u32,
    reply_delay: Duration,
    /// The new device, as the one that was asked has reported it.
    asked: HashMap<DeviceId, (DeviceId, Enrollee)>,
    last_id: u32,
}

impl JoiningService {
    /// As the C SDK has it where the cloud names none.
    pub const DEFAULT_TIMEOUT_S: u32 = 60;

    /// Lets `new_devices` join.
    pub fn new(new_devices: &[NewDevice], timeout_s: u32, reply_delay: Duration) -> Self {
        Self {
            new_devices: new_devices.to_owned(),
            timeout_s,
            reply_delay,
            asked: HashMap::new(),
            last_id: 0,
        }
    }

    /// Takes one message of `device`.
    pub fn handle(
        &mut self,
        device: DeviceId,
        message: JoiningMessage,
        topic: &str,
        payload: &[u8],
    ) -> Outcome {
        let (json, _) = split_padding(payload);
        let result = match message {
            JoiningMessage::Found => self.found(device, json),
            JoiningMessage::CheckinReply => checkin_reply(device, json),
            JoiningMessage::KeyRequest => self.key_request(device, json),
        };
        result.unwrap_or_else(|error| {
            Outcome::event(CloudEvent::Malformed { topic: topic.to_owned(), reason: format!("{error:#}") })
        })
    }

    fn found(&mut self, device: DeviceId, json: &[u8]) -> Result<Outcome> {
        let Request { id, params: Found { ssid, rssi, payload } } = serde_json::from_slice(json)?;
        let claims: Vec<Claim> = payload.iter().map(|report| read_report(report)).collect::<Result<_>>()?;
        let data: Vec<_> = claims.iter().map(|claim| self.named(&claim.device)).collect();
        let mut outcome = Outcome {
            events: Vec::new(),
            outgoing: vec![self.reply(
                &device,
                FOUND_REPLY,
                &id,
                "thing.awss.enrollee.found",
                SUCCESS,
                json!(data),
            )],
        };
        for claim in claims {
            let new_device = claim.device.clone();
            outcome.events.push(CloudEvent::NewDeviceFound {
                device: device.clone(),
                new_device: new_device.clone(),
                ssid: ssid.clone(),
                rssi,
            });
            match self.admit(claim) {
                Ok(enrollee) => outcome.outgoing.push(self.checkin(&device, enrollee)),
                Err(reason) => outcome.events.push(CloudEvent::NewDeviceRefused {
                    device: device.clone(),
                    new_device,
                    reason: reason.to_string(),
                }),
            }
        }
        Ok(outcome)
    }

    fn admit(&self, claim: Claim) -> Result<Enrollee> {
        let secret = self.product_secret(&claim.device)?;
        claim.prove(secret)
    }

    fn checkin(&mut self, device: &DeviceId, enrollee: Enrollee) -> Outgoing {
        self.last_id += 1;
        let new_device = enrollee.device.clone();
        let request = json!({
            "id": self.last_id.to_string(),
            "version": "1.0",
            "params": self.named(&new_device),
            "method": "thing.awss.enrollee.checkin",
        });
        self.asked.insert(new_device.clone(), (device.clone(), enrollee));
        Outgoing {
            topic: device.topic(CHECKIN),
            payload: request.to_string().into_bytes(),
            delay: self.reply_delay,
            event: Some(CloudEvent::NewDeviceAdmitted { device: device.clone(), new_device }),
        }
    }

    fn key_request(&self, device: DeviceId, json: &[u8]) -> Result<Outcome> {
        let Request { id, params } = serde_json::from_slice::<Request<KeyRequest>>(json)?;
        let new_device = DeviceId::new(params.product_key, params.device_name);
        let key = self.key(&device, &new_device, params.cipher_type, &params.random);
        let (code, data) = match &key {
            Ok(key) => {
                let secret = Some(base16ct::upper::encode_string(key));
                (SUCCESS, json!(NamedDevice { secret, ..self.named(&new_device) }))
            }
            Err(_) => (BAD_PARAMETERS, json!({})),
        };
        let answer = self.reply(&device, KEY_REPLY, &id, "thing.cipher.get", code, data);
        let event = match key {
            Ok(_) => CloudEvent::KeyGiven { device, new_device },
            Err(reason) => CloudEvent::NewDeviceRefused { device, new_device, reason: reason.to_string() },
        };
        Ok(Outcome { events: vec![event], outgoing: vec![answer] })
    }

    fn key(
        &self,
        device: &DeviceId,
        new_device: &DeviceId,
        cipher_type: u8,
        random: &str,
    ) -> Result<[u8; 16]> {
        let secret = self.product_secret(new_device)?;
        let asked = self.asked.get(new_device).filter(|(asked, _)| asked == device);
        let (_, enrollee) = asked.context("this device was not asked to let it in")?;
        if cipher_type != PRODUCT_CIPHER {
            bail!("there is no key of cipherType {cipher_type}");
        }
        if base16ct::mixed::decode_vec(random).ok().as_deref() != Some(&enrollee.random()) {
            bail!("the random bytes are not those that were reported");
        }
        Ok(enrollee.key(secret))
    }

    fn product_secret(&self, new_device: &DeviceId) -> Result<&str> {
        let found = self.new_devices.iter().find(|device| device.id == *new_device);
        found.map(|device| device.product_secret.as_str()).context("nobody wants it to join")
    }

    fn named<'d>(&self, device: &'d DeviceId) -> NamedDevice<'d> {
        NamedDevice { device, timeout: self.timeout_s, secret: None }
    }

    fn reply(
        &self,
        device: &DeviceId,
        suffix: &str,
        id: &Value,
        method: &str,
        code: u16,
        data: Value,
    ) -> Outgoing {
        Outgoing {
            topic: device.topic(suffix),
            payload: json!(CloudReply::new(id, method, code, data)).to_string().into_bytes(),
            delay: self.reply_delay,
            event: None,
        }
    }
}

fn read_report(hex: &str) -> Result<Claim> {
    let report = base16ct::mixed::decode_vec(hex).ok().context("the payload is not hex")?;
    Claim::of_report(&report)
}

fn checkin_reply(device: DeviceId, json: &[u8]) -> Result<Outcome> {
    #[derive(Deserialize)]
    struct CheckinReply {
        code: u16,
    }
    let CheckinReply { code } = serde_json::from_slice(json)?;
    Ok(Outcome::event(CloudEvent::CheckinAnswered { device, code }))
}

#[cfg(test)]
mod tests;
