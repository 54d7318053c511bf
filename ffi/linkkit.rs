//! `dev_model_api.h`: open, connect, yield, close.

use core::ffi::{c_char, c_int};

use linkkit_core::error::Error;
use linkkit_core::identity::{Identity, PRODUCT_SECRET_LEN};
use log::{error, warn};
use zeroize::Zeroize;

use crate::abi::{
    FAIL_RETURN, LinkkitDevType, SUCCESS_RETURN, iotx_linkkit_dev_meta_info_t, iotx_linkkit_dev_type_t,
};
use crate::hal::identity::{self, StoredTriple};
use crate::runtime::ConnectFailure;
use crate::{c_string, runtime};

/// The id of the one master device.
pub(crate) const MASTER_DEVID: c_int = 0;

/// Opens the device.
///
/// `dev_type`: `IOTX_LINKKIT_DEV_TYPE_MASTER`; slaves need a gateway, which this library is not.
/// `meta_info`: the triple; read during the call only, and handed to `HAL_SetProductKey` and its
/// siblings. Product key, device name and device secret must not be empty; the secret may be where
/// `IOTX_IOCTL_SET_DYNAMIC_REGISTER` is 1.
///
/// Does not block. Gives 0, the id of the device, or -1 when an argument is wrong, a device is open
/// already, or the port has no memory. Source: 3.0.1 `dev_model_api.h`.
///
/// # Safety
/// `meta_info` is NULL or points to a readable structure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_Linkkit_Open(
    dev_type: LinkkitDevType,
    meta_info: *mut iotx_linkkit_dev_meta_info_t,
) -> c_int {
    // SAFETY: the caller passes NULL or a readable structure; see above.
    let Some(meta_info) = (unsafe { meta_info.as_ref() }) else {
        error!("IOT_Linkkit_Open: meta_info is NULL");
        return FAIL_RETURN;
    };
    if dev_type != iotx_linkkit_dev_type_t::IOTX_LINKKIT_DEV_TYPE_MASTER as c_int {
        error!("IOT_Linkkit_Open: device type {dev_type} is not the master's");
        return FAIL_RETURN;
    }
    let Some(device) = identity(meta_info) else { return FAIL_RETURN };
    let has_product_secret = meta_info.product_secret.first() != Some(&0);
    match runtime::open(device, has_product_secret, || store(meta_info)) {
        Ok(()) => MASTER_DEVID,
        Err(failure) => {
            error!("IOT_Linkkit_Open: {failure}");
            FAIL_RETURN
        }
    }
}

/// Connects the open device to the cloud, and starts binding.
///
/// Where `IOTX_IOCTL_SET_DYNAMIC_REGISTER` is 1 it gets the device secret first: from the port's storage, under
/// `DYNAMIC_REG_` and the device name, or else from the auth server, by what `HAL_GetProductSecret` gives. It is
/// stored before it is used, and handed to `HAL_SetDeviceSecret`. A secret that cannot be stored fails the
/// connect: the auth server would not give it again to a device that has been connected.
///
/// `devid`: 0. Blocks for at most 10 s, and for what has begun by then: a `HAL_SSL_Establish` (without
/// TLS: `HAL_TCP_Establish`), or a write, 5 s at most. On success `ITE_MQTT_CONNECT_SUCC` and
/// `ITE_INITIALIZE_COMPLETED` are called from inside, `ITE_CONNECT_SUCC` from the next
/// `IOT_Linkkit_Yield`; on failure `ITE_CONNECT_FAIL` is, and the device stays open, so
/// that the call can be repeated.
///
/// Gives 0, or -1 when the device is not open, is connected already, is unknown, gets no device secret,
/// or cannot connect.
/// Source: 3.0.1 `dev_model_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn IOT_Linkkit_Connect(devid: c_int) -> c_int {
    if devid != MASTER_DEVID {
        error!("IOT_Linkkit_Connect: there is no device {devid}");
        return FAIL_RETURN;
    }
    match runtime::connect_device() {
        Ok(()) => SUCCESS_RETURN,
        Err(failure) => {
            match failure {
                // The engine has said why.
                ConnectFailure::Refused(_) => warn!("IOT_Linkkit_Connect: {failure}"),
                ConnectFailure::Timeout => error!("bind: mqtt: {failure}"),
                #[cfg(feature = "dynamic-register")]
                ConnectFailure::NotRegistered(_) => error!("bind: dynamic register: {failure}"),
                _ => error!("IOT_Linkkit_Connect: {failure}"),
            }
            FAIL_RETURN
        }
    }
}

/// Serves the connection and calls the application back, in this thread.
///
/// `timeout_ms`: how long, about; a reconnect can take longer. 0 or less, or a device that is not
/// connected: returns at once. Source: 3.0.1 `dev_model_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn IOT_Linkkit_Yield(timeout_ms: c_int) {
    match u32::try_from(timeout_ms) {
        Ok(timeout_ms) if timeout_ms > 0 => runtime::yield_device_for(timeout_ms),
        _ => warn!("IOT_Linkkit_Yield: timeout {timeout_ms} ms is not positive"),
    }
}

/// Disconnects and frees everything, the MQTT client of `mqtt_api.h` with it. Other threads may be in any other function of the library.
///
/// `devid`: 0. Blocks until the other threads have left the network, 6 s at most. May be called from
/// a callback. Gives 0, or -1 when the device is not open or unknown. Source: 3.0.1
/// `dev_model_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn IOT_Linkkit_Close(devid: c_int) -> c_int {
    if devid != MASTER_DEVID || runtime::close_device().is_err() {
        error!("IOT_Linkkit_Close: device {devid} is not open");
        return FAIL_RETURN;
    }
    SUCCESS_RETURN
}

fn identity(meta_info: &iotx_linkkit_dev_meta_info_t) -> Option<Identity> {
    let text = |field: &str, array| {
        let text = c_string::from_array(array);
        if text.is_none() {
            error!("IOT_Linkkit_Open: {field} is not UTF-8");
        }
        text
    };
    let product_key = text("product_key", &meta_info.product_key)?;
    let device_name = text("device_name", &meta_info.device_name)?;
    let device_secret = text("device_secret", &meta_info.device_secret)?;
    let product_secret = text("product_secret", &meta_info.product_secret)?;
    if product_secret.len() > PRODUCT_SECRET_LEN {
        error!("IOT_Linkkit_Open: product_secret is {}", Error::TooLong);
        return None;
    }
    let device = if device_secret.is_empty() && runtime::registers_devices() {
        Identity::unregistered(product_key, device_name)
    } else {
        Identity::new(product_key, device_name, device_secret)
    };
    match device {
        Ok(device) => Some(device),
        Err(reason) => {
            error!("IOT_Linkkit_Open: product_key, device_name or device_secret is {reason}");
            None
        }
    }
}

fn store(meta_info: &iotx_linkkit_dev_meta_info_t) {
    let mut copy = *meta_info;
    identity::store(StoredTriple {
        product_key: &mut copy.product_key,
        product_secret: &mut copy.product_secret,
        device_name: &mut copy.device_name,
        device_secret: &mut copy.device_secret,
    });
    wipe(&mut copy.product_secret);
    wipe(&mut copy.device_secret);
}

fn wipe(secret: &mut [c_char]) {
    secret.zeroize();
}
