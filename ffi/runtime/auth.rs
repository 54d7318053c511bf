//! The auth server of the region.

use core::ffi::CStr;

use linkkit_core::auth::{self, BODY_MAX, Failure};
use linkkit_core::http::Response;
use linkkit_core::sign::{HOSTNAME_LEN, Region};
use log::info;

use super::http;
use super::link::{Host, c_host};

/// Where it takes requests.
const PORT: u16 = if cfg!(feature = "tls") { 443 } else { 80 };

/// Why it has given nothing.
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

/// Which one to ask; `custom` for a custom region. `purpose` is for the log.
pub fn host(region: Region, custom: &str, purpose: &str) -> Result<Host, Failure> {
    let host: heapless::String<HOSTNAME_LEN> = auth::hostname(region, custom).map_err(|_| Failure::NoHost)?;
    info!("{purpose}: asking {host}:{PORT}");
    c_host(&host).ok_or(Failure::NoHost)
}

/// The name in `host`.
pub fn name(host: &Host) -> Result<&str, Failure> {
    c_name(host)?.to_str().map_err(|_| Failure::NoHost)
}

/// See [`http::exchange`].
pub fn exchange(
    purpose: &str,
    host: &Host,
    request: &[u8],
    is_wanted: &mut dyn FnMut() -> bool,
) -> Result<Response, End> {
    http::exchange(purpose, c_name(host)?, PORT, request, BODY_MAX, is_wanted).map_err(|end| match end {
        http::End::Unwanted => End::Unwanted,
        http::End::Failed(failure) => End::Failed(failure.into()),
    })
}

fn c_name(host: &Host) -> Result<&CStr, Failure> {
    CStr::from_bytes_with_nul(host).map_err(|_| Failure::NoHost)
}
