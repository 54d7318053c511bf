//! Provisioning at work: one thread at a time carries out what it wants done. That is the thread that waits in
//! `awss_start` or `awss_dev_ap_start`, else the worker, else, where the port has no threads, whoever calls.

use core::ffi::{c_char, c_int, c_schar};
use core::fmt;
use core::slice;

use linkkit_core::provision::frame::{Frame, LinkType};
use linkkit_core::provision::{Action, End, Provisioning, Station};
use linkkit_core::time::Instant;
use log::warn;

use super::lock::Entry;
use super::station::{self, NoStation, Run};
#[cfg(feature = "phone-ap")]
use super::wifi_scan;
use super::{callbacks, drive, local, worker};
use crate::abi::iotx_event_t;
use crate::hal::{awss, os};

/// Longest wait between two looks at what is to be done, ms: how late the thread hears of frames and of a stop.
const WAIT_MS: u32 = 50;
/// Pause between two looks at whether a thread has left, ms.
const STOP_POLL_MS: u32 = 5;

/// Why a call could not be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The port has no mutex to give.
    NoMutex,
    /// There is no station.
    NoStation(NoStation),
    /// `awss_start` or `awss_dev_ap_start` runs already.
    Running,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMutex => f.write_str("HAL_MutexCreate gives NULL"),
            Self::NoStation(reason) => reason.fmt(f),
            Self::Running => f.write_str("provisioning is running already"),
        }
    }
}

/// Calls `request` on the station, which is made if there is none, and has done what it then wants.
pub fn with_station<T>(request: impl FnOnce(&mut Station, Instant) -> T) -> Result<T, Failure> {
    let entry = Entry::new().ok_or(Failure::NoMutex)?;
    let answer = {
        let mut state = station::lock_with_station(&entry).map_err(Failure::NoStation)?;
        let now = state.now();
        request(state.station().ok_or(Failure::NoMutex)?, now)
    };
    kick(&entry);
    Ok(answer)
}

/// As [`with_station`], for what means nothing without a station: `None` then.
pub fn with_provisioning<T>(request: impl FnOnce(&mut Provisioning, Instant) -> T) -> Option<T> {
    let entry = Entry::new()?;
    let answer = tell_provisioning(&entry, request)?;
    kick(&entry);
    Some(answer)
}

/// Starts what `run` says with `start`, and carries it out to its end.
pub fn run(
    run: Run,
    start: impl FnOnce(&mut Station, Instant) -> Result<(), linkkit_core::error::Error>,
) -> Result<End, Failure> {
    let entry = Entry::new().ok_or(Failure::NoMutex)?;
    {
        let mut state = station::lock_with_station(&entry).map_err(Failure::NoStation)?;
        let now = state.now();
        if state.station.run.is_some() {
            return Err(Failure::Running);
        }
        let station = state.station().ok_or(Failure::NoMutex)?;
        start(station, now).map_err(|_| Failure::Running)?;
        state.station.run = Some(run);
    }
    let mut has_asked_for_worker = false;
    let end = loop {
        if let Some(end) = carry_out(&entry, true) {
            break end;
        }
        // Phones are served on its stack: that of the application's task may be too small for it.
        let needs_network = entry.lock().provisioning_time().is_some();
        if needs_network && !core::mem::replace(&mut has_asked_for_worker, true) {
            worker::start(&entry);
        }
        wait(&entry);
    };
    entry.lock().station.run = None;
    kick(&entry);
    discard(&entry);
    Ok(end)
}

/// Ends what `run` says, and waits until the thread that carries it out has left, unless that is calling the
/// application back: it could be the caller's own.
pub fn stop(run: Run, stop: impl FnOnce(&mut Provisioning)) {
    if with_provisioning(|provisioning, _| stop(provisioning)).is_none() {
        return;
    }
    let Some(entry) = Entry::new() else { return };
    loop {
        {
            let state = entry.lock();
            if state.station.run != Some(run) || state.station.is_calling_back {
                break;
            }
        }
        os::sleep_ms(STOP_POLL_MS);
    }
    discard(&entry);
}

/// Carries out what is wanted now, unless a thread waits in a call that does.
pub fn carry_out_if_free(entry: &Entry) {
    carry_out(entry, false);
    discard(entry);
}

/// Frees the station if nothing is to come of it.
pub fn discard(entry: &Entry) {
    let discarded = entry.lock().discard_idle_station();
    // Dropped without the lock: it gives memory back to the port.
    if discarded.is_some() {
        drop(discarded);
        drive::drain(entry);
    }
}

/// Has done what is wanted now.
fn kick(entry: &Entry) {
    let is_wanted = {
        let mut state = entry.lock();
        state.station.run.is_none() && state.has_provisioning_work()
    };
    if is_wanted && !worker::start(entry) {
        carry_out(entry, false);
    }
}

fn wait(entry: &Entry) {
    let (wait_ms, has_worker) = {
        let mut state = entry.lock();
        let now = state.now();
        let left = state.provisioning_timeout().since(now);
        (u32::try_from(left).map_or(WAIT_MS, |left| left.min(WAIT_MS)), state.worker_runs)
    };
    if has_worker {
        os::sleep_ms(wait_ms);
    } else {
        local::serve(entry, wait_ms);
        drive::drain(entry);
    }
}

