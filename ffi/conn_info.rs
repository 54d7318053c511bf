//! `IOT_SetupConnInfo` of `infra_compat.h`, which applications written for 2.3 call first.

use core::ffi::{c_char, c_int, c_void};

use linkkit_core::identity::{DEVICE_NAME_LEN, DEVICE_SECRET_LEN, PRODUCT_KEY_LEN};
use log::error;

use crate::abi::{SUCCESS_RETURN, iotx_conn_info_t, iotx_err_t};
use crate::c_string;

/// Empty texts and port 0, which `IOT_MQTT_Construct` takes as "the default".
struct Defaults(iotx_conn_info_t);

// SAFETY: never written by the library; the texts are constants.
unsafe impl Sync for Defaults {}

static DEFAULTS: Defaults = {
    const EMPTY: *mut c_char = c"".as_ptr().cast_mut();
    Defaults(iotx_conn_info_t {
        port: 0,
        init: 0,
        host_name: EMPTY,
        client_id: EMPTY,
        username: EMPTY,
        password: EMPTY,
        pub_key: EMPTY,
    })
};

/// Checks a triple, and gives what an application written for 2.3 copies into `iotx_mqtt_param_t`: empty
/// texts and port 0, for which `IOT_MQTT_Construct` takes the device that the port names.
///
/// `product_key`, `device_name`, `device_secret`: at most 20, 32 and 64 bytes, read during the call only.
/// `info_ptr`: NULL, or where the address of a constant `iotx_conn_info_t` goes.
///
/// Does not block. Gives 0, or -2 for a text that is NULL or too long. Source: 3.0.1 `infra_compat.h`.
///
/// # Safety
/// The texts are NULL or end with a NUL; `info_ptr` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_SetupConnInfo(
    product_key: *const c_char,
    device_name: *const c_char,
    device_secret: *const c_char,
    info_ptr: *mut *mut c_void,
) -> c_int {
    let texts =
        [(product_key, PRODUCT_KEY_LEN), (device_name, DEVICE_NAME_LEN), (device_secret, DEVICE_SECRET_LEN)];
    // SAFETY: the caller passes NULL or texts that end; see above.
    if texts.iter().any(|(text, max)| unsafe { c_string::from_pointer(*text, *max) }.is_none()) {
        error!("IOT_SetupConnInfo: product_key, device_name or device_secret is NULL or too long");
        return iotx_err_t::NULL_VALUE_ERROR as c_int;
    }
    // SAFETY: the caller passes NULL or a writable place; see above.
    if let Some(info) = unsafe { info_ptr.as_mut() } {
        *info = (&raw const DEFAULTS.0).cast_mut().cast();
    }
    SUCCESS_RETURN
}
