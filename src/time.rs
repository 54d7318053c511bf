//! Monotonic time as the engine sees it.

/// A point on the monotonic clock that the caller keeps, in milliseconds since an arbitrary start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(u64);

impl Instant {
    /// Later than any that comes.
    pub const NEVER: Self = Self(u64::MAX);

    /// `None` for [`Instant::NEVER`].
    pub fn if_ever(self) -> Option<Self> {
        (self != Self::NEVER).then_some(self)
    }

    /// The instant `ms` milliseconds after the clock's start.
    pub const fn from_millis(ms: u64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the clock's start.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The instant `ms` milliseconds later.
    #[must_use]
    pub const fn plus(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` until `self`, 0 when `earlier` is the later one.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// The longest step back of the port's clock that counts as a jump and not as a wrap, ms.
const LONGEST_JUMP_BACK: u32 = 0x7FFF_FFFF;

/// A clock that never goes back, made from one that may: ports wrap at 2^32 ms and jump.
#[derive(Clone)]
pub struct Clock {
    now: u64,
    /// Low half of the uptime last seen. Ports that wrap do so at 2^32.
    last: u32,
}

impl Clock {
    /// Starts at the port's time, ms.
    pub const fn start(uptime: u64) -> Self {
        Self { now: uptime, last: uptime as u32 }
    }

    /// The time now, at which the port says `uptime`, ms. To be called at least every 24 days.
    pub const fn advance(&mut self, uptime: u64) -> Instant {
        let low = uptime as u32;
        let step = low.wrapping_sub(self.last);
        self.last = low;
        if step <= LONGEST_JUMP_BACK {
            self.now = self.now.saturating_add(step as u64);
        }
        Instant::from_millis(self.now)
    }
}
