//! `dev_bind_api.h`: binding and unbinding.

use core::ffi::{CStr, c_int};

use log::{error, info};

use crate::abi::{FAIL_RETURN, SUCCESS_RETURN};
use crate::hal::kv::{self, Unavailable};
use crate::runtime;

/// Where the unbind flag is kept, one byte: 1 until the cloud has confirmed the unbind. Firmware
/// that is updated has it in its flash already.
const RESET_FLAG_KEY: &CStr = c"awss.rst";

/// Starts binding: makes a token, reports it to the cloud, then broadcasts it.
///
/// `IOT_Linkkit_Connect` does this by itself; call it to bind again. A pending unbind goes first.
/// Does not wait for the cloud. Gives 0, or -1 when the device is not open. Source: 3.0.1
/// `dev_bind_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn awss_report_cloud() -> c_int {
    answer("awss_report_cloud", runtime::with_device(|engine, now| engine.start_binding(now)))
}

/// Stops binding: no token is reported, broadcast or given out, and no other device is helped (feature
/// `registrar`), until `awss_report_cloud`.
///
/// Does not block. Gives 0, also when nothing is open. Source: 3.0.1 `dev_bind_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn awss_bind_deinit() -> c_int {
    // Not open means stopped.
    let _ = runtime::with_device(|engine, _| engine.stop_binding());
    SUCCESS_RETURN
}

/// Unbinds the device from its owner: stores a flag that survives a loss of power, then tells the
/// cloud every 3 s until it confirms. `IOTX_RESET` is posted then, and binding starts.
///
/// Offline, or before `IOT_Linkkit_Open`, the flag is enough: the next connection sends it. Blocks
/// for one `HAL_Kv_Set`. Gives 0, or -1 when the flag could not be stored; nothing is sent then.
/// Source: 3.0.1 `dev_bind_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn awss_report_reset() -> c_int {
    if store_reset_flag(true).is_err() {
        error!("awss_report_reset: HAL_Kv_Set fails: the unbind would not survive a restart");
        return FAIL_RETURN;
    }
    if runtime::with_device(|engine, now| engine.report_reset(now)).is_err() {
        info!("awss_report_reset: kept for the next connection");
    }
    SUCCESS_RETURN
}

/// Is an unbind waiting for the cloud's confirmation?
///
/// Blocks for one `HAL_Kv_Get`. Gives 1 when it is, 0 when not. Source: 3.0.1 `dev_bind_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn awss_check_reset() -> c_int {
    is_reset_flag_stored().into()
}

/// Stops telling the cloud of an unbind. The flag stays: the next connection goes on.
///
/// Does not block. Gives 0. Source: 3.0.1 `dev_bind_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn awss_stop_report_reset() -> c_int {
    // Not open means that nothing is being sent.
    let _ = runtime::with_device(|engine, _| engine.stop_report_reset());
    SUCCESS_RETURN
}

/// Sets or clears the stored unbind flag.
pub(crate) fn store_reset_flag(pending: bool) -> Result<(), Unavailable> {
    kv::set(RESET_FLAG_KEY, &[pending.into()])
}

/// Reads the stored unbind flag.
pub(crate) fn is_reset_flag_stored() -> bool {
    kv::get(RESET_FLAG_KEY, &mut [0; 1]) == Ok(&[1])
}

fn answer(function: &str, result: Result<(), runtime::Unavailable>) -> c_int {
    match result {
        Ok(()) => SUCCESS_RETURN,
        Err(_) => {
            error!("{function}: the device is not open");
            FAIL_RETURN
        }
    }
}
