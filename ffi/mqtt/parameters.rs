//! What `IOT_MQTT_Construct` is given, checked.

use core::ffi::c_char;

use alloc::string::String;
use linkkit_core::engine::Login;
use linkkit_core::error::Error;
use linkkit_core::mqtt::{self, Recipient};
use linkkit_core::sign::{CUSTOMIZE_INFO_LEN, HOSTNAME_LEN};
use log::{error, warn};
use zeroize::Zeroizing;

use crate::abi::iotx_mqtt_param_t;
use crate::c_string;
use crate::runtime::{Endpoint, Parameters};

/// Longest client id, user name and password, bytes.
const LOGIN_TEXT_MAX: usize = 1024;
/// Longest packet that MQTT has, bytes of remaining length (MQTT 3.1.1 section 2.2.3).
const PACKET_MAX: usize = 268_435_455;

const MESSAGE_MAX: usize = 1024;
const KEEP_ALIVE_MS: u32 = 60_000;
const REQUEST_TIMEOUT_MS: u32 = 2_000;

/// The defaults, where nothing is given.
pub fn defaults() -> Parameters {
    Parameters {
        endpoint: Endpoint { host: None, port: None },
        login: Login::default(),
        customize_info: heapless::String::new(),
        mqtt: config(false, REQUEST_TIMEOUT_MS, KEEP_ALIVE_MS, MESSAGE_MAX, MESSAGE_MAX),
        observer: None,
    }
}

/// A field that is too long, not UTF-8, or finds no memory; it was logged.
pub struct Refused;

/// Takes over what is given.
///
/// # Safety
/// Each text is NULL or ends with a NUL.
#[inline(never)]
pub unsafe fn read(given: &iotx_mqtt_param_t, into: &mut Parameters) -> Result<(), Refused> {
    // SAFETY: the caller vouches for the texts.
    unsafe {
        into.endpoint.host = text("host", given.host, HOSTNAME_LEN)?;
        into.login.client_id = text("client_id", given.client_id, LOGIN_TEXT_MAX)?;
        into.login.username = text("username", given.username, LOGIN_TEXT_MAX)?;
        into.login.password = text("password", given.password, LOGIN_TEXT_MAX)?.map(Zeroizing::new);
        if let Some(info) = bounded("customize_info", given.customize_info, CUSTOMIZE_INFO_LEN)? {
            into.customize_info = heapless::String::try_from(info).map_err(|_| Refused)?;
        }
    }
    into.endpoint.port = (given.port != 0).then_some(given.port);
    let size = |size: u32| if size == 0 { MESSAGE_MAX } else { (size as usize).min(PACKET_MAX) };
    into.mqtt = config(
        given.clean_session == 1,
        in_range("request_timeout_ms", given.request_timeout_ms, 500..=5_000, REQUEST_TIMEOUT_MS),
        in_range("keepalive_interval_ms", given.keepalive_interval_ms, 30_000..=1_200_000, KEEP_ALIVE_MS),
        size(given.read_buf_size),
        size(given.write_buf_size),
    );
    into.observer = given.handle_event.h_fp.map(|function| Recipient {
        function: function as usize,
        context: given.handle_event.pcontext.expose_provenance(),
    });
    Ok(())
}

fn config(
    clean_session: bool,
    request_timeout_ms: u32,
    keep_alive_ms: u32,
    read_max: usize,
    write_max: usize,
) -> mqtt::Config {
    let usual = mqtt::Config::default();
    mqtt::Config {
        clean_session,
        request_timeout_ms: request_timeout_ms.into(),
        // As the first CONNECT of 3.0.1 says it: twice the interval between pings, 20 minutes at most.
        keep_alive_s: u16::try_from(keep_alive_ms / 1000 * 2).unwrap_or(1200).min(1200),
        ping_interval_ms: keep_alive_ms.into(),
        receive_max: read_max,
        transmit_max: usual.transmit_max.max(write_max),
    }
}

/// A text to keep; `None` for NULL and for an empty one.
///
/// # Safety
/// `start` is NULL or ends with a NUL.
unsafe fn text(field: &'static str, start: *const c_char, max: usize) -> Result<Option<String>, Refused> {
    // SAFETY: the caller vouches for it.
    let Some(text) = (unsafe { bounded(field, start, max) })? else { return Ok(None) };
    let mut owned = String::new();
    if owned.try_reserve_exact(text.len()).is_err() {
        error!("IOT_MQTT_Construct: {field}: {}", Error::OutOfMemory);
        return Err(Refused);
    }
    owned.push_str(text);
    Ok(Some(owned))
}

/// `None` for NULL and for an empty text.
///
/// # Safety
/// `start` is NULL or ends with a NUL.
unsafe fn bounded<'a>(
    field: &'static str,
    start: *const c_char,
    max: usize,
) -> Result<Option<&'a str>, Refused> {
    if start.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller vouches for it.
    match unsafe { c_string::from_pointer(start, max) } {
        Some("") => Ok(None),
        Some(text) => Ok(Some(text)),
        None => {
            error!("IOT_MQTT_Construct: {field} is longer than {max} bytes, or not UTF-8");
            Err(Refused)
        }
    }
}

/// 0 stands for the default, as in the other fields.
fn in_range(field: &str, given: u32, range: core::ops::RangeInclusive<u32>, default: u32) -> u32 {
    if range.contains(&given) {
        return given;
    }
    if given == 0 {
        return default;
    }
    warn!(
        "Using default {field}: {default}, configured value({given}) out of [{}, {}]",
        range.start(),
        range.end()
    );
    default
}
