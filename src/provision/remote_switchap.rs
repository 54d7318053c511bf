//! The cloud has a device that is connected join another network, in clear text (`thing.awss.device.switchap`):
//! an answer, the join after a while, and a restart, whatever came of the join.

use alloc::vec::Vec;

use log::{info, warn};

use super::credentials::{Credentials, Mac, Ssid, parse_mac};
use super::crypto::{Password, check_password};
use crate::binding::messages::{Answer, Query};
use crate::error::Error;
use crate::json::{Member, Raw, Scalar, read_members, to_vec};
use crate::time::Instant;

/// Least time for the answer to arrive before the network is left, ms.
const DELAY_MIN_MS: u64 = 1_000;
/// From the join to the restart, ms.
const REBOOT_DELAY_MS: u64 = 1_000;
/// `switchMode` of a switch after `timeout`; any other is one at once.
const DELAYED: &str = "0";
/// `code` of the answer to a request that is carried out.
const SUCCESS: i32 = 200;
/// `code` of the answer to one that is not.
const REQUEST_ERROR: i32 = 400;
/// Room for an answer, bytes.
const ANSWER_ROOM: usize = 64;

const WANTED: [Member; 5] = [
    ("params", "ssid"),
    ("params", "passwd"),
    ("params", "bssid"),
    ("params", "switchMode"),
    ("params", "timeout"),
];

/// What the owner is to do.
pub enum NetworkSwitch {
    /// Join this network, unless the device is in it already, then call
    /// [`Engine::network_switched`](crate::engine::Engine::network_switched).
    Connect(Credentials),
    /// Restart the device.
    Reboot,
}

/// Why a request is not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    Ssid,
    Password,
    SwitchMode,
    Timeout,
    Ambiguous,
    Busy,
}

impl Refusal {
    const fn reason(self) -> &'static str {
        match self {
            Self::Ssid => "no name of a network",
            Self::Password => "no password",
            Self::SwitchMode => "bad switchMode",
            Self::Timeout => "bad timeout",
            Self::Ambiguous => "a member that is there twice",
            Self::Busy => "another one is carried out",
        }
    }
}

struct Request {
    credentials: Credentials,
    delay_ms: u64,
}

/// What a request has; the inner `None` for what cannot be read.
struct Members {
    ssid: Option<Ssid>,
    password: Option<Password>,
    bssid: Option<Mac>,
    is_delayed: Option<bool>,
    timeout_ms: Option<u32>,
}

impl Members {
    /// The inner error for what is JSON.
    fn read(payload: &[u8]) -> Result<Result<Self, Refusal>, Error> {
        let mut members =
            Self { ssid: None, password: None, bssid: None, is_delayed: Some(false), timeout_ms: Some(0) };
        match read_members(payload, &WANTED, &mut |index, value| members.take(index, value)) {
            Ok(()) => Ok(Ok(members)),
            Err(Error::Malformed) => Ok(Err(Refusal::Ambiguous)),
            Err(error) => Err(error),
        }
    }

    fn take(&mut self, index: usize, value: Scalar) {
        let text = match value {
            Scalar::Text(text) => Some(text),
            Scalar::Number(_) | Scalar::Other => None,
        };
        let digits = match value {
            Scalar::Text(text) | Scalar::Number(text) => Some(text),
            Scalar::Other => None,
        };
        match index {
            0 => self.ssid = text.and_then(|text| Ssid::new(text.as_bytes())),
            1 => {
                let password = text.and_then(|text| check_password(text.as_bytes()).ok());
                self.password = password.filter(|password| !password.is_empty());
            }
            2 => self.bssid = text.and_then(parse_mac),
            3 => self.is_delayed = digits.map(|mode| mode == DELAYED),
            _ => self.timeout_ms = digits.and_then(hex_number),
        }
    }

    fn request(self) -> Result<Request, Refusal> {
        let ssid = self.ssid.ok_or(Refusal::Ssid)?;
        let password = self.password.ok_or(Refusal::Password)?;
        let is_delayed = self.is_delayed.ok_or(Refusal::SwitchMode)?;
        let timeout_ms = if is_delayed { self.timeout_ms.ok_or(Refusal::Timeout)? } else { 0 };
        let credentials = Credentials::new(ssid, password, self.bssid);
        Ok(Request { credentials, delay_ms: u64::from(timeout_ms).max(DELAY_MIN_MS) })
    }
}

/// The cloud writes the milliseconds in hex.
fn hex_number(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    // Without the sign that the parser would take.
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

enum State {
    Idle,
    Waiting { credentials: Credentials, until: Instant },
    Joining,
    Switched { reboot_at: Instant },
    Rebooting,
}

/// At most one switch.
pub(crate) struct RemoteSwitch(State);

impl RemoteSwitch {
    pub(crate) const fn new() -> Self {
        Self(State::Idle)
    }

    /// A request of the cloud. Gives its answer. Of two that wait the newer one counts.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it cannot be answered; [`Error::OutOfMemory`].
    pub(crate) fn request(&mut self, payload: &[u8], now: Instant) -> Result<Vec<u8>, Error> {
        let query = Query::parse(payload)?;
        let request = Members::read(payload)?.and_then(Members::request);
        let code = match request.and_then(|request| self.begin(request, now)) {
            Ok(()) => SUCCESS,
            Err(refusal) => {
                warn!("switchap of the cloud refused: {}", refusal.reason());
                REQUEST_ERROR
            }
        };
        to_vec(&Answer { id: &query.id, code, data: Raw("{}") }, ANSWER_ROOM)
    }

    fn begin(&mut self, request: Request, now: Instant) -> Result<(), Refusal> {
        let Request { credentials, delay_ms } = request;
        match self.0 {
            State::Idle | State::Waiting { .. } => {
                info!("the cloud has the device join another network in {delay_ms} ms");
                self.0 = State::Waiting { credentials, until: now.plus(delay_ms) };
                Ok(())
            }
            State::Joining | State::Switched { .. } | State::Rebooting => Err(Refusal::Busy),
        }
    }

    /// The join is over, or was not needed.
    pub(crate) fn switched(&mut self, was_needed: bool, now: Instant) {
        if matches!(self.0, State::Joining) {
            self.0 = if was_needed {
                State::Switched { reboot_at: now.plus(REBOOT_DELAY_MS) }
            } else {
                State::Idle
            };
        }
    }

    pub(crate) fn poll(&mut self, now: Instant) -> Option<NetworkSwitch> {
        let (next, action) = match &self.0 {
            State::Waiting { credentials, until } if *until <= now => {
                (State::Joining, NetworkSwitch::Connect(credentials.clone()))
            }
            State::Switched { reboot_at } if *reboot_at <= now => (State::Rebooting, NetworkSwitch::Reboot),
            _ => return None,
        };
        self.0 = next;
        Some(action)
    }

    pub(crate) fn poll_timeout(&self) -> Instant {
        match self.0 {
            State::Idle | State::Joining | State::Rebooting => Instant::NEVER,
            State::Waiting { until, .. } => until,
            State::Switched { reboot_at } => reboot_at,
        }
    }
}
