//! `dev_model_api.h`: messages of the device model.

use core::ffi::{c_int, c_uchar};

use linkkit_core::error::Error;
use log::error;

use crate::abi::{FAIL_RETURN, LinkkitMsgType, iotx_linkkit_msg_type_t as Msg};
use crate::linkkit::MASTER_DEVID;
use crate::runtime;

/// Reports to the cloud.
///
/// `devid`: 0. `msg_type`: `ITM_MSG_POST_PROPERTY`; the others are not there yet. `payload`: a JSON
/// object of `payload_len` bytes, read during the call only and sent as it is, with QoS 0.
///
/// Can be called from any thread and from callbacks. May block while the network takes the message,
/// 5 s at most. Gives the id of the message, 1 or more; -1, with a line in the log and nothing sent,
/// when the device is not connected, `payload` is NULL, empty, too long or not one JSON object,
/// another type is asked for, or memory is short. Source: 3.0.1 `dev_model_api.h`.
///
/// # Safety
/// `payload` is NULL or points to `payload_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_Linkkit_Report(
    devid: c_int,
    msg_type: LinkkitMsgType,
    payload: *mut c_uchar,
    payload_len: c_int,
) -> c_int {
    let len = usize::try_from(payload_len).unwrap_or(0);
    if devid != MASTER_DEVID || payload.is_null() || len == 0 {
        error!("IOT_Linkkit_Report: no device {devid}, or no payload ({payload_len} bytes)");
        return FAIL_RETURN;
    }
    if msg_type != Msg::ITM_MSG_POST_PROPERTY as c_int {
        error!("IOT_Linkkit_Report: message type {msg_type} is not supported");
        return FAIL_RETURN;
    }
    // SAFETY: not NULL, and the caller vouches for the length.
    let payload = unsafe { core::slice::from_raw_parts(payload, len) };
    let posted = match runtime::with_device(|engine, now| engine.post_property(payload, now)) {
        Ok(posted) => posted,
        Err(runtime::Unavailable) => Err(Error::WrongState),
    };
    match posted {
        Ok(id) => c_int::try_from(id).unwrap_or(FAIL_RETURN),
        Err(reason) => {
            error!("IOT_Linkkit_Report: {reason}");
            FAIL_RETURN
        }
    }
}
