//! The port's UDP.

use core::ffi::c_char;
use core::net::{Ipv4Addr, SocketAddrV4};

use linkkit_core::text;

use crate::abi::NetworkAddr;

unsafe extern "C" {
    fn HAL_UDP_create_without_connect(host: *const c_char, port: u16) -> isize;
    fn HAL_UDP_close_without_connect(fd: isize) -> i32;
    fn HAL_UDP_joinmulticast(fd: isize, group: *mut c_char) -> i32;
    fn HAL_UDP_recvfrom(fd: isize, from: *mut NetworkAddr, buf: *mut u8, len: u32, timeout_ms: u32) -> i32;
    fn HAL_UDP_sendto(fd: isize, to: *const NetworkAddr, buf: *const u8, len: u32, timeout_ms: u32) -> i32;
}

/// A bound socket of the port.
#[derive(Clone, Copy, Debug)]
pub struct Socket(isize);

/// The port reported an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

/// Why nothing was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReceived {
    /// A signal ended the wait early.
    Interrupted,
    /// The port reported an error.
    Failed,
}

/// Binds `port` on every address of the device.
pub fn bind(port: u16) -> Option<Socket> {
    // SAFETY: NULL stands for any address.
    let fd = unsafe { HAL_UDP_create_without_connect(core::ptr::null(), port) };
    (fd >= 0).then_some(Socket(fd))
}

/// Closes. Nobody may be receiving or sending.
pub fn close(socket: Socket) {
    // SAFETY: the port takes any handle it gave.
    unsafe { HAL_UDP_close_without_connect(socket.0) };
}

/// Joins `group`. Fails while there is no route yet.
pub fn join(socket: Socket, group: Ipv4Addr) -> Result<(), Failed> {
    let mut group = text_address(group);
    // SAFETY: `group` is NUL-terminated; the port's parameter is not const but it only reads.
    let joined = unsafe { HAL_UDP_joinmulticast(socket.0, group.as_mut_ptr().cast()) };
    if joined < 0 { Err(Failed) } else { Ok(()) }
}

/// Waits `timeout_ms` (at least 1) for a datagram. `Ok(None)` when none came, or from an address
/// that cannot be answered.
pub fn receive(
    socket: Socket,
    buf: &mut [u8],
    timeout_ms: u32,
) -> Result<Option<(SocketAddrV4, &[u8])>, NotReceived> {
    let mut from = NetworkAddr { addr: [0; 16], port: 0 };
    let room = u32::try_from(buf.len()).unwrap_or(u32::MAX);
    // SAFETY: `from` and `buf` are writable, `buf` for `room` bytes.
    let got = unsafe { HAL_UDP_recvfrom(socket.0, &mut from, buf.as_mut_ptr(), room, timeout_ms.max(1)) };
    const INTERRUPTED: i32 = -3;
    let got = match got {
        INTERRUPTED => return Err(NotReceived::Interrupted),
        got => usize::try_from(got).map_err(|_| NotReceived::Failed)?,
    };
    let datagram = buf.get(..got).filter(|datagram| !datagram.is_empty());
    Ok(address(&from).zip(datagram))
}

/// Sends one datagram.
pub fn send(socket: Socket, to: SocketAddrV4, bytes: &[u8], timeout_ms: u32) -> Result<(), Failed> {
    let to = NetworkAddr { addr: text_address(*to.ip()), port: to.port() };
    let len = u32::try_from(bytes.len()).map_err(|_| Failed)?;
    // SAFETY: `to` and `bytes` are readable, `bytes` for `len` bytes.
    let sent = unsafe { HAL_UDP_sendto(socket.0, &to, bytes.as_ptr(), len, timeout_ms.max(1)) };
    if usize::try_from(sent) == Ok(bytes.len()) { Ok(()) } else { Err(Failed) }
}

/// Reads the address text of a HAL buffer: up to its NUL, or all 16 bytes.
pub fn parse_address(text: &[u8]) -> Option<Ipv4Addr> {
    let text = text.split(|byte| *byte == 0).next()?;
    core::str::from_utf8(text).ok()?.parse().ok()
}

fn address(from: &NetworkAddr) -> Option<SocketAddrV4> {
    Some(SocketAddrV4::new(parse_address(&from.addr)?, from.port))
}

/// 15 characters at most, so that the NUL always fits.
fn text_address(address: Ipv4Addr) -> [u8; 16] {
    let mut bytes = [0; 16];
    for (byte, digit) in bytes.iter_mut().zip(text::ipv4(address).bytes()) {
        *byte = digit;
    }
    bytes
}
