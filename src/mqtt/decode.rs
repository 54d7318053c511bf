//! Packets from the broker, decoded by `mqttrs` behind the gate.

use core::fmt;

use mqttrs::{ConnectReturnCode, Packet, QosPid, SubscribeReturnCodes};

use super::gate::{self, Violation};

/// A packet that a broker may send to this client.
pub(super) enum Received<'p> {
    Connack { session_present: bool, refusal: Option<ConnectRefusal> },
    Publish { topic: &'p str, payload: &'p [u8], packet_id: Option<u16> },
    Puback { packet_id: u16 },
    Suback { packet_id: u16, granted: bool },
    Unsuback { packet_id: u16 },
    Pingresp,
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
// Not inlined: a `mqttrs::Packet` takes more than 1 KiB of stack, which the caller gets back here.
#[inline(never)]
pub(super) fn decode(packet: &[u8]) -> Result<Received<'_>, Violation> {
    gate::check(packet)?;
    let Ok(Some(decoded)) = mqttrs::decode_slice(packet) else {
        return Err(Violation("packet refused by the decoder"));
    };
    Ok(match decoded {
        Packet::Connack(connack) => {
            Received::Connack { session_present: connack.session_present, refusal: refusal(connack.code) }
        }
        Packet::Publish(publish) => Received::Publish {
            topic: publish.topic_name,
            payload: publish.payload,
            packet_id: match publish.qospid {
                QosPid::AtMostOnce => None,
                QosPid::AtLeastOnce(pid) => Some(pid.get()),
                QosPid::ExactlyOnce(_) => return Err(Violation("PUBLISH with QoS 2, never subscribed to")),
            },
        },
        Packet::Puback(pid) => Received::Puback { packet_id: pid.get() },
        Packet::Suback(suback) => Received::Suback {
            packet_id: suback.pid.get(),
            granted: matches!(*suback.return_codes, [SubscribeReturnCodes::Success(_)]),
        },
        Packet::Unsuback(pid) => Received::Unsuback { packet_id: pid.get() },
        Packet::Pingresp => Received::Pingresp,
        Packet::Pubrec(_) | Packet::Pubrel(_) | Packet::Pubcomp(_) => {
            return Err(Violation("packet of a QoS 2 handshake that never began"));
        }
        Packet::Connect(_)
        | Packet::Subscribe(_)
        | Packet::Unsubscribe(_)
        | Packet::Pingreq
        | Packet::Disconnect => return Err(Violation("packet type that only a client may send")),
    })
}

fn refusal(code: ConnectReturnCode) -> Option<ConnectRefusal> {
    match code {
        ConnectReturnCode::Accepted => None,
        ConnectReturnCode::RefusedProtocolVersion => Some(ConnectRefusal::ProtocolVersion),
        ConnectReturnCode::RefusedIdentifierRejected => Some(ConnectRefusal::IdentifierRejected),
        ConnectReturnCode::ServerUnavailable => Some(ConnectRefusal::ServerUnavailable),
        ConnectReturnCode::BadUsernamePassword => Some(ConnectRefusal::BadUserNameOrPassword),
        ConnectReturnCode::NotAuthorized => Some(ConnectRefusal::NotAuthorized),
    }
}
