//! The CoAP socket on the local network.

use core::net::Ipv4Addr;

use linkkit_core::coap::{self, Datagram};
use linkkit_core::text;
use linkkit_core::time::Instant;
use log::{debug, error, warn};

use super::drive;
use super::lock::Entry;
use super::shared_handle::{SharedHandle, take_unused};
use super::state::State;
use crate::bind;
use crate::hal::udp::NotReceived;
use crate::hal::{os, udp, wifi};

/// Longest datagram taken in, bytes; longer ones are cut by the port and refused as malformed.
const DATAGRAM_MAX: usize = 1152;
/// Time for the port to take a datagram, ms.
const SEND_TIMEOUT_MS: u32 = 1_000;
/// Time between attempts to open the socket and to join the multicast group, ms: that fails while there
/// is no route.
const RETRY_MS: u64 = 5_000;
/// Datagrams in a row that the port may fail to send before the socket is opened anew.
const SEND_FAILURES_MAX: u8 = 3;
/// Pause after a wait that a signal has ended, ms: a port may say so each time.
const INTERRUPTED_PAUSE_MS: u32 = 5;

/// The socket, from the first time it is wanted.
pub struct LocalSocket {
    handle: Option<SharedHandle<udp::Socket>>,
    opened_at: Instant,
    /// Datagrams in a row that could not be sent.
    send_failures: u8,
    /// When to open the socket or to join the multicast group (again); `None` once joined.
    due_at: Option<Instant>,
}

impl LocalSocket {
    pub const fn closed() -> Self {
        Self { handle: None, opened_at: Instant::from_millis(0), send_failures: 0, due_at: None }
    }

    /// Not opened, or not closed yet.
    pub const fn is_open(&self) -> bool {
        self.handle.is_some()
    }

    /// It is to be closed as soon as nobody uses it.
    pub fn close(&mut self) {
        self.due_at = None;
        if let Some(handle) = &mut self.handle {
            handle.doom();
        }
    }

    /// It is to be opened, if it is not.
    #[cfg(feature = "provision")]
    pub fn want(&mut self, now: Instant) {
        if self.handle.is_none() {
            self.due_at.get_or_insert(now);
        }
    }

    /// The interface is another one: the socket is to be opened on it.
    #[cfg(feature = "provision")]
    pub fn renew(&mut self, now: Instant) {
        if let Some(handle) = &mut self.handle {
            handle.doom();
            self.due_at = Some(now);
        }
    }

    /// What is to be closed now.
    pub fn take_unused(&mut self) -> Option<udp::Socket> {
        take_unused(&mut self.handle)
    }

    fn borrow(&mut self) -> Option<udp::Socket> {
        self.handle.as_mut()?.borrow()
    }

    fn release(&mut self) {
        if let Some(handle) = &mut self.handle {
            handle.release();
        }
    }
}

/// The device's own address now.
pub fn own_address() -> Option<Ipv4Addr> {
    wifi::ip()
}

/// Opens the socket. Binding goes on without it, and it is tried again: the phone can
/// still be told by other ways.
pub fn open(entry: &Entry) {
    if try_open(entry).is_err() {
        error!("bind: coap: cannot open UDP {}", coap::PORT);
    }
}

fn try_open(entry: &Entry) -> Result<(), udp::Failed> {
    let socket = udp::bind(coap::PORT);
    let mut state = entry.lock();
    let Some(now) = state.local_time().filter(|_| !state.local.is_open()) else {
        drop(state);
        if let Some(socket) = socket {
            udp::close(socket);
        }
        return Ok(());
    };
    let Some(socket) = socket else {
        state.local.due_at = Some(now.plus(RETRY_MS));
        return Err(udp::Failed);
    };
    state.local = LocalSocket {
        handle: Some(SharedHandle::new(socket)),
        opened_at: now,
        send_failures: 0,
        due_at: Some(now),
    };
    Ok(())
}

/// Serves the socket for at most `wait_ms`: handles one datagram, or none.
pub fn serve(entry: &Entry, wait_ms: u32) {
    prepare_if_due(entry);
    let socket = entry.lock().local.borrow();
    let Some(socket) = socket else {
        os::sleep_ms(wait_ms);
        return;
    };
    // What the datagram leads to, follows without it on the stack.
    match receive(entry, socket, wait_ms) {
        Ok(true) => drive::react(entry),
        Ok(false) => {}
        Err(NotReceived::Interrupted) => os::sleep_ms(wait_ms.min(INTERRUPTED_PAUSE_MS)),
        Err(NotReceived::Failed) => {
            reopen(entry);
            error!("bind: coap: the port cannot receive on UDP {}: opened anew", coap::PORT);
            drive::drain(entry);
            os::sleep_ms(wait_ms);
        }
    }
}

