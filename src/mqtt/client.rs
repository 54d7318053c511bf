//! The client: connection life cycle, timers and requests.

use alloc::vec::Vec;
use core::mem;

use super::{
    backoff::Backoff,
    encode::{self, Credentials, Qos},
    in_flight::InFlight,
    link::{Dead, Link},
    subscriptions::{SubscriptionState, Subscriptions},
};
use crate::{
    error::Error,
    knobs::MQTT_CONNACK_TIMEOUT_MS,
    time::{Instant, earliest},
};

/// One MQTT session over any number of connections, one after the other.
///
/// The owner of the socket calls, for each connection, [`connecting`](Self::connecting) when
/// [`wants_connection`](Self::wants_connection), then
/// [`connection_opened`](Self::connection_opened), and in the end, however it came about,
/// [`connection_lost`](Self::connection_lost). After every other call it asks
/// [`swap_transmit`](Self::swap_transmit) until that gives nothing, and
/// [`poll_timeout`](Self::poll_timeout).
pub struct Client {
    pub(super) link: Link,
    started: bool,
    /// A connection was accepted before, so that the next one is a reconnect.
    pub(super) was_connected: bool,
    pub(super) backoff: Backoff,
    pub(super) transmit: Vec<u8>,
    last_packet_id: u16,
    pub(super) in_flight: InFlight,
    pub(super) subscriptions: Subscriptions,
}

impl Client {
    /// A client at rest, without subscriptions.
    pub fn new() -> Self {
        Self {
            link: Link::Down { retry_at: Instant::from_millis(0) },
            started: false,
            was_connected: false,
            backoff: Backoff::new(),
            transmit: Vec::new(),
            last_packet_id: 0,
            in_flight: InFlight::new(),
            subscriptions: Subscriptions::new(),
        }
    }

    /// Wants a connection from now on.
    pub fn start(&mut self, now: Instant) {
        if !self.started {
            self.started = true;
            log::info!("MQTT init success!");
            self.backoff.reset();
            self.link = Link::Down { retry_at: now };
        }
    }

    /// Wants no connection any more. A DISCONNECT is queued if there is one; the owner writes what
    /// [`swap_transmit`](Self::swap_transmit) gives and closes.
    pub fn stop(&mut self) {
        self.started = false;
        self.was_connected = false;
        if let Link::Up(_) = self.link {
            // Without room for it the broker sees the close, which does as well without a will.
            let _ = encode::disconnect(&mut self.transmit);
        } else {
            self.transmit.clear();
        }
        self.link_down(Instant::from_millis(0));
    }

    /// Whether it is time to open the transport.
    pub fn wants_connection(&self, now: Instant) -> bool {
        self.started && matches!(self.link, Link::Down { retry_at } if retry_at <= now)
    }

    /// The transport is being opened. Without effect when no connection is wanted.
    pub fn connecting(&mut self) {
        // Stopped meanwhile, perhaps.
        if !self.started || !matches!(self.link, Link::Down { .. }) {
            return;
        }
        if self.was_connected {
            log::info!("start to reconnect");
        }
        self.transmit.clear();
        self.link = Link::Opening;
    }

    /// The transport is open: queues CONNECT. After an error the owner closes the transport;
    /// [`Error::WrongState`]: no connection is wanted any more.
    pub fn connection_opened(&mut self, credentials: &Credentials<'_>, now: Instant) -> Result<(), Error> {
        let Link::Opening = self.link else { return Err(Error::WrongState) };
        encode::connect(&mut self.transmit, credentials)?;
        self.link = Link::AwaitingConnack { deadline: now.plus(MQTT_CONNACK_TIMEOUT_MS) };
        Ok(())
    }

    /// The transport could not be opened, was closed, or was given up. The next attempt comes at a
    /// point of the back-off interval that `jitter`, a uniform random number, picks.
    pub fn connection_lost(&mut self, jitter: u32, now: Instant) {
        if let Link::Down { .. } = self.link {
            return;
        }
        if let Link::Up(_) | Link::AcknowledgementLost = self.link {
            log::error!("network is disconnected!");
        }
        if self.was_connected {
            log::info!("Waiting to reconnect...");
        }
        self.transmit.clear();
        let wait = self.backoff.next_jittered_ms(jitter);
        self.link_down(now.plus(wait));
    }

    /// Whether the broker has accepted the connection.
    pub fn is_connected(&self) -> bool {
        matches!(self.link, Link::Up(_))
    }

    /// When to call [`handle_timeout`](Self::handle_timeout), or to ask
    /// [`wants_connection`](Self::wants_connection); `None`: not before another call.
    pub fn poll_timeout(&self) -> Option<Instant> {
        match &self.link {
            Link::Down { retry_at } => self.started.then_some(*retry_at),
            Link::Opening | Link::Refused => None,
            Link::AwaitingConnack { deadline } => Some(*deadline),
            Link::Up(keep_alive) => earliest(Some(keep_alive.deadline()), self.subscriptions.deadline()),
            Link::AcknowledgementLost => Some(Instant::from_millis(0)),
        }
    }

