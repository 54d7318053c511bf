//! The station of provisioning: on its own, or in the engine of the session.

use alloc::boxed::Box;
use core::fmt;
use core::net::{Ipv4Addr, SocketAddrV4};

use heapless::String;
use linkkit_core::coap;
use linkkit_core::engine::MAC_LEN;
use linkkit_core::error::Error;
use linkkit_core::provision::{Action, Provisioning, Setup, Station};
use linkkit_core::time::{Clock, Instant};
use zeroize::Zeroizing;

use super::lock::{Entry, Guard};
use super::open::try_box;
use super::seed;
use super::state::State;
use crate::c_string;
use crate::hal::{identity, os, wifi};

/// What a thread that is in `awss_start` or `awss_dev_ap_start` waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    Session,
    DeviceAp,
}

/// The part of the state that is provisioning's.
pub struct StationState {
    /// While no session has it.
    alone: Option<Box<Station>>,
    /// While no session has it.
    clock: Option<Clock>,
    /// The thread that is in such a call carries out what provisioning wants; the worker else.
    pub run: Option<Run>,
    /// It is calling the application back.
    pub is_calling_back: bool,
}

impl StationState {
    pub const fn none() -> Self {
        Self { alone: None, clock: None, run: None, is_calling_back: false }
    }

    /// The station that no session has.
    pub fn alone(&mut self) -> Option<&mut Station> {
        self.alone.as_deref_mut()
    }
}

/// Why there is no station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoStation {
    /// The port names no device; it was logged why.
    NoIdentity,
    /// The port has no product secret, with which phones encrypt.
    NoProductSecret,
    /// It could not be made.
    Error(Error),
}

impl fmt::Display for NoStation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoIdentity => f.write_str("the port names no device"),
            Self::NoProductSecret => f.write_str("HAL_GetProductSecret gives none"),
            Self::Error(error) => error.fmt(f),
        }
    }
}

/// Takes the lock with a station behind it, which is made unless there is one.
pub fn lock_with_station(entry: &Entry) -> Result<Guard<'_>, NoStation> {
    {
        let mut state = entry.lock();
        if state.station().is_some() {
            return Ok(state);
        }
    }
    let made = make()?;
    let mut state = entry.lock();
    if state.station().is_none() {
        state.station.alone = Some(made);
        give_to_session(&mut state);
    }
    Ok(state)
}

/// Not inlined: secrets and seeds are on the stack meanwhile.
#[inline(never)]
fn make() -> Result<Box<Station>, NoStation> {
    let device = identity::stored(true).ok_or(NoStation::NoIdentity)?;
    let product_secret = identity::product_secret();
    let product_secret = c_string::from_array(product_secret.as_slice())
        .filter(|secret| !secret.is_empty())
        .and_then(|secret| secret.try_into().ok())
        .map(Zeroizing::new)
        .ok_or(NoStation::NoProductSecret)?;
    let mut mac = [0; MAC_LEN + 1];
    let mac =
        String::<MAC_LEN>::try_from(wifi::mac(&mut mac)).map_err(|_| NoStation::Error(Error::TooLong))?;
    // The engine of a session sows for itself.
    let mut entropy = seed::sow(&device, &mac).map_err(NoStation::Error)?;
    let coap = boxed_server(entropy.u16()).ok_or(NoStation::Error(Error::OutOfMemory))?;
    let provisioning = boxed_provisioning().ok_or(NoStation::Error(Error::OutOfMemory))?;
    let setup = Setup { identity: device, product_secret, mac, provisioning, coap, entropy };
    boxed_station(setup).map_err(NoStation::Error)
}

// One at a time on the stack, and gone from it before the next.

#[inline(never)]
fn boxed_server(first_message_id: u16) -> Option<Box<coap::Server>> {
    try_box(coap::Server::new(first_message_id))
}

#[inline(never)]
fn boxed_provisioning() -> Option<Box<Provisioning>> {
    try_box(Provisioning::new())
}

#[inline(never)]
fn boxed_station(setup: Setup) -> Result<Box<Station>, Error> {
    try_box(Station::new(setup)?).ok_or(Error::OutOfMemory)
}

