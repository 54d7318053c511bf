//! A short stay at an MQTT broker: subscribe, publish, wait for what comes, leave.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use rumqttc::{Client, Connection, Event, Packet, Publish, QoS, RecvTimeoutError, SubscribeReasonCode};

use crate::broker_address::BrokerAddress;

/// Requests that may wait for the connection.
const QUEUE: usize = 10;
/// How long to let the DISCONNECT go out.
const PARTING: Duration = Duration::from_millis(100);

/// A connection that is driven only while something is waited for.
pub struct MqttSession {
    client: Client,
    connection: Connection,
    /// Messages that came while something else was waited for.
    early: VecDeque<Publish>,
}

impl MqttSession {
    /// A session that connects with the first wait. `client_id` must be nobody else's.
    pub fn new(broker: &BrokerAddress, client_id: &str, username: &str) -> Self {
        let (client, connection) = broker.client(client_id, username, "", QUEUE);
        Self { client, connection, early: VecDeque::new() }
    }

    /// Returns once the broker has granted the subscription.
    pub fn subscribe(&mut self, filter: &str, deadline: Instant) -> Result<()> {
        self.client.try_subscribe(filter, QoS::AtLeastOnce)?;
        loop {
            if let Packet::SubAck(granted) = self.response(deadline)? {
                if granted.return_codes.contains(&SubscribeReasonCode::Failure) {
                    bail!("the broker refuses the subscription to {filter}");
                }
                return Ok(());
            }
        }
    }

    /// Hands a message to the connection; it leaves with the next wait.
    pub fn publish(&self, topic: &str, payload: impl Into<Vec<u8>>) -> Result<()> {
        Ok(self.client.try_publish(topic, QoS::AtLeastOnce, false, payload)?)
    }

    /// Returns once the broker has acknowledged a message.
    pub fn acknowledged(&mut self, deadline: Instant) -> Result<()> {
        while !matches!(self.response(deadline)?, Packet::PubAck(_)) {}
        Ok(())
    }

    /// The next message, or `None` at the deadline.
    pub fn message(&mut self, deadline: Instant) -> Result<Option<Publish>> {
        loop {
            if let Some(publish) = self.early.pop_front() {
                return Ok(Some(publish));
            }
            match self.next(deadline)? {
                Some(Packet::Publish(publish)) => self.early.push_back(publish),
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }

    /// The broker's next packet that is no message; messages are kept.
    fn response(&mut self, deadline: Instant) -> Result<Packet> {
        loop {
            match self.next(deadline)? {
                Some(Packet::Publish(publish)) => self.early.push_back(publish),
                Some(packet) => return Ok(packet),
                None => bail!("no answer from the broker"),
            }
        }
    }

    fn next(&mut self, deadline: Instant) -> Result<Option<Packet>> {
        loop {
            let remaining = deadline.saturating_duration_since(Instant::now());
            match self.connection.recv_timeout(remaining) {
                Ok(Ok(Event::Incoming(packet))) => return Ok(Some(packet)),
                Ok(Ok(Event::Outgoing(_))) => {}
                Ok(Err(error)) => return Err(anyhow!(error)),
                Err(RecvTimeoutError::Timeout) => return Ok(None),
                Err(RecvTimeoutError::Disconnected) => bail!("the connection ended"),
            }
        }
    }

    /// Leaves. What goes wrong from now on does not matter.
    pub fn part(mut self) {
        if self.client.try_disconnect().is_ok() {
            let _ = self.connection.recv_timeout(PARTING);
        }
    }
}
