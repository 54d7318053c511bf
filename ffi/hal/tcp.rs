//! The port's TCP.

use core::ffi::{CStr, c_char};

use super::stream::Lost;

unsafe extern "C" {
    fn HAL_TCP_Establish(host: *const c_char, port: u16) -> usize;
    fn HAL_TCP_Destroy(fd: usize) -> i32;
    fn HAL_TCP_Read(fd: usize, buf: *mut c_char, len: u32, timeout_ms: u32) -> i32;
    fn HAL_TCP_Write(fd: usize, buf: *const c_char, len: u32, timeout_ms: u32) -> i32;
}

/// A connection of the port. 0 is a valid one.
#[derive(Clone, Copy, Debug)]
pub struct Connection(usize);

/// Resolves `host` and connects. May block for many seconds.
pub fn establish(_purpose: &str, host: &CStr, port: u16) -> Option<Connection> {
    // SAFETY: `host` is NUL-terminated and outlives the call.
    let fd = unsafe { HAL_TCP_Establish(host.as_ptr(), port) };
    (fd != usize::MAX).then_some(Connection(fd))
}

/// Closes. Nobody may be reading or writing.
pub fn destroy(connection: Connection) {
    // SAFETY: the port takes any handle it gave. Its result says only that a shutdown of a dead
    // socket failed, which is how most of them end.
    unsafe { HAL_TCP_Destroy(connection.0) };
}

/// Waits until `buf` is full or `timeout_ms` (at least 1) is over: ask for no more than is to come.
/// Gives the bytes got, 0 at the timeout.
pub fn read(connection: Connection, buf: &mut [u8], timeout_ms: u32) -> Result<usize, Lost> {
    let room = u32::try_from(buf.len()).unwrap_or(u32::MAX);
    // SAFETY: `buf` is writable for `room` bytes.
    let got = unsafe { HAL_TCP_Read(connection.0, buf.as_mut_ptr().cast(), room, timeout_ms.max(1)) };
    match got {
        -1 => Err(Lost::Closed),
        got => usize::try_from(got).map(|got| got.min(buf.len())).map_err(|_| Lost::Failed),
    }
}

/// Gives the bytes written, fewer than all at the timeout.
pub fn write(connection: Connection, bytes: &[u8], timeout_ms: u32) -> Result<usize, Lost> {
    let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    // SAFETY: `bytes` is readable for `len` bytes.
    let written = unsafe { HAL_TCP_Write(connection.0, bytes.as_ptr().cast(), len, timeout_ms.max(1)) };
    usize::try_from(written).map(|written| written.min(bytes.len())).map_err(|_| Lost::Failed)
}
