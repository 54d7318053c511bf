//! The topic filters we want, and what the broker has said to them.
//!
//! A filter is remembered from the request until the broker has confirmed that it is gone, so that a
//! request outlives the connection on which it was made.

mod filter;
mod matching;
mod open_requests;
mod requests;
mod text;

use alloc::vec::Vec;

use filter::{Filter, Kind, Next, State};
#[cfg(test)]
pub(super) use matching::LOOKED_AT;
use matching::{compare, next_match};
use open_requests::OpenRequests;
#[cfg(feature = "model")]
pub use text::Template;
use text::{Device, Text};

use super::{
    encode::{self, Qos},
    outcome::Outcomes,
    recipient::{Delivery, Numbered, Recipient},
};
use crate::{error::Error, knobs::MQTT_SUBSCRIPTIONS_MAX, time::Instant};

/// How far a subscription has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionState {
    /// To be sent with the next connection, or as soon as there is room.
    Wanted,
    /// SUBSCRIBE sent, no SUBACK yet.
    Pending,
    /// The broker agreed, though perhaps to a lower QoS.
    Granted,
    /// The broker refused (0x80); it will be asked again.
    Refused,
}

pub(super) struct Subscriptions {
    /// The library's templates in the order in which they came, then the others, sorted by [`compare`].
    filters: Vec<Filter>,
    #[cfg(feature = "model")]
    templates: usize,
    device: Device,
    open: OpenRequests,
    /// The number given last, to a filter or to a recipient.
    last_number: u32,
    /// Some filter may be [`State::Wanted`], and when to send its request.
    is_waiting: bool,
    send_at: Instant,
    /// When those that are [`State::Refused`] are wanted again.
    retry_at: Instant,
}

impl Subscriptions {
    pub(super) const fn new() -> Self {
        Self {
            filters: Vec::new(),
            #[cfg(feature = "model")]
            templates: 0,
            device: Device::unnamed(),
            open: OpenRequests::new(),
            last_number: 0,
            is_waiting: false,
            send_at: Instant::from_millis(0),
            retry_at: Instant::NEVER,
        }
    }

    /// Takes down that `recipient`, or the library, wants the messages of `text`; gives its place.
    pub(super) fn subscribe(
        &mut self,
        text: &str,
        qos: Qos,
        recipient: Option<Recipient>,
    ) -> Result<usize, Error> {
        let (place, number) = self.enter(text)?;
        let filter = self.filters.get_mut(place).ok_or(Error::Full)?;
        let has_others =
            filter.recipients.has_other_than(recipient) || (filter.is_for_library && recipient.is_some());
        match recipient {
            Some(recipient) if filter.recipients.contains(recipient) => {
                log::warn!("dup sub,topic = {text}");
            }
            Some(recipient) => filter.recipients.push(Numbered { number, recipient })?,
            None => filter.is_for_library = true,
        }
        // The SUBSCRIBE replaces the QoS at the broker [MQTT-3.8.4-3]: nobody is to lose by another's.
        filter.qos = if has_others { filter.qos.max(qos) } else { qos };
        filter.request(Kind::Subscribe, recipient.is_some());
        Ok(place)
    }

    /// Takes down that the library wants the messages of a template, in which `~` stands for the device. The
    /// request is sent with the next bytes.
    #[cfg(feature = "model")]
    pub(super) fn subscribe_template(&mut self, template: &'static Template, qos: Qos) -> Result<(), Error> {
        let text = Text::Template(template);
        let known = text.read(&self.device, |text| Ok(self.find(text).ok()))?;
        let place = match known {
            Some(place) => place,
            None => self.enter_template(text)?,
        };
        let filter = self.filters.get_mut(place).ok_or(Error::Full)?;
        filter.is_for_library = true;
        filter.qos = filter.qos.max(qos);
        filter.request(Kind::Subscribe, false);
        self.is_waiting = true;
        Ok(())
    }

    #[cfg(feature = "model")]
    fn enter_template(&mut self, template: Text) -> Result<usize, Error> {
        let number = self.last_number.checked_add(1).ok_or(Error::Full)?;
        self.filters.try_reserve_exact(1).map_err(|_| Error::OutOfMemory)?;
        let place = self.templates;
        self.filters.insert(place, Filter::new(template, number));
        self.open.filter_inserted(place);
        self.templates = place.saturating_add(1);
        self.last_number = number;
        Ok(place)
    }

    /// Whose templates they are.
    #[cfg(feature = "model")]
    pub(super) fn name_device(&mut self, product_key: &str, device_name: &str) {
        self.device = Device::named(product_key, device_name);
    }

    /// Takes the filter from the application's recipients; gives its place if the broker is to be told.
    pub(super) fn unsubscribe(&mut self, text: &str) -> Result<Option<usize>, Error> {
        let (place, _) = self.enter(text)?;
        let filter = self.filters.get_mut(place).ok_or(Error::Full)?;
        filter.recipients.clear();
        if filter.is_for_library {
            return Ok(None);
        }
        filter.request(Kind::Unsubscribe, true);
        Ok(Some(place))
    }

    /// Takes a filter from the application's recipients, unless none has any; gives its place if the
    /// broker is to be told.
    pub(super) fn drop_next_recipients(&mut self) -> Option<usize> {
        loop {
            let place = self.filters.iter().position(|filter| !filter.recipients.is_empty())?;
            let filter = self.filters.get_mut(place)?;
            filter.recipients.clear();
            if !filter.is_for_library {
                filter.request(Kind::Unsubscribe, false);
                return Some(place);
            }
        }
    }

