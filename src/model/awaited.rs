//! The replies that are still to come.

use alloc::vec::Vec;

use log::warn;

use super::{Event, TIMEOUT};
use crate::error::Error;
use crate::knobs::{MODEL_REPLIES_MAX, MODEL_REPLY_TIMEOUT_MS};
use crate::text::Terminated;
use crate::time::Instant;

/// What was sent.
pub enum Sent {
    /// Properties, tags, or the deletion of desired properties.
    Report,
    /// An event with this identifier.
    Event(Terminated),
    /// A query, whose reply callback has no code to say that none came.
    Query,
}

struct Message {
    id: u32,
    sent: Sent,
    deadline: Instant,
}

/// Messages whose replies have yet to come, in the order in which they were sent.
#[derive(Default)]
pub struct Awaited {
    messages: Vec<Message>,
    /// It was said that there is no place for more.
    is_full: bool,
    /// The first and the last message for which there was no place.
    untracked: Option<(u32, u32)>,
}

impl Awaited {
    /// None.
    pub const fn new() -> Self {
        Self { messages: Vec::new(), is_full: false, untracked: None }
    }

    /// Makes room for one more; beyond [`MODEL_REPLIES_MAX`] the absence of a reply is not told.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn reserve(&mut self) -> Result<(), Error> {
        if self.messages.len() < MODEL_REPLIES_MAX {
            self.messages.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
        }
        Ok(())
    }

    /// The message was sent. To be called after [`reserve`](Self::reserve).
    pub fn push(&mut self, id: u32, sent: Sent, now: Instant) {
        if self.messages.len() < self.messages.capacity().min(MODEL_REPLIES_MAX) {
            self.messages.push(Message { id, sent, deadline: now.plus(MODEL_REPLY_TIMEOUT_MS) });
            return;
        }
        let first =
            self.untracked.filter(|(first, _)| self.is_full && *first <= id).map_or(id, |(first, _)| first);
        self.untracked = Some((first, id));
        if !core::mem::replace(&mut self.is_full, true) {
            warn!("{MODEL_REPLIES_MAX} replies are awaited: no timeout of further ones is told");
        }
    }

    /// The reply came. False when nobody waits for it: it was given up, has come already, or is to nothing
    /// that was sent.
    pub fn replied(&mut self, id: u32) -> bool {
        let Some(place) = self.messages.iter().position(|message| message.id == id) else {
            return self.untracked.is_some_and(|(first, last)| (first..=last).contains(&id));
        };
        self.messages.remove(place);
        self.release();
        true
    }

    /// When the next reply is overdue.
    pub fn deadline(&self) -> Instant {
        self.messages.first().map_or(Instant::NEVER, |message| message.deadline)
    }

    /// Gives up what is overdue, until there is something of which the application is to be told.
    pub fn overdue(&mut self, now: Instant) -> Option<Event> {
        while self.deadline() <= now {
            let Message { id, sent, .. } = self.messages.remove(0);
            self.release();
            warn!("no reply to message {id} within {MODEL_REPLY_TIMEOUT_MS} ms");
            let event =
                match sent {
                    Sent::Report => Some(Event::ReportReply { id, code: TIMEOUT, data: None }),
                    Sent::Event(event_id) => Terminated::new("timeout")
                        .ok()
                        .map(|message| Event::EventReply { id, code: TIMEOUT, event_id, message }),
                    Sent::Query => None,
                };
            if event.is_some() {
                return event;
            }
        }
        None
    }

    fn release(&mut self) {
        if self.messages.is_empty() {
            self.is_full = false;
        }
    }
}
