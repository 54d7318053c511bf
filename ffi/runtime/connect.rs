//! `IOT_Linkkit_Connect`, `IOT_MQTT_Construct` and the yields: the application's thread at work.

use core::fmt;

use linkkit_core::mqtt::ConnectRefusal;
use linkkit_core::time::Instant;

#[cfg(feature = "dynamic-register")]
use super::dynamic_register::{self, provide_secret};
use super::lock::Entry;
use super::open;
#[cfg(feature = "provision")]
use super::provision;
#[cfg(feature = "registrar")]
use super::registrar;
#[cfg(feature = "remote-switchap")]
use super::remote_switchap;
use super::state::{Linkkit, Phase, Session};
use super::{callbacks, drive, link};
#[cfg(feature = "bind")]
use super::{local, worker};
use crate::abi::iotx_event_t;
#[cfg(feature = "registrar")]
use crate::hal::awss;
#[cfg(feature = "model")]
use crate::hal::identity;
use crate::hal::os;

/// Budget of a connect, ms.
const CONNECT_BUDGET_MS: u64 = 10_000;
/// Longest single wait in the stream, ms: how long a close waits for the reader.
const READ_SLICE_MS: u32 = 200;
/// The same where this thread must also serve phones.
#[cfg(feature = "bind")]
const SHARED_READ_SLICE_MS: u32 = 20;
/// Pause while there is no connection, ms.
const IDLE_SLICE_MS: u32 = 50;

/// Why a connect failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Not open, already connected, or closed meanwhile.
    WrongState,
    /// The port names no device; it was logged why.
    NoIdentity,
    /// The client could not be made.
    NotMade(open::Failure),
    /// The device did not get its secret.
    #[cfg(feature = "dynamic-register")]
    NotRegistered(dynamic_register::Failure),
    /// The broker refused the credentials.
    Refused(ConnectRefusal),
    /// The tables are too small, or memory is.
    Resources,
    /// The budget is used up.
    Timeout,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongState => f.write_str("not open, connected already, or closed meanwhile"),
            Self::NoIdentity => f.write_str("the port names no device"),
            Self::NotMade(failure) => failure.fmt(f),
            #[cfg(feature = "dynamic-register")]
            Self::NotRegistered(failure) => failure.fmt(f),
            Self::Refused(refusal) => write!(f, "refused: {refusal}"),
            Self::Resources => f.write_str("out of memory"),
            Self::Timeout => write!(f, "cannot connect to the server within {CONNECT_BUDGET_MS} ms"),
        }
    }
}

/// What a connect waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Awaited {
    Connection,
    /// And the broker's answer to every subscription of the library's own.
    Subscriptions {
        /// The connection was made, and announced, before.
        has_client: bool,
    },
}

/// Connects the open device: returns when the session is up and the broker has answered every
/// subscription of the library.
pub fn connect_device() -> Result<(), Failure> {
    let entry = Entry::new().ok_or(Failure::Resources)?;
    let (deadline, has_client) = begin_device(&entry)?;
    callbacks::post(iotx_event_t::IOTX_CONN_CLOUD);
    match connect_begun(&entry, deadline, has_client) {
        Ok(()) => {
            callbacks::initialize_completed(0);
            Ok(())
        }
        Err(failure) => {
            if failure != Failure::WrongState {
                if let Some(session) = entry.lock().session.as_mut() {
                    session.linkkit = Linkkit::Open;
                }
                open::abandon_connect(&entry);
                callbacks::post(iotx_event_t::IOTX_CONN_CLOUD_FAIL);
                callbacks::connect_failed();
            }
            Err(failure)
        }
    }
}

#[inline]
fn connect_begun(entry: &Entry, deadline: Instant, has_client: bool) -> Result<(), Failure> {
    if !has_client {
        provide_secret(entry, deadline)?;
    }
    #[cfg(feature = "bind")]
    {
        local::open(entry);
        worker::start(entry);
    }
    drive::drain(entry);
    establish(entry, deadline, Awaited::Subscriptions { has_client })
}

