//! The answer that is sent several times, as its receiver does not acknowledge it.

use alloc::vec::Vec;
use core::net::SocketAddrV4;

use super::{RequestId, Server, message};
use crate::error::Error;
use crate::time::Instant;

/// How often it is sent.
const SENDS: u32 = 5;
/// From one time to the next, ms.
const GAP_MS: u64 = 200;

struct Repeated {
    to: SocketAddrV4,
    bytes: Vec<u8>,
    sends_left: u32,
    next: Instant,
}

/// At most one answer is repeated.
#[derive(Default)]
pub(super) struct Repetition(Option<Repeated>);

impl Repetition {
    /// Whom to send it to again now.
    pub(super) fn poll(&mut self, now: Instant) -> Option<(SocketAddrV4, Result<Vec<u8>, Error>)> {
        let repeated = self.0.as_mut().filter(|repeated| repeated.next <= now)?;
        repeated.sends_left = repeated.sends_left.saturating_sub(1);
        repeated.next = now.plus(GAP_MS);
        let (to, copy) = (repeated.to, message::copy(&repeated.bytes));
        if repeated.sends_left == 0 {
            self.0 = None;
        }
        Some((to, copy))
    }

    pub(super) fn poll_timeout(&self) -> Instant {
        self.0.as_ref().map_or(Instant::NEVER, |repeated| repeated.next)
    }
}

impl Server {
    /// As [`Server::answer`], five times within 800 ms; the next such answer ends the repetition of this one.
    ///
    /// # Errors
    /// As there; after [`Error::Full`] it is sent again all the same.
    pub fn answer_repeatedly(
        &mut self,
        request: &RequestId,
        payload: &[u8],
        now: Instant,
    ) -> Result<(), Error> {
        let answer = message::content(request, payload);
        let kept = answer.as_ref().ok().and_then(|bytes| message::copy(bytes).ok());
        self.repetition.0 = kept.map(|bytes| Repeated {
            to: request.from,
            bytes,
            sends_left: SENDS.saturating_sub(1),
            next: now.plus(GAP_MS),
        });
        self.conclude(request, answer, now)
    }

    /// Nothing is sent again any more.
    pub fn forget_repeated(&mut self) {
        self.repetition = Repetition::default();
    }
}
