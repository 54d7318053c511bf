//! The life of a session: made by `IOT_Linkkit_Open` or `IOT_MQTT_Construct`, ended by their opposites.

use alloc::alloc::alloc;
use alloc::boxed::Box;
use core::alloc::Layout;
use core::fmt;

#[cfg(feature = "bind")]
use linkkit_core::engine::MAC_LEN;
use linkkit_core::engine::{Engine, Setup};
use linkkit_core::error::Error;
use linkkit_core::identity::Identity;
use linkkit_core::time::Clock;

use super::lock::Entry;
#[cfg(feature = "registrar")]
use super::registrar;
#[cfg(feature = "bind")]
use super::seed;
use super::state::{Endpoint, Linkkit, Phase, Session, Settings, State};
use super::{Unavailable, drive};
#[cfg(feature = "provision")]
use super::{phone_token, provision, station};
#[cfg(feature = "bind")]
use crate::bind;
use crate::hal::os;
use crate::hal::stream::LOGIN_MODE;
#[cfg(feature = "bind")]
use crate::hal::wifi;
use crate::logger;

#[cfg(feature = "bind")]
type MacText = heapless::String<MAC_LEN>;

/// Pause between two looks at whether the other threads have let go, ms.
const CLOSE_POLL_MS: u32 = 5;

/// Why a session could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// There is one already.
    AlreadyOpen,
    /// The MQTT client is that of another device.
    OtherDevice,
    /// The engine could not be made.
    Engine(Error),
    /// The port has no mutex to give.
    NoMutex,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyOpen => f.write_str("a device is open already"),
            Self::OtherDevice => f.write_str("the MQTT client is connected as another device"),
            Self::Engine(error) => error.fmt(f),
            Self::NoMutex => f.write_str("HAL_MutexCreate gives NULL"),
        }
    }
}

/// Opens the device, on the MQTT client of the application if there is one. `keep` hands the checked
/// triple to the port; it is called only when no device is open.
pub fn open(device: Identity, has_product_secret: bool, keep: impl FnOnce()) -> Result<(), Failure> {
    let entry = Entry::new().ok_or(Failure::NoMutex)?;
    let is_there = {
        let state = entry.lock();
        check_free(&state, &device)?;
        state.session.is_some()
    };
    keep();
    if !is_there {
        make(&entry, device, &mut |session, settings| {
            session.engine.set_customize_info(&settings.customize_info);
            session.linkkit = Linkkit::Open;
        })?;
    }
    let mut state = entry.lock();
    let Some(session) = state.session.as_mut() else { return Err(Failure::AlreadyOpen) };
    session.linkkit = Linkkit::Open;
    #[cfg(feature = "bind")]
    session.engine.set_has_product_secret(has_product_secret);
    #[cfg(not(feature = "bind"))]
    let _ = has_product_secret;
    Ok(())
}

fn check_free(state: &State, device: &Identity) -> Result<(), Failure> {
    match &state.session {
        None => Ok(()),
        Some(session) if session.linkkit != Linkkit::Closed || session.phase != Phase::Running => {
            Err(Failure::AlreadyOpen)
        }
        Some(session) if !session.engine.is_device(device) => Err(Failure::OtherDevice),
        Some(_) => Ok(()),
    }
}

/// Makes a session, and has it adapted before it is there for others.
pub fn make(
    entry: &Entry,
    device: Identity,
    adapt: &mut dyn FnMut(&mut Session, &Settings),
) -> Result<(), Failure> {
    let setup = gather(device)?;
    let mut state = entry.lock();
    if state.session.is_some() {
        return Err(Failure::AlreadyOpen);
    }
    setup.log_device();
    let mut session = new_session(entry, setup).ok_or(Failure::Engine(Error::OutOfMemory))?;
    adapt(&mut session, &state.settings);
    if let Some(handlers) = state.handlers {
        (handlers.hand_over)(&mut state.kept_subscriptions, &mut session).map_err(Failure::Engine)?;
    }
    state.session = Some(session);
    #[cfg(feature = "provision")]
    {
        station::give_to_session(&mut state);
        phone_token::hand_over(&mut state);
    }
    state.sessions = state.sessions.wrapping_add(1);
    Ok(())
}

