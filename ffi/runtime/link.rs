//! The MQTT connection: opened and read by the thread that yields.

use core::ffi::CStr;

use heapless::Vec;
use linkkit_core::PORT_RANDOM_LEN;
use linkkit_core::mqtt::{DroppedMessage, FrameReader, Status};
use linkkit_core::sign::{self, HOSTNAME_LEN};
use linkkit_core::text;
use log::{error, info, warn};

use super::handlers::News;
use super::lock::Entry;
#[cfg(feature = "preauth")]
use super::preauth;
use super::shared_handle::SharedHandle;
use super::state::{Session, State};
use super::{drive, handlers};
use crate::hal::stream::PORT;
use crate::hal::{os, stream};

/// Opens the connection if the engine wants one now. Blocks for as long as the port takes to
/// resolve and connect. False when there was nothing to open.
pub fn open_if_wanted(entry: &Entry) -> bool {
    let Some((session_number, connection)) = establish(entry) else { return false };
    if !finish(entry, session_number, connection) {
        if let Some(connection) = connection {
            stream::destroy(connection);
        }
        return false;
    }
    drive::drain(entry);
    true
}

/// Which session opens, and the connection if the port can make it. Not inlined: the name of the host
/// is on the stack meanwhile.
#[inline(never)]
fn establish(entry: &Entry) -> Option<(u32, Option<stream::Connection>)> {
    let (session_number, host) = begin(entry)?;
    let connection = host.as_ref().and_then(|(host, port)| {
        CStr::from_bytes_with_nul(host).ok().and_then(|host| stream::establish("mqtt", host, *port))
    });
    Some((session_number, connection))
}

/// A C string.
pub type Host = Vec<u8, { HOSTNAME_LEN + 1 }>;

/// `None` where it does not fit.
pub fn c_host(host: &str) -> Option<Host> {
    let mut host: Host = host.bytes().collect();
    host.push(0).ok().map(|()| host)
}

/// Which session opens, and the host as a C string with its port. `None` for the host when none is set.
fn begin(entry: &Entry) -> Option<(u32, Option<(Host, u16)>)> {
    let mut state = entry.lock();
    claim(&mut state)?;
    let session_number = state.sessions;
    #[cfg(feature = "preauth")]
    {
        drop(state);
        if !preauth::ask(entry, session_number) {
            return Some((session_number, None));
        }
        state = entry.lock();
        if state.sessions != session_number {
            return None;
        }
    }
    let server = server(&mut state);
    Some((session_number, server))
}

/// Marks that this thread opens the connection, if it is wanted now.
fn claim(state: &mut State) -> Option<()> {
    let session = state.session.as_mut().filter(|session| session.is_serving())?;
    let now = session.now();
    if session.opening || session.link.is_some() || !session.engine.wants_connection(now) {
        return None;
    }
    session.opening = true;
    session.engine.connecting();
    Some(())
}

fn server(state: &mut State) -> Option<(Host, u16)> {
    let State { session, settings, .. } = state;
    let session = session.as_mut()?;
    let granted = session.engine.granted_server();
    let port = session.endpoint.port.or(granted.map(|(_, port)| port)).unwrap_or(PORT);
    let host = match (&session.endpoint.host, granted) {
        (Some(host), _) => text::concat(&[host]),
        (None, Some((host, _))) => text::concat(&[host]),
        (None, None) => sign::hostname(settings.region, session.engine.product_key(), &settings.domain),
    };
    match host {
        Ok(host) => {
            session.engine.log_connection(&host, port);
            c_host(&host).map(|host| (host, port))
        }
        Err(error) => {
            error!("bind: mqtt: no host to connect to: {error}");
            None
        }
    }
}

/// False when the session that asked is over.
#[inline(never)]
fn finish(entry: &Entry, session_number: u32, connection: Option<stream::Connection>) -> bool {
    let mut random = [0; PORT_RANDOM_LEN];
    os::random(&mut random);
    let uptime_ms = os::uptime_ms();
    let mut state = entry.lock();
    let Some(session) = state.session_numbered(session_number) else { return false };
    session.opening = false;
    if !session.is_serving() {
        return false;
    }
    let now = session.now();
    let Some(connection) = connection else {
        warn!("mqtt: cannot connect to the server");
        session.engine.connection_lost(os::random_u32(), now);
        return true;
    };
    session.reader = Some(FrameReader::new(session.engine.receive_max()));
    session.connections = session.connections.wrapping_add(1);
    let mut link = SharedHandle::new(connection);
    if let Err(error) = session.engine.connection_opened(&random, uptime_ms, now) {
        error!("bind: mqtt: CONNECT not sent: {error}");
        link.doom();
    }
    info!("CM Fd: 0");
    session.link = Some(link);
    true
}

