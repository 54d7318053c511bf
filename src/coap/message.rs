//! The messages that are sent.

use alloc::vec::Vec;
use core::fmt;

use coap_lite::{CoapOption, MessageClass, MessageType, Packet};

use super::gate::{MESSAGE_MAX, PAYLOAD_MARKER};
use super::{RequestId, codec, resources};
use crate::error::Error;

pub(super) const GET: u8 = 0x01;
pub(super) const POST: u8 = 0x02;
pub(super) const EMPTY: u8 = 0x00;
const CONTENT: u8 = 0x45;

/// Content-Format of everything here: `application/json`.
pub(super) const JSON: u8 = 50;

/// Why a request is refused (RFC 7252 section 5.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Code {
    /// 4.00: the request cannot be understood.
    BadRequest = 0x80,
    /// 4.02: the request has a critical option that is not understood.
    BadOption = 0x82,
    /// 4.04: there is no such resource.
    NotFound = 0x84,
    /// 4.05: the resource does not take the method.
    MethodNotAllowed = 0x85,
    /// 4.06: the resource cannot be had in the format asked for.
    NotAcceptable = 0x86,
    /// 5.05: this is not a proxy.
    ProxyingNotSupported = 0xA5,
}

/// The Reset that rejects the message with this id.
pub(super) fn reset(message_id: u16) -> Result<Vec<u8>, Error> {
    encode(&packet(MessageType::Reset, EMPTY, message_id), &[])
}

/// The empty Acknowledgement of the message with this id.
pub(super) fn acknowledgement(message_id: u16) -> Result<Vec<u8>, Error> {
    encode(&packet(MessageType::Acknowledgement, EMPTY, message_id), &[])
}

/// The answer 2.05 with JSON.
pub(super) fn content(request: &RequestId, payload: &[u8]) -> Result<Vec<u8>, Error> {
    codec::check_heap(1, 0)?;
    let mut packet = response(request, CONTENT);
    packet.add_option(CoapOption::ContentFormat, [JSON].to_vec());
    encode(&packet, payload)
}

/// The answer that refuses.
pub(super) fn refusal(request: &RequestId, code: Code) -> Result<Vec<u8>, Error> {
    codec::check_heap(0, 0)?;
    encode(&response(request, code as u8), &[])
}

/// A non-confirmable POST of JSON to `path`.
pub(super) fn announcement(
    message_id: u16,
    token: [u8; 4],
    path: &str,
    payload: &[u8],
) -> Result<Vec<u8>, Error> {
    let segments = resources::segments(path)?;
    // Each value exists three times: in its option, among the encoded options, in the message.
    codec::check_heap(segments.clone().count().saturating_add(1), path.len().saturating_mul(3))?;
    let mut packet = packet(MessageType::NonConfirmable, POST, message_id);
    packet.set_token(token.to_vec());
    for segment in segments {
        packet.add_option(CoapOption::UriPath, segment.as_bytes().to_vec());
    }
    packet.add_option(CoapOption::ContentFormat, [JSON].to_vec());
    encode(&packet, payload)
}

/// Piggy-backed on the Acknowledgement (section 5.2.1); to a non-confirmable request a
/// non-confirmable message with the request's id, as phones know it from the C SDK.
fn response(request: &RequestId, code: u8) -> Packet {
    let kind = if request.confirmable { MessageType::Acknowledgement } else { MessageType::NonConfirmable };
    let mut packet = packet(kind, code, request.message_id);
    packet.set_token(request.token.to_vec());
    packet
}

fn packet(kind: MessageType, code: u8, message_id: u16) -> Packet {
    let mut packet = Packet::new();
    packet.header.set_type(kind);
    packet.header.code = MessageClass::from(code);
    packet.header.message_id = message_id;
    packet
}

/// Appends the payload itself: coap-lite would hold a copy of its own.
fn encode(head: &Packet, payload: &[u8]) -> Result<Vec<u8>, Error> {
    let mut bytes = head.to_bytes().map_err(|_| Error::TooLong)?;
    if payload.is_empty() {
        return Ok(bytes);
    }
    let behind_head = payload.len().saturating_add(1);
    if bytes.len().saturating_add(behind_head) > MESSAGE_MAX {
        return Err(Error::TooLong);
    }
    bytes.try_reserve_exact(behind_head).map_err(|_| Error::OutOfMemory)?;
    bytes.push(PAYLOAD_MARKER);
    bytes.extend_from_slice(payload);
    Ok(bytes)
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = *self as u8;
        write!(f, "{}.{:02}", code >> 5, code & 0b1_1111)
    }
}
