//! How much is sent in reaction to others, and how much is logged about them.

use core::net::Ipv4Addr;

use crate::knobs::{COAP_ANSWERS_PER_SOURCE, COAP_ANSWERS_TOTAL, COAP_SOURCES_MAX};
use crate::time::Instant;

/// Least time between two warnings of one kind, ms.
const WARNING_GAP_MS: u64 = 10_000;

/// Answers that may still be given. A source address is easily forged, so a forger can empty the
/// bucket for all, but neither make the table grow nor get more than the total out of this device.
pub(super) struct RateLimit {
    total: Bucket,
    sources: [Source; COAP_SOURCES_MAX],
}

#[derive(Clone, Copy)]
struct Source {
    address: Ipv4Addr,
    bucket: Bucket,
}

impl RateLimit {
    pub(super) fn new() -> Self {
        // 0.0.0.0 sends nothing: a place for the first comer.
        let nobody = Source { address: Ipv4Addr::UNSPECIFIED, bucket: Bucket::full(COAP_ANSWERS_PER_SOURCE) };
        Self { total: Bucket::full(COAP_ANSWERS_TOTAL), sources: [nobody; COAP_SOURCES_MAX] }
    }

    /// May one more answer go to `address`? If so, it is counted.
    pub(super) fn admit(&mut self, address: Ipv4Addr, now: Instant) -> bool {
        let own_or_longest_unused =
            self.sources.iter_mut().min_by_key(|source| (source.address != address, source.bucket.refilled));
        let Some(source) = own_or_longest_unused else { return false };
        if source.address != address {
            *source = Source { address, bucket: Bucket::full(COAP_ANSWERS_PER_SOURCE) };
        }
        source.bucket.refill(now);
        self.total.refill(now);
        let admitted = source.bucket.has_one() && self.total.has_one();
        if admitted {
            source.bucket.take_one();
            self.total.take_one();
        }
        admitted
    }
}

/// Fills at `per_second` up to the amount of one second.
#[derive(Clone, Copy)]
pub(super) struct Bucket {
    per_second: u32,
    thousandths: u64,
    refilled: Instant,
}

impl Bucket {
    const ONE: u64 = 1000;

    pub(super) const fn full(per_second: u32) -> Self {
        Self { per_second, thousandths: Self::capacity(per_second), refilled: Instant::from_millis(0) }
    }

    const fn capacity(per_second: u32) -> u64 {
        (per_second as u64).saturating_mul(Self::ONE)
    }

    /// Refills it and takes one out, if there is one.
    pub(super) fn draw(&mut self, now: Instant) -> bool {
        self.refill(now);
        let has_one = self.has_one();
        if has_one {
            self.take_one();
        }
        has_one
    }

    fn refill(&mut self, now: Instant) {
        let gained = now.since(self.refilled).saturating_mul(u64::from(self.per_second));
        self.thousandths = self.thousandths.saturating_add(gained).min(Self::capacity(self.per_second));
        self.refilled = self.refilled.max(now);
    }

    fn has_one(&self) -> bool {
        self.thousandths >= Self::ONE
    }

    fn take_one(&mut self) {
        self.thousandths = self.thousandths.saturating_sub(Self::ONE);
    }
}

/// Counts what is worth a warning, and says when to give one.
#[derive(Default)]
pub(super) struct Warnings {
    count: u32,
    last: Option<Instant>,
}

impl Warnings {
    /// One more; gives the count since the last warning when the next is due.
    pub(super) fn count(&mut self, now: Instant) -> Option<u32> {
        self.count = self.count.saturating_add(1);
        if self.last.is_some_and(|last| now.since(last) < WARNING_GAP_MS) {
            return None;
        }
        self.last = Some(now);
        Some(core::mem::take(&mut self.count))
    }
}
