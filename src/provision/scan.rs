//! Scanning: channel after channel until a phone is heard, then on its channel until its message is whole or
//! it falls silent. On each channel the device sends probe requests, which phones may wait for.

use heapless::Deque;
use log::{debug, warn};

use super::access_points::AccessPoints;
use super::beacon;
use super::channels::Channels;
use super::credentials::{Credentials, Encryption, Mac};
use super::decoder::{Decoder, Outcome};
use super::events::Event;
use super::frame::Frame;
use super::machine::Action;
#[cfg(feature = "phone-ap")]
use super::phone_ap;
use super::probe_request::ProbeRequest;
use crate::knobs::{PROVISION_PAUSE_MS, PROVISION_UNLOCK_MS};
use crate::time::Instant;

/// Shortest stay on a channel, ms.
const DWELL_MIN_MS: u64 = 3;
/// A stay on a channel is so many sleeps long, with probe requests behind the first and the last.
const SLEEPS: u8 = 3;
/// Access points heard longer ago are forgotten, ms.
const ACCESS_POINTS_LIFE_MS: u64 = 24 * 60 * 60 * 1_000;
/// What one frame can lead to.
const STEPS_PER_FRAME: usize = 3;
/// Steps that may wait to be asked for.
const STEPS_MAX: usize = 12;

/// The port's times, ms.
#[derive(Clone, Copy, Debug)]
pub struct ScanTimes {
    /// On one channel.
    pub dwell_ms: u64,
    /// For a scan that finds nothing, before a pause; `None` for no limit.
    pub limit_ms: Option<u64>,
}

impl ScanTimes {
    fn end(self, now: Instant) -> Instant {
        // At least one channel's worth: no pause may begin at the instant at which a press has ended one.
        self.limit_ms.map_or(Instant::NEVER, |limit_ms| now.plus(limit_ms.max(self.dwell_ms())))
    }

    fn dwell_ms(self) -> u64 {
        self.dwell_ms.max(DWELL_MIN_MS)
    }

    fn sleep_ms(self) -> u64 {
        self.dwell_ms().div_ceil(SLEEPS.into())
    }
}

#[derive(Clone, Copy)]
enum State {
    /// The monitor is closed, and nothing is to be done.
    Off,
    Hopping {
        /// Of those on this channel, from 1.
        sleep: u8,
        wake_at: Instant,
    },
    /// It is the turn of the next channel.
    HopDue,
    Locked {
        bssid: Mac,
        unlock_at: Instant,
    },
    /// The monitor is closed for a while.
    Paused {
        until: Instant,
    },
}

/// The steps that wait, in their order.
enum Step {
    OpenMonitor,
    CloseMonitor,
    Switch(u8),
    SendEnrolleeFrame,
    #[cfg(feature = "phone-ap")]
    SendPhoneApProbe,
    Event(Event),
}

/// What a scan has found.
#[derive(Clone)]
pub(super) enum Found {
    /// A message that says which network to join.
    Message(Credentials),
    /// The access point of a phone that will say so there.
    #[cfg(feature = "phone-ap")]
    PhoneAp(Credentials),
}

/// A scan.
pub struct Scan {
    times: ScanTimes,
    state: State,
    /// As the owner was told.
    monitor_is_open: bool,
    ends: Instant,
    channels: Channels,
    /// The channel that was switched to last.
    channel: u8,
    heard: AccessPoints,
    heard_since: Instant,
    decoders_are_stale: bool,
    steps: Deque<Step, STEPS_MAX>,
    result: Option<Found>,
    enrollee_frame: Option<ProbeRequest>,
    /// Of the device.
    #[cfg(feature = "phone-ap")]
    mac: Option<Mac>,
}

impl Scan {
    /// Not scanning.
    pub fn new() -> Self {
        Self {
            times: ScanTimes { dwell_ms: DWELL_MIN_MS, limit_ms: None },
            state: State::Off,
            monitor_is_open: false,
            ends: Instant::NEVER,
            channels: Channels::new(),
            channel: 0,
            heard: AccessPoints::default(),
            heard_since: Instant::from_millis(0),
            decoders_are_stale: true,
            steps: Deque::new(),
            result: None,
            enrollee_frame: None,
            #[cfg(feature = "phone-ap")]
            mac: None,
        }
    }

    /// What is sent on each channel for devices that help (`zero-config`); `None` for nothing.
    pub(super) fn set_enrollee_frame(&mut self, frame: Option<ProbeRequest>) {
        self.enrollee_frame = frame;
    }

    /// From where the access points of phones are probed for; `None` for not at all.
    #[cfg(feature = "phone-ap")]
    pub(super) fn set_mac(&mut self, mac: Option<Mac>) {
        self.mac = mac;
    }

