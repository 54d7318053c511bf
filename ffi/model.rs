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

/// Asks the cloud, or has what it announces downloaded.
///
/// `devid`: 0.
///
/// | `msg_type` | `payload`, `payload_len` bytes |
/// |---|---|
/// | `ITM_MSG_QUERY_FOTA_DATA` | a buffer that the firmware announced with `ITE_FOTA` is downloaded through |
/// | `ITM_MSG_QUERY_COTA_DATA` | the same for the configuration announced with `ITE_COTA` |
/// | `ITM_MSG_REQUEST_COTA` | not read: asks for the configuration, `ITE_COTA` follows if there is one |
/// | `ITM_MSG_REQUEST_FOTA_IMAGE` | text: asks for the image of this version, at most 64 bytes; `ITE_FOTA` follows if there is one |
///
/// A download blocks until the file has passed its check, or has failed: minutes. It goes through the
/// transport of the archive, `HAL_TCP_*` or `HAL_SSL_*`, resumes when a connection is torn, and hands the
/// file, never more than was announced, to `HAL_Firmware_Persistence_Write` in pieces as long as the buffer.
/// Other threads report and yield meanwhile; without them the library keeps the connection alive, and calls
/// the application back with its next yield. An application with handlers of `mqtt_api.h` must yield in
/// another thread for that. `IOT_Linkkit_Close` in another thread ends a download.
///
/// Can be called from any thread and from callbacks. Gives 0; -1, with a line in the log, when the device
/// is not connected, nothing is announced, another download is not over, the download fails, or the
/// request cannot be sent. The cloud is told of a failed download: -2 not fetched, -3 another digest than
/// announced, -4 not written. Source: 3.0.1 `dev_model_api.h`.
///
/// # Safety
/// `payload` is NULL or points to `payload_len` bytes, readable and writable, that nobody else uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_Linkkit_Query(
    devid: c_int,
    msg_type: LinkkitMsgType,
    payload: *mut c_uchar,
    payload_len: c_int,
) -> c_int {
    if devid != MASTER_DEVID {
        error!("IOT_Linkkit_Query: there is no device {devid}");
        return FAIL_RETURN;
    }
    #[cfg(feature = "ota")]
    // SAFETY: the caller vouches for the payload.
    if let Some(result) = unsafe { crate::ota::query(msg_type, payload, payload_len) } {
        return result;
    }
    #[cfg(not(feature = "ota"))]
    let _ = (payload, payload_len);
    error!("IOT_Linkkit_Query: message type {msg_type} is not supported");
    FAIL_RETURN
}
