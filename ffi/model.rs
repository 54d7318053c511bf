//! `dev_model_api.h`: messages of the device model.

use core::ffi::{c_char, c_int, c_uchar};

use linkkit_core::engine::Engine;
use linkkit_core::error::Error;
use linkkit_core::model::Report;
use linkkit_core::time::Instant;
use log::error;

use crate::abi::{FAIL_RETURN, LinkkitMsgType, SUCCESS_RETURN, iotx_linkkit_msg_type_t as Msg};
use crate::hal::os;
use crate::linkkit::MASTER_DEVID;
use crate::runtime;

/// Time for the network to take what other threads have sent, ms.
const ROOM_TIMEOUT_MS: u64 = 5_000;

/// Reports to the cloud.
///
/// `devid`: 0. `payload`: `payload_len` bytes, read during the call only and sent as they are, with QoS 0.
///
/// | `msg_type` | `payload` |
/// |---|---|
/// | `ITM_MSG_POST_PROPERTY` | a JSON object: properties |
/// | `ITM_MSG_DEVICEINFO_UPDATE`, `ITM_MSG_DEVICEINFO_DELETE` | a JSON array: tags |
/// | `ITM_MSG_PROPERTY_DESIRED_GET` | a JSON array: names of properties |
/// | `ITM_MSG_PROPERTY_DESIRED_DELETE` | a JSON object: properties and their versions |
/// | `ITM_MSG_POST_RAW_DATA` | bytes of the product's own format |
///
/// Can be called from any thread and from callbacks. May block while the network takes the message, 5 s
/// at most. Gives the id of the message, 1 or more, which its reply carries; 0 for raw data; -1, with a
/// line in the log and nothing sent, when the device is not connected, `payload` is NULL, empty, too long
/// or not JSON of that kind, another type is asked for (those of gateways), or memory is short. Source:
/// 3.0.1 `dev_model_api.h`.
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
    // SAFETY: the caller vouches for the length.
    let payload = unsafe { bytes(payload, payload_len) };
    let (Some(payload), MASTER_DEVID) = (payload, devid) else {
        error!("IOT_Linkkit_Report: no device {devid}, or no payload ({payload_len} bytes)");
        return FAIL_RETURN;
    };
    if msg_type == Msg::ITM_MSG_POST_RAW_DATA as c_int {
        return request("IOT_Linkkit_Report", &|engine, now| engine.report_raw(payload, now).map(|()| 0));
    }
    match report_of(msg_type) {
        Some(report) => request("IOT_Linkkit_Report", &|engine, now| engine.report(report, payload, now)),
        None => {
            error!("IOT_Linkkit_Report: message type {msg_type} is not supported");
            FAIL_RETURN
        }
    }
}

/// Asks the cloud, or has what it announces downloaded.
///
/// `devid`: 0.
///
/// | `msg_type` | `payload`, `payload_len` bytes | the answer |
/// |---|---|---|
/// | `ITM_MSG_QUERY_TIMESTAMP` | not read | `ITE_TIMESTAMP_REPLY` |
/// | `ITM_MSG_PROPERTY_DESIRED_GET`, `ITM_MSG_PROPERTY_DESIRED_DELETE` | as for `IOT_Linkkit_Report` | `ITE_PROPERTY_DESIRED_GET_REPLY`, `ITE_REPORT_REPLY` |
/// | `ITM_MSG_REQUEST_COTA` | not read: asks for the product's configuration | `ITE_COTA`, if there is one |
/// | `ITM_MSG_REQUEST_FOTA_IMAGE` | a version of at most 64 bytes, text: asks for its image | `ITE_FOTA`, if there is one |
/// | `ITM_MSG_QUERY_FOTA_DATA` | a buffer to download the firmware through that `ITE_FOTA` told of | the result |
/// | `ITM_MSG_QUERY_COTA_DATA` | the same for the configuration that `ITE_COTA` told of | the result |
///
/// The last four are there in an archive with the feature `ota`. A download blocks until the file has passed
/// its check, or has failed: minutes. It goes through the transport of the archive, `HAL_TCP_*` or
/// `HAL_SSL_*`, resumes when a connection is torn, and hands the file, never more than was announced, to
/// `HAL_Firmware_Persistence_Write` in pieces as long as the buffer. Other threads report and yield
/// meanwhile; without them the library keeps the connection to the cloud alive, and calls the application
/// back with its next yield. An application with handlers of `mqtt_api.h` must yield in another thread for
/// that. `IOT_Linkkit_Close` in another thread ends a download. The cloud is told of a failed one: -2 not
/// fetched, -3 another digest than announced, -4 not written.
///
/// Threads, blocking and errors are else those of `IOT_Linkkit_Report`; `ITM_MSG_QUERY_TOPOLIST` is a
/// gateway's. Gives the id of the message; 0 for the time and for the last four, which have none; -1, with a
/// line in the log, for the last two also when nothing is announced, another download is not over, or the
/// download fails. Source: 3.0.1 `dev_model_api.h`.
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
    if msg_type == Msg::ITM_MSG_QUERY_TIMESTAMP as c_int {
        return request("IOT_Linkkit_Query", &|engine, now| engine.query_time(now).map(|()| 0));
    }
    #[cfg(feature = "ota")]
    // SAFETY: the caller vouches for the payload.
    if let Some(result) = unsafe { crate::ota::query(msg_type, payload, payload_len) } {
        return result;
    }
    let is_desired = msg_type == Msg::ITM_MSG_PROPERTY_DESIRED_GET as c_int
        || msg_type == Msg::ITM_MSG_PROPERTY_DESIRED_DELETE as c_int;
    if !is_desired {
        error!("IOT_Linkkit_Query: message type {msg_type} is not supported");
        return FAIL_RETURN;
    }
    // SAFETY: the caller vouches for the payload.
    unsafe { IOT_Linkkit_Report(devid, msg_type, payload, payload_len) }
}

