//! Asks the auth server, before a connection, where it goes and as whom.

use linkkit_core::auth::Failure;
use linkkit_core::preauth::Grant;
use log::{error, info};

use super::auth::{self, End};
use super::link::Host;
use super::lock::Entry;
use super::state::{Session, State};

/// For the log.
const PURPOSE: &str = "preauth";

/// Has the session's next connection a server and a login? If not, it was logged why, or the session is
/// over. Blocks for as long as the port takes to resolve and connect, and 10 s more.
pub fn ask(entry: &Entry, session_number: u32) -> bool {
    match try_ask(entry, session_number) {
        Ok(()) => true,
        Err(End::Failed(failure)) => {
            let advice = match failure {
                Failure::Code(_) => ": check product key, device name and secret",
                _ => "",
            };
            error!("bind: preauth: {failure}{advice}");
            false
        }
        Err(End::Unwanted) => false,
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
    Ok(Some(auth::host(settings.region, &settings.http_domain, PURPOSE)?))
}

fn fetch(entry: &Entry, session_number: u32, host: &Host) -> Result<Grant, End> {
    let name = auth::name(host)?;
    let request =
        with_session(&mut entry.lock(), session_number, |session| session.engine.grant_request(name))?;
    let request = request.map_err(Failure::Request)?;
    let is_wanted = &mut || with_session(&mut entry.lock(), session_number, |_| ()).is_ok();
    Ok(Grant::read(&auth::exchange(PURPOSE, host, &request, is_wanted)?)?)
}

/// Calls `access` if the session is still the one that asked, and wants to be served.
fn with_session<T>(
    state: &mut State,
    session_number: u32,
    access: impl FnOnce(&mut Session) -> T,
) -> Result<T, End> {
    let session = state.served_session(session_number);
    session.map(access).ok_or(End::Unwanted)
}
