//! One topic filter: who wants it, and what the broker has said to it.

use alloc::{boxed::Box, string::String};

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
    text: Box<str>,
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
    pub(super) fn new(text: &str, number: u32) -> Result<Self, Error> {
        let mut owned = String::new();
        owned.try_reserve_exact(text.len()).map_err(|_| Error::OutOfMemory)?;
        owned.push_str(text);
        Ok(Self {
            text: owned.into_boxed_str(),
            recipients: Recipients::None,
            number,
            request: Kind::Unsubscribe,
            qos: Qos::AtMostOnce,
            state: State::Wanted,
            next: Next::Again,
            is_for_library: false,
            backoff: Backoff::new(),
        })
    }

    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        self.text.len().saturating_add(self.recipients.heap_bytes())
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Queues the request.
    pub(super) fn encode(&self, packet_id: u16, queue: &mut Queue) -> Result<(), Error> {
        let what = match self.request {
            Kind::Subscribe => {
                encode::subscribe(queue, packet_id, &self.text, self.qos)?;
                "subscribe"
            }
            Kind::Unsubscribe => {
                encode::unsubscribe(queue, packet_id, &self.text)?;
                "unsubscribe"
            }
        };
        log::info!("mqtt {what} packet sent,topic = {}!", self.text);
        Ok(())
    }

    pub(super) fn granted(&mut self) {
        self.state = State::Granted;
        self.backoff.reset();
    }

    /// Gives the wait before the broker is asked again, ms.
    pub(super) fn refused(&mut self) -> u64 {
        self.state = State::Refused;
        let wait = self.backoff.next_ms();
        log::warn!("mqtt: broker refused subscription {} (0x80), asked again in {wait} ms", self.text);
        wait
    }
}
