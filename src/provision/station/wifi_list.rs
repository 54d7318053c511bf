//! The list of access points that a phone asks for: the port looks for them, then the phone is told, part by part.

use log::{debug, warn};

use crate::binding::messages::Query;
use crate::coap::{self, RequestId};
use crate::error::Error;
use crate::provision::access_points::{AccessPoint, AccessPoints};
use crate::provision::credentials::Mac;
use crate::provision::messages::phone_ap;
use crate::time::Instant;

/// From one part to the next, ms.
const GAP_MS: u64 = 20;

#[derive(Clone, Copy)]
enum State {
    Idle,
    /// The port is to be asked.
    ScanDue,
    Scanning,
    Telling {
        /// Access points told.
        told: usize,
        /// Parts told.
        parts: u32,
        next: Instant,
    },
}

/// One phone at a time is told: the one that has asked last.
pub(super) struct WifiList {
    state: State,
    observer: Option<(RequestId, Query)>,
    found: AccessPoints,
    connected: Option<Mac>,
}

impl WifiList {
    pub(super) fn new() -> Self {
        Self { state: State::Idle, observer: None, found: AccessPoints::default(), connected: None }
    }

    /// A phone has asked. What is found for another one is told to this one.
    pub(super) fn ask(&mut self, request: RequestId, query: Query) {
        self.observer = Some((request, query));
        if !matches!(self.state, State::Scanning) {
            self.found.clear();
            self.state = State::ScanDue;
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new();
    }

    /// Is the port to be asked now? Then [`WifiList::scan_ended`] follows.
    pub(super) fn take_scan(&mut self) -> bool {
        let is_due = matches!(self.state, State::ScanDue);
        if is_due {
            self.state = State::Scanning;
        }
        is_due
    }

    pub(super) fn found(&mut self, found: AccessPoint) {
        if matches!(self.state, State::Scanning) {
            self.found.hear(found, None);
        }
    }

    pub(super) fn scan_ended(&mut self, connected: Option<Mac>, now: Instant) {
        if matches!(self.state, State::Scanning) {
            self.connected = connected;
            self.state = State::Telling { told: 0, parts: 0, next: now };
        }
    }

    /// Tells what is due.
    pub(super) fn poll(&mut self, coap: &mut coap::Server, now: Instant) {
        let State::Telling { told, parts, next } = self.state else { return };
        if now < next {
            return;
        }
        let parts = parts.saturating_add(1);
        let told = match self.tell(told, parts, coap) {
            Ok(count) => told.saturating_add(count),
            Err(Error::TooLong) => {
                debug!("awss: an access point is not told: its entry is too long");
                told.saturating_add(1)
            }
            Err(error) => {
                warn!("awss: coap: list of access points not sent: {error}");
                return self.clear();
            }
        };
        if told < self.found.iter().count() {
            self.state = State::Telling { told, parts, next: now.plus(GAP_MS) };
        } else {
            self.clear();
        }
    }

    fn tell(&self, told: usize, parts: u32, coap: &mut coap::Server) -> Result<usize, Error> {
        let Some((request, query)) = &self.observer else { return Ok(usize::MAX) };
        let (part, count) = phone_ap::wifi_list(query, self.found.iter().skip(told), self.connected)?;
        coap.notify(request, parts, &part)?;
        Ok(count)
    }

    pub(super) fn poll_timeout(&self) -> Instant {
        match self.state {
            State::Idle | State::Scanning => Instant::NEVER,
            State::ScanDue => Instant::from_millis(0),
            State::Telling { next, .. } => next,
        }
    }
}
