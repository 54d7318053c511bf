//! `bind_api.h` of 3.2.0: the token made by the phone, and binding under the names it has there.

use core::ffi::{c_char, c_int, c_void};

use linkkit_core::binding::Token;
use log::error;

use crate::abi::{
    FAIL_RETURN, STATE_BIND_ASSEMBLE_APP_TOKEN_FAILED, STATE_USER_INPUT_NULL_POINTER, SUCCESS_RETURN,
};
use crate::{bind, c_string, runtime};

/// Bytes of a whole token.
const TOKEN_LEN: u8 = 16;
/// A longer password is not part of a token, bytes.
const PASSWORD_MAX: usize = 128;

/// Hands over the token that a phone has made: 16 bytes, copied during the call.
///
/// It is kept, across closes and failed connects but not in flash, until the cloud has accepted it once,
/// then wiped; a newer one takes its place. It is reported as soon as the device is connected, after a
/// pending unbind and before any token made by the device, and neither broadcast nor given to phones that
/// ask. When its reports fail, one error line tells it, and the next connection or `awss_report_cloud`
/// reports it again. Binding with tokens made by the device goes on behind it.
///
/// Can be called at any time, before `IOT_Linkkit_Open` too. Does not wait for the cloud. Gives 0;
/// `STATE_USER_INPUT_NULL_POINTER` for NULL; -1 when the port has no mutex to give. Source: 3.2.0
/// `bind_api.h`.
///
/// # Safety
/// `token` is NULL or points to 16 readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_Bind_SetToken(token: *mut u8) -> c_int {
    // SAFETY: the caller vouches for 16 bytes, or passes NULL; the rest is absent.
    unsafe { set_token("IOT_Bind_SetToken", (token, TOKEN_LEN), c"".as_ptr(), (core::ptr::null(), 0)) }
}

/// As `IOT_Bind_SetToken`, for a token of 1 to 16 bytes. One of 16 is taken as it is; a shorter one is
/// completed to the first 16 bytes of SHA-256 over `bssid`, `token` and `passwd`, as the phone does.
///
/// `passwd`: the Wi-Fi password, which ends with a NUL; `bssid`: `bssid_len` bytes. Both can be NULL. The
/// password is left out where the three have more than 128 bytes. All are read during the call only.
///
/// Gives also `STATE_USER_INPUT_NULL_POINTER` for `token_len` 0, and
/// `STATE_BIND_ASSEMBLE_APP_TOKEN_FAILED` for more than 16. The token that was set before stays then. Source:
/// 3.2.0 `bind_api.h`.
///
/// # Safety
/// `token` and `bssid` are NULL or point to so many readable bytes; `passwd` is NULL, or points to a NUL or
/// to 129 readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_Bind_SetToken_Ext(
    token: *mut u8,
    token_len: u8,
    passwd: *mut c_char,
    bssid: *mut u8,
    bssid_len: u8,
) -> c_int {
    // SAFETY: as the caller vouches.
    unsafe { set_token("IOT_Bind_SetToken_Ext", (token, token_len), passwd, (bssid, bssid_len)) }
}

/// Starts binding after `IOT_Bind_Stop`. Otherwise there is nothing to do: `IOT_Linkkit_Connect` starts it by
/// itself.
///
/// `mqtt_handle` and `coap_handle` are not used: the device has its own. Offline, and before
/// `IOT_Linkkit_Open`, binding starts with the connection. Does not wait for the cloud. Gives 0. Source: 3.2.0
/// `bind_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn IOT_Bind_Start(mqtt_handle: *mut c_void, coap_handle: *mut c_void) -> c_int {
    let _ = (mqtt_handle, coap_handle);
    // Not open means that the connection will start it.
    let _ = runtime::with_device(|engine, now| {
        if engine.is_binding_stopped() {
            engine.start_binding(now);
        }
    });
    SUCCESS_RETURN
}

/// Serves phones and the timers of binding, where the port has no threads; where it has, they are served
/// anyway. `IOT_Linkkit_Yield` does the same and more.
///
/// Blocks for a few ms at most. Gives 0, or `STATE_USER_INPUT_NULL_POINTER` when no device is open or binding
/// is stopped. Source: 3.2.0 `bind_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn IOT_Bind_Yield() -> c_int {
    match runtime::with_device(|engine, _| engine.is_binding_stopped()) {
        Ok(false) => {
            runtime::serve_local();
            SUCCESS_RETURN
        }
        Ok(true) | Err(_) => STATE_USER_INPUT_NULL_POINTER,
    }
}

/// Unbinds the device from its owner: `awss_report_reset` under its name in 3.2.0.
///
/// Unlike there it can be called before `IOT_Bind_Start`. Gives what `awss_report_reset` gives. Source: 3.2.0
/// `bind_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn IOT_Bind_Reset() -> c_int {
    bind::awss_report_reset()
}

/// Stops binding: `awss_bind_deinit` under its name in 3.2.0. A token made by the phone is kept for the next
/// start.
///
/// Does not block. Gives 0, also when nothing is open. Source: 3.2.0 `bind_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn IOT_Bind_Stop() -> c_int {
    bind::awss_bind_deinit()
}

/// # Safety
/// As [`IOT_Bind_SetToken_Ext`].
unsafe fn set_token(
    function: &str,
    token: (*const u8, u8),
    password: *const c_char,
    bssid: (*const u8, u8),
) -> c_int {
    // SAFETY: the caller vouches for each, or passes NULL.
    let (token, password, bssid) = unsafe {
        (
            c_string::bytes(token),
            c_string::bytes_from_pointer(password, PASSWORD_MAX).unwrap_or_default(),
            c_string::bytes(bssid),
        )
    };
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        error!("{function}: no token");
        return STATE_USER_INPUT_NULL_POINTER;
    };
    let Ok(token) = Token::from_phone(token, bssid.unwrap_or_default(), password) else {
        error!("{function}: a token has at most {TOKEN_LEN} bytes, not {}", token.len());
        return STATE_BIND_ASSEMBLE_APP_TOKEN_FAILED;
    };
    match runtime::set_phone_token(token) {
        Ok(()) => SUCCESS_RETURN,
        Err(_) => {
            error!("{function}: HAL_MutexCreate gives NULL");
            FAIL_RETURN
        }
    }
}
