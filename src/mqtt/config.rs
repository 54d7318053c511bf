//! What the owner of a client can choose.

use crate::knobs::{
    MQTT_KEEP_ALIVE_S, MQTT_PING_INTERVAL_MS, MQTT_RX_MAX, MQTT_SUBACK_TIMEOUT_MS, MQTT_TX_MAX,
};

// The keep-alive is what the broker was promised: pings must come at least that often.
const _: () = assert!(MQTT_PING_INTERVAL_MS <= MQTT_KEEP_ALIVE_S as u64 * 1000);

/// Times and sizes of one client; the default is what the knobs say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Keep-alive announced in CONNECT, seconds (§3.1.2.10).
    pub keep_alive_s: u16,
    /// Silence after which a PINGREQ is sent, and time its PINGRESP has, ms; at least 1, and not more
    /// than the keep-alive.
    pub ping_interval_ms: u64,
    /// Time, not 0, for SUBACK or UNSUBACK before the request is reported as timed out and sent again, ms.
    pub request_timeout_ms: u64,
    /// Asks the broker to forget the session with each connection (§3.1.2.4).
    pub clean_session: bool,
    /// Longest packet taken in, bytes of remaining length; what the owner makes its
    /// [`FrameReader`](super::FrameReader) with.
    pub receive_max: usize,
    /// Bytes of packets that may wait for the socket; at least 512, also where it says less.
    pub transmit_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            keep_alive_s: MQTT_KEEP_ALIVE_S,
            ping_interval_ms: MQTT_PING_INTERVAL_MS,
            request_timeout_ms: MQTT_SUBACK_TIMEOUT_MS,
            clean_session: false,
            receive_max: MQTT_RX_MAX,
            transmit_max: MQTT_TX_MAX,
        }
    }
}