/// Connects a session that nobody has connected yet, without what makes it a device.
pub fn connect_client(entry: &Entry) -> Result<(), Failure> {
    let deadline = {
        let mut state = entry.lock();
        let is_at_rest = |session: &&mut alloc::boxed::Box<Session>| session.phase == Phase::Open;
        let session = state.session.as_mut().filter(is_at_rest).ok_or(Failure::WrongState)?;
        let now = session.now();
        session.engine.start(now);
        session.phase = Phase::Connecting;
        now.plus(CONNECT_BUDGET_MS)
    };
    provide_secret(entry, deadline)?;
    establish(entry, deadline, Awaited::Connection)
}

/// Serves the connection and calls the application back for at most about `timeout_ms`; a reconnect
/// can take longer.
pub fn yield_for(timeout_ms: u32) {
    serve_until(timeout_ms, |_| false);
}

/// As [`yield_for`], for a device that is connected.
pub fn yield_device_for(timeout_ms: u32) {
    serve_until(timeout_ms, |session| session.linkkit != Linkkit::Connected);
}

/// Serves until `is_over`, for at most about `timeout_ms`.
pub fn serve_until(timeout_ms: u32, mut is_over: impl FnMut(&mut Session) -> bool) {
    let Some(entry) = Entry::new() else { return };
    let Some(deadline) = deadline(&entry, timeout_ms) else { return };
    while let Some(left_ms) = time_left(&entry, deadline, &mut is_over) {
        callbacks::deliver(&entry);
        work(&entry, left_ms);
    }
    callbacks::deliver(&entry);
}

/// Gives the deadline, and whether there is a client already.
fn begin_device(entry: &Entry) -> Result<(Instant, bool), Failure> {
    #[cfg(feature = "model")]
    let firmware_version = identity::firmware_version();
    #[cfg(feature = "registrar")]
    let dwell_ms = awss::channel_interval_ms();
    let mut state = entry.lock();
    #[cfg(feature = "model")]
    let options = state.settings.model;
    let session = state.session.as_mut().ok_or(Failure::WrongState)?;
    if session.linkkit != Linkkit::Open || !matches!(session.phase, Phase::Open | Phase::Running) {
        return Err(Failure::WrongState);
    }
    let now = session.now();
    #[cfg(feature = "ota")]
    session.engine.start_ota().map_err(|_| Failure::Resources)?;
    #[cfg(feature = "bind")]
    session.engine.start_local(now).map_err(|_| Failure::Resources)?;
    #[cfg(feature = "registrar")]
    session.engine.start_registrar(dwell_ms, now).map_err(|_| Failure::Resources)?;
    #[cfg(feature = "model")]
    session.engine.start_model(options, &firmware_version, now).map_err(|_| Failure::Resources)?;
    let has_client = session.phase == Phase::Running;
    if !has_client {
        session.engine.start(now);
        session.phase = Phase::Connecting;
    } else {
        session.engine.take_over_connection(now);
    }
    session.linkkit = Linkkit::Connected;
    Ok((now.plus(CONNECT_BUDGET_MS), has_client))
}

/// Without the feature `dynamic-register` the device has its secret.
#[cfg(not(feature = "dynamic-register"))]
const fn provide_secret(_: &Entry, _: Instant) -> Result<(), Failure> {
    Ok(())
}

/// What the connect loop sees under the lock.
enum Progress {
    Over(Result<(), Failure>),
    Connected,
    Waiting(u32),
}

fn establish(entry: &Entry, deadline: Instant, awaited: Awaited) -> Result<(), Failure> {
    // For a client alone its maker announces it.
    let mut is_announced = awaited == Awaited::Connection;
    loop {
        match progress(entry, deadline, awaited, is_announced) {
            Progress::Over(result) => return result,
            Progress::Connected => {
                is_announced = true;
                callbacks::post(iotx_event_t::IOTX_CONN_CLOUD_SUC);
                if awaited == (Awaited::Subscriptions { has_client: false }) {
                    callbacks::mqtt_connected();
                }
            }
            Progress::Waiting(left_ms) => work(entry, left_ms),
        }
    }
}

