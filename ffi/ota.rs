//! What `IOT_Linkkit_Query` does for firmware and configurations.

use core::ffi::{c_int, c_uchar};

use linkkit_core::engine::Engine;
use linkkit_core::error::Error;
use linkkit_core::ota::Kind;
use linkkit_core::time::Instant;
use log::error;

use crate::abi::{FAIL_RETURN, LinkkitMsgType, SUCCESS_RETURN, iotx_linkkit_msg_type_t as Msg};
use crate::runtime;

/// 0 or -1, or `None` for messages that are of no firmware or configuration.
///
/// # Safety
/// `payload` is NULL or points to `payload_len` bytes, readable and writable, that nobody else uses.
pub unsafe fn query(msg_type: LinkkitMsgType, payload: *mut c_uchar, payload_len: c_int) -> Option<c_int> {
    const FOTA_DATA: LinkkitMsgType = Msg::ITM_MSG_QUERY_FOTA_DATA as LinkkitMsgType;
    const COTA_DATA: LinkkitMsgType = Msg::ITM_MSG_QUERY_COTA_DATA as LinkkitMsgType;
    const REQUEST_COTA: LinkkitMsgType = Msg::ITM_MSG_REQUEST_COTA as LinkkitMsgType;
    const REQUEST_FOTA: LinkkitMsgType = Msg::ITM_MSG_REQUEST_FOTA_IMAGE as LinkkitMsgType;
    // SAFETY: the caller vouches for the payload.
    let bytes = unsafe { buffer(payload, payload_len) };
    match msg_type {
        FOTA_DATA => Some(fetch(Kind::Firmware, bytes)),
        COTA_DATA => Some(fetch(Kind::Config, bytes)),
        REQUEST_COTA => Some(ask(|engine, now| engine.request_config(now))),
        REQUEST_FOTA => Some(ask(|engine, now| engine.request_image(version(bytes)?, now))),
        _ => None,
    }
}

/// `None` where it is empty.
///
/// # Safety
/// As for [`query`]; for as long as `'a`.
unsafe fn buffer<'a>(start: *mut c_uchar, len: c_int) -> Option<&'a mut [u8]> {
    let len = usize::try_from(len).ok().filter(|len| *len > 0 && !start.is_null())?;
    // SAFETY: not NULL, and the caller vouches for the length.
    Some(unsafe { core::slice::from_raw_parts_mut(start, len) })
}

fn fetch(kind: Kind, buffer: Option<&mut [u8]>) -> c_int {
    let Some(buffer) = buffer else {
        error!("IOT_Linkkit_Query: no buffer to download a {kind} through");
        return FAIL_RETURN;
    };
    match runtime::fetch(kind, buffer) {
        Ok(()) => SUCCESS_RETURN,
        Err(runtime::NotFetched::Refused) => {
            error!("IOT_Linkkit_Query: {kind}: {}", runtime::NotFetched::Refused);
            FAIL_RETURN
        }
        // It was logged why.
        Err(_) => FAIL_RETURN,
    }
}

fn ask(request: impl FnOnce(&mut Engine, Instant) -> Result<(), Error>) -> c_int {
    match runtime::with_device(request).unwrap_or(Err(Error::WrongState)) {
        Ok(()) => SUCCESS_RETURN,
        Err(reason) => {
            error!("IOT_Linkkit_Query: {reason}");
            FAIL_RETURN
        }
    }
}

/// Up to its NUL, if there is one.
fn version(bytes: Option<&mut [u8]>) -> Result<&str, Error> {
    let text = bytes.and_then(|bytes| bytes.split(|byte| *byte == 0).next());
    text.and_then(|text| core::str::from_utf8(text).ok()).ok_or(Error::Malformed)
}
