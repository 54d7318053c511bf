//! One request by HTTP, on a connection of its own.

use core::ffi::CStr;

use linkkit_core::http::{Failure, Response};
use linkkit_core::time::Clock;

use super::drive::write_all;
use crate::hal::{os, stream};

/// Time for a request and its response, ms.
const BUDGET_MS: u32 = 10_000;
/// Longest single wait for the response, ms: how long it goes unnoticed that nobody wants it any more.
const READ_SLICE_MS: u32 = 200;

/// Why there is no response.
pub enum End {
    /// Nobody wants it any more.
    Unwanted,
    Failed(Failure),
}

impl From<Failure> for End {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Sends `request` and gives the response, with a body of at most `body_max` bytes. `is_wanted` is asked in
/// between. Blocks for as long as the port takes to resolve and connect, and 10 s more. `purpose` is for the
/// log.
pub fn exchange(
    purpose: &str,
    host: &CStr,
    port: u16,
    request: &[u8],
    body_max: usize,
    is_wanted: &mut dyn FnMut() -> bool,
) -> Result<Response, End> {
    let connection = stream::establish(purpose, host, port).ok_or(Failure::Unreachable)?;
    let response = converse(connection, request, body_max, is_wanted);
    stream::destroy(connection);
    response
}

#[inline(never)]
fn converse(
    connection: stream::Connection,
    request: &[u8],
    body_max: usize,
    is_wanted: &mut dyn FnMut() -> bool,
) -> Result<Response, End> {
    let mut clock = Clock::start(os::uptime_ms());
    let deadline = clock.advance(os::uptime_ms()).plus(BUDGET_MS.into());
    if !is_wanted() {
        return Err(End::Unwanted);
    }
    write_all(connection, request).map_err(|_| Failure::Cut)?;
    let mut response = Response::new(body_max)?;
    loop {
        let left_ms = u32::try_from(deadline.since(clock.advance(os::uptime_ms()))).unwrap_or(BUDGET_MS);
        if left_ms == 0 {
            // Some ports show the end of the connection as silence.
            response.end().map_err(|_| Failure::Timeout)?;
            return Ok(response);
        }
        match stream::read(connection, response.space(), left_ms.min(READ_SLICE_MS)) {
            Ok(0) if !is_wanted() => return Err(End::Unwanted),
            Ok(0) => {}
            Ok(got) => {
                if response.advance(got)? {
                    return Ok(response);
                }
            }
            Err(stream::Lost::Closed) => {
                response.end()?;
                return Ok(response);
            }
            Err(stream::Lost::Failed) => return Err(Failure::Cut.into()),
        }
    }
}
