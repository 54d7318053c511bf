//! The port's console.

use core::ffi::{CStr, c_char};

unsafe extern "C" {
    fn HAL_Printf(fmt: *const c_char, ...);
}

/// Prints `text`; may block for as long as the port's console takes.
pub fn print(text: &CStr) {
    // SAFETY: the format asks for one C string and gets one; data is never the format.
    unsafe { HAL_Printf(c"%s".as_ptr(), text.as_ptr()) }
}
