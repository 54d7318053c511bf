//! Compile-time capacities and times, each overridable by the environment variable
//! `LINKKIT_<NAME>` of the build. A value out of its range fails the build.

/// The value of `text`, or `default` where the variable is not set.
#[expect(clippy::panic, reason = "it stops the build, not the device")]
const fn knob(text: Option<&str>, default: u64, min: u64, max: u64) -> u64 {
    let Some(text) = text else { return default };
    let Ok(value) = u64::from_str_radix(text, 10) else {
        panic!("a LINKKIT_ build variable is not a decimal number")
    };
    assert!(min <= value && value <= max, "a LINKKIT_ build variable is out of its range");
    value
}

macro_rules! knobs {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $default:literal, $min:literal..=$max:literal;)*) => {$(
        $(#[$doc])*
        #[doc = concat!("\n\nDefault ", $default, ", range ", $min, " to ", $max, "; build variable `LINKKIT_", stringify!($name), "`.")]
        pub const $name: $type =
            knob(option_env!(concat!("LINKKIT_", stringify!($name))), $default, $min, $max) as $type;
    )*};
}

knobs! {
    /// MQTT keep-alive announced in CONNECT, seconds.
    MQTT_KEEP_ALIVE_S: u16 = 60, 30..=1200;
    /// Silence after which a PINGREQ is sent, and time its PINGRESP has, ms.
    MQTT_PING_INTERVAL_MS: u64 = 30_000, 1_000..=600_000;
    /// Time for CONNACK after CONNECT, ms.
    MQTT_CONNACK_TIMEOUT_MS: u64 = 5_000, 500..=60_000;
    /// Time for SUBACK after SUBSCRIBE before it is sent again, ms.
    MQTT_SUBACK_TIMEOUT_MS: u64 = 5_000, 500..=60_000;
    /// First wait before a reconnect, ms; it doubles up to `MQTT_BACKOFF_MAX_MS`.
    MQTT_BACKOFF_MIN_MS: u64 = 1_000, 100..=60_000;
    /// Longest wait before a reconnect, ms.
    MQTT_BACKOFF_MAX_MS: u64 = 60_000, 1_000..=3_600_000;
    /// Longest MQTT packet taken in, bytes of remaining length; a longer one is drained and dropped.
    MQTT_RX_MAX: usize = 1024, 256..=65_536;
    /// Bytes of MQTT packets that may wait for the socket.
    MQTT_TX_MAX: usize = 4096, 512..=65_536;
    /// QoS 1 publishes that may wait for their PUBACK.
    MQTT_INFLIGHT_MAX: usize = 10, 1..=64;
    /// Time for PUBACK on a connection that lives, before a QoS 1 publish is given up, ms.
    MQTT_PUBACK_TIMEOUT_MS: u64 = 30_000, 500..=600_000;
    /// QoS 2 messages that the broker may have open at a time, 2 bytes each. One more is not taken; it comes
    /// with a new connection, which is made once the others are done.
    MQTT_QOS2_MAX: usize = 32, 1..=1024;
    /// Topic filters a client can hold beside those of the device model, and recipients of one filter; memory
    /// is taken as they come.
    MQTT_SUBSCRIPTIONS_MAX: usize = 1024, 4..=65_000;
    /// Outcomes of the application's requests that may wait to be asked for.
    MQTT_OUTCOMES_MAX: usize = 24, 8..=1024;

    /// Answers kept to be repeated for duplicate requests (RFC 7252 section 4.5).
    COAP_DEDUP_MAX: usize = 4, 1..=64;
    /// Time for which a message id of one source counts as a duplicate, ms (NON_LIFETIME).
    COAP_DEDUP_LIFETIME_MS: u64 = 145_000, 1_000..=600_000;
    /// Answers per second to one source address; as many may come in a burst.
    COAP_ANSWERS_PER_SOURCE: u32 = 10, 1..=1_000;
    /// Answers per second to all sources together; as many may come in a burst.
    COAP_ANSWERS_TOTAL: u32 = 40, 1..=10_000;
    /// Source addresses whose rate is tracked; the one longest unused makes room.
    COAP_SOURCES_MAX: usize = 8, 1..=64;
    /// Resources a server can hold.
    #[cfg(not(feature = "provision"))]
    COAP_RESOURCES_MAX: usize = 4, 2..=64;
    /// Resources a server can hold.
    #[cfg(all(feature = "provision", not(feature = "phone-ap")))]
    COAP_RESOURCES_MAX: usize = 8, 5..=64;
    /// Resources a server can hold.
    #[cfg(feature = "phone-ap")]
    COAP_RESOURCES_MAX: usize = 12, 9..=64;
    /// Datagrams that may wait for the socket.
    COAP_OUTBOX_MAX: usize = 4, 1..=64;

    /// Time for the cloud's reply to a token report, ms.
    BIND_REPLY_TIMEOUT_MS: u64 = 30_000, 100..=600_000;
    /// Reports of one token before giving up.
    BIND_REPORT_TRIES: u32 = 2, 1..=100;
    /// Life of a token from its first report, ms.
    BIND_TOKEN_LIFE_MS: u64 = 45_000, 1_000..=600_000;
    /// Least time between the reports of two tokens, ms.
    BIND_REPORT_GAP_MS: u64 = 1_000, 0..=60_000;
    /// Broadcasts of one bind start.
    BIND_BROADCASTS: u32 = 30, 0..=1_000;
    /// Growth of the gap between two broadcasts, ms: the gap before the n-th is n-1 times this.
    BIND_BROADCAST_STEP_MS: u64 = 100, 1..=60_000;
    /// Time for the cloud's reply to an unbind report before it is sent again, ms.
    UNBIND_REPLY_TIMEOUT_MS: u64 = 3_000, 100..=600_000;

    /// Time for the cloud's reply to a message of the device model, ms.
    MODEL_REPLY_TIMEOUT_MS: u64 = 10_000, 1_000..=600_000;
    /// Messages of the device model whose replies are awaited at a time; memory is taken as they come.
    MODEL_REPLIES_MAX: usize = 256, 1..=1_024;
    /// Messages of the device model that may wait for the application's next yield; memory is taken as they
    /// come.
    MODEL_EVENTS_MAX: usize = 32, 1..=255;

    /// Connections in a row that may bring nothing of a file before its download is given up.
    OTA_TRIES: u32 = 5, 1..=100;
    /// Wait before a download is resumed, ms; it doubles up to 32 times of it while nothing comes.
    OTA_RETRY_WAIT_MS: u64 = 1_000, 100..=60_000;
    /// Silence of the server of a file after which it is asked anew, ms.
    OTA_SILENCE_MS: u64 = 10_000, 1_000..=600_000;

    /// Access points remembered while scanning for Wi-Fi provisioning, 46 bytes each; memory is taken as they
    /// come.
    PROVISION_APS_MAX: usize = 64, 8..=255;
    /// Silence of a phone after which the channel it was heard on is left, ms.
    PROVISION_UNLOCK_MS: u64 = 8_000, 1_000..=60_000;
    /// Pause after a scan that has found nothing in the port's time for it, ms.
    PROVISION_PAUSE_MS: u64 = 300_000, 1_000..=3_600_000;
    /// Least time for which a press of the button lets phones in, ms.
    PROVISION_PRESS_MS: u64 = 60_000, 1_000..=3_600_000;
    /// Time for the phone's acknowledgement before the device closes its access point, ms.
    PROVISION_ACK_TIMEOUT_MS: u64 = 2_000, 100..=60_000;
    /// Time for which a device that has joined a network tells phones so when asked, ms.
    PROVISION_WINDOW_MS: u64 = 60_000, 1_000..=600_000;
    /// Announcements of a device that has joined a network, and of one on the access point of a phone.
    PROVISION_ANNOUNCEMENTS: u32 = 31, 0..=1_000;
    /// Time for which a device waits on the access point of a phone to be told of a network, ms.
    PROVISION_PHONE_AP_MS: u64 = 60_000, 1_000..=600_000;
}
