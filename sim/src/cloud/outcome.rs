//! What a message to the cloud leads to.

use std::time::Duration;

use crate::cloud::event::CloudEvent;

/// A message to publish.
#[derive(Debug, PartialEq)]
pub struct Outgoing {
    /// Where.
    pub topic: String,
    /// What.
    pub payload: Vec<u8>,
    /// How long to hold it back.
    pub delay: Duration,
    /// What has happened once it is out.
    pub event: Option<CloudEvent>,
}

/// What a message led to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Happened at once.
    pub events: Vec<CloudEvent>,
    /// To be published, in this order.
    pub outgoing: Vec<Outgoing>,
}

impl Outcome {
    /// Something happened, and nobody is told but the observer.
    pub fn event(event: CloudEvent) -> Self {
        Self { events: vec![event], outgoing: Vec::new() }
    }
}
