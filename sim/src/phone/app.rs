//! The app on the phone: asks the cloud, see [`crate::app_api`].

use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use rumqttc::{Client, Connection, Event, Packet, QoS, RecvTimeoutError, SubscribeReasonCode};
use serde_json::json;

use crate::app_api::{AppReply, AppRequest, Operation, PHONE_USER_PREFIX};
use crate::broker_address::BrokerAddress;
use crate::device_id::DeviceId;
use crate::random;

/// How long the cloud may take from connecting to its reply.
const LIMIT: Duration = Duration::from_secs(10);
/// How long to let the DISCONNECT go out.
const PARTING: Duration = Duration::from_millis(100);

/// An account at a cloud.
#[derive(Clone, Debug)]
pub struct App {
    broker: BrokerAddress,
    account: String,
}

impl App {
    /// An account that reaches its cloud through `broker`.
    pub fn new(broker: BrokerAddress, account: impl Into<String>) -> Self {
        Self { broker, account: account.into() }
    }

    /// Whose app it is.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Binds a device with a token of its.
    pub fn bind(&self, device: &DeviceId, token: &str) -> Result<AppReply> {
        self.ask(Operation::Bind, device, Some(token.to_owned()))
    }

    /// Undoes that.
    pub fn unbind(&self, device: &DeviceId) -> Result<AppReply> {
        self.ask(Operation::Unbind, device, None)
    }

    fn ask(&self, operation: Operation, device: &DeviceId, token: Option<String>) -> Result<AppReply> {
        let id = random::name()?;
        let username = format!("{PHONE_USER_PREFIX}{}", self.account);
        let (client, connection) = self.broker.client(&format!("phone-{id}"), &username, "", 10);
        let mut session = Session { client, connection, deadline: Instant::now() + LIMIT };
        let request = AppRequest {
            id: json!(id),
            product_key: device.product_key.clone(),
            device_name: device.device_name.clone(),
            token,
        };
        session
            .exchange(operation, &self.account, &request)
            .with_context(|| format!("cannot ask the cloud at {}", self.broker))
    }
}

struct Session {
    client: Client,
    connection: Connection,
    deadline: Instant,
}

impl Session {
    fn exchange(&mut self, operation: Operation, account: &str, request: &AppRequest) -> Result<AppReply> {
        let reply_topic = operation.reply_topic(account);
        self.client.try_subscribe(&reply_topic, QoS::AtLeastOnce)?;
        loop {
            if let Packet::SubAck(granted) = self.next()? {
                if granted.return_codes.contains(&SubscribeReasonCode::Failure) {
                    bail!("the broker refuses the subscription to {reply_topic}");
                }
                break;
            }
        }
        let payload = serde_json::to_vec(request)?;
        self.client.try_publish(operation.request_topic(account), QoS::AtLeastOnce, false, payload)?;
        loop {
            let Packet::Publish(publish) = self.next()? else { continue };
            let reply: AppReply = serde_json::from_slice(&publish.payload)
                .context("the cloud's reply is not the expected JSON")?;
            // Another phone of the same account hears its own reply on the same topic.
            if reply.id == request.id {
                self.part();
                return Ok(reply);
            }
        }
    }

    fn next(&mut self) -> Result<Packet> {
        loop {
            let remaining = self.deadline.saturating_duration_since(Instant::now());
            match self.connection.recv_timeout(remaining) {
                Ok(Ok(Event::Incoming(packet))) => return Ok(packet),
                Ok(Ok(Event::Outgoing(_))) => {}
                Ok(Err(error)) => return Err(anyhow!(error)),
                Err(RecvTimeoutError::Timeout) => bail!("no reply within {} s", LIMIT.as_secs()),
                Err(RecvTimeoutError::Disconnected) => bail!("the connection ended"),
            }
        }
    }

    fn part(&mut self) {
        // The reply is here: what goes wrong from now on does not matter.
        if self.client.try_disconnect().is_ok() {
            let _ = self.connection.recv_timeout(PARTING);
        }
    }
}
