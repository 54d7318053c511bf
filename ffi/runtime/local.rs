//! The CoAP socket on the local network.

use core::net::Ipv4Addr;

use linkkit_core::coap::{self, Datagram};
use linkkit_core::text;
use log::{debug, error, warn};

use super::drive;
use super::lock::Entry;
use super::shared_handle::SharedHandle;
use super::state::Session;
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

/// The device's own address now.
pub fn own_address() -> Option<Ipv4Addr> {
    wifi::ip()
}

/// Opens the socket of the session. Binding goes on without it, and it is tried again: the phone can
/// still be told by other ways.
pub fn open(entry: &Entry) {
    if try_open(entry).is_err() {
        error!("bind: coap: cannot open UDP {}", coap::PORT);
    }
}

fn try_open(entry: &Entry) -> Result<(), udp::Failed> {
    let socket = udp::bind(coap::PORT);
    let mut state = entry.lock();
    let Some(session) =
        state.session.as_mut().filter(|session| session.is_serving() && session.coap.is_none())
    else {
        drop(state);
        if let Some(socket) = socket {
            udp::close(socket);
        }
        return Ok(());
    };
    let now = session.now();
    let Some(socket) = socket else {
        session.local_due_at = Some(now.plus(RETRY_MS));
        return Err(udp::Failed);
    };
    session.coap = Some(SharedHandle::new(socket));
    session.coap_opened_at = now;
    session.send_failures = 0;
    session.local_due_at = Some(now);
    Ok(())
}

/// Serves the socket for at most `wait_ms`: handles one datagram, or none.
pub fn serve(entry: &Entry, wait_ms: u32) {
    prepare_if_due(entry);
    let Some(socket) = borrow(entry) else {
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

/// Hands one datagram to the engine. `Ok(false)`: none came.
#[inline(never)]
fn receive(entry: &Entry, socket: udp::Socket, wait_ms: u32) -> Result<bool, NotReceived> {
    let mut room = [0; DATAGRAM_MAX];
    let received = udp::receive(socket, &mut room, wait_ms);
    // Mostly there is no datagram that it would matter for.
    let address = if let Ok(Some(_)) = received { own_address() } else { None };
    let mut state = entry.lock();
    let Some(session) = state.session.as_mut() else { return Ok(false) };
    if let Some(coap) = &mut session.coap {
        coap.release();
    }
    let Some((from, bytes)) = received? else { return Ok(false) };
    let now = session.now();
    session.engine.set_own_address(address);
    session.engine.take_datagram(from, bytes, now);
    Ok(true)
}

/// Closes the socket of a session that is served, to be opened again: at once, unless that was just
/// done.
fn reopen(entry: &Entry) {
    let mut state = entry.lock();
    let Some(session) = state.session.as_mut().filter(|session| session.is_serving()) else { return };
    let now = session.now();
    if let Some(coap) = &mut session.coap {
        coap.doom();
        session.local_due_at = Some(now.max(session.coap_opened_at.plus(RETRY_MS)));
    }
}

fn borrow(entry: &Entry) -> Option<udp::Socket> {
    entry.lock().session.as_mut()?.coap.as_mut()?.borrow()
}

/// Opens the socket, or lets it join the group, where that is still to be done.
fn prepare_if_due(entry: &Entry) {
    let socket = {
        let mut state = entry.lock();
        let Some(session) = state.session.as_mut().filter(|session| session.is_serving()) else { return };
        let now = session.now();
        if session.local_due_at.is_none_or(|at| at > now) {
            return;
        }
        session.coap.as_mut().map(SharedHandle::borrow)
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
    let Some(session) = state.session.as_mut() else { return };
    let now = session.now();
    session.local_due_at = (!joined).then(|| now.plus(RETRY_MS));
    if let Some(coap) = &mut session.coap {
        coap.release();
    }
    drop(state);
    if !joined {
        let group = text::ipv4(coap::MULTICAST_GROUP);
        warn!("coap: cannot join {group} yet, phones that ask by broadcast are served");
    }
}

/// The next datagram to send, and where.
pub fn next_datagram(session: &mut Session) -> Option<(udp::Socket, Datagram)> {
    loop {
        let datagram = session.engine.poll_datagram()?;
        match session.coap.as_mut().and_then(|coap| coap.borrow()) {
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
    let Some(session) = state.session.as_mut() else { return 0 };
    if let Some(coap) = &mut session.coap {
        coap.release();
    }
    session.send_failures = if sent.is_ok() { 0 } else { session.send_failures.saturating_add(1) };
    session.send_failures
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
