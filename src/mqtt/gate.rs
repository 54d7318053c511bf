//! What a packet from the broker must be like before `mqttrs` may see it.
//!
//! `mqttrs` 0.4 reads past the end of short packets, into the next packet, and accepts much that the
//! standard forbids. Everything it does not check is checked here.

use core::fmt;

use super::topic;

/// A breach of MQTT by the broker. The connection must be dropped, and its owner logs why
/// (\[MQTT-4.8.0-1\]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation(pub(super) &'static str);

impl Violation {
    /// What the broker did.
    pub fn reason(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl core::error::Error for Violation {}

// First bytes: packet type, and the flags fixed for it (§2.2).
const CONNACK: u8 = 0x20;
const PUBLISH: u8 = 0x30;
const PUBLISH_LAST: u8 = 0x3f;
const PUBACK: u8 = 0x40;
const PUBREC: u8 = 0x50;
const PUBREL: u8 = 0x62;
const PUBCOMP: u8 = 0x70;
const SUBACK: u8 = 0x90;
const UNSUBACK: u8 = 0xb0;
const PINGRESP: u8 = 0xd0;

const DUP: u8 = 0x08;
const QOS: u8 = 0x06;

/// Most bytes the remaining length can take (§2.2.3).
const REMAINING_LENGTH_BYTES: usize = 4;

/// Checks one whole packet.
pub(super) fn check(packet: &[u8]) -> Result<(), Violation> {
    let (&first, rest) = packet.split_first().ok_or(Violation("empty packet"))?;
    check_first_byte(first)?;
    let (remaining, size) = remaining_length(rest)?.ok_or(Violation("fixed header cut short"))?;
    let body = rest.get(size..).unwrap_or_default();
    if body.len() != remaining {
        return Err(Violation("packet length differs from its remaining length"));
    }
    check_remaining_length(first, remaining)?;
    match first {
        CONNACK => check_connack(body),
        PUBLISH..=PUBLISH_LAST => check_publish(first, body),
        SUBACK => check_suback(body),
        PINGRESP => Ok(()),
        _ => check_packet_id(body).map(drop),
    }
}

/// Checks type and flags, before the rest of the packet has come.
pub(super) fn check_first_byte(first: u8) -> Result<(), Violation> {
    match first {
        CONNACK | PUBACK | PUBREC | PUBREL | PUBCOMP | SUBACK | UNSUBACK | PINGRESP => Ok(()),
        PUBLISH..=PUBLISH_LAST => match first & QOS {
            QOS => Err(Violation("PUBLISH with QoS 3")),
            0 if first & DUP != 0 => Err(Violation("PUBLISH with QoS 0 and DUP")),
            _ => Ok(()),
        },
        _ => Err(match first >> 4 {
            0 | 15 => Violation("reserved packet type"),
            1 | 8 | 10 | 12 | 14 => Violation("packet type that only a client may send"),
            _ => Violation("reserved flags in the fixed header"),
        }),
    }
}

/// The value of the remaining length and how many bytes it takes; `None` while `bytes` ends within it.
pub(super) fn remaining_length(bytes: &[u8]) -> Result<Option<(usize, usize)>, Violation> {
    let mut value = 0;
    for (&byte, index) in bytes.iter().zip(0..REMAINING_LENGTH_BYTES) {
        value |= usize::from(byte & 0x7f) << index.saturating_mul(7);
        if byte & 0x80 == 0 {
            return Ok(Some((value, index.saturating_add(1))));
        }
    }
    if bytes.len() < REMAINING_LENGTH_BYTES {
        Ok(None)
    } else {
        Err(Violation("remaining length of more than 4 bytes"))
    }
}

/// Checks the length of the packet against its type, before its body has come.
pub(super) fn check_remaining_length(first: u8, remaining: usize) -> Result<(), Violation> {
    let fits = match first {
        // Length and first byte of the topic name; the packet id.
        PUBLISH..=PUBLISH_LAST if first & QOS == 0 => remaining >= 3,
        PUBLISH..=PUBLISH_LAST => remaining >= 5,
        // Packet id and one return code, for we subscribe to one filter per packet.
        SUBACK => remaining == 3,
        PINGRESP => remaining == 0,
        _ => remaining == 2,
    };
    fits.then_some(()).ok_or(Violation("remaining length impossible for the packet type"))
}

fn check_connack(body: &[u8]) -> Result<(), Violation> {
    match body {
        [0, 0..=5] | [1, 0] => Ok(()),
        [1, 1..=5] => Err(Violation("CONNACK with an error and Session Present")),
        [0 | 1, _] => Err(Violation("CONNACK with a reserved return code")),
        _ => Err(Violation("CONNACK with reserved flags")),
    }
}

fn check_publish(first: u8, body: &[u8]) -> Result<(), Violation> {
    let topic_end = Violation("PUBLISH ends within its topic name");
    let (length, rest) = body.split_first_chunk().ok_or(topic_end)?;
    let (name, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(topic_end)?;
    let name = core::str::from_utf8(name).map_err(|_| Violation("PUBLISH with a topic name not UTF-8"))?;
    if !topic::is_valid_name(name) {
        return Err(Violation("PUBLISH with a topic name that is empty or has a wildcard or U+0000"));
    }
    if first & QOS != 0 {
        check_packet_id(rest)?;
    }
    Ok(())
}

fn check_suback(body: &[u8]) -> Result<(), Violation> {
    match check_packet_id(body)? {
        [0..=2 | 0x80] => Ok(()),
        _ => Err(Violation("SUBACK with a reserved return code")),
    }
}

/// Checks the packet id in front of `bytes` and gives what follows it.
fn check_packet_id(bytes: &[u8]) -> Result<&[u8], Violation> {
    match bytes.split_first_chunk() {
        Some(([0, 0], _)) => Err(Violation("packet id 0")),
        Some(([_, _], rest)) => Ok(rest),
        None => Err(Violation("packet ends within its packet id")),
    }
}
