//! What the client does with a packet from the broker.

use super::{
    acknowledge::Acknowledgement,
    client::Client,
    decode::{ConnectRefusal, Publish, Received, decode},
    encode::{Answer, Qos},
    exactly_once::Arrival,
    gate::Violation,
    keep_alive::KeepAlive,
    link::Link,
    session::Session,
};
use crate::{knobs::MQTT_QOS2_MAX, time::Instant};

/// What a packet means to the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incoming<'p> {
    /// Nothing: it was between broker and client.
    Nothing,
    /// The broker accepted the connection.
    Connected {
        /// The broker still has the session, with its subscriptions, for certain.
        session_present: bool,
    },
    /// The broker refused the connection, and closes it.
    Refused(ConnectRefusal),
    /// The broker answered a SUBSCRIBE or UNSUBSCRIBE: ask [`Client::subscription`] and
    /// [`Client::poll_outcome`].
    SubscriptionsChanged,
    /// A message.
    Message(Message<'p>),
}

/// A message from the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'p> {
    /// Topic name.
    pub topic: &'p str,
    /// Payload.
    pub payload: &'p [u8],
    /// With which it came.
    pub qos: Qos,
    /// The broker may have sent it before.
    pub dup: bool,
    /// It was kept by the broker and is not a new one.
    pub retain: bool,
    /// Unless the QoS is 0.
    pub packet_id: Option<u16>,
    /// The library subscribed to it, and was not refused.
    pub for_library: bool,
    /// Unless the QoS is 0: call [`Client::acknowledge`] with it once the message was processed.
    pub acknowledgement: Option<Acknowledgement>,
}

impl Client {
    /// Takes in one packet, as [`FrameReader::packet`](super::FrameReader::packet) gives it. After a
    /// [`Violation`] the connection must be dropped.
    pub fn handle_packet<'p>(&mut self, packet: &'p [u8], now: Instant) -> Result<Incoming<'p>, Violation> {
        self.latest = now;
        match &mut self.link {
            Link::AwaitingConnack { .. } => return self.handle_connack(packet, now),
            Link::Up(keep_alive) => keep_alive.received(now),
            _ => return Err(Violation("packet on a connection that is over")),
        }
        match decode(packet)? {
            Received::Connack { .. } => return Err(Violation("second CONNACK")),
            Received::Publish(publish) => return Ok(self.handle_publish(packet, publish)),
            Received::Suback { packet_id, granted } => {
                self.subscriptions.suback_received(packet_id, granted, now, &mut self.outcomes);
                return Ok(Incoming::SubscriptionsChanged);
            }
            Received::Unsuback { packet_id } => {
                self.subscriptions.unsuback_received(packet_id, &mut self.outcomes);
                return Ok(Incoming::SubscriptionsChanged);
            }
            Received::Puback { packet_id } => self.in_flight.puback_received(packet_id, &mut self.outcomes),
            Received::Pubrel { packet_id } => {
                let sends_again = self.exactly_once.pubrel_received(packet_id);
                self.answer(Answer::Pubcomp, packet_id);
                if sends_again {
                    self.link = Link::AcknowledgementLost;
                }
            }
            Received::Pingresp => {
                if let Link::Up(keep_alive) = &mut self.link {
                    keep_alive.pingresp_received();
                }
            }
        }
        Ok(Incoming::Nothing)
    }

    fn handle_publish<'p>(&mut self, packet: &[u8], publish: Publish<'p>) -> Incoming<'p> {
        let Publish { topic, payload, qos, dup, retain, packet_id } = publish;
        if let (Qos::ExactlyOnce, Some(packet_id)) = (qos, packet_id) {
            match self.exactly_once.publish_received(packet_id, dup) {
                Arrival::New => {}
                Arrival::Again => {
                    self.answer(Answer::Pubrec, packet_id);
                    return Incoming::Nothing;
                }
                Arrival::NoRoom => {
                    log::warn!(
                        "mqtt: QoS 2 message {packet_id} not taken: more than {MQTT_QOS2_MAX} are open"
                    );
                    return Incoming::Nothing;
                }
            }
        }
        log_message(packet, topic, payload, packet_id);
        Incoming::Message(Message {
            topic,
            payload,
            qos,
            dup,
            retain,
            packet_id,
            for_library: self.subscriptions.is_for_library(topic),
            acknowledgement: packet_id.and_then(|packet_id| self.acknowledgement(qos, packet_id)),
        })
    }

    fn handle_connack(&mut self, packet: &[u8], now: Instant) -> Result<Incoming<'static>, Violation> {
        let Received::Connack { session_present, refusal } = decode(packet)? else {
            return Err(Violation("packet before CONNACK"));
        };
        if let Some(refusal) = refusal {
            self.link = Link::Refused;
            return Ok(Incoming::Refused(refusal));
        }
        log::info!("mqtt connect success!");
        if self.was_connected {
            log::info!("network is reconnected!");
        }
        self.was_connected = true;
        self.backoff.reset();
        self.link = Link::Up(KeepAlive::new(self.config.ping_interval_ms, now));
        self.connection = self.connection.wrapping_add(1);
        let session = self.session.connection_made(session_present, &self.config);
        self.exactly_once.connection_made(session);
        self.subscriptions.connection_made(session, now, &mut self.outcomes);
        self.in_flight.restart();
        Ok(Incoming::Connected { session_present: session == Session::Kept })
    }
}

/// An answer to nothing that is open, as after a resent request.
pub(in crate::mqtt) fn log_unknown(packet: &str, packet_id: u16) {
    log::debug!("mqtt: {packet} with unknown packet id {packet_id} ignored");
}

fn log_message(packet: &[u8], topic: &str, payload: &[u8], packet_id: Option<u16>) {
    log::debug!("Packet Ident : {:08}", packet_id.unwrap_or_default());
    log::debug!("Topic Length : {}", topic.len());
    log::debug!("Topic Name : {topic}");
    // The receive buffer is made to the measure of the packet: the room is what it holds.
    log::debug!("Payload Len/Room : {} / {}", payload.len(), payload.len());
    log::debug!("Receive Buflen : {}", packet.len());
    log::debug!("delivering msg ...");
}
