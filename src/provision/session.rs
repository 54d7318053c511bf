//! Provisioning by a phone whose frames are overheard (`awss_start`): scan, join, and scan again if that fails.

use log::info;

use super::credentials::Credentials;
use super::decoder::Decoder;
use super::events::Event;
use super::frame::Frame;
use super::machine::{Action, End};
use super::scan::{Scan, ScanTimes};
use crate::time::Instant;

enum State {
    Off,
    Starting,
    Scanning,
    Found(Credentials),
    Joining,
    JoinFailed,
    Joined,
    Ending(End),
}

/// One session, from start to end.
pub(super) struct Session {
    state: State,
    times: ScanTimes,
    scan: Scan,
}

impl Session {
    pub(super) fn new() -> Self {
        let times = ScanTimes { dwell_ms: 0, limit_ms: None };
        Self { state: State::Off, times, scan: Scan::new() }
    }

    pub(super) fn is_running(&self) -> bool {
        !matches!(self.state, State::Off)
    }

    pub(super) fn start(&mut self, times: ScanTimes) {
        self.times = times;
        self.state = State::Starting;
    }

    pub(super) fn stop(&mut self) {
        if self.is_running() {
            self.scan.stop();
            self.state = State::Ending(End::Stopped);
        }
    }

    pub(super) fn scan(&self) -> &Scan {
        &self.scan
    }

    pub(super) fn frame(
        &mut self,
        decoders: &mut [&mut dyn Decoder],
        frame: &Frame,
        is_pressed: bool,
        now: Instant,
    ) {
        self.scan.frame(decoders, frame, is_pressed, now);
    }

    /// Has the device joined, or not? False when that was not asked.
    pub(super) fn connected(&mut self, has_joined: bool) -> bool {
        let is_joining = matches!(self.state, State::Joining);
        if is_joining {
            self.state = if has_joined { State::Joined } else { State::JoinFailed };
        }
        is_joining
    }

    pub(super) fn poll(&mut self, is_pressed: bool, now: Instant) -> Option<Action> {
        let (next, action) = match core::mem::replace(&mut self.state, State::Off) {
            State::Starting => {
                info!("zconfig_init");
                (self.scan_from(now), Some(Action::Event(Event::Start)))
            }
            State::Scanning => self.poll_scan(is_pressed, now),
            State::Found(credentials) => (State::Joining, Some(Action::Connect(credentials))),
            State::JoinFailed => (self.scan_from(now), Some(Action::Event(Event::ConnectRouterFail))),
            State::Joined => (State::Ending(End::Joined), Some(Action::Event(Event::GotIp))),
            State::Ending(end) => (State::Ending(end), self.scan.poll(is_pressed, now)),
            state @ (State::Off | State::Joining) => (state, None),
        };
        self.state = next;
        action
    }

    fn scan_from(&mut self, now: Instant) -> State {
        self.scan.start(self.times, now);
        State::Scanning
    }

    fn poll_scan(&mut self, is_pressed: bool, now: Instant) -> (State, Option<Action>) {
        if let Some(action) = self.scan.poll(is_pressed, now) {
            return (State::Scanning, Some(action));
        }
        match self.scan.take_result() {
            Some(credentials) => (State::Found(credentials), Some(Action::Event(Event::ConnectRouter))),
            None => (State::Scanning, None),
        }
    }

    /// The end, told once, after all that led to it.
    pub(super) fn take_end(&mut self) -> Option<End> {
        match self.state {
            State::Ending(end) => {
                self.state = State::Off;
                Some(end)
            }
            _ => None,
        }
    }

    pub(super) fn poll_timeout(&self) -> Instant {
        match self.state {
            State::Off | State::Joining => Instant::NEVER,
            State::Scanning => self.scan.poll_timeout(),
            _ => Instant::from_millis(0),
        }
    }
}
