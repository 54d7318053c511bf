//! `dynreg_api.h`: dynamic registration for applications with a client of their own.

use linkkit_core::identity::{Identity, PRODUCT_SECRET_LEN};
use linkkit_core::sign::Region;
use log::error;

use crate::abi::{FAIL_RETURN, HttpRegionType, SUCCESS_RETURN, iotx_dev_meta_info_t};
use crate::{c_string, runtime};

/// Registers a device by the secret of its product.
///
/// `region`: which cloud; `IOTX_HTTP_REGION_CUSTOM` takes the domain set with `IOTX_IOCTL_SET_HTTP_DOMAIN`.
/// `meta`: product key, product secret and device name; `device_secret` is written on success only, and is
/// the application's to store: the auth server does not give it again once the device has been connected.
/// `IOT_Linkkit_Connect` registers by itself where `IOTX_IOCTL_SET_DYNAMIC_REGISTER` is 1.
///
/// Asks by TLS at port 443, from an archive without TLS by TCP at port 80. Blocks for a `HAL_SSL_Establish` or
/// `HAL_TCP_Establish`, and for at most 10 s more. Gives 0, or -1 with an error line for an unknown region,
/// NULL, a field that is empty, too long or not UTF-8, and when the auth server cannot be reached or refuses.
/// Source: 3.0.1 `dynreg_api.h`.
///
/// # Safety
/// `meta` is NULL or points to a writable structure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_Dynamic_Register(
    region: HttpRegionType,
    meta: *mut iotx_dev_meta_info_t,
) -> i32 {
    // SAFETY: the caller passes NULL or a writable structure; see above.
    let meta = unsafe { meta.as_mut() };
    let (Some(meta), Some(region)) = (meta, Region::from_number(region.into())) else {
        error!("IOT_Dynamic_Register: region {region} is unknown, or meta is NULL");
        return FAIL_RETURN;
    };
    let Some((device, product_secret)) = device(meta) else {
        error!(
            "IOT_Dynamic_Register: product_key, product_secret or device_name is empty, too long or not UTF-8"
        );
        return FAIL_RETURN;
    };
    match runtime::register_device(region, &device, product_secret) {
        Ok(secret) if c_string::to_array(&secret, &mut meta.device_secret) => SUCCESS_RETURN,
        Ok(_) => FAIL_RETURN,
        Err(failure) => {
            error!("IOT_Dynamic_Register: {failure}");
            FAIL_RETURN
        }
    }
}

fn device(meta: &iotx_dev_meta_info_t) -> Option<(Identity, &str)> {
    let product_secret = c_string::from_array(&meta.product_secret)?;
    if product_secret.is_empty() || product_secret.len() > PRODUCT_SECRET_LEN {
        return None;
    }
    let product_key = c_string::from_array(&meta.product_key)?;
    let device_name = c_string::from_array(&meta.device_name)?;
    Some((Identity::unregistered(product_key, device_name).ok()?, product_secret))
}
