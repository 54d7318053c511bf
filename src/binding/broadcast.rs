//! The series of broadcasts that follows a bind start.

use core::net::Ipv4Addr;

use crate::knobs::{BIND_BROADCAST_STEP_MS, BIND_BROADCASTS};
use crate::time::Instant;

/// One series: how many went out and when the next is due.
pub(super) struct Series {
    sent: u32,
    next: Option<Instant>,
    /// Message ids used, for the phone's answer: `first_id..=last_id`.
    ids: Option<(u32, u32)>,
}

impl Series {
    pub(super) const fn new() -> Self {
        Self { sent: 0, next: None, ids: None }
    }

    /// How many went out.
    pub(super) fn sent(&self) -> u32 {
        self.sent
    }

    pub(super) fn has_begun(&self) -> bool {
        self.next.is_some()
    }

    pub(super) fn begin(&mut self, now: Instant) {
        self.next = Some(now);
    }

    pub(super) fn is_complete(&self) -> bool {
        self.sent >= BIND_BROADCASTS
    }

    /// A series that has not begun is due at once.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.next() <= now
    }

    /// One went out as message `id`.
    pub(super) fn advance(&mut self, id: u32, now: Instant) {
        self.sent = self.sent.saturating_add(1);
        self.next = Some(now.plus(u64::from(self.sent).saturating_mul(BIND_BROADCAST_STEP_MS)));
        self.ids = Some((self.ids.map_or(id, |(first, _)| first), id));
    }

    /// Did this series send a message with this id?
    pub(super) fn used_id(&self, id: i32) -> bool {
        u32::try_from(id).is_ok_and(|id| self.ids.is_some_and(|(first, last)| (first..=last).contains(&id)))
    }

    /// When it is due.
    pub(super) fn next(&self) -> Instant {
        self.next.unwrap_or(Instant::from_millis(0))
    }
}

/// Where the `index`-th broadcast (from 0) goes: in turn the limited broadcast address and the own
/// address with its last three, two and one bytes set. Only the first while there is no own address.
pub fn destination(index: u32, own: Option<Ipv4Addr>) -> Ipv4Addr {
    let Some(own) = own.filter(|own| !own.is_unspecified()) else { return Ipv4Addr::BROADCAST };
    let [a, b, c, _] = own.octets();
    match index % 4 {
        0 => Ipv4Addr::BROADCAST,
        1 => Ipv4Addr::new(a, 255, 255, 255),
        2 => Ipv4Addr::new(a, b, 255, 255),
        _ => Ipv4Addr::new(a, b, c, 255),
    }
}
