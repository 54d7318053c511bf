//! Answers to messages (§4.3).

use super::{
    client::Client,
    draining::DroppedMessage,
    encode::{self, Answer, Qos},
    gate::Violation,
    link::Link,
};
use crate::time::Instant;

/// What is owed to the broker for one message of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    connection: u16,
    packet_id: u16,
    answer: Answer,
}

impl Client {
    /// Acknowledges a message, after it was processed and in the order of arrival (\[MQTT-4.6.0-2\],
    /// \[MQTT-4.6.0-3\]). Without effect on a later connection than that of the message, which comes
    /// again there.
    pub fn acknowledge(&mut self, acknowledgement: Acknowledgement) {
        if acknowledgement.connection == self.connection {
            self.answer(acknowledgement.answer, acknowledgement.packet_id);
        }
    }

    /// Reports a packet of `len` bytes that was too long to be taken in, as
    /// [`Status::Dropped`](super::Status::Dropped) gives it, and acknowledges it: the broker is not to
    /// send it again. After a [`Violation`] the connection must be dropped.
    pub fn packet_dropped(
        &mut self,
        len: usize,
        acknowledgement: Option<DroppedMessage>,
        now: Instant,
    ) -> Result<(), Violation> {
        let Link::Up(keep_alive) = &mut self.link else {
            return Err(Violation("packet before CONNACK, or on a connection that is over"));
        };
        keep_alive.received(now);
        self.latest = now;
        log::warn!("mqtt: packet of {len} bytes dropped: the most taken in are {}", self.config.receive_max);
        // Nothing is to be remembered of one with QoS 2: were it sent again, it would be dropped again.
        if let Some(DroppedMessage { qos, packet_id }) = acknowledgement {
            self.answer(answer_to(qos), packet_id);
        }
        Ok(())
    }

    pub(super) fn acknowledgement(&self, qos: Qos, packet_id: u16) -> Option<Acknowledgement> {
        (qos != Qos::AtMostOnce).then_some(Acknowledgement {
            connection: self.connection,
            packet_id,
            answer: answer_to(qos),
        })
    }

    pub(super) fn answer(&mut self, answer: Answer, packet_id: u16) {
        if self.is_connected() && encode::answer(&mut self.transmit, answer, packet_id).is_err() {
            self.link = Link::AcknowledgementLost;
        }
    }
}

/// The answer to a PUBLISH that wants one.
fn answer_to(qos: Qos) -> Answer {
    if qos == Qos::ExactlyOnce { Answer::Pubrec } else { Answer::Puback }
}
