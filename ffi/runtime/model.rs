//! Calls the application back with what the cloud says of the device model.

use core::ffi::{CStr, c_char, c_int, c_uchar, c_void};
use core::mem::transmute;
use core::ptr::{null, null_mut};

use linkkit_core::engine::Verdict;
use linkkit_core::model::Event;
use linkkit_core::text::Terminated;

use super::callbacks::{Slot, registered};
use super::drive;
use super::handlers::with_session;
use super::lock::Entry;
use crate::hal::allocator;
use crate::linkkit::MASTER_DEVID;

type OnText = unsafe extern "C" fn(*const c_char) -> c_int;
type OnTextAndLength = unsafe extern "C" fn(*const c_char, c_int) -> c_int;
type OnProperties = unsafe extern "C" fn(c_int, *const c_char, c_int) -> c_int;
type OnRaw = unsafe extern "C" fn(c_int, *const c_uchar, c_int) -> c_int;
type OnReportReply = unsafe extern "C" fn(c_int, c_int, c_int, *const c_char, c_int) -> c_int;
type OnEventReply =
    unsafe extern "C" fn(c_int, c_int, c_int, *const c_char, c_int, *const c_char, c_int) -> c_int;
type OnPropertyGet = unsafe extern "C" fn(c_int, *const c_char, c_int, *mut *mut c_char, *mut c_int) -> c_int;
type OnService = unsafe extern "C" fn(
    c_int,
    *const c_char,
    c_int,
    *const c_char,
    c_int,
    *mut *mut c_char,
    *mut c_int,
) -> c_int;

/// Tells the application of the message that waits longest, and sends its answer.
#[inline(never)]
pub fn deliver(entry: &Entry, session_number: u32) {
    let event = with_session(entry, session_number, |session| session.engine.take_model_event());
    match event.flatten() {
        Some(Event::PropertyGet { id, params }) => {
            let answer = call_property_get(&params);
            with_session(entry, session_number, |session| {
                let now = session.now();
                if let Some(verdict) = verdict(answer.as_ref()) {
                    session.engine.answer_property_get(&id, verdict, now);
                }
            });
            drive::drain(entry);
        }
        Some(Event::Service { id, name, params, rrpc }) => {
            let answer = call_service(&name, &params);
            with_session(entry, session_number, |session| {
                let now = session.now();
                if let Some(verdict) = verdict(answer.as_ref()) {
                    session.engine.answer_service(&id, &name, rrpc.as_ref(), verdict, now);
                }
            });
            drive::drain(entry);
        }
        Some(event) => tell(&event),
        None => {}
    }
}

/// Of an event that asks for no answer.
fn tell(event: &Event) {
    match event {
        Event::PropertySet { params } => {
            if let Some(callback) = registered(Slot::PropertySet) {
                let (text, length) = c_text(params);
                // SAFETY: the slot holds functions of this type only; see `callbacks::register`.
                let callback: OnProperties = unsafe { transmute(callback) };
                // SAFETY: the application's function; the text outlives the call.
                unsafe { callback(MASTER_DEVID, text, length) };
            }
        }
        Event::Raw(bytes) => {
            if let Some(callback) = registered(Slot::RawdataArrived) {
                // SAFETY: as above.
                let callback: OnRaw = unsafe { transmute(callback) };
                // SAFETY: as above.
                unsafe { callback(MASTER_DEVID, bytes.as_ptr(), c_length(bytes.len())) };
            }
        }
        Event::DesiredGetReply { data } => {
            if let Some(callback) = registered(Slot::PropertyDesiredGetReply) {
                let (text, length) = c_text(data);
                // SAFETY: as above.
                let callback: OnTextAndLength = unsafe { transmute(callback) };
                // SAFETY: as above.
                unsafe { callback(text, length) };
            }
        }
        Event::ReportReply { id, code, data } => {
            if let Some(callback) = registered(Slot::ReportReply) {
                let (text, length) = data.as_ref().map_or((null(), 0), c_text);
                // SAFETY: as above.
                let callback: OnReportReply = unsafe { transmute(callback) };
                // SAFETY: as above.
                unsafe { callback(MASTER_DEVID, c_id(*id), *code, text, length) };
            }
        }
        Event::EventReply { id, code, event_id, message } => {
            if let Some(callback) = registered(Slot::TriggerEventReply) {
                let (event_id, event_id_length) = c_text(event_id);
                let (text, length) = c_text(message);
                // SAFETY: as above.
                let callback: OnEventReply = unsafe { transmute(callback) };
                // SAFETY: as above.
                unsafe { callback(MASTER_DEVID, c_id(*id), *code, event_id, event_id_length, text, length) };
            }
        }
        Event::Time { utc } => {
            if let Some(callback) = registered(Slot::TimestampReply) {
                // SAFETY: as above.
                let callback: OnText = unsafe { transmute(callback) };
                // SAFETY: as above.
                unsafe { callback(utc.as_c_str().as_ptr()) };
            }
        }
        Event::PropertyGet { .. } | Event::Service { .. } => {}
    }
}

