//! Provisioning by a phone that joins an access point of the device (`awss_dev_ap_start`).

use heapless::String;
use log::{info, warn};

use super::credentials::{Credentials, SSID_LEN};
use super::machine::{Action, End};
use super::switchap::Refusal;
use crate::error::Error;
use crate::knobs::PROVISION_ACK_TIMEOUT_MS;
use crate::text;
use crate::time::Instant;

/// Time for an access point to come up, ms.
const SETTLE_MS: u64 = 1_000;
/// Tries to open it.
const OPEN_TRIES: u32 = 3;
/// Digits of the MAC address in the name.
const MAC_DIGITS: usize = 6;

/// The name of the device's access point.
pub type ApName = String<SSID_LEN>;

/// `adh_{product key}_{last six hex digits of the MAC address}`
///
/// # Errors
/// [`Error::Malformed`] when `mac` has fewer digits; [`Error::TooLong`].
pub fn ap_name(product_key: &str, mac: &str) -> Result<ApName, Error> {
    let mut digits = [0; MAC_DIGITS];
    let mut from_behind = mac.bytes().rev().filter(u8::is_ascii_hexdigit);
    for digit in digits.iter_mut().rev() {
        *digit = from_behind.next().ok_or(Error::Malformed)?.to_ascii_uppercase();
    }
    let digits = core::str::from_utf8(&digits).map_err(|_| Error::Malformed)?;
    text::concat(&["adh_", product_key, "_", digits])
}

/// What a phone's request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestAnswer {
    /// Success: on the device's access point in a confirmable message, of whose acknowledgement
    /// [`Provisioning::acked`](super::Provisioning::acked) tells.
    Success,
    /// This.
    Refusal(Refusal),
    /// Nothing: another request is being carried out, or none is waited for.
    Ignore,
}

enum State {
    Off,
    /// To be opened.
    Closed {
        try_number: u32,
        at: Instant,
    },
    Opening {
        try_number: u32,
    },
    Settling {
        until: Instant,
    },
    Waiting,
    /// The phone is to learn of its success before its access point is gone.
    Answered {
        credentials: Credentials,
        until: Instant,
    },
    ToJoin(Credentials),
    Joining,
    /// To be closed, then over.
    Open(End),
    Ending(End),
}

/// One run, from start to end.
pub(super) struct DeviceAp {
    state: State,
    name: ApName,
}

impl DeviceAp {
    pub(super) const fn new() -> Self {
        Self { state: State::Off, name: String::new() }
    }

    pub(super) fn is_running(&self) -> bool {
        !matches!(self.state, State::Off)
    }

    /// May a phone on the access point ask for something?
    pub(super) fn needs_network(&self) -> bool {
        matches!(self.state, State::Settling { .. } | State::Waiting | State::Answered { .. })
    }

    pub(super) fn start(&mut self, name: ApName, now: Instant) {
        self.name = name;
        self.state = State::Closed { try_number: 1, at: now };
    }

    pub(super) fn stop(&mut self) {
        self.state = match self.state {
            State::Off => State::Off,
            State::Opening { .. } | State::Settling { .. } | State::Waiting | State::Answered { .. } => {
                State::Open(End::Stopped)
            }
            State::Open(_) => State::Open(End::Stopped),
            State::Closed { .. } | State::ToJoin(_) | State::Joining | State::Ending(_) => {
                State::Ending(End::Stopped)
            }
        };
    }

    /// Has the access point been opened?
    pub(super) fn ap_opened(&mut self, is_open: bool, now: Instant) {
        let State::Opening { try_number } = self.state else { return };
        self.state = if is_open {
            State::Settling { until: now.plus(SETTLE_MS) }
        } else if try_number < OPEN_TRIES {
            State::Closed { try_number: try_number.saturating_add(1), at: now.plus(SETTLE_MS) }
        } else {
            warn!("awss: the access point {} cannot be opened", self.name);
            State::Ending(End::NoAccessPoint)
        };
    }

    /// A phone's request: what it wants, or what is wrong with it.
    pub(super) fn request(&mut self, wanted: Result<Credentials, Refusal>, now: Instant) -> RequestAnswer {
        if !self.is_waiting(now) {
            return RequestAnswer::Ignore;
        }
        match wanted {
            Ok(credentials) => {
                let until = now.plus(PROVISION_ACK_TIMEOUT_MS);
                self.state = State::Answered { credentials, until };
                RequestAnswer::Success
            }
            Err(refusal) => {
                info!("awss: request refused: {}", refusal.message());
                RequestAnswer::Refusal(refusal)
            }
        }
    }

    fn is_waiting(&self, now: Instant) -> bool {
        match self.state {
            State::Waiting => true,
            State::Settling { until } => until <= now,
            _ => false,
        }
    }

    /// The phone has acknowledged the answer.
    pub(super) fn acked(&mut self, now: Instant) {
        if let State::Answered { until, .. } = &mut self.state {
            *until = now;
        }
    }

    /// Has the device joined, or not? True when it has.
    pub(super) fn connected(&mut self, has_joined: bool, now: Instant) -> bool {
        let is_joining = matches!(self.state, State::Joining);
        if is_joining {
            self.state = if has_joined {
                State::Ending(End::Joined)
            } else {
                State::Closed { try_number: 1, at: now }
            };
        }
        is_joining && has_joined
    }

    pub(super) fn poll(&mut self, now: Instant) -> Option<Action> {
        if let State::ToJoin(credentials) = &self.state {
            let action = Action::Connect(credentials.clone());
            self.state = State::Joining;
            return Some(action);
        }
        if let State::Answered { credentials, until } = &self.state
            && *until <= now
        {
            let credentials = credentials.clone();
            self.state = State::ToJoin(credentials);
            return Some(Action::CloseAp);
        }
        let (next, action) = match core::mem::replace(&mut self.state, State::Off) {
            State::Closed { try_number, at } if at <= now => {
                (State::Opening { try_number }, Some(Action::OpenAp { name: self.name.clone() }))
            }
            State::Settling { until } if until <= now => (State::Waiting, None),
            State::Open(end) => (State::Ending(end), Some(Action::CloseAp)),
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
            State::Off | State::Opening { .. } | State::Waiting | State::Joining => Instant::NEVER,
            State::Closed { at, .. } => at,
            State::Settling { until } | State::Answered { until, .. } => until,
            State::ToJoin(_) | State::Open(_) | State::Ending(_) => Instant::from_millis(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_has_the_end_of_the_mac_address() {
        assert_eq!(ap_name("a1X2bEnP82z", "B0:F8:93:15:bf:21").unwrap(), "adh_a1X2bEnP82z_15BF21");
        assert_eq!(ap_name("a1X2bEnP82z", "b0f89315bf21").unwrap(), "adh_a1X2bEnP82z_15BF21");
        assert_eq!(ap_name(&"k".repeat(20), "B0:F8:93:15:BF:21").unwrap().len(), 31);
        assert_eq!(ap_name("pk", "15:BF"), Err(Error::Malformed));
        assert_eq!(ap_name("pk", ""), Err(Error::Malformed));
        assert_eq!(ap_name(&"k".repeat(22), "B0:F8:93:15:BF:21"), Err(Error::TooLong));
    }
}
