//! The app on the phone: asks the cloud, see [`crate::app_api`].

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::app_api::{AppReply, AppRequest, Operation, PHONE_USER_PREFIX};
use crate::broker_address::BrokerAddress;
use crate::device_id::DeviceId;
use crate::mqtt_session::MqttSession;
use crate::random;

/// How long the cloud may take from connecting to its reply.
const LIMIT: Duration = Duration::from_secs(10);

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
        let mut session = MqttSession::new(&self.broker, &format!("phone-{id}"), &username);
        let request = AppRequest {
            id: json!(id),
            product_key: device.product_key.clone(),
            device_name: device.device_name.clone(),
            token,
        };
        let reply = exchange(&mut session, operation, &self.account, &request)
            .with_context(|| format!("cannot ask the cloud at {}", self.broker))?;
        session.part();
        Ok(reply)
    }
}

fn exchange(
    session: &mut MqttSession,
    operation: Operation,
    account: &str,
    request: &AppRequest,
) -> Result<AppReply> {
    let deadline = Instant::now() + LIMIT;
    session.subscribe(&operation.reply_topic(account), deadline)?;
    session.publish(&operation.request_topic(account), serde_json::to_vec(request)?)?;
    while let Some(publish) = session.message(deadline)? {
        let reply: AppReply =
            serde_json::from_slice(&publish.payload).context("the cloud's reply is not the expected JSON")?;
        // Another phone of the same account hears its own reply on the same topic.
        if reply.id == request.id {
            return Ok(reply);
        }
    }
    bail!("no reply within {} s", LIMIT.as_secs())
}