    /// Begins with the first channel. What was heard before is kept.
    pub fn start(&mut self, times: ScanTimes, now: Instant) {
        self.times = times;
        self.channels = Channels::new();
        self.heard.iter().for_each(|known| self.channels.add(known.channel));
        self.result = None;
        self.steps.clear();
        self.open(now);
    }

    /// Ends it; [`Scan::poll`] closes the monitor.
    pub fn stop(&mut self) {
        self.state = State::Off;
        self.result = None;
        self.steps.clear();
        if self.monitor_is_open {
            self.push(Step::CloseMonitor);
        }
    }

    /// The port's times.
    pub fn times(&self) -> ScanTimes {
        self.times
    }

    /// What was heard so far.
    pub fn heard(&self) -> &AccessPoints {
        &self.heard
    }

    /// A frame from the monitor. `decoders` are asked in their order, the first to which it means something is
    /// the last. It is ignored while the monitor is closed, or while the steps of earlier frames wait for
    /// [`Scan::poll`].
    pub fn frame(
        &mut self,
        decoders: &mut [&mut dyn Decoder],
        frame: &Frame,
        is_pressed: bool,
        now: Instant,
    ) {
        let is_open = matches!(self.state, State::Hopping { .. } | State::HopDue | State::Locked { .. });
        let room = STEPS_MAX.saturating_sub(self.steps.len());
        if !is_open || room < STEPS_PER_FRAME {
            return;
        }
        // Silence may have ended what they had.
        self.unlock_if_silent(now);
        if core::mem::take(&mut self.decoders_are_stale) {
            decoders.iter_mut().for_each(|decoder| decoder.reset());
        }
        if let Some(found) = beacon::read(frame) {
            self.channels.add(found.channel);
            #[cfg(feature = "phone-ap")]
            let phone_ap = phone_ap::credentials(&found).filter(|_| is_pressed);
            let is_news = self.locked_to() == Some(found.bssid) && found.channel != self.channel;
            self.heard.hear(found, self.locked_to());
            if is_news {
                self.follow_access_point();
            }
            #[cfg(feature = "phone-ap")]
            if let Some(credentials) = phone_ap {
                return self.finish(Found::PhoneAp(credentials));
            }
        }
        let mut decoders = decoders.iter_mut().filter(|decoder| decoder.gate().is_open(is_pressed));
        let outcome = decoders.find_map(|decoder| match decoder.frame(frame, &self.heard, now) {
            Outcome::Nothing => None,
            outcome => Some(outcome),
        });
        if let Some(outcome) = outcome {
            self.take(outcome, now);
        }
    }

    fn take(&mut self, outcome: Outcome, now: Instant) {
        let unlock_at = now.plus(PROVISION_UNLOCK_MS);
        match outcome {
            Outcome::Nothing => {}
            Outcome::Phone { bssid } => {
                self.state = State::Locked { bssid, unlock_at };
                self.push(Step::Event(Event::LockChannel));
                self.follow_access_point();
            }
            Outcome::Part => {
                if let State::Locked { bssid, .. } = self.state {
                    self.state = State::Locked { bssid, unlock_at };
                }
            }
            Outcome::Whole(credentials) => self.take_message(credentials),
            Outcome::ChecksumError => self.push(Step::Event(Event::ChecksumError)),
            Outcome::PasswordError => self.push(Step::Event(Event::PasswordError)),
        }
    }

    /// A whole message ends the scan, unless it would have the device join any network without a password:
    /// nothing in such a message proves that its sender knows the product secret.
    fn take_message(&mut self, mut credentials: Credentials) {
        let known = self.heard.of(&credentials);
        // By its address alone it may be a network of another name.
        let is_open =
            known.is_some_and(|known| known.encryption == Encryption::None && known.ssid == credentials.ssid);
        if credentials.password.is_empty() && !is_open {
            warn!("awss: no password for a network that is not known to be open: refused");
            self.push(Step::Event(Event::PasswordError));
            self.decoders_are_stale = true;
            return;
        }
        if let Some(known) = known {
            known.complete(&mut credentials);
        }
        self.finish(Found::Message(credentials));
    }

    fn finish(&mut self, found: Found) {
        if !matches!(self.state, State::Locked { .. }) {
            self.push(Step::Event(Event::LockChannel));
        }
        self.push(Step::Event(Event::GotSsidPassword));
        self.push(Step::CloseMonitor);
        self.state = State::Off;
        self.result = Some(found);
    }

    /// Has it found the access point of a phone?
    #[cfg(feature = "phone-ap")]
    pub(super) fn has_found_phone_ap(&self) -> bool {
        matches!(self.result, Some(Found::PhoneAp(_)))
    }

    /// Once the access point of the phone is heard, its channel is known better than from the phone's frames,
    /// which neighbouring channels receive too.
    fn follow_access_point(&mut self) {
        let State::Locked { bssid, .. } = self.state else { return };
        let channel = self.heard.by_bssid(&bssid).map_or(0, |known| known.channel);
        if channel != 0 && channel != self.channel {
            self.channels.skip_to(channel);
            self.switch(channel);
        }
    }