    pub(super) fn state(&self, text: &str) -> Option<SubscriptionState> {
        let filter = self.filters.get(self.find(text).ok()?)?;
        match (filter.request, filter.state) {
            (Kind::Unsubscribe, _) => None,
            (_, State::Wanted) => Some(SubscriptionState::Wanted),
            (_, State::Asked) => Some(SubscriptionState::Pending),
            (_, State::Granted) => Some(SubscriptionState::Granted),
            (_, State::Refused) => Some(SubscriptionState::Refused),
        }
    }

    /// Does the library want the messages to `name`, and was not refused? The broker may send them before
    /// its SUBACK.
    pub(super) fn is_for_library(&self, name: &str) -> bool {
        // Only the device model has filters with wildcards.
        #[cfg(feature = "model")]
        let mut filters = self.matching(name);
        #[cfg(not(feature = "model"))]
        let mut filters = self.find(name).ok().and_then(|place| self.filters.get(place)).into_iter();
        filters.any(|filter| filter.is_for_library && filter.state != State::Refused)
    }

    pub(super) fn library_is_answered(&self) -> bool {
        let is_answered = |filter: &Filter| matches!(filter.state, State::Granted | State::Refused);
        self.filters.iter().filter(|filter| filter.is_for_library).all(is_answered)
    }

    /// A delivery to all recipients there are now.
    pub(super) fn delivery(&self) -> Delivery {
        Delivery { after: 0, until: self.last_number }
    }

    /// The next recipient of a message to `name`, in the order in which they subscribed.
    pub(super) fn next_recipient(&self, name: &str, delivery: &mut Delivery) -> Option<Recipient> {
        let next = self
            .matching(name)
            .filter_map(|filter| filter.recipients.next(delivery))
            .min_by_key(|next| next.number)?;
        delivery.after = next.number;
        Some(next.recipient)
    }

    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        let filters = self.filters.iter().map(Filter::heap_bytes).sum::<usize>();
        [filters, super::tests::size_of_table(&self.filters), self.open.heap_bytes()].iter().sum()
    }

    fn matching<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f Filter> {
        let (templates, sorted) = self.parts();
        let of_templates = templates.iter().filter(move |filter| self.template_covers(filter, name));
        let mut from = 0;
        of_templates.chain(core::iter::from_fn(move || {
            let place = next_match(sorted, name, from)?;
            from = place.saturating_add(1);
            sorted.get(place)
        }))
    }

    fn find(&self, text: &str) -> Result<usize, usize> {
        let (templates, sorted) = self.parts();
        if let Some(place) = templates.iter().position(|filter| self.is_template_of(filter, text)) {
            return Ok(place);
        }
        let in_table = |place: usize| place.saturating_add(templates.len());
        sorted
            .binary_search_by(|filter| compare(filter.text.as_bytes(), text.as_bytes()))
            .map(in_table)
            .map_err(in_table)
    }

    /// The templates, and the others.
    #[cfg(feature = "model")]
    fn parts(&self) -> (&[Filter], &[Filter]) {
        self.filters.split_at_checked(self.templates).unwrap_or((&[], &self.filters))
    }

    #[cfg(not(feature = "model"))]
    fn parts(&self) -> (&[Filter], &[Filter]) {
        (&[], &self.filters)
    }

    #[cfg(feature = "model")]
    fn template_covers(&self, filter: &Filter, name: &str) -> bool {
        filter.text.covers(name, &self.device)
    }

    #[cfg(not(feature = "model"))]
    fn template_covers(&self, _: &Filter, _: &str) -> bool {
        false
    }

    #[cfg(feature = "model")]
    fn is_template_of(&self, filter: &Filter, text: &str) -> bool {
        filter.text.is(text, &self.device)
    }

    #[cfg(not(feature = "model"))]
    fn is_template_of(&self, _: &Filter, _: &str) -> bool {
        false
    }

    /// The place of `text` in the table, entered if it is new, and a number for who asks for it.
    fn enter(&mut self, text: &str) -> Result<(usize, u32), Error> {
        encode::check_filter(text)?;
        let number = self.last_number.checked_add(1).ok_or(Error::Full)?;
        let place = match self.find(text) {
            Ok(place) => place,
            Err(_) if self.parts().1.len() >= MQTT_SUBSCRIPTIONS_MAX => return Err(Error::Full),
            Err(place) => {
                // Few devices have many: no room to spare for them.
                self.filters.try_reserve_exact(1).map_err(|_| Error::OutOfMemory)?;
                self.filters.insert(place, Filter::new(Text::owned(text)?, number));
                self.open.filter_inserted(place);
                place
            }
        };
        self.last_number = number;
        Ok((place, number))
    }

    fn remove(&mut self, place: usize, outcomes: &mut Outcomes) {
        self.filters.remove(place);
        self.open.filter_removed(place, outcomes);
        if self.filters.is_empty() {
            self.filters = Vec::new();
        }
    }
}

impl Filter {
    /// To be asked of the broker; `tell`: the application is told the outcome.
    fn request(&mut self, kind: Kind, tell: bool) {
        let is_told = tell || (self.next == Next::NewOfApplication && self.request == kind);
        self.next = if is_told { Next::NewOfApplication } else { Next::New };
        self.request = kind;
        self.state = State::Wanted;
    }
}
