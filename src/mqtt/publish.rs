//! Messages to the broker.

use super::{
    client::Client,
    encode::{self, Qos},
    queue::Queue,
};
use crate::{error::Error, time::Instant};

impl Client {
    /// Publishes for the library and gives the packet id, if it has one. A QoS 1 message is kept and sent
    /// on every connection until the broker acknowledges it, or has not done so within
    /// [`MQTT_PUBACK_TIMEOUT_MS`](crate::knobs::MQTT_PUBACK_TIMEOUT_MS) while it sends other things.
    ///
    /// # Errors
    /// [`Error::Full`]: too much waits for the socket, or
    /// [`MQTT_INFLIGHT_MAX`](crate::knobs::MQTT_INFLIGHT_MAX) messages wait for the broker;
    /// [`Error::Offline`]; [`Error::Unsupported`] with QoS 2; [`Error::Malformed`] and
    /// [`Error::TooLong`] for the topic and the size; [`Error::OutOfMemory`].
    pub fn publish(
        &mut self,
        topic: &str,
        payload: &[u8],
        qos: Qos,
        now: Instant,
    ) -> Result<Option<u16>, Error> {
        self.publish_message(&Message { topic, payload, qos, retain: false, is_of_application: false }, now)
    }

    /// Publishes for the library with QoS 0; otherwise like [`publish`](Self::publish). The payload comes in
    /// parts, of which nobody makes a whole.
    #[cfg(feature = "model")]
    pub fn publish_parts(&mut self, topic: &str, payload: [&[u8]; 3], now: Instant) -> Result<(), Error> {
        if !self.is_connected() {
            return Err(Error::Offline);
        }
        encode::publish_parts(&mut self.transmit, topic, payload)?;
        self.note_sent(now);
        Ok(())
    }

    /// Publishes for the application, otherwise like [`publish`](Self::publish). A QoS 1 message ends with
    /// one [`Outcome::Published`](super::Outcome::Published) or
    /// [`Outcome::PublishLost`](super::Outcome::PublishLost).
    pub fn publish_for_application(
        &mut self,
        topic: &str,
        payload: &[u8],
        qos: Qos,
        retain: bool,
        now: Instant,
    ) -> Result<Option<u16>, Error> {
        self.publish_message(&Message { topic, payload, qos, retain, is_of_application: true }, now)
    }

    fn publish_message(&mut self, message: &Message<'_>, now: Instant) -> Result<Option<u16>, Error> {
        if !self.is_connected() {
            return Err(Error::Offline);
        }
        let packet_id = match message.qos {
            Qos::AtMostOnce => {
                message.encode(&mut self.transmit, None)?;
                None
            }
            Qos::AtLeastOnce => Some(self.publish_at_least_once(message, now)?),
            Qos::ExactlyOnce => return Err(Error::Unsupported),
        };
        self.note_sent(now);
        Ok(packet_id)
    }

    fn publish_at_least_once(&mut self, message: &Message<'_>, now: Instant) -> Result<u16, Error> {
        self.in_flight.reserve()?;
        let packet_id = self.unused_packet_id();
        let mut packet = Queue::new(self.transmit.max());
        message.encode(&mut packet, Some(packet_id))?;
        self.in_flight.push(packet_id, packet.into_bytes(), message.is_of_application);
        self.transmit_in_flight(now);
        Ok(packet_id)
    }

    /// Queues the QoS 1 messages that wait for it. They may be requests, whose replies we want to get: a
    /// subscription that lacks room or memory comes first.
    pub(super) fn transmit_in_flight(&mut self, now: Instant) {
        if !self.subscriptions.lack_room() {
            self.in_flight.transmit(&mut self.transmit, now);
        }
    }
}

struct Message<'a> {
    topic: &'a str,
    payload: &'a [u8],
    qos: Qos,
    retain: bool,
    is_of_application: bool,
}

impl Message<'_> {
    fn encode(&self, queue: &mut Queue, packet_id: Option<u16>) -> Result<(), Error> {
        encode::publish(queue, self.topic, self.payload, self.retain, packet_id)
    }
}
