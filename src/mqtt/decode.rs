//! Packets from the broker.
//!
//! Not by `mqttrs`, whose decoder reads past the end of short packets, into the next packet, and
//! accepts much that the standard forbids: to check before it what it does not is to decode.

use core::fmt;

use super::{
    encode::Qos,
    gate::{self, Violation},
    topic,
};

/// A packet that a broker may send to this client.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Received<'p> {
    Connack { session_present: bool, refusal: Option<ConnectRefusal> },
    Publish(Publish<'p>),
    Puback { packet_id: u16 },
    Pubrel { packet_id: u16 },
    Suback { packet_id: u16, granted: bool },
    Unsuback { packet_id: u16 },
    Pingresp,
}

/// A message from the broker (§3.3).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Publish<'p> {
    pub(super) topic: &'p str,
    pub(super) payload: &'p [u8],
    pub(super) qos: Qos,
    pub(super) dup: bool,
    pub(super) retain: bool,
    /// There is one unless the QoS is 0.
    pub(super) packet_id: Option<u16>,
}

/// Why the broker refused the connection (§3.2.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectRefusal {
    /// Return code 1.
    ProtocolVersion,
    /// Return code 2: the client id.
    IdentifierRejected,
    /// Return code 3.
    ServerUnavailable,
    /// Return code 4.
    BadUserNameOrPassword,
    /// Return code 5.
    NotAuthorized,
}

impl fmt::Display for ConnectRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ProtocolVersion => "unacceptable protocol version (1)",
            Self::IdentifierRejected => "identifier rejected (2)",
            Self::ServerUnavailable => "server unavailable (3)",
            Self::BadUserNameOrPassword => "bad user name or password (4)",
            Self::NotAuthorized => "not authorized (5)",
        })
    }
}

/// Decodes one whole packet.
pub(super) fn decode(packet: &[u8]) -> Result<Received<'_>, Violation> {
    let (&first, rest) = packet.split_first().ok_or(Violation("empty packet"))?;
    gate::check_first_byte(first)?;
    let (remaining, size) = gate::remaining_length(rest)?.ok_or(Violation("fixed header cut short"))?;
    let body = rest.get(size..).unwrap_or_default();
    if body.len() != remaining {
        return Err(Violation("packet length differs from its remaining length"));
    }
    gate::check_remaining_length(first, remaining)?;
    match first {
        gate::CONNACK => connack(body),
        gate::PUBLISH..=gate::PUBLISH_LAST => publish(first, body),
        gate::PINGRESP => Ok(Received::Pingresp),
        _ => acknowledgement(first, body),
    }
}

fn connack(body: &[u8]) -> Result<Received<'_>, Violation> {
    let (session_present, refusal) = match body {
        [0, 0] => (false, None),
        [1, 0] => (true, None),
        [0, 1] => (false, Some(ConnectRefusal::ProtocolVersion)),
        [0, 2] => (false, Some(ConnectRefusal::IdentifierRejected)),
        [0, 3] => (false, Some(ConnectRefusal::ServerUnavailable)),
        [0, 4] => (false, Some(ConnectRefusal::BadUserNameOrPassword)),
        [0, 5] => (false, Some(ConnectRefusal::NotAuthorized)),
        [1, 1..=5] => return Err(Violation("CONNACK with an error and Session Present")),
        [0 | 1, _] => return Err(Violation("CONNACK with a reserved return code")),
        _ => return Err(Violation("CONNACK with reserved flags")),
    };
    Ok(Received::Connack { session_present, refusal })
}

fn publish(first: u8, body: &[u8]) -> Result<Received<'_>, Violation> {
    let topic_end = Violation("PUBLISH ends within its topic name");
    let (length, rest) = body.split_first_chunk().ok_or(topic_end)?;
    let (name, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(topic_end)?;
    let topic = core::str::from_utf8(name).map_err(|_| Violation("PUBLISH with a topic name not UTF-8"))?;
    if !topic::is_valid_name(topic) {
        return Err(Violation("PUBLISH with a topic name that is empty or has a wildcard or U+0000"));
    }
    let qos = gate::qos(first);
    let (packet_id, payload) = match qos {
        Qos::AtMostOnce => (None, rest),
        _ => packet_id(rest).map(|(id, payload)| (Some(id), payload))?,
    };
    let (dup, retain) = (first & gate::DUP != 0, first & gate::RETAIN != 0);
    Ok(Received::Publish(Publish { topic, payload, qos, dup, retain, packet_id }))
}

fn acknowledgement(first: u8, body: &[u8]) -> Result<Received<'_>, Violation> {
    let (packet_id, rest) = packet_id(body)?;
    match (first, rest) {
        (gate::PUBACK, _) => Ok(Received::Puback { packet_id }),
        (gate::PUBREL, _) => Ok(Received::Pubrel { packet_id }),
        (gate::UNSUBACK, _) => Ok(Received::Unsuback { packet_id }),
        (gate::SUBACK, [0..=2]) => Ok(Received::Suback { packet_id, granted: true }),
        (gate::SUBACK, [0x80]) => Ok(Received::Suback { packet_id, granted: false }),
        (gate::SUBACK, _) => Err(Violation("SUBACK with a reserved return code")),
        _ => Err(Violation("answer to a QoS 2 message that was never sent")),
    }
}

/// The packet id in front of `bytes`, and what follows it.
fn packet_id(bytes: &[u8]) -> Result<(u16, &[u8]), Violation> {
    match bytes.split_first_chunk() {
        Some(([0, 0], _)) => Err(Violation("packet id 0")),
        Some((id, rest)) => Ok((u16::from_be_bytes(*id), rest)),
        None => Err(Violation("packet ends within its packet id")),
    }
}
