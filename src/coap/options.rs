//! The options of a message.

use alloc::collections::LinkedList;
use alloc::vec::Vec;

use coap_lite::{CoapOption, Packet};

use super::codec;
use super::gate::Frame;
use super::message::JSON;
use super::resources::{Path, is_segment};
use crate::error::Error;

type Values = LinkedList<Vec<u8>>;

/// The options, as far as anything here goes by them.
pub(super) struct Options {
    /// `/a/b/c`; `None` when no resource can have the path.
    pub(super) path: Option<Path>,
    /// Is JSON an acceptable answer?
    pub(super) accepts_json: bool,
    /// Is it a request to a proxy?
    pub(super) is_proxied: bool,
    /// The number of a critical option that is not understood.
    pub(super) bad_option: Option<u16>,
}

impl Options {
    /// Reads what the gate has admitted.
    pub(super) fn read(frame: &Frame) -> Result<Self, Error> {
        codec::check_heap(frame.option_count, frame.head.len())?;
        let packet = Packet::from_bytes(frame.head).map_err(|_| Error::Malformed)?;
        Ok(Self {
            path: path(packet.get_option(CoapOption::UriPath)),
            accepts_json: packet
                .get_first_option(CoapOption::Accept)
                .is_none_or(|format| uint(format) == u32::from(JSON)),
            is_proxied: packet.get_option(CoapOption::ProxyUri).is_some()
                || packet.get_option(CoapOption::ProxyScheme).is_some(),
            bad_option: packet
                .options()
                .find(|&(&number, values)| is_critical(number) && !is_understood(number, values))
                .map(|(&number, _)| number),
        })
    }
}

/// RFC 7252 section 5.4.6.
fn is_critical(number: u16) -> bool {
    number & 1 == 1
}

/// One too many and one of a wrong length count as not understood (sections 5.4.3 and 5.4.5).
/// Uri-Host and Uri-Port may name any host: there is only this one. No resource here looks at Uri-Query.
fn is_understood(number: u16, values: &Values) -> bool {
    let (lengths, is_repeatable) = match CoapOption::from(number) {
        CoapOption::UriHost => (1..=255, false),
        CoapOption::UriPort | CoapOption::Accept => (0..=2, false),
        CoapOption::UriPath | CoapOption::UriQuery => (0..=255, true),
        CoapOption::ProxyUri => (1..=1034, false),
        CoapOption::ProxyScheme => (1..=255, false),
        _ => return false,
    };
    (is_repeatable || values.len() == 1) && values.iter().all(|value| lengths.contains(&value.len()))
}

fn path(segments: Option<&Values>) -> Option<Path> {
    let mut path = Path::new();
    for segment in segments.into_iter().flatten() {
        let text = core::str::from_utf8(segment).ok().filter(|_| is_segment(segment))?;
        path.push('/').ok()?;
        path.push_str(text).ok()?;
    }
    Some(path)
}

/// Section 3.2; leading zeros are allowed.
fn uint(value: &[u8]) -> u32 {
    value.iter().fold(0, |sum, &byte| (sum << 8) | u32::from(byte))
}
