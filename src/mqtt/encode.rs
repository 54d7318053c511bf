//! Packets to the broker (§3).
//!
//! Each function appends one packet to the queue, or leaves that as it was. [`Error::TooLong`] means that the
//! packet fits no queue, [`Error::Full`] that it does not fit this one now.
//!
//! Not by `mqttrs`, which checks no field, so that all the work is here in any case; its packets have room
//! for five filters, which is 1.3 KB of stack, and its encoder takes 2.4 KB of flash. The tests compare.

use super::{config::Config, gate, queue::Queue, topic};
use crate::error::Error;

/// Quality of service of a message or a subscription (§4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Qos {
    /// QoS 0.
    AtMostOnce,
    /// QoS 1.
    AtLeastOnce,
    /// QoS 2, for subscriptions and what they bring.
    ExactlyOnce,
}

/// Who we are to the broker. At most 65535 bytes each, and together well below
/// [`Config::transmit_max`].
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// Not empty: the session is kept under this name.
    pub client_id: &'a str,
    /// User name.
    pub username: &'a str,
    /// Password, a secret.
    pub password: &'a str,
}

/// Longest topic filter, bytes.
const FILTER_MAX: usize = 256;

// First bytes: packet type, and the flags fixed for it (§2.2).
const CONNECT: u8 = 0x10;
const PUBREC: u8 = 0x50;
const PUBCOMP: u8 = 0x70;
const SUBSCRIBE: u8 = 0x82;
const UNSUBSCRIBE: u8 = 0xa2;
const PINGREQ: u8 = 0xc0;
const DISCONNECT: u8 = 0xe0;

/// Name and level of the protocol (§3.1.2.1, §3.1.2.2).
const PROTOCOL: &[u8] = b"\0\x04MQTT\x04";

// Connect flags (§3.1.2.3).
const USER_NAME_AND_PASSWORD: u8 = 0xc0;
const CLEAN_SESSION: u8 = 0x02;

pub(super) fn connect(
    queue: &mut Queue,
    credentials: &Credentials<'_>,
    config: &Config,
) -> Result<(), Error> {
    let Credentials { client_id, username, password } = *credentials;
    // An empty client id would have the broker make one up ([MQTT-3.1.3-6]), another each time.
    if client_id.is_empty() {
        return Err(Error::Malformed);
    }
    let clean_session = if config.clean_session { CLEAN_SESSION } else { 0 };
    let [high, low] = config.keep_alive_s.to_be_bytes();
    let options = [USER_NAME_AND_PASSWORD | clean_session, high, low];
    let (client_id, username, password) = (field(client_id)?, field(username)?, field(password)?);
    queue.push_packet(
        CONNECT,
        &[PROTOCOL, &options, &client_id.0, client_id.1, &username.0, username.1, &password.0, password.1],
    )
}

/// QoS 1 with a packet id, QoS 0 without.
pub(super) fn publish(
    queue: &mut Queue,
    topic_name: &str,
    payload: &[u8],
    retain: bool,
    packet_id: Option<u16>,
) -> Result<(), Error> {
    let (length, name) = field(topic_name)?;
    if !topic::is_valid_name(topic_name) {
        return Err(Error::Malformed);
    }
    let id = packet_id.unwrap_or_default().to_be_bytes();
    let (qos, id) = if packet_id.is_some() { (gate::QOS_1, &id[..]) } else { (0, &[][..]) };
    let retain = if retain { gate::RETAIN } else { 0 };
    queue.push_packet(gate::PUBLISH | qos | retain, &[&length, name, id, payload])
}

/// QoS 0, with a payload in parts.
#[cfg(feature = "model")]
pub(super) fn publish_parts(queue: &mut Queue, topic_name: &str, payload: [&[u8]; 3]) -> Result<(), Error> {
    let (length, name) = field(topic_name)?;
    if !topic::is_valid_name(topic_name) {
        return Err(Error::Malformed);
    }
    let [head, middle, tail] = payload;
    queue.push_packet(gate::PUBLISH, &[&length, name, head, middle, tail])
}

pub(super) fn subscribe(queue: &mut Queue, packet_id: u16, filter: &str, qos: Qos) -> Result<(), Error> {
    check_filter(filter)?;
    let (length, filter) = field(filter)?;
    queue.push_packet(SUBSCRIBE, &[&packet_id.to_be_bytes(), &length, filter, &[qos as u8]])
}

pub(super) fn unsubscribe(queue: &mut Queue, packet_id: u16, filter: &str) -> Result<(), Error> {
    check_filter(filter)?;
    let (length, filter) = field(filter)?;
    queue.push_packet(UNSUBSCRIBE, &[&packet_id.to_be_bytes(), &length, filter])
}

/// An answer to a packet of the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Puback = gate::PUBACK as isize,
    Pubrec = PUBREC as isize,
    Pubcomp = PUBCOMP as isize,
}

pub(super) fn answer(queue: &mut Queue, answer: Answer, packet_id: u16) -> Result<(), Error> {
    queue.push_packet(answer as u8, &[&packet_id.to_be_bytes()])
}

pub(super) fn pingreq(queue: &mut Queue) -> Result<(), Error> {
    queue.push_packet(PINGREQ, &[])
}

pub(super) fn disconnect(queue: &mut Queue) -> Result<(), Error> {
    queue.push_packet(DISCONNECT, &[])
}

/// What [`subscribe`] and [`unsubscribe`] ask of a filter.
pub fn check_filter(filter: &str) -> Result<(), Error> {
    if filter.len() > FILTER_MAX {
        Err(Error::TooLong)
    } else if topic::is_valid_filter(filter) {
        Ok(())
    } else {
        Err(Error::Malformed)
    }
}

/// A string as it is encoded (§1.5.3): its length and its bytes.
fn field(text: &str) -> Result<([u8; 2], &[u8]), Error> {
    let length = u16::try_from(text.len()).map_err(|_| Error::TooLong)?;
    if text.bytes().any(|byte| byte == 0) {
        return Err(Error::Malformed);
    }
    Ok((length.to_be_bytes(), text.as_bytes()))
}