/// Carries out what is wanted now. Gives the end of the run, once there is one.
fn carry_out(entry: &Entry, is_run: bool) -> Option<End> {
    refresh_network(entry);
    loop {
        let action = entry.lock().poll_provisioning(is_run);
        drive::drain(entry);
        if let Some(end) = perform(entry, action?) {
            return Some(end);
        }
    }
}

/// Opens the socket where it is wanted, and tells the device's address; closes it where nobody wants it any more.
fn refresh_network(entry: &Entry) {
    {
        let mut state = entry.lock();
        if state.local_time().is_none() {
            state.local.close();
        }
        if state.provisioning_time().is_none() {
            return;
        }
    }
    local::prepare_if_due(entry);
    let address = local::own_address();
    let mut state = entry.lock();
    match &mut state.session {
        Some(session) => session.engine.set_own_address(address),
        None => {
            if let Some(station) = state.station.alone() {
                station.set_own_address(address);
            }
        }
    }
}

fn perform(entry: &Entry, action: Action) -> Option<End> {
    match action {
        Action::Event(event) => tell(entry, event.into()),
        Action::AnnouncementStarted => tell(entry, iotx_event_t::IOTX_AWSS_SUC_NOTIFY),
        Action::OpenMonitor => awss::open_monitor(take_frame),
        Action::CloseMonitor => awss::close_monitor(),
        Action::SwitchChannel { channel } => awss::switch_channel(channel),
        Action::OpenAp { name } => {
            let is_open = awss::open_ap(&name).is_ok();
            renew_socket(entry);
            tell_provisioning(entry, |provisioning, now| provisioning.ap_opened(is_open, now));
        }
        Action::CloseAp => awss::close_ap(),
        Action::Connect(credentials) => {
            let has_joined = awss::connect(&credentials).is_ok() && is_on_network();
            drop(credentials);
            renew_socket(entry);
            tell_provisioning(entry, |provisioning, now| provisioning.connected(has_joined, now));
            refresh_network(entry);
        }
        Action::SessionEnded(end) | Action::DeviceApEnded(end) => return Some(end),
        #[cfg(any(feature = "phone-ap", feature = "zero-config"))]
        Action::SendProbeRequest(mut frame) => awss::send_probe_request(&mut frame),
        #[cfg(not(any(feature = "phone-ap", feature = "zero-config")))]
        Action::SendProbeRequest(_) => {}
        #[cfg(feature = "phone-ap")]
        Action::ScanWifi => wifi_scan::run(entry),
        // The station keeps them for itself.
        Action::Announce { .. } | Action::AnnouncementEnded(_) => {}
    }
    None
}

fn is_on_network() -> bool {
    let is_ready = awss::is_net_ready();
    if !is_ready {
        warn!("awss: joined a network, but HAL_Sys_Net_Is_Ready gives 0: joins again");
    }
    is_ready
}

/// The interface is another one: what was bound and joined on the old one serves no more.
fn renew_socket(entry: &Entry) {
    {
        let mut state = entry.lock();
        let now = state.now();
        state.local.renew(now);
    }
    drive::drain(entry);
}

/// `None` without a station.
fn tell_provisioning<T>(entry: &Entry, tell: impl FnOnce(&mut Provisioning, Instant) -> T) -> Option<T> {
    let mut state = entry.lock();
    let now = state.now();
    state.provisioning().map(|provisioning| tell(provisioning, now))
}

/// Calls the application back.
fn tell(entry: &Entry, event: iotx_event_t) {
    entry.lock().station.is_calling_back = true;
    callbacks::awss_status(event);
    entry.lock().station.is_calling_back = false;
}

/// A frame, on a thread of the port's driver. Takes no memory, and waits for nothing but the lock.
///
/// # Safety
/// `frame` is NULL or has `length` readable bytes.
unsafe extern "C" fn take_frame(
    frame: *mut c_char,
    length: c_int,
    link_type: c_int,
    with_fcs: c_int,
    rssi: c_schar,
) -> c_int {
    /// `AWS_FRAME_INVALID` of the C SDK: drivers look at nothing else.
    const NOT_OF_INTEREST: c_int = 0;
    let (Some(link_type), Ok(length)) = (LinkType::from_number(link_type), usize::try_from(length)) else {
        return NOT_OF_INTEREST;
    };
    if frame.is_null() {
        return NOT_OF_INTEREST;
    }
    // SAFETY: as the caller vouches.
    let bytes = unsafe { slice::from_raw_parts(frame.cast::<u8>(), length) };
    let Some(frame) = Frame::new(bytes, link_type, with_fcs != 0, rssi) else { return NOT_OF_INTEREST };
    let Some(entry) = Entry::new() else { return NOT_OF_INTEREST };
    let mut state = entry.lock();
    let now = state.now();
    if let Some(station) = state.station() {
        station.frame(&frame, now);
    }
    NOT_OF_INTEREST
}
