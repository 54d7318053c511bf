//! The messages that are sent.

use alloc::vec::Vec;
use core::fmt;

use coap_message::MinimalWritableMessage;
use coap_message_implementations::inmemory::MessageMut;
use coap_numbers::option;

use super::RequestId;
use super::gate::{Kind, MESSAGE_MAX, VERSION};
use crate::error::Error;

pub(super) const GET: u8 = 0x01;
pub(super) const POST: u8 = 0x02;
pub(super) const EMPTY: u8 = 0x00;
const CONTENT: u8 = 0x45;

/// Content-Format of everything here: `application/json`.
pub(super) const JSON: u8 = 50;

/// Type, code and message id, bytes.
const HEADER_LENGTH: usize = 4;
/// Number and length of an option take at most so many bytes.
const OPTION_OVERHEAD: usize = 5;
/// The byte in front of the payload.
const MARKER_LENGTH: usize = 1;

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
    encode(&Head { kind: Kind::Reset, code: EMPTY, message_id, token: &[] }, "", &[])
}

/// The empty Acknowledgement of the message with this id.
pub(super) fn acknowledgement(message_id: u16) -> Result<Vec<u8>, Error> {
    encode(&Head { kind: Kind::Acknowledgement, code: EMPTY, message_id, token: &[] }, "", &[])
}

/// The answer 2.05 with JSON.
pub(super) fn content(request: &RequestId, payload: &[u8]) -> Result<Vec<u8>, Error> {
    encode(&response(request, CONTENT), "", payload)
}

/// The answer 2.05 with JSON that is to be acknowledged. Its id is the request's, as phones know it from the C
/// SDK.
#[cfg(feature = "provision")]
pub(super) fn confirmable_content(request: &RequestId, payload: &[u8]) -> Result<Vec<u8>, Error> {
    encode(&Head { kind: Kind::Confirmable, ..response(request, CONTENT) }, "", payload)
}

/// The answer 2.05 with JSON that begins an observation (RFC 7641).
#[cfg(feature = "phone-ap")]
pub(super) fn observed_content(request: &RequestId, payload: &[u8]) -> Result<Vec<u8>, Error> {
    encode_observed(&response(request, CONTENT), Some(0), "", payload)
}

/// A notification within it.
#[cfg(feature = "phone-ap")]
pub(super) fn notification(
    message_id: u16,
    request: &RequestId,
    number: u32,
    payload: &[u8],
) -> Result<Vec<u8>, Error> {
    let head = Head { kind: Kind::NonConfirmable, code: CONTENT, message_id, token: &request.token };
    encode_observed(&head, Some(number), "", payload)
}

/// The answer that refuses.
pub(super) fn refusal(request: &RequestId, code: Code) -> Result<Vec<u8>, Error> {
    encode(&response(request, code as u8), "", &[])
}

/// A non-confirmable POST of JSON to `path`.
pub(super) fn announcement(
    message_id: u16,
    token: [u8; 4],
    path: &str,
    payload: &[u8],
) -> Result<Vec<u8>, Error> {
    let head = Head { kind: Kind::NonConfirmable, code: POST, message_id, token: &token };
    encode(&head, path, payload)
}

/// Piggy-backed on the Acknowledgement (section 5.2.1); to a non-confirmable request a
/// non-confirmable message with the request's id, as phones know it from the C SDK.
fn response(request: &RequestId, code: u8) -> Head<'_> {
    let kind = if request.confirmable { Kind::Acknowledgement } else { Kind::NonConfirmable };
    Head { kind, code, message_id: request.message_id, token: &request.token }
}

/// What precedes the options. The token has at most 8 bytes.
struct Head<'t> {
    kind: Kind,
    code: u8,
    message_id: u16,
    token: &'t [u8],
}

/// `path`: empty, or `/a/b/c`. `payload`: empty, or JSON.
fn encode(head: &Head, path: &str, payload: &[u8]) -> Result<Vec<u8>, Error> {
    encode_observed(head, None, path, payload)
}

/// `number`: of a notification.
fn encode_observed(head: &Head, number: Option<u32>, path: &str, payload: &[u8]) -> Result<Vec<u8>, Error> {
    let segments = path.split('/').skip(1);
    let head_length = HEADER_LENGTH.saturating_add(head.token.len());
    let number = number.map(u32::to_be_bytes);
    let number = number.as_ref().map(|bytes| without_leading_zeros(bytes));
    let options = segments.clone().count().saturating_add(1).saturating_add(number.is_some().into());
    let room = [
        head_length,
        number.map_or(0, <[u8]>::len),
        path.len(),
        options.saturating_mul(OPTION_OVERHEAD),
        MARKER_LENGTH,
        payload.len(),
    ]
    .into_iter()
    .fold(0, usize::saturating_add)
    .min(MESSAGE_MAX);

    let mut bytes = Vec::new();
    bytes.try_reserve_exact(room).map_err(|_| Error::OutOfMemory)?;
    bytes.resize(room, 0);
    let ([first, code, id @ ..], rest) =
        bytes.split_first_chunk_mut::<HEADER_LENGTH>().ok_or(Error::TooLong)?;
    let (token, tail) = rest.split_at_mut_checked(head.token.len()).ok_or(Error::TooLong)?;
    *first = (VERSION << 6) | ((head.kind as u8) << 4) | (token.len() as u8);
    *code = head.code;
    *id = head.message_id.to_be_bytes();
    token.copy_from_slice(head.token);
    let mut message = MessageMut::new_in_slice(code, tail);
    if let Some(number) = number {
        message.add_option(option::OBSERVE, number).map_err(|_| Error::TooLong)?;
    }
    for segment in segments {
        message.add_option(option::URI_PATH, segment.as_bytes()).map_err(|_| Error::TooLong)?;
    }
    if !payload.is_empty() {
        message.add_option(option::CONTENT_FORMAT, &[JSON]).map_err(|_| Error::TooLong)?;
        message.set_payload(payload).map_err(|_| Error::TooLong)?;
    }
    let (tail_length, _) = message.finish();
    bytes.truncate(head_length.saturating_add(tail_length));
    Ok(bytes)
}

/// Section 3.2.
fn without_leading_zeros(mut bytes: &[u8]) -> &[u8] {
    while let Some((0, rest)) = bytes.split_first() {
        bytes = rest;
    }
    bytes
}

/// A copy of `bytes`, if the memory can be had.
pub(super) fn copy(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.len()).map_err(|_| Error::OutOfMemory)?;
    copy.extend_from_slice(bytes);
    Ok(copy)
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = *self as u8;
        write!(f, "{}.{:02}", code >> 5, code & 0b1_1111)
    }
}
