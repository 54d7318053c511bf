//! The events of `infra_compat.h`: one registration function for each, and the monitor of all.

use core::ffi::{c_char, c_int, c_uchar, c_void};
use core::ptr::null_mut;

use crate::abi::SUCCESS_RETURN;
use crate::runtime::{self, Slot};

/// Keeps the function that is told of every event of provisioning and binding and of the connection
/// to the cloud (`enum iotx_event_t`); NULL clears. It runs in the thread that connects or yields.
///
/// Does not block. Gives 0. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `monitor_cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_event_regist_cb(
    monitor_cb: Option<unsafe extern "C" fn(event: c_int)>,
) -> c_int {
    // SAFETY: the type of the parameter is that of the monitor.
    unsafe { runtime::register_monitor(monitor_cb.map_or(null_mut(), |cb| cb as *mut c_void)) };
    SUCCESS_RETURN
}

macro_rules! keep {
    ($slot:ident, $cb:ident) => {{
        // SAFETY: the type of the function's parameter is that of the slot.
        unsafe { runtime::register(Slot::$slot, $cb.map_or(null_mut(), |cb| cb as *mut c_void)) };
        SUCCESS_RETURN
    }};
}

// Each is written out, for cbindgen reads no macros. What they have in common: the callback can be
// registered before `IOT_Linkkit_Open` or at any time, NULL clears it, it is called in the thread that
// connects or yields, and it may call any function of the library.

/// A step of provisioning or binding: an `enum iotx_event_t`.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_AWSS_STATUS(
    cb: Option<unsafe extern "C" fn(event: c_int) -> c_int>,
) -> c_int {
    keep!(AwssStatus, cb)
}

/// The cloud connection is up, for the first time or again.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_CONNECT_SUCC(
    cb: Option<unsafe extern "C" fn() -> c_int>,
) -> c_int {
    keep!(ConnectSucc, cb)
}

/// `IOT_Linkkit_Connect` has failed.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_CONNECT_FAIL(
    cb: Option<unsafe extern "C" fn() -> c_int>,
) -> c_int {
    keep!(ConnectFail, cb)
}

/// The cloud connection is lost; the library reconnects.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_DISCONNECTED(
    cb: Option<unsafe extern "C" fn() -> c_int>,
) -> c_int {
    keep!(Disconnected, cb)
}

/// Raw data: device id, data, length.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_RAWDATA_ARRIVED(
    cb: Option<unsafe extern "C" fn(devid: c_int, payload: *const c_uchar, payload_len: c_int) -> c_int>,
) -> c_int {
    keep!(RawdataArrived, cb)
}

/// A service: device id, service id and length, request and length, response and length.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_SERVICE_REQUEST(
    cb: Option<
        unsafe extern "C" fn(
            devid: c_int,
            serviceid: *const c_char,
            serviceid_len: c_int,
            request: *const c_char,
            request_len: c_int,
            response: *mut *mut c_char,
            response_len: *mut c_int,
        ) -> c_int,
    >,
) -> c_int {
    keep!(ServiceRequest, cb)
}

/// Properties to set: device id, JSON, length.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_PROPERTY_SET(
    cb: Option<unsafe extern "C" fn(devid: c_int, request: *const c_char, request_len: c_int) -> c_int>,
) -> c_int {
    keep!(PropertySet, cb)
}

/// Properties to get: device id, JSON array, length, response and length.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_PROPERTY_GET(
    cb: Option<
        unsafe extern "C" fn(
            devid: c_int,
            request: *const c_char,
            request_len: c_int,
            response: *mut *mut c_char,
            response_len: *mut c_int,
        ) -> c_int,
    >,
) -> c_int {
    keep!(PropertyGet, cb)
}

/// Desired properties: JSON, length.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_PROPERTY_DESIRED_GET_REPLY(
    cb: Option<unsafe extern "C" fn(reply: *const c_char, reply_len: c_int) -> c_int>,
) -> c_int {
    keep!(PropertyDesiredGetReply, cb)
}

/// Reply to a report: device id, message id, code, reply, length.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_REPORT_REPLY(
    cb: Option<
        unsafe extern "C" fn(
            devid: c_int,
            msgid: c_int,
            code: c_int,
            reply: *const c_char,
            reply_len: c_int,
        ) -> c_int,
    >,
) -> c_int {
    keep!(ReportReply, cb)
}

/// Reply to an event: device id, message id, code, event id and length, message and length.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_TRIGGER_EVENT_REPLY(
    cb: Option<
        unsafe extern "C" fn(
            devid: c_int,
            msgid: c_int,
            code: c_int,
            eventid: *const c_char,
            eventid_len: c_int,
            message: *const c_char,
            message_len: c_int,
        ) -> c_int,
    >,
) -> c_int {
    keep!(TriggerEventReply, cb)
}

/// The cloud's time, decimal ms.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_TIMESTAMP_REPLY(
    cb: Option<unsafe extern "C" fn(timestamp: *const c_char) -> c_int>,
) -> c_int {
    keep!(TimestampReply, cb)
}

/// The topology: device id, message id, code, JSON array, length.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_TOPOLIST_REPLY(
    cb: Option<
        unsafe extern "C" fn(
            devid: c_int,
            msgid: c_int,
            code: c_int,
            payload: *const c_char,
            payload_len: c_int,
        ) -> c_int,
    >,
) -> c_int {
    keep!(TopolistReply, cb)
}

/// Sub-devices may join: product key, seconds.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_PERMIT_JOIN(
    cb: Option<unsafe extern "C" fn(product_key: *const c_char, time_s: c_int) -> c_int>,
) -> c_int {
    keep!(PermitJoin, cb)
}

/// The device is ready: its id. Called inside `IOT_Linkkit_Connect`.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_INITIALIZE_COMPLETED(
    cb: Option<unsafe extern "C" fn(devid: c_int) -> c_int>,
) -> c_int {
    keep!(InitializeCompleted, cb)
}

/// New firmware: type, version.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_FOTA(
    cb: Option<unsafe extern "C" fn(type_: c_int, version: *const c_char) -> c_int>,
) -> c_int {
    keep!(Fota, cb)
}

/// New configuration: type, id, size, get type, sign, sign method, URL.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_COTA(
    cb: Option<
        unsafe extern "C" fn(
            type_: c_int,
            config_id: *const c_char,
            config_size: c_int,
            get_type: *const c_char,
            sign: *const c_char,
            sign_method: *const c_char,
            url: *const c_char,
        ) -> c_int,
    >,
) -> c_int {
    keep!(Cota, cb)
}

/// MQTT is connected. Called inside `IOT_Linkkit_Connect`.
///
/// Gives 0; NULL clears. Texts are valid during the call only. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `cb` stays callable until it is replaced.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iotx_register_for_ITE_MQTT_CONNECT_SUCC(
    cb: Option<unsafe extern "C" fn() -> c_int>,
) -> c_int {
    keep!(MqttConnectSucc, cb)
}
