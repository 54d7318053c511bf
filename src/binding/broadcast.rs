//! A series of broadcasts, such as the one that follows a bind start.

use core::net::Ipv4Addr;

use crate::time::Instant;

/// The id that phones put in their answer to a broadcast, whatever the broadcast's own.
pub(crate) const PHONE_ID: i32 = 123;
/// The alink code for success.
pub(crate) const SUCCESS: i32 = 200;

/// One series of `SENDS` broadcasts: how many went out and when the next is due. The gap behind the n-th is n
/// times `STEP_MS`.
pub(crate) struct Series<const SENDS: u32, const STEP_MS: u64> {
    sent: u32,
    next: Option<Instant>,
    /// Message ids used, for the phone's answer: `first_id..=last_id`.
    ids: Option<(u32, u32)>,
}

impl<const SENDS: u32, const STEP_MS: u64> Series<SENDS, STEP_MS> {
    pub(crate) const fn new() -> Self {
        Self { sent: 0, next: None, ids: None }
    }

    /// How many went out.
    pub(crate) fn sent(&self) -> u32 {
        self.sent
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.next.is_some()
    }

    pub(crate) fn begin(&mut self, now: Instant) {
        self.next = Some(now);
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.sent >= SENDS
    }

    /// A series that has not begun is due at once.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.next() <= now
    }

    /// One went out as message `id`.
    pub(crate) fn advance(&mut self, id: u32, now: Instant) {
        self.sent = self.sent.saturating_add(1);
        self.next = Some(now.plus(u64::from(self.sent).saturating_mul(STEP_MS)));
        self.ids = Some((self.ids.map_or(id, |(first, _)| first), id));
    }

    /// Did this series send a message with this id?
    pub(crate) fn used_id(&self, id: i32) -> bool {
        u32::try_from(id).is_ok_and(|id| self.ids.is_some_and(|(first, last)| (first..=last).contains(&id)))
    }

    /// When it is due.
    pub(crate) fn next(&self) -> Instant {
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
