//! All that the cloud does, by topic. Knows no socket and no clock.

use std::time::Duration;

use crate::cloud::binding::{BindingService, Faults};
use crate::cloud::joining::JoiningService;
use crate::cloud::model::ModelService;
use crate::cloud::outcome::Outcome;
use crate::cloud::topics::Inbound;
use crate::file::Offers;

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
    /// New devices that join by the help of others.
    pub joining: JoiningService,
    /// Properties, events, services, time and upgrades.
    pub model: ModelService,
}

impl CloudService {
    /// A cloud that has seen nothing yet, and lets no new device join by the help of others.
    pub fn new(token_life: Duration, faults: Faults, offers: Offers) -> Self {
        let delay = faults.reply_delay;
        Self {
            model: ModelService::new(offers, delay),
            joining: JoiningService::new(&[], JoiningService::DEFAULT_TIMEOUT_S, delay),
            binding: BindingService::new(token_life, faults),
        }
    }

    /// Takes one message.
    pub fn handle(&mut self, topic: &str, payload: &[u8], arrival: Arrival) -> Outcome {
        match Inbound::parse(topic) {
            Some(Inbound::Binding(message)) => self.binding.handle(message, topic, payload, arrival.uptime),
            Some(Inbound::Joining(device, message)) => self.joining.handle(device, message, topic, payload),
            Some(Inbound::Model(device, message)) => {
                self.model.handle(device, message, topic, payload, arrival.unix_time)
            }
            None => Outcome::default(),
        }
    }
}
