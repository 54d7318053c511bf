//! The JSON between a registrar and the cloud, keys in the order of the C SDK.

use alloc::vec::Vec;

use heapless::String;
use serde::Serialize;
use zeroize::Zeroizing;

use super::candidate::{Candidate, REPORT_LEN};
use crate::binding::messages::{Answer, ProvisioningVersions, Query, Request};
use crate::error::Error;
use crate::identity::{DEVICE_NAME_LEN, PRODUCT_KEY_LEN};
use crate::json::{InList, Quoted, Scalar, read_list, read_members, to_vec};
use crate::provision::credentials::{Credentials, mac_text};
use crate::provision::crypto::RANDOM_LEN;
use crate::provision::switchap::sixteen_bytes;
use crate::text;

/// Room for a message of a candidate, bytes.
const ROOM: usize = 512;
/// Room for a short answer, bytes.
const SMALL_ROOM: usize = 64;

/// `thing.awss.enrollee.found`: `candidate` wants to join; the device is in `network`. A name of a network that is
/// no text is left empty.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub(super) fn found(id: u32, candidate: &Candidate, network: &Credentials) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Params<'a> {
        #[serde(rename = "awssVer")]
        provisioning_versions: ProvisioningVersions,
        #[serde(rename = "type")]
        kind: u32,
        ssid: &'a str,
        bssid: &'a str,
        rssi: i32,
        payload: [&'a str; 1],
    }
    let report = candidate.report().ok_or(Error::TooLong)?;
    let params = Params {
        provisioning_versions: ProvisioningVersions::SUPPORTED,
        kind: 0,
        ssid: core::str::from_utf8(network.ssid.as_bytes()).unwrap_or_default(),
        bssid: &mac_text(&network.bssid.unwrap_or_default()),
        rssi: candidate.rssi.into(),
        payload: [&text::hex::<{ 2 * REPORT_LEN }>(&report)?],
    };
    request(id, "thing.awss.enrollee.found", params)
}

/// `thing.cipher.get`: asks for the key of `candidate`.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub(super) fn cipher_get(id: u32, candidate: &Candidate) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Params<'a> {
        #[serde(rename = "awssVer")]
        provisioning_versions: ProvisioningVersions,
        product_key: &'a str,
        device_name: &'a str,
        cipher_type: u32,
        random: &'a str,
    }
    let params = Params {
        provisioning_versions: ProvisioningVersions::SUPPORTED,
        product_key: &candidate.product_key,
        device_name: &candidate.device_name,
        cipher_type: candidate.cipher_type.into(),
        random: &text::hex::<{ 2 * RANDOM_LEN }>(&candidate.random)?,
    };
    request(id, "thing.cipher.get", params)
}

fn request(id: u32, method: &'static str, params: impl Serialize) -> Result<Vec<u8>, Error> {
    to_vec(&Request { id: Quoted(id), version: "1.0", method, params }, ROOM)
}

/// Code 200: the answer to a checkin.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub(super) fn checkin_answer(query: &Query) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Nothing {}
    to_vec(&Answer { id: &query.id, code: 200, data: Nothing {} }, SMALL_ROOM)
}

/// What the cloud, or a device that has joined, says of a device.
#[derive(Default)]
pub(super) struct Device {
    pub(super) product_key: String<PRODUCT_KEY_LEN>,
    pub(super) device_name: String<DEVICE_NAME_LEN>,
    /// Seconds, of those above 0.
    pub(super) timeout_s: Option<u32>,
    /// The AES key.
    pub(super) secret: Option<Zeroizing<[u8; 16]>>,
}

impl Device {
    const MEMBERS: [&str; 4] = ["productKey", "deviceName", "timeout", "secret"];

    /// Of the object `holder` in a message.
    ///
    /// # Errors
    /// [`Error::Malformed`], also without names; [`Error::OutOfMemory`].
    pub(super) fn parse(payload: &[u8], holder: &'static str) -> Result<Self, Error> {
        let mut device = Self::default();
        let wanted = Self::MEMBERS.map(|member| (holder, member));
        read_members(payload, &wanted, &mut |index, value| device.take(index, value))?;
        if device.is_named() { Ok(device) } else { Err(Error::Malformed) }
    }

    /// Calls `found` with each device in the list `data` of a message.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::OutOfMemory`].
    pub(super) fn parse_list(payload: &[u8], found: &mut dyn FnMut(Self)) -> Result<(), Error> {
        let mut device = Self::default();
        read_list(payload, "data", &Self::MEMBERS, &mut |in_list| match in_list {
            InList::Member(index, value) => device.take(index, value),
            InList::End => {
                let device = core::mem::take(&mut device);
                if device.is_named() {
                    found(device);
                }
            }
        })
    }

    fn is_named(&self) -> bool {
        !self.product_key.is_empty() && !self.device_name.is_empty()
    }

    fn take(&mut self, index: usize, value: Scalar) {
        match (index, value) {
            (0, Scalar::Text(text)) => self.product_key = String::try_from(text).unwrap_or_default(),
            (1, Scalar::Text(text)) => self.device_name = String::try_from(text).unwrap_or_default(),
            (2, _) => {
                let seconds = value.integer().and_then(|seconds| u32::try_from(seconds).ok());
                self.timeout_s = seconds.filter(|seconds| *seconds > 0);
            }
            (3, Scalar::Text(text)) => self.secret = sixteen_bytes(text).map(Zeroizing::new),
            _ => {}
        }
    }
}