/// Reports an event.
///
/// `devid`: 0. `eventid`: its identifier, `eventid_len` bytes, 50 at most, visible ASCII without
/// `/ + # " \`. `payload`: its output parameters, a JSON object of `payload_len` bytes, sent as it is,
/// with QoS 0. Both are read during the call only.
///
/// Threads, blocking and errors are those of `IOT_Linkkit_Report`. Gives the id of the message, or -1.
/// Source: 3.0.1 `dev_model_api.h`.
///
/// # Safety
/// `eventid` and `payload` are NULL or point to so many readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_Linkkit_TriggerEvent(
    devid: c_int,
    eventid: *mut c_char,
    eventid_len: c_int,
    payload: *mut c_char,
    payload_len: c_int,
) -> c_int {
    // SAFETY: the caller vouches for the lengths.
    let (eventid, payload) =
        unsafe { (bytes(eventid.cast(), eventid_len), bytes(payload.cast(), payload_len)) };
    let eventid = eventid.and_then(|eventid| core::str::from_utf8(eventid).ok());
    let (Some(eventid), Some(payload), MASTER_DEVID) = (eventid, payload, devid) else {
        error!("IOT_Linkkit_TriggerEvent: no device {devid}, no event id or no payload");
        return FAIL_RETURN;
    };
    request("IOT_Linkkit_TriggerEvent", &|engine, now| engine.report(Report::Event(eventid), payload, now))
}

fn report_of(msg_type: LinkkitMsgType) -> Option<Report<'static>> {
    const REPORTS: [(Msg, Report); 5] = [
        (Msg::ITM_MSG_POST_PROPERTY, Report::Properties),
        (Msg::ITM_MSG_DEVICEINFO_UPDATE, Report::TagsUpdate),
        (Msg::ITM_MSG_DEVICEINFO_DELETE, Report::TagsDelete),
        (Msg::ITM_MSG_PROPERTY_DESIRED_GET, Report::DesiredGet),
        (Msg::ITM_MSG_PROPERTY_DESIRED_DELETE, Report::DesiredDelete),
    ];
    REPORTS.into_iter().find(|(known, _)| *known as c_int == msg_type).map(|(_, report)| report)
}

/// Not empty.
///
/// # Safety
/// `start` is NULL or points to `len` readable bytes that stay as they are for `'a`.
unsafe fn bytes<'a>(start: *const c_uchar, len: c_int) -> Option<&'a [u8]> {
    let len = usize::try_from(len).ok().filter(|len| *len > 0 && !start.is_null())?;
    // SAFETY: not NULL, and the caller vouches for the length.
    Some(unsafe { core::slice::from_raw_parts(start, len) })
}

fn request(function: &str, request: &dyn Fn(&mut Engine, Instant) -> Result<u32, Error>) -> c_int {
    let began = os::uptime_ms();
    let id = loop {
        match runtime::with_device(request) {
            // Another thread is writing what waits for the network.
            Ok(Err(Error::Full)) if os::uptime_ms().wrapping_sub(began) < ROOM_TIMEOUT_MS => os::sleep_ms(1),
            Ok(id) => break id,
            Err(runtime::Unavailable) => break Err(Error::WrongState),
        }
    };
    match id {
        Ok(0) => SUCCESS_RETURN,
        Ok(id) => c_int::try_from(id).unwrap_or(FAIL_RETURN),
        Err(reason) => {
            error!("{function}: {reason}");
            FAIL_RETURN
        }
    }
}
