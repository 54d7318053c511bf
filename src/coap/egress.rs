//! What leaves the server: a bounded outbox, and the limit on what others can provoke.

use alloc::vec::Vec;
use core::net::SocketAddrV4;

use log::warn;

use super::Datagram;
use super::rate::{RateLimit, Warnings};
use crate::error::Error;
use crate::knobs::COAP_OUTBOX_MAX;
use crate::text;
use crate::time::Instant;

pub(super) struct Egress {
    rate_limit: RateLimit,
    outbox: heapless::Deque<Datagram, COAP_OUTBOX_MAX>,
    over_limit: Warnings,
    not_sent: Warnings,
}

impl Egress {
    pub(super) fn new() -> Self {
        Self {
            rate_limit: RateLimit::new(),
            outbox: heapless::Deque::new(),
            over_limit: Warnings::default(),
            not_sent: Warnings::default(),
        }
    }

    /// May a datagram of `from` cause one of ours? If so, that one is counted.
    pub(super) fn admit(&mut self, from: SocketAddrV4, now: Instant) -> bool {
        let admitted = self.rate_limit.admit(*from.ip(), now);
        if !admitted && let Some(count) = self.over_limit.count(now) {
            warn!(
                "coap: {count} datagrams over the rate limit not answered, the last of {}",
                text::socket_address(from)
            );
        }
        admitted
    }

    pub(super) fn post(&mut self, to: SocketAddrV4, bytes: Vec<u8>) -> Result<(), Error> {
        self.outbox.push_back(Datagram { to, bytes }).map_err(|_| Error::Full)
    }

    /// As [`Egress::post`], for a message that nobody else hears about when it fails.
    pub(super) fn send(&mut self, to: SocketAddrV4, message: Result<Vec<u8>, Error>, now: Instant) {
        let sent = message.and_then(|bytes| self.post(to, bytes));
        self.warn_unless_sent(sent, now);
    }

    pub(super) fn warn_unless_sent(&mut self, sent: Result<(), Error>, now: Instant) {
        if let Err(error) = sent
            && let Some(count) = self.not_sent.count(now)
        {
            warn!("coap: {count} answers not sent, the last: {error}");
        }
    }

    pub(super) fn poll(&mut self) -> Option<Datagram> {
        self.outbox.pop_front()
    }
}
