//! The device that is meant, and the conversation with it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use rumqttc::Publish;
use serde_json::value::RawValue;

use crate::alink::{CloudRequest, DeviceAnswer, SUCCESS};
use crate::broker_address::BrokerAddress;
use crate::cloud::{CloudEvent, OPERATOR_USER, TimedEvent, read_notice_on};
use crate::device_id::DeviceId;
use crate::mqtt_session::MqttSession;
use crate::output::Output;
use crate::random;

/// Which device through which broker.
#[derive(Args, Clone, Debug)]
pub struct TargetArgs {
    /// The broker that the device uses
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:1883")]
    pub broker: BrokerAddress,
    /// The device, PRODUCT_KEY,DEVICE_NAME
    #[arg(long, value_name = "PK,DN")]
    pub device: DeviceId,
    /// How long to wait for the device
    #[arg(long, value_name = "MS", default_value_t = 10_000)]
    pub timeout_ms: u64,
    /// Print one JSON object per event
    #[arg(long)]
    pub json: bool,
}

/// Accepts JSON, and keeps it as it was typed.
pub fn parse_json(text: &str) -> Result<Box<RawValue>, serde_json::Error> {
    serde_json::from_str(text)
}

/// A request and where its answer comes.
pub struct Question<'a> {
    /// The topic after `/sys/{pk}/{dn}/`.
    pub topic: &'a str,
    /// That of the answer.
    pub reply_topic: &'a str,
    /// What to do.
    pub method: &'a str,
    /// With what.
    pub params: &'a RawValue,
}

/// A conversation with one device.
pub struct Conversation {
    session: MqttSession,
    device: DeviceId,
    patience: Duration,
    start: Instant,
    output: Output,
}

impl Conversation {
    /// Connects with the first wait.
    pub fn open(target: &TargetArgs) -> Result<Self> {
        let client_id = format!("push-{}", random::name()?);
        Ok(Self {
            session: MqttSession::new(&target.broker, &client_id, OPERATOR_USER),
            device: target.device.clone(),
            patience: Duration::from_millis(target.timeout_ms),
            start: Instant::now(),
            output: Output::from_json_flag(target.json),
        })
    }

    /// Whom it is with.
    pub fn device(&self) -> &DeviceId {
        &self.device
    }

    /// Until when to wait for the device if it says something now.
    pub fn deadline(&self) -> Instant {
        Instant::now() + self.patience
    }

    /// The error of a device that was waited for in vain.
    pub fn overdue(&self, what: &str) -> anyhow::Error {
        anyhow::anyhow!("{} did not {what} within {} ms", self.device, self.patience.as_millis())
    }

    /// Hears what the device says on a topic from now on.
    pub fn listen(&mut self, topic: &str) -> Result<()> {
        self.session.subscribe(topic, self.deadline()).context("cannot listen to the device")
    }

    /// Sends a message and returns once the broker has it.
    pub fn send(&mut self, topic: &str, payload: impl Into<Vec<u8>>) -> Result<()> {
        self.session
            .publish(topic, payload)
            .and_then(|()| self.session.acknowledged(self.deadline()))
            .context("cannot send to the device")
    }

    /// The device's next message, or `None` at the deadline.
    pub fn hear(&mut self, deadline: Instant) -> Result<Option<Publish>> {
        self.session.message(deadline)
    }

    /// Prints what happened.
    pub fn tell(&self, event: &CloudEvent) {
        self.output.emit(&TimedEvent { ms: self.start.elapsed().as_millis(), event });
    }

    /// Asks, prints the answer, and fails unless its code is 200.
    pub fn ask(mut self, question: &Question<'_>) -> Result<()> {
        let id = request_id()?;
        self.listen(&self.device.topic(question.reply_topic))?;
        let request = CloudRequest::new(&id, question.method, question.params);
        self.session.publish(&self.device.topic(question.topic), serde_json::to_vec(&request)?)?;
        let deadline = self.deadline();
        while let Some(publish) = self.hear(deadline)? {
            let Some(event) = read_notice_on(&publish.topic, &publish.payload) else { continue };
            self.tell(&event);
            match event {
                CloudEvent::Answered { answer, .. } if answer.id == id => {
                    self.session.part();
                    return judge(&answer);
                }
                CloudEvent::Malformed { reason, .. } => bail!("the device's answer makes no sense: {reason}"),
                // The answer to somebody else.
                _ => {}
            }
        }
        Err(self.overdue("answer"))
    }
}

/// Fails unless the device did what it was asked to.
pub fn judge(answer: &DeviceAnswer) -> Result<()> {
    if answer.code != i32::from(SUCCESS) {
        bail!("the device answered with code {}", answer.code);
    }
    Ok(())
}

/// A number that a device can keep in a C int.
pub fn request_id() -> Result<String> {
    Ok((u32::from_ne_bytes(random::bytes()?) >> 1).to_string())
}
