//! Gets the device secret, before the first connection, from the port's storage or the auth server.

use core::fmt;

use linkkit_core::PORT_RANDOM_LEN;
use linkkit_core::auth;
use linkkit_core::dynamic_register::{self, DeviceSecret, Noise, StorageKey, check_secret};
use linkkit_core::identity::{DEVICE_SECRET_LEN, Identity};
use linkkit_core::sign::Region;
use linkkit_core::time::Instant;
use log::{info, warn};
use zeroize::Zeroizing;

use super::auth::End;
use super::link::Host;
use super::lock::Entry;
use super::state::Session;
use super::{ConnectFailure, with_settings};
use crate::c_string;
use crate::hal::{identity, kv, os};

/// For the log.
const PURPOSE: &str = "dynamic register";

/// Why a device has no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The port names no product secret.
    NoProductSecret,
    /// The auth server gave none.
    Auth(auth::Failure),
    /// It could not be stored.
    NotStored,
    /// The SDK has no memory or mutex.
    Resources,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProductSecret => f.write_str("no product secret: HAL_GetProductSecret gives none"),
            Self::Auth(failure @ auth::Failure::Code(_)) => {
                write!(
                    f,
                    "{failure}: check product key, product secret and device name, and in the console that "
                )?;
                f.write_str("the product allows dynamic registration and the device is not active yet")
            }
            Self::Auth(failure) => failure.fmt(f),
            Self::NotStored => f.write_str("device secret not stored: HAL_Kv_Set fails"),
            Self::Resources => f.write_str("out of memory"),
        }
    }
}

impl From<auth::Failure> for Failure {
    fn from(failure: auth::Failure) -> Self {
        Self::Auth(failure)
    }
}

/// Does a device get its secret here? `IOT_Ioctl` says so.
pub fn is_on() -> bool {
    with_settings(|settings| settings.dynamic_register).unwrap_or(false)
}

/// Has the session that is connecting got its secret, where it is to get one? Blocks as
/// [`super::http::exchange`] does, `deadline` permitting.
pub fn provide_secret(entry: &Entry, deadline: Instant) -> Result<(), ConnectFailure> {
    let Some((session_number, key)) = begin(entry)? else { return Ok(()) };
    let secret = match stored(&key) {
        Some(secret) => {
            info!("dynamic register: the device secret is stored");
            secret
        }
        None => register(entry, session_number, &key, deadline)?,
    };
    identity::store_device_secret(&secret);
    let mut random = Zeroizing::new([0; PORT_RANDOM_LEN]);
    let noise = draw(&mut random);
    with_session(entry, session_number, |session| session.engine.set_device_secret(&secret, &noise))?
        .map_err(|error| ConnectFailure::NotRegistered(auth::Failure::Request(error).into()))
}

/// Registers a device that is no session. Blocks for as long as the port takes to resolve and connect, and
/// 10 s more.
pub fn register_device(
    region: Region,
    device: &Identity,
    product_secret: &str,
) -> Result<DeviceSecret, Failure> {
    let custom = with_settings(|settings| settings.http_domain.clone()).map_err(|_| Failure::Resources)?;
    let host = host(region, &custom)?;
    let mut random = Zeroizing::new([0; PORT_RANDOM_LEN]);
    let request =
        dynamic_register::request(device, product_secret, super::auth::name(&host)?, &draw(&mut random))
            .map_err(auth::Failure::Request)?;
    match super::auth::exchange(PURPOSE, &host, &request, &mut || true) {
        Ok(response) => Ok(dynamic_register::read(&response)?),
        Err(End::Failed(failure)) => Err(failure.into()),
        Err(End::Unwanted) => Err(auth::Failure::Timeout.into()),
    }
}

/// Which session is to get a secret, and where that is stored.
fn begin(entry: &Entry) -> Result<Option<(u32, StorageKey)>, ConnectFailure> {
    let state = entry.lock();
    let session = state.session.as_ref().ok_or(ConnectFailure::WrongState)?;
    if !state.settings.dynamic_register && session.engine.has_device_secret() {
        return Ok(None);
    }
    let key = dynamic_register::storage_key(session.engine.device_name());
    Ok(Some((state.sessions, key.map_err(|_| ConnectFailure::NoIdentity)?)))
}

