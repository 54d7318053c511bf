//! Calls the application back with what the cloud announces.

use core::ffi::{c_char, c_int};
use core::mem::transmute;

use linkkit_core::ota::OtaEvent;

use super::callbacks::{Slot, registered};
use super::handlers::with_session;
use super::lock::Entry;

type OnFirmware = unsafe extern "C" fn(c_int, *const c_char) -> c_int;
type OnConfig = unsafe extern "C" fn(
    c_int,
    *const c_char,
    c_int,
    *const c_char,
    *const c_char,
    *const c_char,
    *const c_char,
) -> c_int;

/// There is one type of each.
const TYPE: c_int = 0;

/// Tells the application of what was announced and not yet told.
#[inline(never)]
pub fn deliver(entry: &Entry, session_number: u32) {
    let event = with_session(entry, session_number, |session| session.engine.take_ota_event());
    match event.flatten() {
        Some(OtaEvent::Firmware { version }) => {
            if let Some(callback) = registered(Slot::Fota) {
                // SAFETY: the slot holds functions of this type only; see `callbacks::register`.
                let callback: OnFirmware = unsafe { transmute(callback) };
                // SAFETY: the application's function; the text outlives the call.
                unsafe { callback(TYPE, version.as_c_str().as_ptr()) };
            }
        }
        Some(OtaEvent::Config { id, size, get_type, sign, sign_method, url }) => {
            if let Some(callback) = registered(Slot::Cota) {
                // It was read as an int.
                let size = c_int::try_from(size).unwrap_or(c_int::MAX);
                let [id, get_type, sign, method, url] =
                    [&id, &get_type, &sign, &sign_method, &url].map(|text| text.as_c_str().as_ptr());
                // SAFETY: as above.
                let callback: OnConfig = unsafe { transmute(callback) };
                // SAFETY: as above.
                unsafe { callback(TYPE, id, size, get_type, sign, method, url) };
            }
        }
        None => {}
    }
}