/// What the application made of a request.
struct Answer {
    is_success: bool,
    /// From its `HAL_Malloc`; NULL for none.
    text: *mut c_char,
    /// Bytes.
    length: c_int,
}

impl Drop for Answer {
    fn drop(&mut self) {
        if !self.text.is_null() {
            // SAFETY: the application took it with HAL_Malloc and left it to us.
            unsafe { allocator::free(self.text.cast::<c_void>()) }
        }
    }
}

/// `None` where the application took the request without an answer.
fn verdict(answer: Option<&Answer>) -> Option<Verdict<'_>> {
    let Some(answer) = answer else { return Some(Verdict::Unknown) };
    let length = usize::try_from(answer.length).unwrap_or(0);
    if answer.text.is_null() || length == 0 {
        return None;
    }
    // SAFETY: the application says that so many bytes are there; they are freed with the answer.
    let text = unsafe { core::slice::from_raw_parts(answer.text.cast::<u8>(), length) };
    Some(if answer.is_success { Verdict::Accepted(text) } else { Verdict::Refused(text) })
}

fn call_property_get(params: &Terminated) -> Option<Answer> {
    let callback = registered(Slot::PropertyGet)?;
    // SAFETY: the slot holds functions of this type only; see `callbacks::register`.
    let callback: OnPropertyGet = unsafe { transmute(callback) };
    let (params, params_length) = c_text(params);
    let mut answer = Answer { is_success: false, text: null_mut(), length: 0 };
    // SAFETY: the application's function; the text and both places outlive the call.
    let result =
        unsafe { callback(MASTER_DEVID, params, params_length, &mut answer.text, &mut answer.length) };
    answer.is_success = result == 0;
    Some(answer)
}

fn call_service(name: &Terminated, params: &Terminated) -> Option<Answer> {
    let callback = registered(Slot::ServiceRequest)?;
    // SAFETY: the slot holds functions of this type only; see `callbacks::register`.
    let callback: OnService = unsafe { transmute(callback) };
    let (name, name_length) = c_text(name);
    let (params, params_length) = c_text(params);
    let mut answer = Answer { is_success: false, text: null_mut(), length: 0 };
    // SAFETY: the application's function; the texts and both places outlive the call.
    let result = unsafe {
        callback(MASTER_DEVID, name, name_length, params, params_length, &mut answer.text, &mut answer.length)
    };
    answer.is_success = result == 0;
    Some(answer)
}

/// Start and length, without the NUL, of a text.
fn c_text(text: &Terminated) -> (*const c_char, c_int) {
    let text: &CStr = text.as_c_str();
    (text.as_ptr(), c_length(text.count_bytes()))
}

/// Messages are far shorter than an int can count.
fn c_length(length: usize) -> c_int {
    c_int::try_from(length).unwrap_or(c_int::MAX)
}

/// Ids of our own are positive; one that the cloud made up may be larger than an int.
fn c_id(id: u32) -> c_int {
    c_int::try_from(id).unwrap_or(c_int::MAX)
}
