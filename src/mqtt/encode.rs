//! Packets to the broker: fields checked, then encoded by `mqttrs`, which checks none of them.
//!
//! Each function appends one packet to `out`, or leaves it as it was. [`Error::TooLong`] means that the
//! packet fits no queue, [`Error::Full`] that it does not fit this one now.
//!
//! None of them is inlined: a `mqttrs::Packet` has room for five filters of 256 bytes, and the stack it
//! takes is to be given back at once.

use alloc::vec::Vec;

use mqttrs::{Connect, Packet, Pid, Protocol, Publish, QoS, QosPid, Subscribe, SubscribeTopic, Unsubscribe};
use mqttrs_heapless as heapless;

use super::topic;
use crate::{
    error::Error,
    knobs::{MQTT_KEEP_ALIVE_S, MQTT_TX_MAX},
};

/// Quality of service of a message or a subscription (§4.3). QoS 2 is not supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qos {
    /// QoS 0.
    AtMostOnce,
    /// QoS 1.
    AtLeastOnce,
}

/// Who we are to the broker. At most 65535 bytes each, and together well below
/// [`MQTT_TX_MAX`].
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// Not empty: the session is kept under this name.
    pub client_id: &'a str,
    /// User name.
    pub username: &'a str,
    /// Password, a secret.
    pub password: &'a str,
}

/// Room beyond `MQTT_TX_MAX` for the short packets that keep a connection alive, so that publishes do
/// not starve them; 64 PUBACKs.
const CONTROL_ROOM: usize = 256;
const CONTROL_MAX: usize = MQTT_TX_MAX.saturating_add(CONTROL_ROOM);

/// Longest topic filter, bytes: the capacity of `mqttrs`, which panics on a longer one.
const FILTER_MAX: usize = 256;

#[inline(never)]
pub(super) fn connect(out: &mut Vec<u8>, credentials: &Credentials<'_>) -> Result<(), Error> {
    let Credentials { client_id, username, password } = *credentials;
    // An empty client id asks for a clean session ([MQTT-3.1.3-7]), which we do not have.
    if client_id.is_empty() {
        return Err(Error::Malformed);
    }
    // Protocol name and level, connect flags, keep-alive: 10 bytes.
    let remaining = [10, field(client_id)?, field(username)?, field(password)?].iter().sum();
    let connect = Connect {
        protocol: Protocol::MQTT311,
        keep_alive: MQTT_KEEP_ALIVE_S,
        client_id,
        clean_session: false,
        last_will: None,
        username: Some(username),
        password: Some(password.as_bytes()),
    };
    append(out, MQTT_TX_MAX, remaining, Packet::Connect(connect))
}

/// QoS 1 with a packet id, QoS 0 without.
#[inline(never)]
pub(super) fn publish(
    out: &mut Vec<u8>,
    topic_name: &str,
    payload: &[u8],
    packet_id: Option<u16>,
) -> Result<(), Error> {
    let topic_length = field(topic_name)?;
    if !topic::is_valid_name(topic_name) {
        return Err(Error::Malformed);
    }
    let (qospid, id_length) = match packet_id {
        None => (QosPid::AtMostOnce, 0),
        Some(id) => (QosPid::AtLeastOnce(pid(id)?), 2),
    };
    let remaining = topic_length.saturating_add(id_length).saturating_add(payload.len());
    let publish = Publish { dup: false, qospid, retain: false, topic_name, payload };
    append(out, MQTT_TX_MAX, remaining, Packet::Publish(publish))
}

// Filled in place, here and in the next one.
#[inline(never)]
pub(super) fn subscribe(out: &mut Vec<u8>, packet_id: u16, filter: &str, qos: Qos) -> Result<(), Error> {
    check_filter(filter)?;
    let qos = match qos {
        Qos::AtMostOnce => QoS::AtMostOnce,
        Qos::AtLeastOnce => QoS::AtLeastOnce,
    };
    let mut packet = Packet::Subscribe(Subscribe { pid: pid(packet_id)?, topics: heapless::Vec::new() });
    if let Packet::Subscribe(Subscribe { topics, .. }) = &mut packet {
        topics.push(SubscribeTopic { topic_path: filter.into(), qos }).map_err(|_| Error::Full)?;
    }
    append(out, MQTT_TX_MAX, filter.len().saturating_add(5), packet)
}