/// Hands one datagram to the engine, or to provisioning. `Ok(false)`: none came.
#[inline(never)]
fn receive(entry: &Entry, socket: udp::Socket, wait_ms: u32) -> Result<bool, NotReceived> {
    let mut room = [0; DATAGRAM_MAX];
    let received = udp::receive(socket, &mut room, wait_ms);
    // Mostly there is no datagram that it would matter for.
    let address = if let Ok(Some(_)) = received { own_address() } else { None };
    let mut state = entry.lock();
    state.local.release();
    let Some((from, bytes)) = received? else { return Ok(false) };
    let Some(session) = state.session.as_mut() else {
        #[cfg(feature = "provision")]
        state.take_datagram(address, from, bytes);
        return Ok(true);
    };
    let now = session.now();
    session.engine.set_own_address(address);
    session.engine.take_datagram(from, bytes, now);
    Ok(true)
}

/// Closes the socket, to be opened again while it is wanted: at once, unless that was just done.
fn reopen(entry: &Entry) {
    let mut state = entry.lock();
    let Some(now) = state.local_time() else { return };
    let local = &mut state.local;
    if let Some(handle) = &mut local.handle {
        handle.doom();
        local.due_at = Some(now.max(local.opened_at.plus(RETRY_MS)));
    }
}

/// Opens the socket, or lets it join the group, where that is still to be done.
pub fn prepare_if_due(entry: &Entry) {
    let socket = {
        let mut state = entry.lock();
        let Some(now) = state.local_time() else { return };
        if state.local.due_at.is_none_or(|at| at > now) {
            return;
        }
        state.local.handle.as_mut().map(SharedHandle::borrow)
    };
    match socket {
        Some(Some(socket)) => join_group(entry, socket),
        // It is to be closed.
        Some(None) => {}
        None => {
            if try_open(entry).is_err() {
                debug!("coap: still cannot open UDP {}", coap::PORT);
            }
        }
    }
}

fn join_group(entry: &Entry, socket: udp::Socket) {
    let joined = udp::join(socket, coap::MULTICAST_GROUP).is_ok();
    let mut state = entry.lock();
    let now = state.local_time();
    state.local.release();
    // It may have been closed or renewed meanwhile.
    if state.local.handle.as_ref().is_some_and(|handle| !handle.is_doomed()) {
        state.local.due_at = now.filter(|_| !joined).map(|now| now.plus(RETRY_MS));
    }
    drop(state);
    if !joined {
        let group = text::ipv4(coap::MULTICAST_GROUP);
        warn!("coap: cannot join {group} yet, phones that ask by broadcast are served");
    }
}

/// The next datagram to send, and where.
pub fn next_datagram(state: &mut State) -> Option<(udp::Socket, Datagram)> {
    loop {
        let datagram = match &mut state.session {
            Some(session) => session.engine.poll_datagram()?,
            #[cfg(feature = "provision")]
            None => state.station.alone()?.poll_datagram()?,
            #[cfg(not(feature = "provision"))]
            None => return None,
        };
        match state.local.borrow() {
            Some(socket) => return Some((socket, datagram)),
            None => debug!("no socket: datagram to {} dropped", text::socket_address(datagram.to)),
        }
    }
}

/// Sends a datagram.
pub fn send(entry: &Entry, socket: udp::Socket, datagram: &Datagram) {
    let sent = udp::send(socket, datagram.to, &datagram.bytes, SEND_TIMEOUT_MS);
    let failures = note_sent(entry, sent);
    match failures {
        0 => {}
        1 => warn!("coap: datagram to {} not sent", text::socket_address(datagram.to)),
        SEND_FAILURES_MAX => {
            reopen(entry);
            error!("bind: coap: the port cannot send on UDP {}: opened anew", coap::PORT);
        }
        _ => debug!("coap: datagram to {} not sent", text::socket_address(datagram.to)),
    }
}

/// A send is over. Gives how many in a row have failed.
fn note_sent(entry: &Entry, sent: Result<(), udp::Failed>) -> u8 {
    let mut state = entry.lock();
    let local = &mut state.local;
    local.release();
    local.send_failures = if sent.is_ok() { 0 } else { local.send_failures.saturating_add(1) };
    local.send_failures
}

/// Clears the stored unbind flag, as the engine has asked.
pub fn clear_reset_flag(entry: &Entry) {
    let stored = bind::store_reset_flag(false).is_ok();
    let mut state = entry.lock();
    let Some(session) = state.session.as_mut() else { return };
    let now = session.now();
    session.engine.reset_flag_cleared(stored, now);
    let is_asked_again = session.engine.is_reset_pending();
    drop(state);
    // The application has asked for another unbind meanwhile: its flag must not be lost.
    if is_asked_again && bind::store_reset_flag(true).is_err() {
        warn!("bind: reset: the flag could not be stored again");
    }
}
