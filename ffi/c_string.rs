//! Text from C, checked once.

use core::ffi::c_char;

/// The text in a fixed C array: up to its NUL, or all of it when there is none. `None` when it is
/// not UTF-8.
pub fn from_array(array: &[c_char]) -> Option<&str> {
    core::str::from_utf8(bytes_from_array(array)).ok()
}

/// The same, of text that may not be UTF-8.
pub fn bytes_from_array(array: &[c_char]) -> &[u8] {
    // SAFETY: c_char and u8 have the same size and alignment, and every bit pattern is a u8.
    let bytes = unsafe { core::slice::from_raw_parts(array.as_ptr().cast::<u8>(), array.len()) };
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// The text at `start`, of at most `max` bytes. `None` for NULL, for a longer text and for one that
/// is not UTF-8.
///
/// # Safety
/// As [`bytes_from_pointer`].
#[cfg(feature = "mqtt")]
pub unsafe fn from_pointer<'a>(start: *const c_char, max: usize) -> Option<&'a str> {
    // SAFETY: as the caller vouches.
    let text = unsafe { bytes_from_pointer(start, max) }?;
    core::str::from_utf8(text).ok()
}

/// The bytes at `start` up to its NUL, at most `max`. `None` for NULL and for more bytes.
///
/// # Safety
/// `start` is NULL, or points to a NUL or to `max + 1` readable bytes, that stay as they are for `'a`.
#[cfg(feature = "mqtt")]
pub unsafe fn bytes_from_pointer<'a>(start: *const c_char, max: usize) -> Option<&'a [u8]> {
    if start.is_null() {
        return None;
    }
    let is_nul = |offset: &usize| {
        // SAFETY: the caller vouches for the bytes up to the first NUL or `max`.
        unsafe { *start.add(*offset) == 0 }
    };
    let len = (0..=max).find(is_nul)?;
    // SAFETY: `len` bytes and the NUL behind them were just read.
    Some(unsafe { core::slice::from_raw_parts(start.cast::<u8>(), len) })
}

/// The bytes of a pointer with their count; `None` for NULL.
///
/// # Safety
/// The pointer is NULL, or points to so many readable bytes that stay as they are for `'a`.
#[cfg(feature = "provision")]
pub unsafe fn bytes<'a>((start, len): (*const u8, u8)) -> Option<&'a [u8]> {
    // SAFETY: as the caller vouches.
    (!start.is_null()).then(|| unsafe { core::slice::from_raw_parts(start, len.into()) })
}

/// Writes `text` and a NUL into a fixed C array and zeroes the rest. False when it does not fit.
pub fn to_array(text: &str, array: &mut [c_char]) -> bool {
    if text.len() >= array.len() {
        return false;
    }
    let padded = text.bytes().chain(core::iter::repeat(0));
    for (slot, byte) in array.iter_mut().zip(padded) {
        *slot = byte as c_char;
    }
    true
}