#[inline(never)]
fn stored(key: &StorageKey) -> Option<DeviceSecret> {
    // Ports cut what is too long.
    let mut room = Zeroizing::new([0; DEVICE_SECRET_LEN + 1]);
    let bytes = kv::get(key, &mut *room).ok()?;
    let secret = check_secret(bytes);
    if secret.is_none() {
        warn!("dynamic register: what is stored is no device secret");
    }
    secret
}

/// Registers, and stores the secret before anything is done with it: the auth server gives none to a device
/// that has been connected.
#[inline(never)]
fn register(
    entry: &Entry,
    session_number: u32,
    key: &StorageKey,
    deadline: Instant,
) -> Result<DeviceSecret, ConnectFailure> {
    let secret = match ask(entry, session_number, deadline) {
        Ok(secret) => secret,
        Err(Stop::Over) => return Err(ConnectFailure::WrongState),
        Err(Stop::Failed(failure)) => return Err(ConnectFailure::NotRegistered(failure)),
    };
    kv::set(key, secret.as_bytes()).map_err(|_| ConnectFailure::NotRegistered(Failure::NotStored))?;
    info!("dynamic register: the device is registered");
    Ok(secret)
}

/// Why the auth server is not asked any more.
enum Stop {
    /// The session is.
    Over,
    Failed(Failure),
}

impl<F: Into<Failure>> From<F> for Stop {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}

fn ask(entry: &Entry, session_number: u32, deadline: Instant) -> Result<DeviceSecret, Stop> {
    let host = {
        let state = entry.lock();
        host(state.settings.region, &state.settings.http_domain)?
    };
    let request = request(entry, session_number, super::auth::name(&host)?)?;
    let mut is_over = false;
    let is_wanted = &mut || match with_session(entry, session_number, |session| session.now() < deadline) {
        Ok(is_in_time) => is_in_time,
        Err(_) => {
            is_over = true;
            false
        }
    };
    let response = super::auth::exchange(PURPOSE, &host, &request, is_wanted);
    match response {
        Ok(response) => Ok(dynamic_register::read(&response)?),
        Err(End::Failed(failure)) => Err(failure.into()),
        Err(End::Unwanted) if is_over => Err(Stop::Over),
        Err(End::Unwanted) => Err(auth::Failure::Timeout.into()),
    }
}

/// Not inlined: the product secret is on the stack meanwhile.
#[inline(never)]
fn request(entry: &Entry, session_number: u32, host: &str) -> Result<Zeroizing<alloc::vec::Vec<u8>>, Stop> {
    let product_secret = identity::product_secret();
    let product_secret = c_string::from_array(&*product_secret)
        .filter(|text| !text.is_empty())
        .ok_or(Failure::NoProductSecret)?;
    let mut random = Zeroizing::new([0; PORT_RANDOM_LEN]);
    let noise = draw(&mut random);
    let request = with_session(entry, session_number, |session| {
        session.engine.registration_request(product_secret, host, &noise)
    });
    Ok(request.map_err(|_| Stop::Over)?.map_err(auth::Failure::Request)?)
}

fn host(region: Region, custom: &str) -> Result<Host, auth::Failure> {
    super::auth::host(region, custom, PURPOSE)
}

fn draw(random: &mut [u8; PORT_RANDOM_LEN]) -> Noise<'_> {
    os::random(random);
    Noise { random, uptime_ms: os::uptime_ms() }
}

/// Calls `access` if the session is still the one that connects.
fn with_session<T>(
    entry: &Entry,
    session_number: u32,
    access: impl FnOnce(&mut Session) -> T,
) -> Result<T, ConnectFailure> {
    entry.lock().served_session(session_number).map(access).ok_or(ConnectFailure::WrongState)
}
