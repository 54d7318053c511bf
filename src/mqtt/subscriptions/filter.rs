//! One topic filter: who wants it, and what the broker has said to it.

use super::text::{Device, Text};
use crate::{
    error::Error,
    mqtt::{
        backoff::Backoff,
        encode::{self, Qos},
        queue::Queue,
        recipient::Recipients,
    },
};

pub(in crate::mqtt) struct Filter {
    pub(super) text: Text,
    pub(super) recipients: Recipients,
    /// Place in the order of the first requests.
    pub(super) number: u32,
    pub(super) request: Kind,
    pub(super) qos: Qos,
    pub(super) state: State,
    pub(super) next: Next,
    pub(super) is_for_library: bool,
    pub(super) backoff: Backoff,
}

/// What is asked of the broker.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Subscribe,
    Unsubscribe,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// To be sent.
    Wanted,
    /// Sent on this connection.
    Asked,
    Granted,
    Refused,
}

/// What the next packet is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// One sent before, if that was not answered; else one that the library needs.
    Again,
    /// A new request of the library.
    New,
    /// A new request of the application, which is told the outcome.
    NewOfApplication,
}

impl Filter {
    pub(super) const fn new(text: Text, number: u32) -> Self {
        Self {
            text,
            recipients: Recipients::None,
            number,
            request: Kind::Unsubscribe,
            qos: Qos::AtMostOnce,
            state: State::Wanted,
            next: Next::Again,
            is_for_library: false,
            backoff: Backoff::new(),
        }
    }

    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        self.text.as_bytes().len().saturating_add(self.recipients.heap_bytes())
    }

    /// Queues the request.
    pub(super) fn encode(&self, packet_id: u16, queue: &mut Queue, device: &Device) -> Result<(), Error> {
        self.text.read(device, |text| {
            let what = match self.request {
                Kind::Subscribe => {
                    encode::subscribe(queue, packet_id, text, self.qos)?;
                    "subscribe"
                }
                Kind::Unsubscribe => {
                    encode::unsubscribe(queue, packet_id, text)?;
                    "unsubscribe"
                }
            };
            log::info!("mqtt {what} packet sent,topic = {text}!");
            Ok(())
        })
    }

    pub(super) fn granted(&mut self) {
        self.state = State::Granted;
        self.backoff.reset();
    }

    /// Gives the wait before the broker is asked again, ms.
    pub(super) fn refused(&mut self, device: &Device) -> u64 {
        self.state = State::Refused;
        let wait = self.backoff.next_ms();
        // It fits, for it was sent.
        let _ = self.text.read(device, |text| {
            log::warn!("mqtt: broker refused subscription {text} (0x80), asked again in {wait} ms");
            Ok(())
        });
        wait
    }
}