#[inline(never)]
pub(super) fn unsubscribe(out: &mut Vec<u8>, packet_id: u16, filter: &str) -> Result<(), Error> {
    check_filter(filter)?;
    let mut packet = Packet::Unsubscribe(Unsubscribe { pid: pid(packet_id)?, topics: heapless::Vec::new() });
    if let Packet::Unsubscribe(Unsubscribe { topics, .. }) = &mut packet {
        topics.push(filter.into()).map_err(|_| Error::Full)?;
    }
    append(out, MQTT_TX_MAX, filter.len().saturating_add(4), packet)
}

#[inline(never)]
pub(super) fn puback(out: &mut Vec<u8>, packet_id: u16) -> Result<(), Error> {
    append(out, CONTROL_MAX, 2, Packet::Puback(pid(packet_id)?))
}

#[inline(never)]
pub(super) fn pingreq(out: &mut Vec<u8>) -> Result<(), Error> {
    append(out, CONTROL_MAX, 0, Packet::Pingreq)
}

#[inline(never)]
pub(super) fn disconnect(out: &mut Vec<u8>) -> Result<(), Error> {
    append(out, CONTROL_MAX, 0, Packet::Disconnect)
}

/// What [`subscribe`] and [`unsubscribe`] ask of a filter.
pub(super) fn check_filter(filter: &str) -> Result<(), Error> {
    if filter.len() > FILTER_MAX {
        Err(Error::TooLong)
    } else if topic::is_valid_filter(filter) {
        Ok(())
    } else {
        Err(Error::Malformed)
    }
}

/// Appends `bytes`, with `out` growing to at most `max` bytes.
pub(super) fn append_bytes(out: &mut Vec<u8>, max: usize, bytes: &[u8]) -> Result<(), Error> {
    reserve(out, max, bytes.len())?;
    out.extend_from_slice(bytes);
    Ok(())
}

// By value: a reference to a constant packet is one in flash, of the size of the largest.
/// Appends `packet`, whose remaining length is `remaining`, with `out` growing to at most `max` bytes.
fn append(out: &mut Vec<u8>, max: usize, remaining: usize, packet: Packet<'_>) -> Result<(), Error> {
    let start = out.len();
    let header = match remaining {
        0..=0x7f => 2,
        0x80..=0x3fff => 3,
        _ => 4,
    };
    let end = reserve(out, max, remaining.saturating_add(header))?;
    out.resize(end, 0);
    let encoded = mqttrs::encode_slice(&packet, out.get_mut(start..).unwrap_or_default());
    encoded.map(drop).map_err(|_| {
        out.truncate(start);
        Error::Malformed
    })
}

/// Makes room for `additional` bytes and gives the length that `out` will then have.
fn reserve(out: &mut Vec<u8>, max: usize, additional: usize) -> Result<usize, Error> {
    if additional > max {
        return Err(Error::TooLong);
    }
    let end = out.len().saturating_add(additional);
    if end > max {
        return Err(Error::Full);
    }
    out.try_reserve(additional).map_err(|_| Error::OutOfMemory)?;
    Ok(end)
}

/// The encoded length of a string (§1.5.3).
fn field(text: &str) -> Result<usize, Error> {
    if text.len() > usize::from(u16::MAX) {
        Err(Error::TooLong)
    } else if text.as_bytes().contains(&0) {
        Err(Error::Malformed)
    } else {
        Ok(text.len().saturating_add(2))
    }
}

fn pid(packet_id: u16) -> Result<Pid, Error> {
    Pid::try_from(packet_id).map_err(|_| Error::Malformed)
}
