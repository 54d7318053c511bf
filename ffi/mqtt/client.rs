//! `IOT_MQTT_Construct`, `IOT_MQTT_Destroy`, `IOT_MQTT_Yield` and `IOT_MQTT_CheckStateNormal`.

use core::ffi::{c_int, c_void};
use core::ptr::null_mut;

use log::{error, warn};

use super::codes::NULL_VALUE;
use super::{is_client, parameters};
use crate::abi::{FAIL_RETURN, MqttNwkEvent, SUCCESS_RETURN, iotx_mqtt_nwk_param_t, iotx_mqtt_param_t};
use crate::runtime::{self, ConnectFailure};

/// Wait of a yield for 0 ms, ms.
const YIELD_OF_0_MS: u32 = 10;

/// Makes the MQTT client and connects it.
///
/// `params`: see `iotx_mqtt_param_t`; read during the call only. NULL, or a field without a
/// value: the device that `HAL_GetProductKey`, `HAL_GetDeviceName` and `HAL_GetDeviceSecret` name
/// connects to its cloud. These must give a device in any case; where
/// `IOTX_IOCTL_SET_DYNAMIC_REGISTER` is 1 it may lack the secret, see `IOT_Linkkit_Connect`.
///
/// There is one client. When it exists already, made by this function or by `IOT_Linkkit_Connect`, its
/// handle is given and `params` not read. Otherwise blocks for at most 10 s, and for what has begun
/// by then: a `HAL_TCP_Establish` or `HAL_SSL_Establish`, or a write, 5 s at most. Then
/// `ITE_MQTT_CONNECT_SUCC` is called.
///
/// Gives the handle, valid until `IOT_MQTT_Destroy`, or NULL when a parameter is wrong, the broker
/// refuses or cannot be reached, or memory is short. Source: 3.0.1 `mqtt_api.h`.
///
/// # Safety
/// `params` is NULL or a readable structure; its texts are NULL or end with a NUL. The function in
/// `handle_event` stays callable until the client is destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_MQTT_Construct(params: *mut iotx_mqtt_param_t) -> *mut c_void {
    if runtime::has_client() {
        warn!("Already exist default MQTT connection, won't proceed another one");
        return runtime::client_handle();
    }
    let mut parameters = parameters::defaults();
    // SAFETY: the caller passes NULL or a readable structure; see above.
    if let Some(given) = unsafe { params.as_ref() } {
        // SAFETY: the caller vouches for the texts; see above.
        if unsafe { parameters::read(given, &mut parameters) }.is_err() {
            return null_mut();
        }
    }
    match runtime::construct(&mut parameters) {
        Ok(()) => runtime::client_handle(),
        Err(failure) => {
            match failure {
                // The engine has said why.
                ConnectFailure::Refused(_) => warn!("IOT_MQTT_Construct: {failure}"),
                #[cfg(feature = "dynamic-register")]
                ConnectFailure::NotRegistered(_) => error!("bind: dynamic register: {failure}"),
                _ => error!("IOT_MQTT_Construct: {failure}"),
            }
            null_mut()
        }
    }
}

/// Disconnects the client and frees it.
///
/// `phandle`: a handle, which becomes NULL; NULL stands for the one client. Requests that the broker has
/// not answered are told to `handle_event` as `IOTX_MQTT_EVENT_*_NACK` from inside. While a device is
/// open with `IOT_Linkkit_Open` the connection is the device's and stays: the handlers of the
/// application are dropped. Blocks until the other threads have left the network, 6 s at most. May be
/// called from a callback.
///
/// Gives 0, or -2 when there is no client. Source: 3.0.1 `mqtt_api.h`.
///
/// # Safety
/// `phandle` is NULL or points to a writable handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_MQTT_Destroy(phandle: *mut *mut c_void) -> c_int {
    // SAFETY: the caller passes NULL or a writable handle; see above.
    if let Some(handle) = unsafe { phandle.as_mut() } {
        let given = core::mem::replace(handle, null_mut());
        if given.is_null() || !is_client("IOT_MQTT_Destroy", given) {
            error!("IOT_MQTT_Destroy: the handle is of no client");
            return NULL_VALUE;
        }
    }
    if runtime::destroy().is_err() {
        error!("IOT_MQTT_Destroy: there is no client");
        return NULL_VALUE;
    }
    SUCCESS_RETURN
}

/// Serves the connection and calls the application back, in this thread.
///
/// `handle`: from `IOT_MQTT_Construct`, or NULL. `timeout_ms`: how long, about; 0 stands for 10. A
/// reconnect can take longer.
///
/// Gives 0; -1 for a negative time; -2 without a client. Source: 3.0.1 `mqtt_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn IOT_MQTT_Yield(handle: *mut c_void, timeout_ms: c_int) -> c_int {
    if !is_client("IOT_MQTT_Yield", handle) || !runtime::has_client() {
        error!("IOT_MQTT_Yield: there is no client");
        return NULL_VALUE;
    }
    let Ok(timeout_ms) = u32::try_from(timeout_ms) else {
        error!("Invalid argument, timeout_ms = {timeout_ms}");
        return FAIL_RETURN;
    };
    runtime::yield_for(if timeout_ms == 0 { YIELD_OF_0_MS } else { timeout_ms });
    SUCCESS_RETURN
}

/// Is the client connected?
///
/// `handle`: from `IOT_MQTT_Construct`, or NULL. Does not block. Gives 1 when the broker has accepted
/// the connection, 0 while it is lost, -2 without a client. Source: 3.0.1 `mqtt_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn IOT_MQTT_CheckStateNormal(handle: *mut c_void) -> c_int {
    let is_connected = if is_client("IOT_MQTT_CheckStateNormal", handle) {
        runtime::with_client(|engine, _| engine.is_connected()).ok()
    } else {
        None
    };
    match is_connected {
        Some(is_connected) => is_connected.into(),
        None => {
            error!("IOT_MQTT_CheckStateNormal: there is no client");
            NULL_VALUE
        }
    }
}

/// For asynchronous network stacks, which this library does not use: it reads and writes by itself.
///
/// Gives -1. Source: 3.0.1 `mqtt_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn IOT_MQTT_Nwk_Event_Handler(
    handle: *mut c_void,
    event: MqttNwkEvent,
    param: *mut iotx_mqtt_nwk_param_t,
) -> c_int {
    let _ = (handle, param);
    error!("IOT_MQTT_Nwk_Event_Handler: event {event}: network stacks are not asynchronous here");
    FAIL_RETURN
}
