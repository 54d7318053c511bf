//! The port's TLS.

use core::ffi::{CStr, c_char, c_int};
use core::num::NonZeroUsize;

use log::{error, warn};

use super::os;
use super::stream::Lost;

unsafe extern "C" {
    fn HAL_SSL_Establish(host: *const c_char, port: u16, ca_crt: *const c_char, ca_crt_len: u32) -> usize;
    fn HAL_SSL_Destroy(handle: usize) -> i32;
    fn HAL_SSL_Read(handle: usize, buf: *mut c_char, len: c_int, timeout_ms: c_int) -> c_int;
    fn HAL_SSL_Write(handle: usize, buf: *const c_char, len: c_int, timeout_ms: c_int) -> c_int;
}

/// Whom the port is to trust, NUL-terminated PEM: GlobalSign Root CA, the one that the C SDK 3.0.1 passes.
/// It expires on 2028-01-28.
///
/// Source: Debian's ca-certificates 20230311, `mozilla/GlobalSign_Root_CA.crt`. SHA-256 of the certificate:
/// `EBD41040E4BB3EC742C9E381D31EF2A41A48B6685C96E7CEF3C1DF6CD4331C99`.
static ROOTS: &[u8] = concat!(include_str!("globalsign_root_ca.pem"), "\0").as_bytes();

/// Many ports refuse names shorter than this, bytes.
const HOST_LEN_MIN: usize = 8;

/// A connection of the port. 0 is none.
#[derive(Clone, Copy, Debug)]
pub struct Connection(NonZeroUsize);

/// Resolves `host`, connects, and has the port check that the certificate is the host's. May block for
/// many seconds. The port does not tell why it failed; its own log may. `purpose` is for the log.
pub fn establish(purpose: &str, host: &CStr, port: u16) -> Option<Connection> {
    let began = os::uptime_ms();
    let len = u32::try_from(ROOTS.len()).unwrap_or(u32::MAX);
    // SAFETY: both texts are NUL-terminated and outlive the call; `len` counts the NUL, as ports expect.
    let handle = unsafe { HAL_SSL_Establish(host.as_ptr(), port, ROOTS.as_ptr().cast(), len) };
    let connection = NonZeroUsize::new(handle).map(Connection);
    if connection.is_none() {
        log_failure(purpose, host, port, elapsed_ms(began));
    }
    connection
}

// Not inlined: what formats the line is on the stack.
#[inline(never)]
fn log_failure(purpose: &str, host: &CStr, port: u16, after_ms: u32) {
    let name = host.to_str().unwrap_or("?");
    if name.len() < HOST_LEN_MIN {
        error!(
            "{purpose}: TLS to {name}:{port} failed: many ports refuse host names under {HOST_LEN_MIN} \
             characters"
        );
    } else {
        warn!(
            "{purpose}: TLS to {name}:{port} failed after {after_ms} ms: the port's lines above tell network, \
             handshake and certificate apart"
        );
    }
}

/// Closes. Nobody may be reading or writing.
pub fn destroy(connection: Connection) {
    // SAFETY: the port takes any handle it gave. Nothing follows from its result.
    unsafe { HAL_SSL_Destroy(connection.0.get()) };
}

/// Waits until `buf` is full or `timeout_ms` (at least 1) is over: ask for no more than is to come.
/// Gives the bytes got, 0 at the timeout, and with some ports when the peer has closed.
pub fn read(connection: Connection, buf: &mut [u8], timeout_ms: u32) -> Result<usize, Lost> {
    let began = os::uptime_ms();
    let (len, wait) = (c_len(buf.len()), c_timeout(timeout_ms));
    // SAFETY: `buf` is writable for `len` bytes.
    let got = unsafe { HAL_SSL_Read(connection.0.get(), buf.as_mut_ptr().cast(), len, wait) };
    match got {
        0 => {
            // A closed connection that looks like a timeout must not keep the processor busy until a ping
            // finds it out.
            if let Some(left_ms) = timeout_ms.checked_sub(elapsed_ms(began)).filter(|left| *left > 0) {
                os::sleep_ms(left_ms);
            }
            Ok(0)
        }
        -2 => Err(Lost::Closed),
        got => usize::try_from(got).map(|got| got.min(buf.len())).map_err(|_| Lost::Failed),
    }
}

/// Gives the bytes written, fewer than all at the timeout.
pub fn write(connection: Connection, bytes: &[u8], timeout_ms: u32) -> Result<usize, Lost> {
    let (len, wait) = (c_len(bytes.len()), c_timeout(timeout_ms));
    // SAFETY: `bytes` is readable for `len` bytes.
    let written = unsafe { HAL_SSL_Write(connection.0.get(), bytes.as_ptr().cast(), len, wait) };
    usize::try_from(written).map(|written| written.min(bytes.len())).map_err(|_| Lost::Failed)
}

fn c_len(len: usize) -> c_int {
    c_int::try_from(len).unwrap_or(c_int::MAX)
}

/// 0 would wait for ever.
fn c_timeout(timeout_ms: u32) -> c_int {
    c_int::try_from(timeout_ms).unwrap_or(c_int::MAX).max(1)
}

/// Of a clock that may wrap at 2^32.
fn elapsed_ms(began: u64) -> u32 {
    (os::uptime_ms() as u32).wrapping_sub(began as u32)
}
