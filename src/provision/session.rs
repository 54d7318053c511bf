//! Provisioning by a phone whose frames are overheard (`awss_start`): scan, join, and scan again if that fails.
//! With the feature `phone-ap` a scan may lead to a [`PhoneAp`] first.

use log::info;

use super::credentials::Credentials;
use super::decoder::Decoder;
#[cfg(feature = "phone-ap")]
use super::device_ap::RequestAnswer;
use super::events::Event;
use super::frame::Frame;
use super::machine::{Action, End};
#[cfg(feature = "phone-ap")]
use super::phone_ap::{self, PhoneAp};
use super::scan::{Found, Scan, ScanTimes};
#[cfg(feature = "phone-ap")]
use super::switchap::Refusal;
use crate::time::Instant;

enum State {
    Off,
    Starting,
    Scanning,
    Found(Credentials),
    Joining,
    JoinFailed,
    Joined,
    #[cfg(feature = "phone-ap")]
    WithPhoneAp,
    Ending(End),
}

/// One session, from start to end.
pub(super) struct Session {
    state: State,
    times: ScanTimes,
    scan: Scan,
    #[cfg(feature = "phone-ap")]
    phone_ap: PhoneAp,
}

impl Session {
    pub(super) fn new() -> Self {
        let times = ScanTimes { dwell_ms: 0, limit_ms: None };
        Self {
            state: State::Off,
            times,
            scan: Scan::new(),
            #[cfg(feature = "phone-ap")]
            phone_ap: PhoneAp::new(),
        }
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
            #[cfg(feature = "phone-ap")]
            self.phone_ap.stop();
            self.state = State::Ending(End::Stopped);
        }
    }

    pub(super) fn scan(&self) -> &Scan {
        &self.scan
    }

    pub(super) fn scan_mut(&mut self) -> &mut Scan {
        &mut self.scan
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

    /// Has the device joined, or not? True when it has joined what it was to join in the end.
    pub(super) fn connected(&mut self, has_joined: bool) -> bool {
        match self.state {
            State::Joining => {
                self.state = if has_joined { State::Joined } else { State::JoinFailed };
                #[cfg(feature = "phone-ap")]
                if has_joined {
                    self.phone_ap.announcement_mut().stop();
                }
                has_joined
            }
            #[cfg(feature = "phone-ap")]
            State::WithPhoneAp => self.phone_ap.connected(has_joined),
            _ => false,
        }
    }

    #[cfg(feature = "phone-ap")]
    pub(super) fn phone_ap(&self) -> &PhoneAp {
        &self.phone_ap
    }

    #[cfg(feature = "phone-ap")]
    pub(super) fn phone_ap_mut(&mut self) -> &mut PhoneAp {
        &mut self.phone_ap
    }

    /// A request on the access point of a phone: what it wants, or what is wrong with it.
    #[cfg(feature = "phone-ap")]
    pub(super) fn phone_ap_request(
        &mut self,
        wanted: Result<Credentials, Refusal>,
        now: Instant,
    ) -> RequestAnswer {
        self.phone_ap.request(wanted, self.scan.heard(), now)
    }

    pub(super) fn poll(&mut self, is_pressed: bool, now: Instant) -> Option<Action> {
        if let State::Found(credentials) = &self.state {
            let action = Action::Connect(credentials.clone());
            self.state = State::Joining;
            return Some(action);
        }
        let (next, action) = match core::mem::replace(&mut self.state, State::Off) {
            State::Starting => {
                info!("zconfig_init");
                (self.scan_from(now), Some(Action::Event(Event::Start)))
            }
            State::Scanning => self.poll_scan(is_pressed, now),
            State::JoinFailed => (self.scan_from(now), Some(Action::Event(Event::ConnectRouterFail))),
            State::Joined => (State::Ending(End::Joined), Some(Action::Event(Event::GotIp))),
            #[cfg(feature = "phone-ap")]
            State::WithPhoneAp => self.poll_phone_ap(now),
            State::Ending(end) => (State::Ending(end), self.poll_ending(is_pressed, now)),
            state @ (State::Off | State::Found(_) | State::Joining) => (state, None),
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
            Some(Found::Message(credentials)) => {
                (State::Found(credentials), Some(Action::Event(Event::ConnectRouter)))
            }
            #[cfg(feature = "phone-ap")]
            Some(Found::PhoneAp(credentials)) => {
                self.phone_ap.start(credentials);
                (State::WithPhoneAp, Some(Action::Event(Event::ConnectAha)))
            }
            None => (State::Scanning, None),
        }
    }

    #[cfg(feature = "phone-ap")]
    fn poll_phone_ap(&mut self, now: Instant) -> (State, Option<Action>) {
        if let Some(action) = self.phone_ap.poll(now) {
            return (State::WithPhoneAp, Some(action));
        }
        match self.phone_ap.take_end() {
            Some(phone_ap::End::Joined) => (State::Ending(End::Joined), None),
            Some(phone_ap::End::NotJoined) => {
                (self.scan_from(now), Some(Action::Event(Event::EnableTimeout)))
            }
            None => (State::WithPhoneAp, None),
        }
    }

    fn poll_ending(&mut self, is_pressed: bool, now: Instant) -> Option<Action> {
        self.scan.poll(is_pressed, now)
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
            #[cfg(feature = "phone-ap")]
            State::WithPhoneAp => self.phone_ap.poll_timeout(),
            _ => Instant::from_millis(0),
        }
    }
}
