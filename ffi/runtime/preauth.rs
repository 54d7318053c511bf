//! Asks the auth server, before a connection, where it goes and as whom.

use core::ffi::CStr;

use linkkit_core::error::Error;
use linkkit_core::preauth::{self, Failure, Grant, Reply};
use linkkit_core::sign::HOSTNAME_LEN;
use linkkit_core::time::Clock;
use log::{error, info};

use super::drive::write_all;
use super::link::{Host, c_host};
use super::lock::Entry;
use super::state::{Session, State};
use crate::hal::{os, stream};

/// Where auth servers take the request.
const PORT: u16 = if cfg!(feature = "tls") { 443 } else { 80 };
/// Time for the request and its reply, ms.
const BUDGET_MS: u32 = 10_000;
/// Longest single wait for the reply, ms: how long the end of the session goes unnoticed.
const READ_SLICE_MS: u32 = 200;

/// Has the session's next connection a server and a login? If not, it was logged why, or the session is
/// over. Blocks for as long as the port takes to resolve and connect, and 10 s more.
pub fn ask(entry: &Entry, session_number: u32) -> bool {
    match try_ask(entry, session_number) {
        Ok(()) => true,
        Err(End::Failed(failure)) => {
            error!("bind: preauth: {failure}");
            false
        }
        Err(End::SessionOver) => false,
    }
}

/// Why there is no grant.
enum End {
    SessionOver,
    Failed(Failure),
}

impl From<Failure> for End {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

fn try_ask(entry: &Entry, session_number: u32) -> Result<(), End> {
    let Some(host) = host(entry, session_number)? else { return Ok(()) };
    let grant = fetch(entry, session_number, &host)?;
    with_session(&mut entry.lock(), session_number, |session| {
        info!("preauth: granted {}:{}", grant.host, grant.port);
        session.engine.set_grant(grant);
    })
}

/// Whom to ask; `None` where the application has set everything itself.
#[inline(never)]
fn host(entry: &Entry, session_number: u32) -> Result<Option<Host>, End> {
    let mut state = entry.lock();
    let is_wanted = with_session(&mut state, session_number, |session| {
        session.endpoint.host.is_none() || session.engine.wants_grant()
    })?;
    if !is_wanted {
        return Ok(None);
    }
    let settings = &state.settings;
    let host = preauth::hostname(settings.region, &settings.http_domain).ok();
    let host: heapless::String<HOSTNAME_LEN> = host.ok_or(Failure::NoHost)?;
    info!("preauth: asking {host}:{PORT}");
    Ok(Some(c_host(&host).ok_or(Failure::NoHost)?))
}

fn fetch(entry: &Entry, session_number: u32, host: &Host) -> Result<Grant, End> {
    let host = CStr::from_bytes_with_nul(host).map_err(|_| Failure::NoHost)?;
    let connection = stream::establish(host, PORT).ok_or(Failure::Unreachable)?;
    let grant = exchange(entry, session_number, host, connection);
    stream::destroy(connection);
    grant
}

/// Not inlined: what makes the request is on the stack only for its first half.
#[inline(never)]
fn exchange(
    entry: &Entry,
    session_number: u32,
    host: &CStr,
    connection: stream::Connection,
) -> Result<Grant, End> {
    let mut clock = Clock::start(os::uptime_ms());
    let deadline = clock.advance(os::uptime_ms()).plus(BUDGET_MS.into());
    send(entry, session_number, host, connection)?;
    let mut reply = Reply::new()?;
    loop {
        let left_ms = u32::try_from(deadline.since(clock.advance(os::uptime_ms()))).unwrap_or(BUDGET_MS);
        if left_ms == 0 {
            // Some ports show the end of the connection as silence.
            return Ok(reply.end().map_err(|failure| match failure {
                Failure::Cut => Failure::Timeout,
                other => other,
            })?);
        }
        match stream::read(connection, reply.space(), left_ms.min(READ_SLICE_MS)) {
            Ok(0) => with_session(&mut entry.lock(), session_number, |_| ())?,
            Ok(got) => {
                if let Some(grant) = reply.advance(got)? {
                    return Ok(grant);
                }
            }
            Err(stream::Lost::Closed) => return Ok(reply.end()?),
            Err(stream::Lost::Failed) => return Err(Failure::Cut.into()),
        }
    }
}

fn send(entry: &Entry, session_number: u32, host: &CStr, connection: stream::Connection) -> Result<(), End> {
    let host = host.to_str().map_err(|_| Failure::Request(Error::Malformed))?;
    let request =
        with_session(&mut entry.lock(), session_number, |session| session.engine.grant_request(host))?;
    let request = request.map_err(Failure::Request)?;
    write_all(connection, &request).map_err(|_| Failure::Cut)?;
    Ok(())
}

/// Calls `access` if the session is still the one that asked, and wants to be served.
fn with_session<T>(
    state: &mut State,
    session_number: u32,
    access: impl FnOnce(&mut Session) -> T,
) -> Result<T, End> {
    let is_current = state.sessions == session_number;
    let session = state.session.as_mut().filter(|session| is_current && session.is_serving());
    session.map(|session| access(session)).ok_or(End::SessionOver)
}
