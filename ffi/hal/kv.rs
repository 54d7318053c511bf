//! The port's key-value store.

use core::ffi::{CStr, c_char, c_int, c_void};

unsafe extern "C" {
    fn HAL_Kv_Get(key: *const c_char, val: *mut c_void, len: *mut c_int) -> c_int;
    fn HAL_Kv_Set(key: *const c_char, val: *const c_void, len: c_int, sync: c_int) -> c_int;
}

/// The port has no such value, or no store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable;

/// Reads a value into `room`; a longer one is cut off by the port.
pub fn get<'r>(key: &CStr, room: &'r mut [u8]) -> Result<&'r [u8], Unavailable> {
    let mut len = c_int::try_from(room.len()).map_err(|_| Unavailable)?;
    // SAFETY: `key` is NUL-terminated, `room` is writable for `len` bytes.
    let status = unsafe { HAL_Kv_Get(key.as_ptr(), room.as_mut_ptr().cast(), &mut len) };
    if status != 0 {
        return Err(Unavailable);
    }
    usize::try_from(len).ok().and_then(|len| room.get(..len)).ok_or(Unavailable)
}

/// Stores a value and waits until it survives a loss of power.
pub fn set(key: &CStr, value: &[u8]) -> Result<(), Unavailable> {
    let len = c_int::try_from(value.len()).map_err(|_| Unavailable)?;
    // SAFETY: `key` is NUL-terminated, `value` is readable for `len` bytes.
    let status = unsafe { HAL_Kv_Set(key.as_ptr(), value.as_ptr().cast(), len, 1) };
    if status == 0 { Ok(()) } else { Err(Unavailable) }
}
