//! A resource that changes once, observed by the one that has asked for it (RFC 7641).

use super::{RequestId, Server, message};
use crate::error::Error;
use crate::time::Instant;

impl Server {
    /// As [`Server::answer`], and takes the request on as an observation, whose number 0 this is.
    ///
    /// # Errors
    /// As there.
    pub fn answer_observation(
        &mut self,
        request: &RequestId,
        payload: &[u8],
        now: Instant,
    ) -> Result<(), Error> {
        self.conclude(request, message::observed_content(request, payload), now)
    }

    /// Tells who observes with `request` JSON, in a non-confirmable message. `number`: one more each time, from 1.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::OutOfMemory`], [`Error::Full`] when too many datagrams wait for the socket.
    pub fn notify(&mut self, request: &RequestId, number: u32, payload: &[u8]) -> Result<(), Error> {
        let bytes = message::notification(self.next_message_id, request, number, payload)?;
        self.next_message_id = self.next_message_id.wrapping_add(1);
        self.egress.post(request.from, bytes)
    }
}
