//! What the application wants to be told. Registered before open as a rule, and kept after close.

use core::ffi::{c_int, c_void};
use core::mem::transmute;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

use linkkit_core::engine::Event;
use linkkit_core::mqtt::Outcome;
use log::info;

use super::handlers::News;
use super::lock::Entry;
#[cfg(feature = "model")]
use super::model;
#[cfg(feature = "ota")]
use super::ota;
use super::state::Linkkit;
use crate::abi::iotx_event_t;

/// Any C function, as it is stored. Each slot holds functions of one type only.
pub type Callback = *mut c_void;

/// The events an application can register for.
#[derive(Clone, Copy)]
#[repr(usize)]
pub enum Slot {
    AwssStatus,
    ConnectSucc,
    ConnectFail,
    Disconnected,
    RawdataArrived,
    ServiceRequest,
    PropertySet,
    PropertyGet,
    PropertyDesiredGetReply,
    ReportReply,
    TriggerEventReply,
    TimestampReply,
    TopolistReply,
    PermitJoin,
    InitializeCompleted,
    Fota,
    Cota,
    MqttConnectSucc,
}

const SLOTS: usize = Slot::MqttConnectSucc as usize + 1;

static CALLBACKS: [AtomicPtr<c_void>; SLOTS] = [const { AtomicPtr::new(null_mut()) }; SLOTS];
static MONITOR: AtomicPtr<c_void> = AtomicPtr::new(null_mut());

/// Keeps `callback` for `slot`; NULL clears.
///
/// # Safety
/// `callback` is NULL or a function of the slot's C type.
pub unsafe fn register(slot: Slot, callback: Callback) {
    if let Some(place) = CALLBACKS.get(slot as usize) {
        place.store(callback, Ordering::Release);
    }
}

/// Keeps the monitor of all events; NULL clears.
///
/// # Safety
/// `callback` is NULL or a `void (*)(int)`.
pub unsafe fn register_monitor(callback: Callback) {
    MONITOR.store(callback, Ordering::Release);
}

/// Tells the monitor.
pub fn post(event: iotx_event_t) {
    info!("{event:?}");
    let monitor = MONITOR.load(Ordering::Acquire);
    if !monitor.is_null() {
        // SAFETY: `register_monitor` took functions of this type only.
        let monitor: unsafe extern "C" fn(c_int) = unsafe { transmute(monitor) };
        // SAFETY: the application's function, which takes any event.
        unsafe { monitor(event as c_int) }
    }
}

/// `ITE_INITIALIZE_COMPLETED`
pub fn initialize_completed(devid: c_int) {
    call_with(Slot::InitializeCompleted, devid);
}

/// `ITE_MQTT_CONNECT_SUCC`
pub fn mqtt_connected() {
    call(Slot::MqttConnectSucc);
}

/// `ITE_CONNECT_FAIL`
pub fn connect_failed() {
    call(Slot::ConnectFail);
}

/// Delivers the events that wait, one at a time and by one thread at a time, so in order.
pub fn deliver(entry: &Entry) {
    while let Some((event, session_number)) = take(entry) {
        match event {
            Pending::Outcome(outcome) => tell_observer(entry, session_number, News::Outcome(outcome)),
            Pending::Event(event) => tell(entry, session_number, event),
        }
        // The callback may have closed the device and opened another.
        if let Some(session) = entry.lock().session_numbered(session_number) {
            session.delivering = false;
        }
    }
}

fn tell(entry: &Entry, session_number: u32, event: Event) {
    match event {
        Event::Connected => {
            if is_device(entry) {
                call(Slot::ConnectSucc);
            }
            tell_observer(entry, session_number, News::Link { is_up: true });
        }
        Event::Disconnected => {
            if is_device(entry) {
                call(Slot::Disconnected);
            }
            tell_observer(entry, session_number, News::Link { is_up: false });
        }
        #[cfg(feature = "bind")]
        Event::BindNotify => awss_status(iotx_event_t::IOTX_AWSS_BIND_NOTIFY),
        #[cfg(feature = "bind")]
        Event::Reset => awss_status(iotx_event_t::IOTX_RESET),
        #[cfg(feature = "model")]
        Event::Model => model::deliver(entry, session_number),
        #[cfg(feature = "ota")]
        Event::Ota => ota::deliver(entry, session_number),
    }
}

fn tell_observer(entry: &Entry, session_number: u32, news: News) {
    let handlers = entry.lock().handlers;
    if let Some(handlers) = handlers {
        (handlers.tell)(entry, session_number, news);
    }
}

fn is_device(entry: &Entry) -> bool {
    entry.lock().session.as_ref().is_some_and(|session| session.linkkit == Linkkit::Connected)
}

/// What waits to be told.
enum Pending {
    Event(Event),
    Outcome(Outcome),
}

/// The next one, and the number of the session it is of.
fn take(entry: &Entry) -> Option<(Pending, u32)> {
    let mut state = entry.lock();
    let session_number = state.sessions;
    let session = state.session.as_mut().filter(|session| !session.delivering)?;
    let event = session.engine.poll_event().map(Pending::Event);
    let pending = event.or_else(|| session.engine.poll_outcome().map(Pending::Outcome))?;
    session.delivering = true;
    Some((pending, session_number))
}

/// Tells the monitor, and `ITE_AWSS_STATUS`.
#[cfg(feature = "bind")]
pub fn awss_status(event: iotx_event_t) {
    post(event);
    call_with(Slot::AwssStatus, event as c_int);
}

fn call(slot: Slot) {
    if let Some(callback) = registered(slot) {
        // SAFETY: the slots passed here hold `int (*)(void)` only; see `register`.
        let callback: unsafe extern "C" fn() -> c_int = unsafe { transmute(callback) };
        // SAFETY: the application's function. Its result has no meaning.
        unsafe { callback() };
    }
}

fn call_with(slot: Slot, argument: c_int) {
    if let Some(callback) = registered(slot) {
        // SAFETY: the slots passed here hold `int (*)(int)` only; see `register`.
        let callback: unsafe extern "C" fn(c_int) -> c_int = unsafe { transmute(callback) };
        // SAFETY: the application's function. Its result has no meaning.
        unsafe { callback(argument) };
    }
}

/// What the application has registered.
pub(super) fn registered(slot: Slot) -> Option<Callback> {
    let callback = CALLBACKS.get(slot as usize)?.load(Ordering::Acquire);
    (!callback.is_null()).then_some(callback)
}