    /// What was found, once all steps that lead to it are asked for.
    pub(super) fn take_result(&mut self) -> Option<Found> {
        if !self.steps.is_empty() {
            return None;
        }
        let result = self.result.clone();
        self.result = None;
        result
    }

    /// What to do now; ask until `None`.
    pub fn poll(&mut self, is_pressed: bool, now: Instant) -> Option<Action> {
        if self.steps.is_empty() {
            self.go_on(is_pressed, now);
        }
        loop {
            match self.steps.pop_front()? {
                Step::OpenMonitor => {
                    self.monitor_is_open = true;
                    return Some(Action::OpenMonitor);
                }
                Step::CloseMonitor => {
                    self.monitor_is_open = false;
                    return Some(Action::CloseMonitor);
                }
                Step::Switch(channel) => return Some(Action::SwitchChannel { channel }),
                Step::Event(event) => return Some(Action::Event(event)),
                Step::SendEnrolleeFrame => {
                    if let Some(frame) = &self.enrollee_frame {
                        return Some(Action::SendProbeRequest(frame.clone()));
                    }
                }
                #[cfg(feature = "phone-ap")]
                Step::SendPhoneApProbe => {
                    if let Some(probe) = self.mac.as_ref().and_then(phone_ap::probe) {
                        return Some(Action::SendProbeRequest(probe));
                    }
                }
            }
        }
    }

    fn go_on(&mut self, is_pressed: bool, now: Instant) {
        self.unlock_if_silent(now);
        match self.state {
            State::Off => {}
            State::Paused { until } => {
                if until <= now || is_pressed {
                    self.resume(now);
                }
            }
            State::Hopping { .. } | State::HopDue | State::Locked { .. } if self.ends <= now => {
                debug!("awss: nothing found in time");
                self.push(Step::CloseMonitor);
                self.state = State::Paused { until: now.plus(PROVISION_PAUSE_MS) };
            }
            State::Hopping { sleep, wake_at } if wake_at <= now => self.wake(sleep, now),
            State::HopDue => self.hop(now),
            State::Hopping { .. } | State::Locked { .. } => {}
        }
    }

    fn resume(&mut self, now: Instant) {
        if now.since(self.heard_since) > ACCESS_POINTS_LIFE_MS {
            self.heard.clear();
        }
        self.open(now);
    }

    fn open(&mut self, now: Instant) {
        if self.heard.iter().next().is_none() {
            self.heard_since = now;
        }
        self.decoders_are_stale = true;
        self.ends = self.times.end(now);
        self.push(Step::OpenMonitor);
        self.hop(now);
    }

    /// A sleep is over.
    fn wake(&mut self, sleep: u8, now: Instant) {
        if sleep == 1 {
            self.push(Step::SendEnrolleeFrame);
        }
        if sleep < SLEEPS {
            return self.sleep(sleep.saturating_add(1), now);
        }
        #[cfg(feature = "phone-ap")]
        self.push(Step::SendPhoneApProbe);
        self.hop(now);
    }

    fn hop(&mut self, now: Instant) {
        let channel = self.channels.advance();
        self.switch(channel);
        self.sleep(1, now);
    }

    fn sleep(&mut self, sleep: u8, now: Instant) {
        self.state = State::Hopping { sleep, wake_at: now.plus(self.times.sleep_ms()) };
    }

    fn switch(&mut self, channel: u8) {
        self.channel = channel;
        self.push(Step::Switch(channel));
    }

    /// Scanning goes on with the next channel.
    fn unlock_if_silent(&mut self, now: Instant) {
        if let State::Locked { unlock_at, .. } = self.state
            && unlock_at <= now
        {
            self.decoders_are_stale = true;
            self.state = State::HopDue;
        }
    }

    fn locked_to(&self) -> Option<Mac> {
        match self.state {
            State::Locked { bssid, .. } => Some(bssid),
            _ => None,
        }
    }

    /// When to poll if nothing happens before, or [`Instant::NEVER`].
    pub fn poll_timeout(&self) -> Instant {
        if !self.steps.is_empty() {
            return Instant::from_millis(0);
        }
        match self.state {
            State::Off => Instant::NEVER,
            State::Hopping { wake_at, .. } => wake_at.min(self.ends),
            State::HopDue => Instant::from_millis(0),
            State::Locked { unlock_at, .. } => unlock_at.min(self.ends),
            State::Paused { until } => until,
        }
    }

    fn push(&mut self, step: Step) {
        // There is room: frames are taken only while there is, and other steps come one by one.
        let _ = self.steps.push_back(step);
    }
}

impl Default for Scan {
    fn default() -> Self {
        Self::new()
    }
}
