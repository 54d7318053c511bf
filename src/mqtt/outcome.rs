//! What the application's requests have come to.

use heapless::Deque;

use crate::knobs::{MQTT_INFLIGHT_MAX, MQTT_OUTCOMES_MAX};

// Those that are given up together are told together.
const _: () = assert!(MQTT_OUTCOMES_MAX >= MQTT_INFLIGHT_MAX, "LINKKIT_MQTT_OUTCOMES_MAX is too small");

/// How a request of the application ended, by the packet id that the request gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The broker granted the subscription, though perhaps with a lower QoS.
    Subscribed {
        /// Of the SUBSCRIBE.
        packet_id: u16,
    },
    /// The broker refused the subscription (0x80). It will be asked again, under another packet id and
    /// without another outcome.
    SubscribeRefused {
        /// Of the SUBSCRIBE.
        packet_id: u16,
    },
    /// No SUBACK within [`Config::request_timeout_ms`](super::Config::request_timeout_ms), told once. The
    /// broker is asked again with the same packet id, so that [`Outcome::Subscribed`] may follow.
    SubscribeTimedOut {
        /// Of the SUBSCRIBE.
        packet_id: u16,
    },
    /// The broker confirmed that the subscription is gone.
    Unsubscribed {
        /// Of the UNSUBSCRIBE.
        packet_id: u16,
    },
    /// No UNSUBACK within the request timeout; otherwise as [`Outcome::SubscribeTimedOut`].
    UnsubscribeTimedOut {
        /// Of the UNSUBSCRIBE.
        packet_id: u16,
    },
    /// The broker acknowledged the message.
    Published {
        /// Of the PUBLISH.
        packet_id: u16,
    },
    /// The message is given up; whether the broker has it is not known.
    PublishLost {
        /// Of the PUBLISH.
        packet_id: u16,
    },
}

/// Outcomes until the owner asks for them.
pub(super) struct Outcomes(Deque<Outcome, MQTT_OUTCOMES_MAX>);

impl Outcomes {
    pub(super) const fn new() -> Self {
        Self(Deque::new())
    }

    pub(super) fn push(&mut self, outcome: Outcome) {
        if self.0.push_back(outcome).is_err() {
            log::warn!("mqtt: outcome not reported, too many wait: {outcome:?}");
        }
    }

    pub(super) fn pop(&mut self) -> Option<Outcome> {
        self.0.pop_front()
    }
}
