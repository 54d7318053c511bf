//! Does, without the lock, what the engine wants done.

use alloc::vec::Vec;

#[cfg(feature = "bind")]
use linkkit_core::coap::Datagram;
use linkkit_core::time::Clock;
use log::warn;
use zeroize::Zeroize;

#[cfg(feature = "bind")]
use super::local;
use super::lock::Entry;
use super::shared_handle::take_unused;
use super::state::Session;
#[cfg(feature = "bind")]
use super::state::State;

#[cfg(feature = "bind")]
use crate::hal::udp;
use crate::hal::{os, stream};

/// Time for the peer to take all that is written at once before the connection counts as lost, ms.
const WRITE_TIMEOUT_MS: u32 = 5_000;

/// Longest buffer that is kept for the next bytes, bytes: enough for what an idle device sends.
const SPARE_MAX: usize = 256;

/// One thing to do outside the lock.
enum Work {
    CloseLink(stream::Connection),
    #[cfg(feature = "bind")]
    CloseCoap(udp::Socket),
    #[cfg(feature = "bind")]
    ClearResetFlag,
    #[cfg(feature = "bind")]
    Send(udp::Socket, Datagram),
    Write(stream::Connection, Vec<u8>),
}

/// Works until the engine wants nothing more, or other threads are at it.
pub fn drain(entry: &Entry) {
    while let Some(work) = next(entry) {
        match work {
            Work::CloseLink(connection) => stream::destroy(connection),
            #[cfg(feature = "bind")]
            Work::CloseCoap(socket) => udp::close(socket),
            #[cfg(feature = "bind")]
            Work::ClearResetFlag => local::clear_reset_flag(entry),
            #[cfg(feature = "bind")]
            Work::Send(socket, datagram) => local::send(entry, socket, &datagram),
            Work::Write(connection, bytes) => write(entry, connection, bytes),
        }
    }
}

/// Does what is due by the clock.
pub fn run_timers(entry: &Entry) {
    let is_due = {
        let mut state = entry.lock();
        let Some(session) = state.session.as_mut() else { return };
        let now = session.now();
        session.engine.poll_timeout().is_some_and(|at| at <= now)
    };
    if is_due {
        react(entry);
    }
}

/// Does what is due, by the clock or by what came in.
pub fn react(entry: &Entry) {
    feed(entry, |session| {
        let now = session.now();
        session.engine.handle_timeout(now);
    });
}

/// Calls `input` on the session with the device's address up to date, then does what follows.
pub fn feed(entry: &Entry, input: impl FnOnce(&mut Session)) {
    #[cfg(feature = "bind")]
    let address = local::own_address();
    {
        let mut state = entry.lock();
        let Some(session) = state.session.as_mut() else { return };
        #[cfg(feature = "bind")]
        session.engine.set_own_address(address);
        input(session);
    }
    drain(entry);
}

fn next(entry: &Entry) -> Option<Work> {
    let mut state = entry.lock();
    let state = &mut *state;
    if let Some(connection) = state.session.as_mut().and_then(|session| next_dead_link(session)) {
        return Some(Work::CloseLink(connection));
    }
    #[cfg(feature = "bind")]
    if let Some(work) = next_local(state) {
        return Some(work);
    }
    next_bytes(state.session.as_mut()?).map(|(connection, bytes)| Work::Write(connection, bytes))
}

#[cfg(feature = "bind")]
fn next_local(state: &mut State) -> Option<Work> {
    if let Some(socket) = state.local.take_unused() {
        return Some(Work::CloseCoap(socket));
    }
    if state.session.as_mut().is_some_and(|session| session.engine.poll_storage_request().is_some()) {
        return Some(Work::ClearResetFlag);
    }
    local::next_datagram(state).map(|(socket, datagram)| Work::Send(socket, datagram))
}

fn next_dead_link(session: &mut Session) -> Option<stream::Connection> {
    let link = session.link.as_mut()?;
    if session.engine.connection_is_dead() {
        link.doom();
    }
    let connection = take_unused(&mut session.link)?;
    let now = session.now();
    session.engine.connection_lost(os::random_u32(), now);
    Some(connection)
}

fn next_bytes(session: &mut Session) -> Option<(stream::Connection, Vec<u8>)> {
    if session.writing {
        return None;
    }
    let link = session.link.as_mut().filter(|link| !link.is_doomed())?;
    if !session.engine.swap_transmit(&mut session.spare_buffer) {
        return None;
    }
    let connection = link.borrow()?;
    session.writing = true;
    Some((connection, core::mem::take(&mut session.spare_buffer)))
}

fn write(entry: &Entry, connection: stream::Connection, mut bytes: Vec<u8>) {
    let written = write_all(connection, &bytes);
    // A CONNECT has the password in it.
    bytes.as_mut_slice().zeroize();
    bytes.clear();
    if bytes.capacity() > SPARE_MAX {
        bytes = Vec::new();
    }
    let mut state = entry.lock();
    let Some(session) = state.session.as_mut() else { return };
    session.writing = false;
    session.spare_buffer = bytes;
    if let Some(link) = &mut session.link {
        link.release();
        if written.is_err() {
            link.doom();
        }
    }
    drop(state);
    if written.is_err() {
        warn!("mqtt: connection dropped: the peer takes nothing");
    }
}

pub(super) fn write_all(connection: stream::Connection, bytes: &[u8]) -> Result<(), stream::Lost> {
    let mut clock = Clock::start(os::uptime_ms());
    let deadline = clock.advance(os::uptime_ms()).plus(WRITE_TIMEOUT_MS.into());
    let mut rest = bytes;
    while !rest.is_empty() {
        let left_ms =
            u32::try_from(deadline.since(clock.advance(os::uptime_ms()))).unwrap_or(WRITE_TIMEOUT_MS);
        let written = if left_ms > 0 { stream::write(connection, rest, left_ms)? } else { 0 };
        if written == 0 {
            return Err(stream::Lost::Failed);
        }
        rest = rest.get(written..).unwrap_or_default();
    }
    Ok(())
}
