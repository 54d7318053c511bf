//! The connection, as far as it has come.

use core::fmt;

use super::keep_alive::KeepAlive;
use crate::time::Instant;

/// One connection.
pub(super) enum Link {
    Down {
        retry_at: Instant,
    },
    Opening,
    AwaitingConnack {
        deadline: Instant,
    },
    /// CONNACK with an error; the broker closes.
    Refused,
    Up(KeepAlive),
    /// An acknowledgement is lost, or a message found no room. The broker sends its message again on the next connection only.
    AcknowledgementLost,
}

/// Why a connection is of no more use. It must be dropped, and its owner logs why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dead {
    /// No CONNACK within [`MQTT_CONNACK_TIMEOUT_MS`](crate::knobs::MQTT_CONNACK_TIMEOUT_MS).
    NoConnack,
    /// No PINGRESP within [`Config::ping_interval_ms`](super::Config::ping_interval_ms).
    NoPingresp,
    /// No room or memory for a PUBACK, PUBREC or PUBCOMP, or earlier for a QoS 2 message: the broker has to
    /// send again.
    AcknowledgementLost,
}

impl fmt::Display for Dead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoConnack => "no CONNACK in time",
            Self::NoPingresp => "no PINGRESP in time",
            Self::AcknowledgementLost => "no room for a message or its acknowledgement",
        })
    }
}

impl core::error::Error for Dead {}
