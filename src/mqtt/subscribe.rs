//! Subscriptions, and to whom their messages go.

use super::{
    client::Client,
    encode::Qos,
    outcome::Outcome,
    recipient::{Delivery, Recipient},
    subscriptions::SubscriptionState,
};
use crate::{error::Error, time::Instant};

impl Client {
    /// Subscribes, now or with the next connection, and again whenever the broker has lost the session.
    /// `recipient` gets the messages; `None`: the library does, and the filter has no wildcards, which those of
    /// `subscribe_template` may have. A filter can have several recipients, each once. `filter`: at most 256
    /// bytes.
    ///
    /// Gives the packet id of the SUBSCRIBE if it was queued now. For a recipient it ends with one
    /// [`Outcome::Subscribed`] or [`Outcome::SubscribeRefused`], perhaps after one
    /// [`Outcome::SubscribeTimedOut`].
    ///
    /// # Errors
    /// [`Error::Full`]: no room for another filter or recipient; [`Error::Malformed`],
    /// [`Error::TooLong`], [`Error::OutOfMemory`].
    pub fn subscribe(
        &mut self,
        filter: &str,
        qos: Qos,
        recipient: Option<Recipient>,
        now: Instant,
    ) -> Result<Option<u16>, Error> {
        let place = self.subscriptions.subscribe(filter, qos, recipient)?;
        Ok(self.send_request(place, now))
    }

    /// Subscribes for the library to a template, in which `~` stands for the device; otherwise like
    /// [`subscribe`](Self::subscribe).
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::TooLong`], [`Error::OutOfMemory`].
    #[cfg(feature = "model")]
    pub fn subscribe_template(&mut self, template: &'static super::Template, qos: Qos) -> Result<(), Error> {
        self.subscriptions.subscribe_template(template, qos)
    }

    /// Whose templates they are.
    #[cfg(feature = "model")]
    pub fn name_device(&mut self, product_key: &str, device_name: &str) {
        self.subscriptions.name_device(product_key, device_name);
    }

    /// Unsubscribes all recipients, now or with the next connection; also from what an earlier run of the
    /// program has left in the broker's session. None of the recipients gets a message any more, not even
    /// one whose delivery has begun.
    ///
    /// Gives the packet id if it was queued now; it ends with one [`Outcome::Unsubscribed`], perhaps after
    /// one [`Outcome::UnsubscribeTimedOut`]. While the library wants the filter, nothing is sent and the
    /// outcome comes at once.
    ///
    /// # Errors
    /// As [`subscribe`](Self::subscribe).
    pub fn unsubscribe(&mut self, filter: &str, now: Instant) -> Result<Option<u16>, Error> {
        if let Some(place) = self.subscriptions.unsubscribe(filter)? {
            return Ok(self.send_request(place, now));
        }
        let packet_id = self.unused_packet_id();
        self.outcomes.push(Outcome::Unsubscribed { packet_id });
        Ok(Some(packet_id))
    }

    /// Unsubscribes all recipients from everything.
    pub fn drop_recipients(&mut self, now: Instant) {
        while let Some(place) = self.subscriptions.drop_next_recipients() {
            self.send_request(place, now);
        }
    }

    /// How far the subscription to `filter` has come; `None` if there is none.
    pub fn subscription(&self, filter: &str) -> Option<SubscriptionState> {
        self.subscriptions.state(filter)
    }

    /// Has the broker answered every subscription of the library, one way or the other?
    pub fn library_subscriptions_answered(&self) -> bool {
        self.subscriptions.library_is_answered()
    }

    /// Begins the delivery of a message to the recipients there are now.
    pub fn delivery(&self) -> Delivery {
        self.subscriptions.delivery()
    }

    /// The next recipient of a message to `topic`, in the order of subscription. Between two calls
    /// recipients may come, which do not get this message, and go.
    pub fn next_recipient(&self, topic: &str, delivery: &mut Delivery) -> Option<Recipient> {
        self.subscriptions.next_recipient(topic, delivery)
    }

    /// Queues the SUBSCRIBEs and UNSUBSCRIBEs that are due; those beyond a burst follow when the socket has
    /// taken it.
    pub(super) fn transmit_subscriptions(&mut self, now: Instant) {
        while self.is_connected()
            && !self.transmit.has_burst()
            && let Some(place) = self.subscriptions.next_wanted(now)
        {
            self.send_request(place, now);
        }
    }

    /// Queues the request for the filter at `place` if it can be now, and gives its packet id then.
    fn send_request(&mut self, place: usize, now: Instant) -> Option<u16> {
        if !self.is_connected() {
            return None;
        }
        let packet_id = self.subscriptions.packet_id(place).unwrap_or_else(|| self.unused_packet_id());
        let timeout_ms = self.config.request_timeout_ms;
        if !self.subscriptions.send(place, packet_id, &mut self.transmit, now, timeout_ms) {
            return None;
        }
        self.note_sent(now);
        Some(packet_id)
    }
}
