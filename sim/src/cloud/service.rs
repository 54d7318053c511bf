//! All that the cloud does, by topic. Knows no socket and no clock.

use std::time::Duration;

use crate::cloud::binding::BindingService;
use crate::cloud::model::ModelService;
use crate::cloud::outcome::Outcome;
use crate::cloud::topics::Inbound;

/// When a message came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arrival {
    /// By a clock that does not run backwards.
    pub uptime: Duration,
    /// Since 1970.
    pub unix_time: Duration,
}

/// The services behind the topics.
#[derive(Debug)]
pub struct CloudService {
    /// Tokens and accounts.
    pub binding: BindingService,
    /// Properties, events, services, time and upgrades.
    pub model: ModelService,
}

impl CloudService {
    /// Takes one message.
    pub fn handle(&mut self, topic: &str, payload: &[u8], arrival: Arrival) -> Outcome {
        match Inbound::parse(topic) {
            Some(Inbound::Binding(message)) => self.binding.handle(message, topic, payload, arrival.uptime),
            Some(Inbound::Model(device, message)) => {
                self.model.handle(device, message, topic, payload, arrival.unix_time)
            }
            None => Outcome::default(),
        }
    }
}
