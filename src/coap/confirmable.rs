//! The answer whose receiver is to acknowledge it (RFC 7252 section 4.2).

use alloc::vec::Vec;
use core::net::SocketAddrV4;

use log::debug;

use super::gate::Kind;
use super::{RequestId, Server, message};
use crate::error::Error;
use crate::knobs::PROVISION_ACK_TIMEOUT_MS;
use crate::text;
use crate::time::Instant;

/// Time before the first retransmission, ms; the time before the second is twice as long. ACK_TIMEOUT of
/// section 4.8 is the time of the whole here: the network of one hop is to be left then.
const FIRST_GAP_MS: u64 = PROVISION_ACK_TIMEOUT_MS / 4;

/// What became of a confirmable answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Its receiver has it.
    Acknowledged,
    /// It was rejected, or nothing was heard in time.
    NotAcknowledged,
}

struct Unacknowledged {
    to: SocketAddrV4,
    message_id: u16,
    bytes: Vec<u8>,
    gap_ms: u64,
    next: Instant,
    end: Instant,
}

/// At most one answer waits for its acknowledgement.
#[derive(Default)]
pub(super) struct Confirmation {
    waiting: Option<Unacknowledged>,
    delivery: Option<Delivery>,
}

impl Confirmation {
    /// Takes in an Acknowledgement or a Reset. False when it is not for the answer that waits.
    pub(super) fn settle(&mut self, from: SocketAddrV4, kind: Kind, message_id: u16) -> bool {
        let is_meant = |waiting: &Unacknowledged| waiting.to == from && waiting.message_id == message_id;
        let is_settled = self.waiting.as_ref().is_some_and(is_meant);
        if is_settled {
            let is_acknowledged = kind == Kind::Acknowledgement;
            self.end(if is_acknowledged { Delivery::Acknowledged } else { Delivery::NotAcknowledged });
        }
        is_settled
    }

    fn end(&mut self, delivery: Delivery) {
        self.waiting = None;
        self.delivery = Some(delivery);
    }
}

impl Server {
    /// Answers with 2.05 and JSON in a message that is to be acknowledged, and sends it again until it is;
    /// [`Server::poll_delivery`] tells of the end. One answer is waited for: the next one takes its place,
    /// and nothing more is told of the one before.
    ///
    /// # Errors
    /// As [`Server::answer`]; after [`Error::Full`] it is sent again like a lost one.
    pub fn answer_confirmably(
        &mut self,
        request: &RequestId,
        payload: &[u8],
        now: Instant,
    ) -> Result<(), Error> {
        let answer = message::confirmable_content(request, payload);
        let kept = answer.as_ref().ok().and_then(|bytes| message::copy(bytes).ok());
        self.confirmation.delivery = None;
        self.confirmation.waiting = kept.map(|bytes| Unacknowledged {
            to: request.from,
            message_id: request.message_id,
            bytes,
            gap_ms: FIRST_GAP_MS,
            next: now.plus(FIRST_GAP_MS),
            end: now.plus(PROVISION_ACK_TIMEOUT_MS),
        });
        if request.confirmable {
            // The answer is a separate response then (section 5.2.2).
            self.egress.send(request.from, message::acknowledgement(request.message_id), now);
        }
        self.conclude(request, answer, now)
    }

    /// No acknowledgement is waited for any more.
    pub fn forget_confirmable(&mut self) {
        self.confirmation = Confirmation::default();
    }

    /// Sends again what is to be repeated, and what was not acknowledged, or gives that up.
    pub fn handle_timeout(&mut self, now: Instant) {
        #[cfg(feature = "phone-ap")]
        if let Some((to, bytes)) = self.repetition.poll(now) {
            self.egress.send(to, bytes, now);
        }
        let Some(waiting) = &mut self.confirmation.waiting else { return };
        if waiting.end <= now {
            self.confirmation.end(Delivery::NotAcknowledged);
        } else if waiting.next <= now {
            debug!("coap: message {} to {} sent again", waiting.message_id, text::socket_address(waiting.to));
            self.egress.send(waiting.to, message::copy(&waiting.bytes), now);
            waiting.gap_ms = waiting.gap_ms.saturating_mul(2);
            waiting.next = now.plus(waiting.gap_ms);
        }
    }

    /// What became of the confirmable answer, told once.
    pub fn poll_delivery(&mut self) -> Option<Delivery> {
        self.confirmation.delivery.take()
    }

    /// When to call [`Server::handle_timeout`] if nothing happens before, or [`Instant::NEVER`].
    pub fn poll_timeout(&self) -> Instant {
        let unacknowledged = self.confirmation.waiting.as_ref();
        let next = unacknowledged.map_or(Instant::NEVER, |waiting| waiting.next.min(waiting.end));
        #[cfg(feature = "phone-ap")]
        let next = next.min(self.repetition.poll_timeout());
        next
    }
}
