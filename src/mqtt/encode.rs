//! Packets to the broker: fields checked, then encoded by `mqttrs`, which checks none of them.
//!
//! Each function appends one packet to the queue, or leaves that as it was. [`Error::TooLong`] means that the
//! packet fits no queue, [`Error::Full`] that it does not fit this one now.
//!
//! None of them is inlined: a `mqttrs::Packet` has room for five filters of 256 bytes, and the stack it
//! takes is to be given back at once.

use mqttrs::{Connect, Packet, Pid, Protocol, Publish, QoS, QosPid, Subscribe, SubscribeTopic, Unsubscribe};
use mqttrs_heapless as heapless;

use super::{config::Config, queue::Queue, topic};
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

/// Longest topic filter, bytes: the capacity of `mqttrs`, which panics on a longer one.
const FILTER_MAX: usize = 256;

#[inline(never)]
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
    // Protocol name and level, connect flags, keep-alive: 10 bytes.
    let remaining = [10, field(client_id)?, field(username)?, field(password)?].iter().sum();
    let connect = Connect {
        protocol: Protocol::MQTT311,
        keep_alive: config.keep_alive_s,
        client_id,
        clean_session: config.clean_session,
        last_will: None,
        username: Some(username),
        password: Some(password.as_bytes()),
    };
    append(queue, remaining, Packet::Connect(connect))
}

/// QoS 1 with a packet id, QoS 0 without.
#[inline(never)]
pub(super) fn publish(
    queue: &mut Queue,
    topic_name: &str,
    payload: &[u8],
    retain: bool,
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
    let publish = Publish { dup: false, qospid, retain, topic_name, payload };
    append(queue, remaining, Packet::Publish(publish))
}

// Filled in place, here and in the next one.
#[inline(never)]
pub(super) fn subscribe(queue: &mut Queue, packet_id: u16, filter: &str, qos: Qos) -> Result<(), Error> {
    check_filter(filter)?;
    let qos = match qos {
        Qos::AtMostOnce => QoS::AtMostOnce,
        Qos::AtLeastOnce => QoS::AtLeastOnce,
        Qos::ExactlyOnce => QoS::ExactlyOnce,
    };
    let mut packet = Packet::Subscribe(Subscribe { pid: pid(packet_id)?, topics: heapless::Vec::new() });
    if let Packet::Subscribe(Subscribe { topics, .. }) = &mut packet {
        topics.push(SubscribeTopic { topic_path: filter.into(), qos }).map_err(|_| Error::Full)?;
    }
    append(queue, filter.len().saturating_add(5), packet)
}

#[inline(never)]
pub(super) fn unsubscribe(queue: &mut Queue, packet_id: u16, filter: &str) -> Result<(), Error> {
    check_filter(filter)?;
    let mut packet = Packet::Unsubscribe(Unsubscribe { pid: pid(packet_id)?, topics: heapless::Vec::new() });
    if let Packet::Unsubscribe(Unsubscribe { topics, .. }) = &mut packet {
        topics.push(filter.into()).map_err(|_| Error::Full)?;
    }
    append(queue, filter.len().saturating_add(4), packet)
}

/// An answer to a packet of the broker, as short as they all are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Puback,
    Pubrec,
    Pubcomp,
}

#[inline(never)]
pub(super) fn answer(queue: &mut Queue, answer: Answer, packet_id: u16) -> Result<(), Error> {
    let pid = pid(packet_id)?;
    let packet = match answer {
        Answer::Puback => Packet::Puback(pid),
        Answer::Pubrec => Packet::Pubrec(pid),
        Answer::Pubcomp => Packet::Pubcomp(pid),
    };
    append(queue, 2, packet)
}

#[inline(never)]
pub(super) fn pingreq(queue: &mut Queue) -> Result<(), Error> {
    append(queue, 0, Packet::Pingreq)
}

#[inline(never)]
pub(super) fn disconnect(queue: &mut Queue) -> Result<(), Error> {
    append(queue, 0, Packet::Disconnect)
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

/// Longest remaining length of a packet that keeps the connection alive.
const CONTROL: usize = 2;

// By value: a reference to a constant packet is one in flash, of the size of the largest.
/// Appends `packet`, whose remaining length is `remaining`.
fn append(queue: &mut Queue, remaining: usize, packet: Packet<'_>) -> Result<(), Error> {
    let header = match remaining {
        0..=0x7f => 2,
        0x80..=0x3fff => 3,
        _ => 4,
    };
    queue.push_with(remaining.saturating_add(header), remaining <= CONTROL, |space| {
        mqttrs::encode_slice(&packet, space).map(drop).map_err(|_| Error::Malformed)
    })
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