/// The session that was just made takes the station in, and its clock.
pub fn give_to_session(state: &mut State) {
    let Some(session) = state.session.as_mut() else { return };
    if let Some(clock) = state.station.clock.take() {
        session.clock = clock;
    }
    let now = session.now();
    if let Err(error) = session.engine.swap_station(&mut state.station.alone, now) {
        log::error!("awss: coap: resources of binding not served: {error}");
    }
}

/// The session gives it back.
pub fn take_from_session(state: &mut State) {
    let Some(session) = state.session.as_mut() else { return };
    state.station.clock = Some(session.clock.clone());
    let now = session.now();
    if let Err(error) = session.engine.swap_station(&mut state.station.alone, now) {
        log::error!("bind: coap: resources not served: {error}");
    }
}

impl State {
    /// The time.
    pub fn now(&mut self) -> Instant {
        match &mut self.session {
            Some(session) => session.now(),
            None => {
                let uptime_ms = os::uptime_ms();
                self.station.clock.get_or_insert_with(|| Clock::start(uptime_ms)).advance(uptime_ms)
            }
        }
    }

    /// The station, whoever has it.
    pub fn station(&mut self) -> Option<&mut Station> {
        match &mut self.session {
            Some(session) => session.engine.station(),
            None => self.station.alone(),
        }
    }

    /// What decides in it.
    pub fn provisioning(&mut self) -> Option<&mut Provisioning> {
        self.station().map(Station::provisioning)
    }

    /// What it wants done next by the thread that `is_run`, or by any other: nothing if that is the wrong one.
    pub fn poll_provisioning(&mut self, is_run: bool) -> Option<Action> {
        if self.station.run.is_some() != is_run {
            return None;
        }
        let now = self.now();
        if let Some(session) = &mut self.session {
            return session.engine.poll_provisioning(now);
        }
        let station = self.station.alone()?;
        let action = station.poll_action(now);
        if let Some(token) = station.take_bind_token() {
            self.phone_token = Some(token);
        }
        action
    }

    /// When it wants something by itself, or [`Instant::NEVER`].
    pub fn provisioning_timeout(&mut self) -> Instant {
        self.station().map_or(Instant::NEVER, |station| station.poll_timeout())
    }

    /// The time, if provisioning wants the local network served now.
    pub fn provisioning_time(&mut self) -> Option<Instant> {
        let now = self.now();
        let is_wanted = self.station().is_some_and(|station| station.needs_network(now));
        if is_wanted {
            self.local.want(now);
        }
        is_wanted.then_some(now)
    }

    /// Is the local network served beyond the end of the session?
    pub fn keeps_local_network(&mut self) -> bool {
        self.provisioning_time().is_some()
    }

    /// Does the worker stay beyond it?
    pub fn keeps_worker(&mut self) -> bool {
        self.has_provisioning_work()
    }

    /// Has provisioning anything to do, now or later?
    pub fn has_provisioning_work(&mut self) -> bool {
        let now = self.now();
        let has_work =
            |station: &mut Station| station.needs_network(now) || station.poll_timeout() != Instant::NEVER;
        self.station.run.is_some() || self.station().is_some_and(has_work)
    }

    /// A datagram came while there is no session.
    pub fn take_datagram(&mut self, own_address: Option<Ipv4Addr>, from: SocketAddrV4, bytes: &[u8]) {
        let now = self.now();
        if let Some(station) = self.station.alone() {
            station.set_own_address(own_address);
            station.take_datagram(from, bytes, now);
        }
    }

    /// Takes the station away if nothing is to come of it.
    pub fn discard_idle_station(&mut self) -> Option<Box<Station>> {
        let is_pressed = self.provisioning().is_some_and(|provisioning| provisioning.is_pressed());
        if is_pressed || self.has_provisioning_work() {
            return None;
        }
        if self.session.is_some() {
            take_from_session(self);
        } else {
            self.local.close();
        }
        self.station.clock = None;
        self.station.alone.take()
    }
}