    /// Does what is due. To be called only after the packets that have arrived were handled: the one
    /// whose absence it would find may be among them.
    pub fn handle_timeout(&mut self, now: Instant) -> Result<(), Dead> {
        match &mut self.link {
            Link::AwaitingConnack { deadline } if *deadline <= now => return Err(Dead::NoConnack),
            Link::AcknowledgementLost => return Err(Dead::AcknowledgementLost),
            Link::Up(keep_alive) if keep_alive.is_dead(now) => return Err(Dead::NoPingresp),
            Link::Up(keep_alive) if keep_alive.is_ping_due(now) => {
                // Without room for it there will be no PINGRESP: a queue that does not move is dead too.
                let _ = encode::pingreq(&mut self.transmit);
                keep_alive.ping_sent(now);
            }
            _ => {}
        }
        self.transmit_subscriptions(now);
        Ok(())
    }

    /// Hands over the bytes to be written, in exchange for an empty buffer to queue the next ones in;
    /// so two buffers serve for ever. `false`: nothing is queued, and `empty` stays.
    pub fn swap_transmit(&mut self, empty: &mut Vec<u8>) -> bool {
        if self.is_connected() {
            self.in_flight.transmit(&mut self.transmit);
        }
        if self.transmit.is_empty() {
            return false;
        }
        empty.clear();
        mem::swap(empty, &mut self.transmit);
        true
    }

    /// Subscribes, now or with the next connection, and again whenever the broker has lost the session.
    /// `filter`: at most 256 bytes. [`Error::Full`]: no room for another filter.
    pub fn subscribe(&mut self, filter: &str, qos: Qos, now: Instant) -> Result<(), Error> {
        self.subscriptions.subscribe(filter, qos, now)?;
        self.transmit_subscriptions(now);
        Ok(())
    }

    /// Unsubscribes, now or with the next connection; also from what an earlier run of the program
    /// has left in the broker's session.
    pub fn unsubscribe(&mut self, filter: &str, now: Instant) -> Result<(), Error> {
        self.subscriptions.unsubscribe(filter, now)?;
        self.transmit_subscriptions(now);
        Ok(())
    }

    /// How far the subscription to `filter` has come; `None` if there is none.
    pub fn subscription(&self, filter: &str) -> Option<SubscriptionState> {
        self.subscriptions.state(filter)
    }

    /// Publishes and gives the packet id, if it has one. A QoS 1 message is kept and sent on every
    /// connection until the broker acknowledges it. [`Error::Full`]: too much waits for the socket
    /// or for the broker.
    pub fn publish(
        &mut self,
        topic: &str,
        payload: &[u8],
        qos: Qos,
        now: Instant,
    ) -> Result<Option<u16>, Error> {
        if !self.is_connected() {
            return Err(Error::Offline);
        }
        let packet_id = match qos {
            Qos::AtMostOnce => {
                encode::publish(&mut self.transmit, topic, payload, None)?;
                None
            }
            Qos::AtLeastOnce => Some(self.publish_at_least_once(topic, payload)?),
        };
        self.note_sent(now);
        Ok(packet_id)
    }

    /// Acknowledges a message, after it was processed and in the order of arrival (\[MQTT-4.6.0-2\]).
    /// `packet_id`: from [`Incoming::Message`](super::Incoming::Message) of this connection; messages
    /// of an earlier one come again.
    pub fn acknowledge(&mut self, packet_id: u16) {
        if self.is_connected() && encode::puback(&mut self.transmit, packet_id).is_err() {
            self.link = Link::AcknowledgementLost;
        }
    }

    /// Queues the SUBSCRIBEs and UNSUBSCRIBEs that are due.
    pub(super) fn transmit_subscriptions(&mut self, now: Instant) {
        if !self.is_connected() {
            return;
        }
        while let Some((index, packet_id)) = self.subscriptions.next_due(now) {
            // Sent again, a packet keeps its id [MQTT-2.3.1-3].
            let packet_id = packet_id.unwrap_or_else(|| self.unused_packet_id());
            if self.subscriptions.transmit(index, packet_id, &mut self.transmit, now) {
                self.note_sent(now);
            }
        }
    }

    fn publish_at_least_once(&mut self, topic: &str, payload: &[u8]) -> Result<u16, Error> {
        if self.in_flight.is_full() {
            return Err(Error::Full);
        }
        let packet_id = self.unused_packet_id();
        let mut packet = Vec::new();
        encode::publish(&mut packet, topic, payload, Some(packet_id))?;
        self.in_flight.push(packet_id, packet)?;
        self.in_flight.transmit(&mut self.transmit);
        Ok(packet_id)
    }

    /// The next packet id not in use; there is one, for the tables hold far fewer than 65535.
    fn unused_packet_id(&mut self) -> u16 {
        loop {
            self.last_packet_id = self.last_packet_id.checked_add(1).unwrap_or(1);
            if !self.in_flight.holds(self.last_packet_id) && !self.subscriptions.holds(self.last_packet_id) {
                return self.last_packet_id;
            }
        }
    }

    fn note_sent(&mut self, now: Instant) {
        if let Link::Up(keep_alive) = &mut self.link {
            keep_alive.sent(now);
        }
    }

    fn link_down(&mut self, retry_at: Instant) {
        self.link = Link::Down { retry_at };
        self.subscriptions.connection_lost();
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}
