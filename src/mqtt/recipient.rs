//! Who gets the messages of a filter, and in which order.

use alloc::vec::Vec;
use core::slice;

use crate::{error::Error, knobs::MQTT_SUBSCRIPTIONS_MAX};

/// Who gets the messages of a filter: two words that the client only carries and compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The address of a function, say.
    pub function: usize,
    /// What the function is called with.
    pub context: usize,
}

/// How far the delivery of one message has come. It asks for one recipient at a time, so that the
/// handler which runs between two questions may subscribe and unsubscribe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The last recipient that had the message.
    pub(super) after: u32,
    /// The last recipient there was when the message came.
    pub(super) until: u32,
}

/// A recipient and its place in the order of subscription.
#[derive(Clone, Copy)]
pub(super) struct Numbered {
    pub(super) number: u32,
    pub(super) recipient: Recipient,
}

/// The recipients of one filter, in the order of their numbers. One needs no allocation.
pub(super) enum Recipients {
    None,
    One(Numbered),
    Several(Vec<Numbered>),
}

impl Recipients {
    fn as_slice(&self) -> &[Numbered] {
        match self {
            Self::None => &[],
            Self::One(one) => slice::from_ref(one),
            Self::Several(several) => several,
        }
    }

    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        if let Self::Several(several) = self { super::tests::size_of_table(several) } else { 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    pub(super) fn clear(&mut self) {
        *self = Self::None;
    }

    pub(super) fn contains(&self, recipient: Recipient) -> bool {
        self.as_slice().iter().any(|known| known.recipient == recipient)
    }

    pub(super) fn has_other_than(&self, recipient: Option<Recipient>) -> bool {
        self.as_slice().iter().any(|known| Some(known.recipient) != recipient)
    }

    /// Adds one whose number is the greatest so far.
    pub(super) fn push(&mut self, new: Numbered) -> Result<(), Error> {
        match self {
            Self::None => *self = Self::One(new),
            Self::One(one) => {
                let mut several = Vec::new();
                several.try_reserve_exact(2).map_err(|_| Error::OutOfMemory)?;
                several.extend_from_slice(&[*one, new]);
                *self = Self::Several(several);
            }
            Self::Several(several) if several.len() >= MQTT_SUBSCRIPTIONS_MAX => return Err(Error::Full),
            Self::Several(several) => {
                several.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
                several.push(new);
            }
        }
        Ok(())
    }

    /// The first one that `delivery` has yet to come to.
    pub(super) fn next(&self, delivery: &Delivery) -> Option<Numbered> {
        let all = self.as_slice();
        let index = all.partition_point(|known| known.number <= delivery.after);
        all.get(index).copied().filter(|next| next.number <= delivery.until)
    }
}
