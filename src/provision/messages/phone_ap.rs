//! What the device writes on the access point of a phone.

use alloc::vec::Vec;

use heapless::String;
use serde::{Serialize, Serializer};

use super::{INFO_ROOM, JoinedInfo};
use crate::binding::messages::{Answer, ProvisioningVersions, Query, Request};
use crate::error::Error;
use crate::json::{Quoted, to_vec};
use crate::provision::access_points::AccessPoint;
use crate::provision::credentials::{Mac, SSID_LEN, mac_text};
use crate::provision::crypto::RANDOM_LEN;
use crate::provision::signature::SIGNATURE_LEN;
use crate::text;

/// `signMethod` of HMAC-SHA-1.
const HMAC_SHA1: u32 = 0;
/// Longest part of a list of access points, bytes.
pub const WIFI_LIST_LEN: usize = 512;

/// What phones learn of a device that waits to be told of a network.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedInfo<'a> {
    #[serde(rename = "awssVer")]
    provisioning_versions: ProvisioningVersions,
    product_key: &'a str,
    device_name: &'a str,
    mac: &'a str,
    ip: String<15>,
    cipher_type: u32,
    random: String<{ 2 * RANDOM_LEN }>,
    sign_method: u32,
    sign: String<{ 2 * SIGNATURE_LEN }>,
}

impl<'a> SignedInfo<'a> {
    /// `random`: goes into the key of what phones send, and into `signature`.
    ///
    /// # Errors
    /// None: hex of these lengths fits.
    pub fn new(
        info: JoinedInfo<'a>,
        random: &[u8; RANDOM_LEN],
        signature: &[u8; SIGNATURE_LEN],
    ) -> Result<Self, Error> {
        Ok(Self {
            provisioning_versions: info.provisioning_versions,
            product_key: info.product_key,
            device_name: info.device_name,
            mac: info.mac,
            ip: info.ip,
            cipher_type: info.cipher_type,
            random: text::hex(random)?,
            sign_method: HMAC_SHA1,
            sign: text::hex(signature)?,
        })
    }
}

/// `awss.device.info.notify`: the announcement.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn announcement(id: u32, info: &SignedInfo) -> Result<Vec<u8>, Error> {
    let method = "awss.device.info.notify";
    to_vec(&Request { id: Quoted(id), version: "1.0", method, params: info }, INFO_ROOM)
}

/// Code 200: the answer to a query.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn info_answer(query: &Query, info: &SignedInfo) -> Result<Vec<u8>, Error> {
    to_vec(&Answer { id: &query.id, code: 200, data: info }, INFO_ROOM)
}

/// Code 200: as many of the access points `found` as there is room for, from the first one on, and their number.
/// `connected`: the one in use.
///
/// # Errors
/// [`Error::TooLong`] when there is no room even for the first one; [`Error::OutOfMemory`].
pub fn wifi_list<'a>(
    query: &Query,
    found: impl Iterator<Item = &'a AccessPoint> + Clone,
    connected: Option<Mac>,
) -> Result<(Vec<u8>, usize), Error> {
    let part = |count: usize| {
        let list = Entries { found: found.clone().take(count), connected };
        let data = WifiList { provisioning_versions: ProvisioningVersions::SUPPORTED, list };
        to_vec(&Answer { id: &query.id, code: 200, data }, WIFI_LIST_LEN)
            .and_then(|text| if text.len() <= WIFI_LIST_LEN { Ok(text) } else { Err(Error::TooLong) })
    };
    let mut fits = part(0)?;
    for (index, _) in found.clone().enumerate() {
        match part(index.saturating_add(1)) {
            Ok(text) => fits = text,
            Err(Error::TooLong) if index > 0 => return Ok((fits, index)),
            Err(error) => return Err(error),
        }
    }
    Ok((fits, found.count()))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WifiList<L: Serialize> {
    #[serde(rename = "awssVer")]
    provisioning_versions: ProvisioningVersions,
    #[serde(rename = "wifiList")]
    list: L,
}

struct Entries<I> {
    found: I,
    connected: Option<Mac>,
}

impl<'a, I: Iterator<Item = &'a AccessPoint> + Clone> Serialize for Entries<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.found.clone().map(|found| Entry::new(found, self.connected)))
    }
}

/// Texts only, as in the C SDK.
#[derive(Serialize)]
struct Entry<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    ssid: Option<&'a str>,
    /// Where the name is no text.
    #[serde(skip_serializing_if = "Option::is_none")]
    xssid: Option<String<{ 2 * SSID_LEN }>>,
    bssid: String<17>,
    rssi: String<6>,
    auth: Quoted,
    #[serde(skip_serializing_if = "Option::is_none")]
    connected: Option<&'static str>,
}

impl<'a> Entry<'a> {
    fn new(found: &'a AccessPoint, connected: Option<Mac>) -> Self {
        let name = found.ssid.as_bytes();
        let ssid = core::str::from_utf8(name).ok();
        let sign = if found.rssi < 0 { "-" } else { "" };
        Self {
            ssid,
            xssid: if ssid.is_none() { text::hex(name).ok() } else { None },
            bssid: mac_text(&found.bssid),
            // It always fits.
            rssi: text::concat(&[sign, &text::decimal(found.rssi.unsigned_abs().into())]).unwrap_or_default(),
            auth: Quoted(found.authentication as u32),
            connected: (connected == Some(found.bssid)).then_some("1"),
        }
    }
}
