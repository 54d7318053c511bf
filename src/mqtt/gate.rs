//! What the fixed header of a packet from the broker must be like, checked as its bytes come in.

use core::fmt;

use super::encode::Qos;

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
pub(super) const CONNACK: u8 = 0x20;
pub(super) const PUBLISH: u8 = 0x30;
pub(super) const PUBLISH_LAST: u8 = 0x3f;
pub(super) const PUBACK: u8 = 0x40;
const PUBREC: u8 = 0x50;
pub(super) const PUBREL: u8 = 0x62;
const PUBCOMP: u8 = 0x70;
pub(super) const SUBACK: u8 = 0x90;
pub(super) const UNSUBACK: u8 = 0xb0;
pub(super) const PINGRESP: u8 = 0xd0;

/// The flag of a PUBLISH that may have been sent before (§3.3.1.1).
pub(super) const DUP: u8 = 0x08;
const QOS: u8 = 0x06;
pub(super) const QOS_1: u8 = 0x02;
pub(super) const RETAIN: u8 = 0x01;

/// Most bytes the remaining length can take (§2.2.3).
const REMAINING_LENGTH_BYTES: usize = 4;

/// The QoS of a PUBLISH that begins so.
pub(super) fn qos(first: u8) -> Qos {
    match first & QOS {
        0 => Qos::AtMostOnce,
        QOS_1 => Qos::AtLeastOnce,
        _ => Qos::ExactlyOnce,
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
