//! The press of the button that lets phones in.

use super::events::Event;
use crate::knobs::PROVISION_PRESS_MS;
use crate::time::Instant;

/// Whether it is pressed, and until when.
pub struct Press {
    is_pressed: bool,
    expires: Instant,
}

impl Press {
    /// Not pressed.
    pub const fn new() -> Self {
        Self { is_pressed: false, expires: Instant::NEVER }
    }

    /// `awss_config_press`: pressed for `limit_ms`, the port's time for a scan, but at least a minute. The time
    /// begins anew with each press.
    pub fn press(&mut self, limit_ms: u64, now: Instant) -> Event {
        self.is_pressed = true;
        self.expires = now.plus(limit_ms.max(PROVISION_PRESS_MS));
        Event::Enable
    }

    /// `awss_set_config_press`: the flag alone. The time of a press goes on, and ends without an event if the
    /// flag is down by then.
    pub fn set(&mut self, is_pressed: bool) {
        self.is_pressed = is_pressed;
    }

    /// Ends it without an event.
    pub fn clear(&mut self) {
        *self = Self::new();
    }

    /// Are phones let in?
    pub fn is_pressed(&self) -> bool {
        self.is_pressed
    }

    /// What to tell the application now.
    pub fn poll(&mut self, now: Instant) -> Option<Event> {
        if now < self.expires {
            return None;
        }
        let was_pressed = self.is_pressed;
        self.clear();
        was_pressed.then_some(Event::EnableTimeout)
    }

    /// When to poll.
    pub fn poll_timeout(&self) -> Instant {
        self.expires
    }
}

impl Default for Press {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Instant {
        Instant::from_millis(ms)
    }

    #[test]
    fn lasts_for_the_ports_time_but_at_least_a_minute() {
        for (limit_ms, lasts_ms) in [(0, 60_000), (59_999, 60_000), (60_001, 60_001), (u64::MAX, u64::MAX)] {
            let mut press = Press::new();
            assert!(!press.is_pressed());
            assert_eq!(press.press(limit_ms, at(0)), Event::Enable);
            assert_eq!(press.poll_timeout(), at(lasts_ms));
            assert_eq!(press.poll(at(59_999)), None);
            assert!(press.is_pressed());
            assert_eq!(press.poll(at(lasts_ms)), Some(Event::EnableTimeout));
            assert!(!press.is_pressed());
            assert_eq!(press.poll_timeout(), Instant::NEVER);
        }
    }

    #[test]
    fn a_second_press_begins_anew() {
        let mut press = Press::new();
        press.press(0, at(0));
        assert_eq!(press.press(0, at(50_000)), Event::Enable);
        assert_eq!(press.poll(at(60_000)), None);
        assert_eq!(press.poll(at(110_000)), Some(Event::EnableTimeout));
    }

    #[test]
    fn what_ends_it_otherwise_says_nothing() {
        let mut press = Press::new();
        press.press(0, at(0));
        press.set(false);
        assert!(!press.is_pressed());
        assert_eq!(press.poll(at(60_000)), None);
        press.press(0, at(0));
        press.clear();
        assert_eq!(press.poll_timeout(), Instant::NEVER);
        press.set(true);
        assert!(press.is_pressed());
        assert_eq!(press.poll(at(1_000_000)), None);
        assert!(press.is_pressed());
    }
}