fn progress(entry: &Entry, deadline: Instant, awaited: Awaited, is_announced: bool) -> Progress {
    let mut state = entry.lock();
    let Some(session) = state.session.as_mut().filter(|session| session.is_serving()) else {
        return Progress::Over(Err(Failure::WrongState));
    };
    let now = session.now();
    let left_ms = u32::try_from(deadline.since(now)).unwrap_or(u32::MAX);
    let is_connected = session.engine.is_connected();
    if is_connected && !is_announced {
        return Progress::Connected;
    }
    let is_answered = awaited == Awaited::Connection || session.engine.subscriptions_answered();
    if is_connected && (is_answered || left_ms == 0) {
        session.phase = Phase::Running;
        return Progress::Over(Ok(()));
    }
    if let Some(refusal) = session.engine.refusal() {
        return Progress::Over(Err(Failure::Refused(refusal)));
    }
    if left_ms == 0 {
        return Progress::Over(Err(Failure::Timeout));
    }
    Progress::Waiting(left_ms)
}

/// One round: reads, or opens, or waits; at most about `left_ms` unless it opens.
fn work(entry: &Entry, left_ms: u32) {
    let read_slice_ms = serve_local_network(entry);
    drive::run_timers(entry);
    drive::drain(entry);
    if !link::read(entry, left_ms.min(read_slice_ms)) && !link::open_if_wanted(entry) {
        os::sleep_ms(left_ms.min(IDLE_SLICE_MS));
    }
}

/// Serves the connection, timers and phones for a moment, for a thread that is busy with something long.
/// Does not reconnect. Where the application has handlers of messages, which would be called here, only
/// phones are served.
#[cfg(feature = "ota")]
pub fn serve_without_callbacks(entry: &Entry) {
    serve_local_network(entry);
    if entry.lock().handlers.is_some() {
        return;
    }
    link::read(entry, 1);
    drive::run_timers(entry);
    drive::drain(entry);
}

/// Serves phones and timers where no worker does.
#[cfg(feature = "provision")]
pub fn serve_local() {
    let Some(entry) = Entry::new() else { return };
    serve_local_network(&entry);
    drive::run_timers(&entry);
    drive::drain(&entry);
}

/// Serves phones where no worker does. Gives how long the stream may be waited for then, ms.
#[cfg(feature = "bind")]
fn serve_local_network(entry: &Entry) -> u32 {
    {
        let state = entry.lock();
        let is_device = |session: &alloc::boxed::Box<Session>| session.linkkit == Linkkit::Connected;
        if state.worker_runs || !state.session.as_ref().is_some_and(is_device) {
            return READ_SLICE_MS;
        }
    }
    local::serve(entry, 1);
    #[cfg(feature = "provision")]
    provision::carry_out_if_free(entry);
    #[cfg(feature = "registrar")]
    registrar::carry_out(entry);
    #[cfg(feature = "remote-switchap")]
    remote_switchap::carry_out(entry);
    SHARED_READ_SLICE_MS
}

#[cfg(not(feature = "bind"))]
fn serve_local_network(_: &Entry) -> u32 {
    READ_SLICE_MS
}

fn deadline(entry: &Entry, timeout_ms: u32) -> Option<Instant> {
    let mut state = entry.lock();
    let session = state.session.as_mut().filter(|session| session.phase == Phase::Running)?;
    Some(session.now().plus(u64::from(timeout_ms)))
}

/// `None` when the time is up or the session is over.
fn time_left(
    entry: &Entry,
    deadline: Instant,
    is_over: &mut impl FnMut(&mut Session) -> bool,
) -> Option<u32> {
    let mut state = entry.lock();
    let session = state.session.as_mut().filter(|session| session.phase == Phase::Running)?;
    if is_over(session) {
        return None;
    }
    let left = deadline.since(session.now());
    u32::try_from(left).ok().filter(|left| *left > 0)
}
