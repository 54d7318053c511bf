//! The JSON of provisioning that the device writes; keys in the order of the C SDK.

#[cfg(feature = "phone-ap")]
pub mod phone_ap;

use alloc::vec::Vec;
use core::net::Ipv4Addr;

use heapless::String;
use serde::Serialize;

use super::switchap::Refusal;
use crate::binding::messages::{
    Answer, CIPHER_PRODUCT_SECRET, DeviceInfo, ProvisioningVersions, Query, Request,
};
use crate::error::Error;
use crate::json::{Quoted, to_vec};
use crate::text;

/// Room for a message with the device's info, bytes.
const INFO_ROOM: usize = 512;
/// Room for a short answer, bytes.
const SMALL_ROOM: usize = 128;

/// What phones learn of a device that has joined a network.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JoinedInfo<'a> {
    #[serde(rename = "awssVer")]
    provisioning_versions: ProvisioningVersions,
    product_key: &'a str,
    device_name: &'a str,
    mac: &'a str,
    ip: String<15>,
    cipher_type: u32,
    #[serde(rename = "type")]
    kind: u32,
}

impl<'a> JoinedInfo<'a> {
    /// `mac`: upper case, with colons.
    pub fn new((product_key, device_name): (&'a str, &'a str), (mac, ip): (&'a str, Ipv4Addr)) -> Self {
        Self {
            provisioning_versions: ProvisioningVersions::SUPPORTED,
            product_key,
            device_name,
            mac,
            ip: text::ipv4(ip),
            cipher_type: CIPHER_PRODUCT_SECRET,
            kind: 0,
        }
    }
}

/// `awss.event.connectap.notify`: the announcement.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn announcement(id: u32, info: &JoinedInfo) -> Result<Vec<u8>, Error> {
    let method = "awss.event.connectap.notify";
    to_vec(&Request { id: Quoted(id), version: "1.0", method, params: info }, INFO_ROOM)
}

/// Code 200: the answer to a query of a device that has joined a network, and to a `switchap` on the device's
/// access point that has its own bind token.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn joined_answer(query: &Query, info: &JoinedInfo) -> Result<Vec<u8>, Error> {
    to_vec(&Answer { id: &query.id, code: 200, data: info }, INFO_ROOM)
}

/// Code 200: the answer to a `switchap` on the device's access point without a bind token; `info` has the one
/// that the device will report.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn switching_with_token(query: &Query, info: &DeviceInfo) -> Result<Vec<u8>, Error> {
    to_vec(&Answer { id: &query.id, code: 200, data: info }, INFO_ROOM)
}

/// Code 200: the answer to a request on the phone's access point that will be carried out.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn switching(query: &Query) -> Result<Vec<u8>, Error> {
    to_vec(&Answer { id: &query.id, code: 200, data: "success" }, SMALL_ROOM)
}

/// The answer to a `switchap` that is not carried out.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn refused(query: &Query, refusal: Refusal) -> Result<Vec<u8>, Error> {
    to_vec(&Answer { id: &query.id, code: refusal.code(), data: refusal.message() }, SMALL_ROOM)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::binding::Token;

    const DEVICE: (&str, &str) = ("a1X2bEnP82z", "test_06");
    const ADDRESSES: (&str, Ipv4Addr) = ("18:FE:34:12:33:44", Ipv4Addr::new(10, 0, 0, 59));

    fn text(bytes: Result<Vec<u8>, Error>) -> std::string::String {
        std::string::String::from_utf8(bytes.unwrap()).unwrap()
    }

    #[test]
    fn writes_what_phones_expect() {
        let query = Query::parse(br#"{"id":"7"}"#).unwrap();
        let info = JoinedInfo::new(DEVICE, ADDRESSES);
        let joined = concat!(
            r#"{"awssVer":{"smartconfig":"2.0","zconfig":"2.0","router":"2.0","ap":"2.0","softap":"2.0"},"#,
            r#""productKey":"a1X2bEnP82z","deviceName":"test_06","mac":"18:FE:34:12:33:44","ip":"10.0.0.59","#,
            r#""cipherType":3,"type":0}"#
        );
        assert_eq!(
            text(announcement(5, &info)),
            format!(
                r#"{{"id":"5","version":"1.0","method":"awss.event.connectap.notify","params":{joined}}}"#
            )
        );
        assert_eq!(text(joined_answer(&query, &info)), format!(r#"{{"id":7,"code":200,"data":{joined}}}"#));
        let token = Token::new([0xAB; 16]);
        let info = DeviceInfo::new(DEVICE, ADDRESSES, CIPHER_PRODUCT_SECRET, &token, 0);
        let with_token =
            joined.replace(r#""type""#, &format!(r#""token":"{}","remainTime":0,"type""#, "AB".repeat(16)));
        assert_eq!(
            text(switching_with_token(&query, &info)),
            format!(r#"{{"id":7,"code":200,"data":{with_token}}}"#)
        );
        assert_eq!(text(switching(&query)), r#"{"id":7,"code":200,"data":"success"}"#);
        assert_eq!(
            text(refused(&query, Refusal::RandomLength)),
            r#"{"id":7,"code":-4,"data":"random len error"}"#
        );
    }

    // The C SDK pastes them in as they are.
    #[test]
    pub(in crate::provision) fn what_others_wrote_is_escaped() {
        let query = Query::parse(br#"{"id":"a\"b"}"#).unwrap();
        assert_eq!(text(switching(&query)), r#"{"id":"a\"b","code":200,"data":"success"}"#);
    }
}
