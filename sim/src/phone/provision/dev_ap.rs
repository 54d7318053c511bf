//! The credentials by CoAP, on the access point of the device.

use std::fmt;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app_api::DONE;
use crate::device_id::DeviceId;
use crate::mac_address::MacAddress;
use crate::output::Output;
use crate::phone::cipher::Cipher;
use crate::phone::coap::{self, SWITCHAP_PATH};
use crate::phone::exchange::{Reply, Requester, RetryPolicy};
use crate::phone::provision::failure::ProvisionFailure;
use crate::phone::provision::follow_up::{Expected, Phone};
use crate::phone::provision::{NetworkArgs, ProvisionArgs};
use crate::phone::token::PhoneToken;
use crate::random;

/// How long a device repeats an answer whose acknowledgement was lost, at the most (MAX_TRANSMIT_SPAN of
/// RFC 7252).
const REPETITIONS: Duration = Duration::from_secs(45);

/// `params` of the request.
#[derive(Serialize)]
struct SwitchAp<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    ssid: Option<&'a str>,
    /// The name in hex, if it is not ASCII.
    #[serde(skip_serializing_if = "Option::is_none")]
    xssid: Option<String>,
    random: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bssid: Option<MacAddress>,
    passwd: String,
    token: &'a PhoneToken,
}

impl<'a> SwitchAp<'a> {
    fn new(network: &'a NetworkArgs, secret: &str, random: [u8; 16], token: &'a PhoneToken) -> Self {
        let ssid = network.ssid.as_str();
        let hex = base16ct::upper::encode_string;
        Self {
            ssid: ssid.is_ascii().then_some(ssid),
            xssid: (!ssid.is_ascii()).then(|| hex(ssid.as_bytes())),
            random: hex(&random),
            bssid: network.bssid,
            passwd: hex(&Cipher::new(secret, random).cbc(network.passwd.as_bytes())),
            token,
        }
    }
}

/// What a device says to the request.
#[derive(Debug, Deserialize)]
struct Answer {
    code: i64,
    #[serde(default)]
    data: Value,
}

/// What a device that accepts says of itself.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Acceptance {
    product_key: Option<String>,
    device_name: Option<String>,
    /// Its own, if it does not know of the phone's.
    token: Option<PhoneToken>,
}

/// A device that has taken the credentials.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HandedOver {
    answer: String,
    elapsed_ms: f64,
    repetitions: u32,
    /// The device, if it says who it is.
    pub device: Option<DeviceId>,
    /// What the device will report.
    pub token: PhoneToken,
}

impl fmt::Display for HandedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { answer, elapsed_ms, repetitions, .. } = self;
        write!(f, "{answer}, after {elapsed_ms:.3} ms and {repetitions} repetition(s)")
    }
}

/// `linkkit-sim phone provision --mode dev-ap`.
pub fn run(args: &ProvisionArgs) -> Result<()> {
    let output = Output::from_json_flag(args.account.json);
    let token = args.token.clone().map_or_else(PhoneToken::random, Ok)?;
    if !token.is_whole() {
        bail!("the token for a device on its access point has 32 hex digits");
    }
    output.remark(format_args!("token {token}"));
    let handed_over =
        hand_over(args.device.0, args.retries.clone(), &args.network, &args.product_secret, &token)?;
    output.emit(&handed_over);
    let HandedOver { device, token: reported, .. } = handed_over;
    if reported != token {
        output
            .remark(format_args!("the device takes no token of the phone, and reports its own, {reported}"));
    }
    if args.no_bind {
        return Ok(());
    }
    let expected = Expected { device, token: Some(reported) };
    Phone::open(args, expected)?.bind()
}

/// Asks a device on its access point to join `network`.
pub fn hand_over(
    device: SocketAddr,
    retries: RetryPolicy,
    network: &NetworkArgs,
    product_secret: &str,
    token: &PhoneToken,
) -> Result<HandedOver> {
    let params = SwitchAp::new(network, product_secret, random::bytes()?, token);
    let payload = coap::request_payload("awss.device.softap.switchap", &params)?;
    let mut requester = Requester::new(device, retries)?;
    let Reply { payload, elapsed, repetitions } =
        requester.get(SWITCHAP_PATH, payload).context(ProvisionFailure::NoAnswer)?;
    thread::spawn(move || requester.acknowledge_repetitions(Instant::now() + REPETITIONS));

    let acceptance = read_answer(&payload)?;
    let device = match (acceptance.product_key, acceptance.device_name) {
        (Some(product_key), Some(device_name)) => Some(DeviceId::new(product_key, device_name)),
        _ => None,
    };
    Ok(HandedOver {
        answer: String::from_utf8_lossy(&payload).into_owned(),
        elapsed_ms: elapsed.as_secs_f64() * 1000.0,
        repetitions,
        device,
        token: acceptance.token.unwrap_or_else(|| token.clone()),
    })
}

fn read_answer(payload: &[u8]) -> Result<Acceptance> {
    let Answer { code, data } = serde_json::from_slice(payload)
        .context("the answer is not the expected JSON")
        .context(ProvisionFailure::NoAnswer)?;
    if code != i64::from(DONE) {
        let reason = data.as_str().map_or_else(|| data.to_string(), str::to_owned);
        return Err(ProvisionFailure::Refused { code, reason }.into());
    }
    Ok(serde_json::from_value(data).unwrap_or_default())
}

#[cfg(test)]
mod tests;
