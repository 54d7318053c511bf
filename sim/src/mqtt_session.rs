//! A short stay at an MQTT broker: subscribe, publish, wait for what comes, leave.

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
}

impl MqttSession {
    /// A session that connects with the first wait. `client_id` must be nobody else's.
    pub fn new(broker: &BrokerAddress, client_id: &str, username: &str) -> Self {
        let (client, connection) = broker.client(client_id, username, "", QUEUE);
        Self { client, connection }
    }

    /// Returns once the broker has granted the subscription.
    pub fn subscribe(&mut self, filter: &str, deadline: Instant) -> Result<()> {
        self.client.try_subscribe(filter, QoS::AtLeastOnce)?;
        loop {
            match self.next(deadline)? {
                Some(Packet::SubAck(granted)) => {
                    if granted.return_codes.contains(&SubscribeReasonCode::Failure) {
                        bail!("the broker refuses the subscription to {filter}");
                    }
                    return Ok(());
                }
                Some(_) => {}
                None => bail!("no answer from the broker"),
            }
        }
    }

    /// Hands a message to the connection; it leaves with the next wait.
    pub fn publish(&self, topic: &str, payload: impl Into<Vec<u8>>) -> Result<()> {
        Ok(self.client.try_publish(topic, QoS::AtLeastOnce, false, payload)?)
    }

    /// Returns once the broker has acknowledged a message.
    pub fn acknowledged(&mut self, deadline: Instant) -> Result<()> {
        loop {
            match self.next(deadline)? {
                Some(Packet::PubAck(_)) => return Ok(()),
                Some(_) => {}
                None => bail!("no answer from the broker"),
            }
        }
    }

    /// The next message, or `None` at the deadline.
    pub fn message(&mut self, deadline: Instant) -> Result<Option<Publish>> {
        loop {
            match self.next(deadline)? {
                Some(Packet::Publish(publish)) => return Ok(Some(publish)),
                Some(_) => {}
                None => return Ok(None),
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