/// What the port knows. Not inlined: keys and seeds are on the stack meanwhile.
#[inline(never)]
fn gather(device: Identity) -> Result<Setup, Failure> {
    #[cfg(feature = "bind")]
    let mut mac = [0; 18];
    #[cfg(feature = "bind")]
    let mac = MacText::try_from(wifi::mac(&mut mac)).map_err(|_| Failure::Engine(Error::TooLong))?;
    #[cfg(feature = "bind")]
    let mut entropy = seed::sow(&device, &mac).map_err(Failure::Engine)?;
    #[cfg(feature = "bind")]
    let reset_pending = bind::is_reset_flag_stored();

    Ok(Setup {
        identity: device,
        secure_mode: LOGIN_MODE,
        #[cfg(feature = "bind")]
        mac,
        #[cfg(feature = "bind")]
        reset_pending,
        #[cfg(feature = "bind")]
        first_message_id: entropy.u16(),
        #[cfg(feature = "bind")]
        entropy,
    })
}

/// A session on the heap. Not inlined: until it is there it takes 2 KB of stack.
#[inline(never)]
fn new_session(entry: &Entry, setup: Setup) -> Option<Box<Session>> {
    let mut clock = Clock::start(os::uptime_ms());
    let now = clock.advance(os::uptime_ms());
    try_box(Session {
        _entry: entry.clone(),
        phase: Phase::Open,
        linkkit: Linkkit::Closed,
        endpoint: Endpoint::default(),
        observer: None,
        told_lost: false,
        connections: 0,
        handling: false,
        clock,
        engine: Engine::new(setup, now),
        link: None,
        opening: false,
        writing: false,
        delivering: false,
        reader: None,
        spare_buffer: alloc::vec::Vec::new(),
    })
}

/// Ends the session if it is one to be `wanted`: tells the broker, lets the other threads finish their
/// HAL call (at most a read slice and a write timeout), then frees everything. Can be called from a
/// callback.
pub fn close(wanted: impl FnOnce(&Session) -> bool) -> Result<(), Unavailable> {
    let entry = Entry::new().ok_or(Unavailable)?;
    {
        let mut state = entry.lock();
        let session = state.session.as_mut().filter(|session| wanted(session)).ok_or(Unavailable)?;
        if session.phase == Phase::Closing {
            return Err(Unavailable);
        }
        session.phase = Phase::Closing;
        session.engine.stop();
    }
    release_sockets(&entry);
    // Dropped without the lock: it gives memory back to the port.
    let (session, handlers) = {
        let mut state = entry.lock();
        #[cfg(feature = "provision")]
        {
            phone_token::take_back(&mut state);
            station::take_from_session(&mut state);
        }
        (state.session.take(), state.handlers)
    };
    if let Some(mut session) = session
        && let (Some(handlers), Some(observer)) = (handlers, session.observer)
    {
        while let Some(outcome) = session.engine.poll_outcome() {
            (handlers.tell_abandoned)(observer, outcome);
        }
    }
    #[cfg(feature = "provision")]
    provision::discard(&entry);
    logger::flush();
    Ok(())
}

/// Takes a failed connect of a device back to where it began.
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

/// Ends the listening, sends what is queued, then waits until no thread uses the sockets and they are closed.
fn release_sockets(entry: &Entry) {
    #[cfg(feature = "registrar")]
    registrar::end(entry);
    drive::drain(entry);
    loop {
        entry.lock().doom_sockets();
        drive::drain(entry);
        if entry.lock().is_released() {
            return;
        }
        os::sleep_ms(CLOSE_POLL_MS);
    }
}

/// `Box::new` that reports a lack of memory.
pub fn try_box<T>(value: T) -> Option<Box<T>> {
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
