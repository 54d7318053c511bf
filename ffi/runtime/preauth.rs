//! Asks the auth server, before a connection, where it goes and as whom.

use core::ffi::CStr;

use linkkit_core::preauth::{self, BODY_MAX, Failure, Grant};
use linkkit_core::sign::HOSTNAME_LEN;
use log::{error, info};

use super::http;
use super::link::{Host, c_host};
use super::lock::Entry;
use super::state::{Session, State};

/// Where auth servers take the request.
const PORT: u16 = if cfg!(feature = "tls") { 443 } else { 80 };

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

impl From<http::End> for End {
    fn from(end: http::End) -> Self {
        match end {
            http::End::Unwanted => Self::SessionOver,
            http::End::Failed(failure) => Self::Failed(failure.into()),
        }
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
    let name = host.to_str().map_err(|_| Failure::NoHost)?;
    let request =
        with_session(&mut entry.lock(), session_number, |session| session.engine.grant_request(name))?;
    let request = request.map_err(Failure::Request)?;
    let is_wanted = &mut || with_session(&mut entry.lock(), session_number, |_| ()).is_ok();
    let response = http::exchange(host, PORT, &request, BODY_MAX, is_wanted);
    Ok(Grant::read(&response?)?)
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
