//! `IOT_Linkkit_Open` and `IOT_Linkkit_Close`.

use alloc::alloc::alloc;
use alloc::boxed::Box;
use core::alloc::Layout;
use core::ffi::CStr;
use core::fmt;

use linkkit_core::engine::{Engine, Setup};
use linkkit_core::entropy::{Entropy, PORT_RANDOM_LEN, PortEntropy, StoredSeed};
use linkkit_core::error::Error;
use linkkit_core::identity::Identity;
use linkkit_core::sign::SecureMode;
use log::warn;
use zeroize::Zeroizing;

use super::lock::Entry;
use super::state::{Phase, Session, State};
use super::{Unavailable, drive};
use crate::bind;
use crate::hal::os::Clock;
use crate::hal::{identity, kv, os};
use crate::logger;

/// Where a boot leaves the seed of the next one.
const SEED_KEY: &CStr = c"linkkit.seed";
/// Pause between two looks at whether the other threads have let go, ms.
const CLOSE_POLL_MS: u32 = 5;

/// Why a device could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// One is open already.
    AlreadyOpen,
    /// The engine could not be made.
    Engine(Error),
    /// The port has no mutex to give.
    NoMutex,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyOpen => f.write_str("a device is open already"),
            Self::Engine(error) => error.fmt(f),
            Self::NoMutex => f.write_str("HAL_MutexCreate gives NULL"),
        }
    }
}

/// Opens the device. `keep` hands the checked triple to the port; it is called only when none is
/// open.
pub fn open(device: Identity, has_product_secret: bool, keep: impl FnOnce()) -> Result<(), Failure> {
    let entry = Entry::new().ok_or(Failure::NoMutex)?;
    if entry.lock().session.is_some() {
        return Err(Failure::AlreadyOpen);
    }
    keep();
    let mut mac = [0; 18];
    let mac = identity::mac(&mut mac);
    let entropy = seed(&device, mac).map_err(Failure::Engine)?;
    let reset_pending = bind::is_reset_flag_stored();

    let mut state = entry.lock();
    if state.session.is_some() {
        return Err(Failure::AlreadyOpen);
    }
    let mut clock = Clock::start();
    let now = clock.advance(os::uptime_ms());
    let setup = Setup {
        identity: device,
        has_product_secret,
        customize_info: &state.settings.customize_info,
        secure_mode: SecureMode::Tcp,
        mac,
        reset_pending,
        entropy,
    };
    let engine = Engine::new(setup, now).map_err(Failure::Engine)?;
    let session = Session {
        _entry: entry.clone(),
        phase: Phase::Open,
        clock,
        engine,
        link: None,
        coap: None,
        join_group_at: None,
        opening: false,
        writing: false,
        delivering: false,
        reader: None,
        spare_buffer: alloc::vec::Vec::new(),
    };
    state.session = Some(try_box(session).ok_or(Failure::Engine(Error::OutOfMemory))?);
    state.sessions = state.sessions.wrapping_add(1);
    Ok(())
}

/// Closes the device: tells the broker, lets the other threads finish their HAL call (at most a
/// read slice and a write timeout), then frees everything. Can be called from a callback.
pub fn close() -> Result<(), Unavailable> {
    let entry = Entry::new().ok_or(Unavailable)?;
    {
        let mut state = entry.lock();
        let session = state.session.as_mut().ok_or(Unavailable)?;
        if session.phase == Phase::Closing {
            return Err(Unavailable);
        }
        session.phase = Phase::Closing;
        session.engine.stop();
    }
    release_sockets(&entry);
    // Dropped without the lock: it gives memory back to the port.
    let session = entry.lock().session.take();
    drop(session);
    logger::flush();
    Ok(())
}

/// Takes a failed connect back to where it began.
pub fn abandon_connect(entry: &Entry) {
    {
        let mut state = entry.lock();
        let Some(session) = state.session.as_mut() else { return };
        if session.phase != Phase::Connecting {
            return;
        }
        session.phase = Phase::Closing;
        session.engine.stop();
    }
    release_sockets(entry);
    if let Some(session) = entry.lock().session.as_mut() {
        session.phase = Phase::Open;
    }
}

/// Sends what is queued, then waits until no thread uses the sockets and they are closed.
fn release_sockets(entry: &Entry) {
    drive::drain(entry);
    loop {
        if let Some(session) = entry.lock().session.as_mut() {
            if let Some(link) = &mut session.link {
                link.doom();
            }
            if let Some(coap) = &mut session.coap {
                coap.doom();
            }
        }
        drive::drain(entry);
        if is_released(&entry.lock()) {
            return;
        }
        os::sleep_ms(CLOSE_POLL_MS);
    }
}

fn is_released(state: &State) -> bool {
    let sockets_closed =
        state.session.as_ref().is_none_or(|session| session.link.is_none() && session.coap.is_none());
    sockets_closed && !state.worker_runs
}

fn seed(device: &Identity, mac: &str) -> Result<Entropy, Error> {
    let mut room = Zeroizing::new([0; StoredSeed::LEN]);
    let stored = kv::get(SEED_KEY, &mut *room).ok().and_then(StoredSeed::from_bytes);
    let mut random = Zeroizing::new([0; PORT_RANDOM_LEN]);
    os::random(&mut *random);
    let port = PortEntropy { random: &*random, uptime_ms: os::uptime_ms(), mac };
    let stored = stored.unwrap_or_else(StoredSeed::empty);
    let (entropy, next) = Entropy::new(device.device_secret(), &stored, &port)?;
    let next = Zeroizing::new(next.to_bytes());
    if kv::set(SEED_KEY, &*next).is_err() {
        warn!("HAL_Kv_Set fails: tokens depend on HAL_Random alone to differ from boot to boot");
    }
    Ok(entropy)
}

/// `Box::new` that reports a lack of memory.
fn try_box<T>(value: T) -> Option<Box<T>> {
    // SAFETY: the layout is not of size 0.
    let place = unsafe { alloc(Layout::new::<T>()) }.cast::<T>();
    if place.is_null() {
        return None;
    }
    // SAFETY: freshly allocated for a `T` by the allocator that Box gives it back to.
    unsafe {
        place.write(value);
        Some(Box::from_raw(place))
    }
}
