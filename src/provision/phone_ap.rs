//! Provisioning by a phone on whose access point the device waits to be told of a network.
//!
//! Name and password of that access point are the same for all phones, and known: it is joined only while the
//! button is pressed.

use log::info;

use super::access_points::{AccessPoint, AccessPoints};
use super::announce::Announcement;
use super::credentials::{Credentials, Mac, Ssid};
use super::crypto::check_password;
use super::device_ap::RequestAnswer;
use super::events::Event;
use super::machine::Action;
use super::probe_request::{ProbeRequest, probe_request};
use super::switchap::Refusal;
use crate::coap;
use crate::knobs::PROVISION_PHONE_AP_MS;
use crate::time::Instant;

/// The name of the access point.
const SSID: &[u8] = b"aha";
/// Its password.
const PASSWORD: &[u8] = b"12345678";
/// Time for the answer to reach the phone before its access point is left, ms.
const ANSWER_MS: u64 = 1_000;

/// What is needed to join `found`, if it is the access point of a phone.
pub(super) fn credentials(found: &AccessPoint) -> Option<Credentials> {
    if found.ssid.as_bytes() != SSID {
        return None;
    }
    let mut credentials = Credentials::new(Ssid::new(SSID)?, check_password(PASSWORD).ok()?, None);
    found.complete(&mut credentials);
    Some(credentials)
}

/// What `mac` sends to find it.
pub(super) fn probe(mac: &Mac) -> Option<ProbeRequest> {
    probe_request(mac, SSID, &[])
}

enum State {
    Off,
    ToJoinPhone(Credentials),
    JoiningPhone,
    NotJoined,
    Joined,
    /// It begins to announce itself.
    Announcing,
    /// For a phone's request.
    Waiting {
        until: Instant,
    },
    /// The phone is to learn of its success before its access point is left.
    Answered {
        credentials: Credentials,
        until: Instant,
    },
    Joining,
    Ending(End),
}

/// How it ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The device has joined the network that the phone has named.
    Joined,
    /// No phone has named a network in time, or the device could not join.
    NotJoined,
}

/// One stay on the access point of a phone, from the way there to the next network.
pub(super) struct PhoneAp {
    state: State,
    announcement: Announcement,
}

impl PhoneAp {
    pub(super) const fn new() -> Self {
        Self { state: State::Off, announcement: Announcement::new(coap::Announcement::Provisionable) }
    }

    /// Begins with the way there.
    pub(super) fn start(&mut self, credentials: Credentials) {
        self.state = State::ToJoinPhone(credentials);
    }

    pub(super) fn stop(&mut self) {
        self.state = State::Off;
        self.announcement.stop();
    }

    /// Is the device on the access point of a phone?
    pub(super) fn is_there(&self) -> bool {
        matches!(
            self.state,
            State::Joined | State::Announcing | State::Waiting { .. } | State::Answered { .. }
        )
    }

    /// Does it wait for a request?
    pub(super) fn is_waiting(&self, now: Instant) -> bool {
        matches!(self.state, State::Waiting { until } if now < until)
    }

    /// A phone's request: what it wants, or what is wrong with it. `heard`: the access points around.
    pub(super) fn request(
        &mut self,
        wanted: Result<Credentials, Refusal>,
        heard: &AccessPoints,
        now: Instant,
    ) -> RequestAnswer {
        if !self.is_waiting(now) {
            return RequestAnswer::Ignore;
        }
        match wanted {
            Ok(mut credentials) => {
                choose_access_point(&mut credentials, heard);
                self.announcement.stop();
                self.state = State::Answered { credentials, until: now.plus(ANSWER_MS) };
                RequestAnswer::Success
            }
            Err(refusal) => {
                info!("awss: request refused: {}", refusal.message());
                RequestAnswer::Refusal(refusal)
            }
        }
    }

    /// The announcement of the device on the access point of a phone; the application may begin a series of it
    /// elsewhere.
    pub(super) fn announcement(&self) -> &Announcement {
        &self.announcement
    }

    /// The same, to be changed and polled.
    pub(super) fn announcement_mut(&mut self) -> &mut Announcement {
        &mut self.announcement
    }

    /// Has the device joined, or not? True when it has joined what the phone has named.
    pub(super) fn connected(&mut self, has_joined: bool) -> bool {
        match self.state {
            State::JoiningPhone => {
                self.state = if has_joined { State::Joined } else { State::NotJoined };
                false
            }
            State::Joining => {
                self.state = State::Ending(if has_joined { End::Joined } else { End::NotJoined });
                has_joined
            }
            _ => false,
        }
    }

    pub(super) fn poll(&mut self, now: Instant) -> Option<Action> {
        if let State::Answered { credentials, until } = &self.state
            && *until <= now
        {
            let action = Action::Connect(credentials.clone());
            self.state = State::Joining;
            return Some(action);
        }
        let (next, action) = match core::mem::replace(&mut self.state, State::Off) {
            State::ToJoinPhone(credentials) => (State::JoiningPhone, Some(Action::Connect(credentials))),
            State::NotJoined => (State::Ending(End::NotJoined), Some(Action::Event(Event::ConnectAhaFail))),
            State::Joined => (State::Announcing, Some(Action::Event(Event::GotIp))),
            State::Announcing => {
                self.announcement.start_series();
                let until = now.plus(PROVISION_PHONE_AP_MS);
                (State::Waiting { until }, Some(Action::Event(Event::SetupNotify)))
            }
            State::Waiting { until } if until <= now => {
                self.announcement.stop();
                (State::Ending(End::NotJoined), None)
            }
            state => (state, None),
        };
        self.state = next;
        action
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
            State::Off | State::JoiningPhone | State::Joining => Instant::NEVER,
            State::Waiting { until } | State::Answered { until, .. } => until,
            _ => Instant::from_millis(0),
        }
    }
}

/// The port is told to join the one that the phone has named if it was heard, else one that was.
fn choose_access_point(credentials: &mut Credentials, heard: &AccessPoints) {
    let is_named =
        |known: &&AccessPoint| known.ssid == credentials.ssid && Some(known.bssid) == credentials.bssid;
    let known = heard.iter().find(is_named).or_else(|| heard.by_ssid(&credentials.ssid));
    if let Some(known) = known {
        credentials.bssid = Some(known.bssid);
    }
}
