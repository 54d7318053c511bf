//! What the device writes; keys in the order of the C SDK.

use alloc::vec::Vec;
use core::net::Ipv4Addr;

use heapless::String;
use serde::Serialize;

use super::incoming::{CloudEvent, EchoId, Query};
use crate::binding::Token;
use crate::error::Error;
use crate::json::{Quoted, to_vec};
use crate::text;

/// Room for a report, bytes.
const SMALL_ROOM: usize = 128;
/// Room for the reply to an event, bytes.
const REPLY_ROOM: usize = 256;
/// Room for a message with the device's info, bytes.
const INFO_ROOM: usize = 512;

/// `thing.awss.enrollee.match`: reports `token` to the cloud.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn report(id: u32, token: &Token) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Params<'a> {
        token: &'a str,
    }
    to_vec(
        &Request {
            id: Quoted(id),
            version: "1.0",
            method: "thing.awss.enrollee.match",
            params: Params { token: &token.hex() },
        },
        SMALL_ROOM,
    )
}

/// `thing.reset`: reports an unbind to the cloud.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn reset(id: u32) -> Result<Vec<u8>, Error> {
    to_vec(&Request { id: Quoted(id), version: "1.0", method: "thing.reset", params: Empty {} }, SMALL_ROOM)
}

/// `device.info.notify`: the broadcast.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn notify(id: u32, info: &DeviceInfo) -> Result<Vec<u8>, Error> {
    to_vec(&Request { id: Quoted(id), version: "1.0", method: "device.info.notify", params: info }, INFO_ROOM)
}

/// Code 200: the answer to a phone's query, with the token.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn query_answer(query: &Query, info: &DeviceInfo) -> Result<Vec<u8>, Error> {
    to_vec(&Answer { id: &query.id, code: 200_u32, data: info }, INFO_ROOM)
}

/// Code 400: there is no token to give yet.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn query_not_yet(query: &Query) -> Result<Vec<u8>, Error> {
    to_vec(&Answer { id: &query.id, code: 400_u32, data: Empty {} }, SMALL_ROOM)
}

/// `_thing.event.notify`: tells the cloud that its bind or unbind event has arrived.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn cloud_event_reply(event: &CloudEvent) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Reply<'a> {
        code: u32,
        id: &'a str,
        version: &'static str,
        method: &'static str,
        message: &'static str,
        data: Data<'a>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Data<'a> {
        identifier: &'a str,
        service_result: Empty,
    }
    to_vec(
        &Reply {
            code: 200,
            id: &event.id,
            version: "1.0",
            method: "_thing.event.notify",
            message: "success",
            data: Data { identifier: &event.identifier, service_result: Empty {} },
        },
        REPLY_ROOM,
    )
}

// Numbers are of one type: each would bring a serializer of its own.
/// What phones learn of the device.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceInfo<'a> {
    #[serde(rename = "awssVer")]
    provisioning_versions: ProvisioningVersions,
    product_key: &'a str,
    device_name: &'a str,
    mac: &'a str,
    ip: String<15>,
    cipher_type: u32,
    token: String<32>,
    remain_time: u32,
    #[serde(rename = "type")]
    kind: u32,
}

impl<'a> DeviceInfo<'a> {
    /// `remaining_ms`: what is left of the token's life. `cipher_type`: see
    /// [`CIPHER_PRODUCT_SECRET`], [`CIPHER_DEVICE_SECRET`].
    pub fn new(
        (product_key, device_name): (&'a str, &'a str),
        (mac, ip): (&'a str, Ipv4Addr),
        cipher_type: u32,
        token: &Token,
        remaining_ms: u32,
    ) -> Self {
        Self {
            provisioning_versions: ProvisioningVersions::SUPPORTED,
            product_key,
            device_name,
            mac,
            ip: text::ipv4(ip),
            cipher_type,
            token: token.hex(),
            remain_time: remaining_ms,
            kind: 0,
        }
    }
}

/// `cipherType` of a device whose provisioning key is the product secret.
pub const CIPHER_PRODUCT_SECRET: u32 = 3;
/// `cipherType` of a device whose provisioning key is the device secret.
pub const CIPHER_DEVICE_SECRET: u32 = 4;

#[derive(Serialize)]
pub(crate) struct ProvisioningVersions {
    smartconfig: &'static str,
    zconfig: &'static str,
    router: &'static str,
    ap: &'static str,
    softap: &'static str,
}

impl ProvisioningVersions {
    pub(crate) const SUPPORTED: Self =
        Self { smartconfig: "2.0", zconfig: "2.0", router: "2.0", ap: "2.0", softap: "2.0" };
}

#[derive(Serialize)]
pub(crate) struct Request<P> {
    pub(crate) id: Quoted,
    pub(crate) version: &'static str,
    pub(crate) method: &'static str,
    pub(crate) params: P,
}

#[derive(Serialize)]
pub(crate) struct Answer<'a, C, D> {
    pub(crate) id: &'a EchoId,
    pub(crate) code: C,
    pub(crate) data: D,
}

#[derive(Serialize)]
struct Empty {}