/// Reads until one packet is handled or about `wait_ms` are over. False when there is no connection
/// that this thread may read.
pub fn read(entry: &Entry, wait_ms: u32) -> bool {
    let Some(Reading { connection, mut reader, of }) = borrow(entry) else { return false };
    let outcome = read_packet(connection, &mut reader, wait_ms);
    release(entry, &outcome);
    match outcome {
        Outcome::Timeout | Outcome::Lost => {}
        Outcome::Packet => {
            handle_packet(entry, reader.packet(), of);
            reader.clear();
        }
        Outcome::Dropped { len, message } => {
            with_connection(entry, of, |session| {
                let now = session.now();
                session.engine.packet_dropped(len, message, now);
            });
            let handlers = entry.lock().handlers;
            if let Some(handlers) = handlers {
                (handlers.tell)(entry, of.session, News::Overflow);
            }
        }
    }
    with_connection(entry, of, |session| session.reader = Some(reader));
    drive::run_timers(entry);
    drive::drain(entry);
    true
}

/// Of which session, and of which of its connections.
#[derive(Clone, Copy)]
struct Of {
    session: u32,
    connection: u32,
}

struct Reading {
    connection: stream::Connection,
    reader: FrameReader,
    of: Of,
}

enum Outcome {
    Timeout,
    Packet,
    /// The packet was longer than the reader takes.
    Dropped {
        /// Bytes.
        len: usize,
        /// What the broker wants to be answered.
        message: Option<DroppedMessage>,
    },
    Lost,
}

fn borrow(entry: &Entry) -> Option<Reading> {
    let mut state = entry.lock();
    let session_number = state.sessions;
    let session = state.session.as_mut()?;
    let of = Of { session: session_number, connection: session.connections };
    let link = session.link.as_mut().filter(|link| !link.is_doomed())?;
    let reader = session.reader.take()?;
    Some(Reading { connection: link.borrow()?, reader, of })
}

/// The HAL calls are over; while one was, the connection could not end.
fn release(entry: &Entry, outcome: &Outcome) {
    let mut state = entry.lock();
    let Some(link) = state.session.as_mut().and_then(|session| session.link.as_mut()) else { return };
    link.release();
    if let Outcome::Lost = outcome {
        link.doom();
    }
}

/// Calls `access` unless the session or the connection has ended while a handler ran.
fn with_connection<T>(entry: &Entry, of: Of, access: impl FnOnce(&mut Session) -> T) -> Option<T> {
    let mut state = entry.lock();
    let session = state.session_numbered(of.session)?;
    (session.connections == of.connection).then(|| access(session))
}

/// Hands a packet to the engine, and the message in it, if any, to the application. It is acknowledged
/// after that.
fn handle_packet(entry: &Entry, packet: &[u8], of: Of) {
    let message = with_connection(entry, of, |session| {
        let now = session.now();
        let message = session.engine.handle_packet(packet, now);
        session.handling = message.is_some();
        message
    });
    let Some(Some(message)) = message else { return };
    let handlers = entry.lock().handlers;
    match handlers {
        Some(handlers) => (handlers.deliver)(entry, of.session, &message),
        None if message.for_library => {}
        None => handlers::log_unmatched(),
    }
    let mut state = entry.lock();
    if let Some(session) = state.session_numbered(of.session) {
        session.handling = false;
        if let Some(acknowledgement) = message.acknowledgement {
            session.engine.acknowledge(acknowledgement);
        }
    }
}

fn read_packet(connection: stream::Connection, reader: &mut FrameReader, wait_ms: u32) -> Outcome {
    let began = os::uptime_ms();
    loop {
        // However slowly the packet drips in: what is here is kept, and the next call goes on.
        let elapsed_ms = u32::try_from(os::uptime_ms().wrapping_sub(began)).unwrap_or(u32::MAX);
        let Some(left_ms) = wait_ms.checked_sub(elapsed_ms).filter(|left| *left > 0) else {
            return Outcome::Timeout;
        };
        let space = match reader.space() {
            Ok(space) => space,
            Err(error) => {
                warn!("mqtt: connection dropped: no room for a packet: {error}");
                return Outcome::Lost;
            }
        };
        let got = match stream::read(connection, space, left_ms) {
            Ok(0) => return Outcome::Timeout,
            Ok(got) => got,
            Err(lost) => {
                warn!("mqtt: connection dropped: {lost}");
                return Outcome::Lost;
            }
        };
        match reader.advance(got) {
            Ok(Status::Packet) => return Outcome::Packet,
            Ok(Status::NeedMore) => {}
            Ok(Status::Dropped { len, acknowledgement }) => {
                return Outcome::Dropped { len, message: acknowledgement };
            }
            Err(violation) => {
                warn!("mqtt: connection dropped: {violation}");
                return Outcome::Lost;
            }
        }
    }
}
