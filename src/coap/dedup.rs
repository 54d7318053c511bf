//! Requests seen lately and how they were answered (RFC 7252 section 4.5).

use alloc::vec::Vec;

use super::{RequestId, message};
use crate::knobs::{COAP_DEDUP_LIFETIME_MS, COAP_DEDUP_MAX};
use crate::time::Instant;

/// The exchanges that are remembered, oldest first.
#[derive(Default)]
pub(super) struct Exchanges {
    entries: heapless::Vec<Exchange, COAP_DEDUP_MAX>,
}

struct Exchange {
    request: RequestId,
    began: Instant,
    /// The bytes that went out.
    answer: Option<Vec<u8>>,
}

/// What is known of a request.
pub(super) enum Seen<'a> {
    Never,
    NotAnswered,
    Answered(&'a [u8]),
}

impl Exchanges {
    pub(super) fn look_up(&self, request: &RequestId, now: Instant) -> Seen<'_> {
        match self.entries.iter().find(|entry| entry.request == *request && entry.is_alive(now)) {
            None => Seen::Never,
            Some(Exchange { answer: None, .. }) => Seen::NotAnswered,
            Some(Exchange { answer: Some(bytes), .. }) => Seen::Answered(bytes),
        }
    }

    /// Remembers a request that is being answered; the oldest exchange makes room.
    pub(super) fn begin(&mut self, request: &RequestId, now: Instant) {
        self.entries.retain(|entry| entry.request != *request && entry.is_alive(now));
        if self.entries.is_full() {
            self.entries.remove(0);
        }
        // There is room now.
        let _ = self.entries.push(Exchange { request: request.clone(), began: now, answer: None });
    }

    /// Remembers the answer. Without memory for it a repeated request is still known as one.
    pub(super) fn answered(&mut self, request: &RequestId, bytes: &[u8], now: Instant) {
        if matches!(self.look_up(request, now), Seen::Never) {
            self.begin(request, now);
        }
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.request == *request) {
            entry.answer = message::copy(bytes).ok();
        }
    }

    /// As [`Exchanges::forget`], unless there is an answer to be repeated.
    pub(super) fn abandon(&mut self, request: &RequestId) {
        self.entries.retain(|entry| entry.request != *request || entry.answer.is_some());
    }

    /// The request could not be answered: a repetition is a new chance.
    pub(super) fn forget(&mut self, request: &RequestId) {
        self.entries.retain(|entry| entry.request != *request);
    }
}

impl Exchange {
    fn is_alive(&self, now: Instant) -> bool {
        now.since(self.began) < COAP_DEDUP_LIFETIME_MS
    }
}
