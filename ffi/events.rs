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
pub unsafe extern "C" fn iotx_event_regist_cb(monitor_cb: Option<unsafe extern "C" fn(event: c_int)>) -> c_int {
    // SAFETY: the type of the parameter is that of the monitor.
    unsafe { runtime::register_monitor(monitor_cb.map_or(null_mut(), |cb| cb as *mut c_void)) };
    SUCCESS_RETURN
}

macro_rules! registrations {
    ($($(#[$doc:meta])* $function:ident($slot:ident): fn($($type:ty),*);)*) => {$(
        $(#[$doc])*
        ///
        /// Registers the callback, before `IOT_Linkkit_Open` or at any time; NULL clears. It is called
        /// in the thread that connects or yields, and may call any function of the library. Texts are
        /// valid during the call only. Gives 0. Source: 3.0.1 `infra_compat.h`.
        ///
        /// # Safety
        /// `cb` stays callable until it is replaced.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $function(cb: Option<unsafe extern "C" fn($($type),*) -> c_int>) -> c_int {
            // SAFETY: the type of the parameter is that of the slot.
            unsafe { runtime::register(Slot::$slot, cb.map_or(null_mut(), |cb| cb as *mut c_void)) };
            SUCCESS_RETURN
        }
    )*};
}

registrations! {
    /// A step of provisioning or binding: an `enum iotx_event_t`.
    iotx_register_for_ITE_AWSS_STATUS(AwssStatus): fn(c_int);
    /// The cloud connection is up, for the first time or again.
    iotx_register_for_ITE_CONNECT_SUCC(ConnectSucc): fn();
    /// `IOT_Linkkit_Connect` has failed.
    iotx_register_for_ITE_CONNECT_FAIL(ConnectFail): fn();
    /// The cloud connection is lost; the library reconnects.
    iotx_register_for_ITE_DISCONNECTED(Disconnected): fn();
    /// Raw data: device id, data, length.
    iotx_register_for_ITE_RAWDATA_ARRIVED(RawdataArrived): fn(c_int, *const c_uchar, c_int);
    /// A service: device id, service id and length, request and length, response and length.
    iotx_register_for_ITE_SERVICE_REQUEST(ServiceRequest):
        fn(c_int, *const c_char, c_int, *const c_char, c_int, *mut *mut c_char, *mut c_int);
    /// Properties to set: device id, JSON, length.
    iotx_register_for_ITE_PROPERTY_SET(PropertySet): fn(c_int, *const c_char, c_int);
    /// Properties to get: device id, JSON array, length, response and length.
    iotx_register_for_ITE_PROPERTY_GET(PropertyGet):
        fn(c_int, *const c_char, c_int, *mut *mut c_char, *mut c_int);
    /// Desired properties: JSON, length.
    iotx_register_for_ITE_PROPERTY_DESIRED_GET_REPLY(PropertyDesiredGetReply): fn(*const c_char, c_int);
    /// Reply to a report: device id, message id, code, reply, length.
    iotx_register_for_ITE_REPORT_REPLY(ReportReply): fn(c_int, c_int, c_int, *const c_char, c_int);
    /// Reply to an event: device id, message id, code, event id and length, message and length.
    iotx_register_for_ITE_TRIGGER_EVENT_REPLY(TriggerEventReply):
        fn(c_int, c_int, c_int, *const c_char, c_int, *const c_char, c_int);
    /// The cloud's time, decimal ms.
    iotx_register_for_ITE_TIMESTAMP_REPLY(TimestampReply): fn(*const c_char);
    /// The topology: device id, message id, code, JSON array, length.
    iotx_register_for_ITE_TOPOLIST_REPLY(TopolistReply): fn(c_int, c_int, c_int, *const c_char, c_int);
    /// Sub-devices may join: product key, seconds.
    iotx_register_for_ITE_PERMIT_JOIN(PermitJoin): fn(*const c_char, c_int);
    /// The device is ready: its id. Called inside `IOT_Linkkit_Connect`.
    iotx_register_for_ITE_INITIALIZE_COMPLETED(InitializeCompleted): fn(c_int);
    /// New firmware: type, version.
    iotx_register_for_ITE_FOTA(Fota): fn(c_int, *const c_char);
    /// New configuration: type, id, size, get type, sign, sign method, URL.
    iotx_register_for_ITE_COTA(Cota):
        fn(c_int, *const c_char, c_int, *const c_char, *const c_char, *const c_char, *const c_char);
    /// MQTT is connected. Called inside `IOT_Linkkit_Connect`.
    iotx_register_for_ITE_MQTT_CONNECT_SUCC(MqttConnectSucc): fn();
}
