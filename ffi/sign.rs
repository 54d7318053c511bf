//! `dev_sign_api.h`: MQTT credentials for applications with a client of their own.

use linkkit_core::identity::Identity;
use linkkit_core::sign::{self, Credentials, Region};
use log::error;

use crate::abi::{
    FAIL_RETURN, MqttRegionType, SUCCESS_RETURN, iotx_dev_meta_info_t, iotx_err_t, iotx_sign_mqtt_t,
};
use crate::c_string;
use crate::hal::stream::{PORT, SECURE_MODE};
#[cfg(feature = "mqtt")]
use crate::runtime::{self, DOMAIN_LEN};
use heapless::String;
#[cfg(feature = "mqtt")]
use linkkit_core::sign::CUSTOMIZE_INFO_LEN;

/// Signs for a device: server, client id, user name and password of its MQTT connection.
///
/// `region`: which cloud; `IOTX_CLOUD_REGION_CUSTOM` takes the domain set with
/// `IOTX_IOCTL_SET_MQTT_DOMAIN`. `meta`: product key, device name and device secret, read during the
/// call only. `signout`: written on success only; for TLS at port 443, from an archive without TLS for
/// TCP at port 1883.
///
/// Does not block. Gives 0; -1 for an unknown region, NULL, or a field that is empty, too long or not
/// UTF-8; -1105 for a custom region without a domain; another -110x of `iotx_err_t` when a result does
/// not fit its field. Source: 3.0.1 `dev_sign_api.h`.
///
/// # Safety
/// `meta` and `signout` are NULL or point to a readable and a writable structure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_Sign_MQTT(
    region: MqttRegionType,
    meta: *mut iotx_dev_meta_info_t,
    signout: *mut iotx_sign_mqtt_t,
) -> i32 {
    // SAFETY: the caller passes NULL or a readable structure; see above.
    let meta = unsafe { meta.as_ref() };
    // SAFETY: the caller passes NULL or a writable structure; see above.
    let signout = unsafe { signout.as_mut() };
    let (Some(meta), Some(signout), Some(region)) = (meta, signout, Region::from_number(region.into()))
    else {
        error!("IOT_Sign_MQTT: region {region} is unknown, or meta or signout is NULL");
        return FAIL_RETURN;
    };
    match sign(region, meta) {
        Ok(signed) => {
            *signout = signed;
            SUCCESS_RETURN
        }
        Err(code) => {
            error!("IOT_Sign_MQTT: failed with {code}");
            code
        }
    }
}

fn sign(region: Region, meta: &iotx_dev_meta_info_t) -> Result<iotx_sign_mqtt_t, i32> {
    let identity = identity(meta).ok_or(FAIL_RETURN)?;
    let (domain, customize_info) = settings().ok_or(FAIL_RETURN)?;
    if region == Region::Custom && domain.is_empty() {
        return Err(iotx_err_t::ERROR_DEV_SIGN_CUSTOM_DOMAIN_IS_NULL as i32);
    }
    let host = sign::hostname(region, identity.product_key(), &domain)
        .map_err(|_| iotx_err_t::ERROR_DEV_SIGN_HOST_NAME_TOO_SHORT as i32)?;
    let mut credentials = Credentials::empty();
    credentials
        .sign(&identity, SECURE_MODE, &customize_info)
        .map_err(|_| iotx_err_t::ERROR_DEV_SIGN_CLIENT_ID_TOO_SHORT as i32)?;
    let mut signed = iotx_sign_mqtt_t {
        hostname: [0; 256],
        port: PORT,
        clientid: [0; 200],
        username: [0; 64],
        password: [0; 65],
    };
    let fits = c_string::to_array(&host, &mut signed.hostname)
        && c_string::to_array(&credentials.client_id, &mut signed.clientid)
        && c_string::to_array(&credentials.username, &mut signed.username)
        && c_string::to_array(&credentials.password, &mut signed.password);
    if fits { Ok(signed) } else { Err(FAIL_RETURN) }
}

/// Custom domain and customize info, as `IOT_Ioctl` has set them.
#[cfg(feature = "mqtt")]
fn settings() -> Option<(String<DOMAIN_LEN>, String<CUSTOMIZE_INFO_LEN>)> {
    runtime::with_settings(|settings| (settings.domain.clone(), settings.customize_info.clone())).ok()
}

/// Without the connection there is no `IOT_Ioctl`, and nothing is set.
#[cfg(not(feature = "mqtt"))]
fn settings() -> Option<(String<0>, String<0>)> {
    Some((String::new(), String::new()))
}

fn identity(meta: &iotx_dev_meta_info_t) -> Option<Identity> {
    let product_key = c_string::from_array(&meta.product_key)?;
    let device_name = c_string::from_array(&meta.device_name)?;
    let device_secret = c_string::from_array(&meta.device_secret)?;
    Identity::new(product_key, device_name, device_secret).ok()
}
