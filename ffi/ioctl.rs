//! `IOT_Ioctl` of `infra_compat.h`.

use core::ffi::{c_char, c_int, c_void};

use heapless::String;
use linkkit_core::sign::{CUSTOMIZE_INFO_LEN, Region};
use log::error;

use crate::abi::{FAIL_RETURN, RegionRepr, SUCCESS_RETURN, iotx_ioctl_option_t as Opt};
use crate::c_string;
use crate::runtime::{self, DOMAIN_LEN, Settings};

/// Reads or changes a setting. Call it before `IOT_Linkkit_Connect`; settings survive a close.
///
/// | `option` | `data` | effect |
/// |---|---|---|
/// | `IOTX_IOCTL_SET_REGION` | `iotx_mqtt_region_types_t *` | the cloud region |
/// | `IOTX_IOCTL_GET_REGION` | `iotx_mqtt_region_types_t *` | written |
/// | `IOTX_IOCTL_SET_MQTT_DOMAIN` | text of at most 64 bytes | host to connect to; the region becomes `IOTX_CLOUD_REGION_CUSTOM` |
/// | `IOTX_IOCTL_SET_HTTP_DOMAIN` | text of at most 64 bytes | auth server to ask before a connection, in an archive with a feature that asks it, `preauth` or `dynamic-register`; the region becomes `IOTX_CLOUD_REGION_CUSTOM` |
/// | `IOTX_IOCTL_SET_DYNAMIC_REGISTER` | `int *`, 1 or 0 | with 1 `IOT_Linkkit_Connect` and `IOT_MQTT_Construct` get the device secret from storage, or else from the auth server; default 0. In an archive with the feature `dynamic-register`; set it before `IOT_Linkkit_Open`, which then takes an empty device secret |
/// | `IOTX_IOCTL_GET_DYNAMIC_REGISTER` | `int *` | written, in such an archive |
/// | `IOTX_IOCTL_RECV_PROP_REPLY` | `int *`, 1 or 0 | with 1 `ITE_REPORT_REPLY` tells of property posts; default 0 |
/// | `IOTX_IOCTL_RECV_EVENT_REPLY` | `int *`, 1 or 0 | with 1 `ITE_TRIGGER_EVENT_REPLY` tells of events; default 0 |
/// | `IOTX_IOCTL_SEND_PROP_SET_REPLY` | `int *`, 1 or 0 | with 1 a property set is answered with code 200 before `ITE_PROPERTY_SET`; default 1 |
/// | `IOTX_IOCTL_SET_CUSTOMIZE_INFO` | text of at most 80 bytes | appended to the extension of the client id; takes effect with the next `IOT_Linkkit_Open` |
///
/// Does not block; `data` is not kept. Gives 0, or -1 for an unknown or unsupported option, NULL, an
/// unknown region, a text that is too long or not UTF-8; the setting stays as it was then. Source:
/// 3.0.1 `infra_compat.h`.
///
/// # Safety
/// `data` is NULL or points to what the table says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_Ioctl(option: c_int, data: *mut c_void) -> c_int {
    if data.is_null() {
        error!("IOT_Ioctl: option {option} with NULL");
        return FAIL_RETURN;
    }
    let done = if option == Opt::IOTX_IOCTL_SET_REGION as c_int {
        // SAFETY: the caller passes what the option asks for; see above.
        set_region(unsafe { data.cast::<RegionRepr>().read_unaligned() })
    } else if option == Opt::IOTX_IOCTL_GET_REGION as c_int {
        // SAFETY: as above.
        region().map(|region| unsafe { data.cast::<RegionRepr>().write_unaligned(region) }).is_some()
    } else if option == Opt::IOTX_IOCTL_SET_MQTT_DOMAIN as c_int {
        // SAFETY: as above.
        unsafe { set_text::<DOMAIN_LEN>(data.cast(), set_domain) }
    } else if option == Opt::IOTX_IOCTL_SET_CUSTOMIZE_INFO as c_int {
        // SAFETY: as above.
        unsafe {
            set_text::<CUSTOMIZE_INFO_LEN>(data.cast(), |settings, text| settings.customize_info = text)
        }
    } else {
        // SAFETY: as above.
        unsafe { set_model_option(option, data) || of_auth_server(option, data) }
    };
    if done {
        return SUCCESS_RETURN;
    }
    error!("IOT_Ioctl: option {option} is unknown, or its value is refused");
    FAIL_RETURN
}

fn set_region(number: RegionRepr) -> bool {
    let Some(region) = Region::from_number(number.into()) else { return false };
    runtime::with_settings(|settings| settings.region = region).is_ok()
}

fn region() -> Option<RegionRepr> {
    let region = runtime::with_settings(|settings| settings.region).ok()?;
    Some(RegionRepr::from(region as u8))
}

fn set_domain(settings: &mut Settings, domain: String<DOMAIN_LEN>) {
    settings.domain = domain;
    settings.region = Region::Custom;
}

/// # Safety
/// As [`IOT_Ioctl`].
#[cfg(feature = "model")]
unsafe fn set_model_option(option: c_int, data: *mut c_void) -> bool {
    let mut options = match runtime::with_settings(|settings| settings.model) {
        Ok(options) => options,
        Err(runtime::Unavailable) => return false,
    };
    let place = if option == Opt::IOTX_IOCTL_RECV_PROP_REPLY as c_int {
        &mut options.property_replies
    } else if option == Opt::IOTX_IOCTL_RECV_EVENT_REPLY as c_int {
        &mut options.event_replies
    } else if option == Opt::IOTX_IOCTL_SEND_PROP_SET_REPLY as c_int {
        &mut options.answers_property_set
    } else {
        return false;
    };
    // SAFETY: the caller passes an int for each of them.
    *place = unsafe { data.cast::<c_int>().read_unaligned() } != 0;
    // For those to come, and for the one there is.
    let _ = runtime::with_device(|engine, _| engine.set_model_options(options));
    runtime::with_settings(|settings| settings.model = options).is_ok()
}

/// There is no model.
///
/// # Safety
/// None needed.
#[cfg(not(feature = "model"))]
unsafe fn set_model_option(_: c_int, _: *mut c_void) -> bool {
    false
}

/// # Safety
/// As [`IOT_Ioctl`].
#[cfg(feature = "auth")]
unsafe fn of_auth_server(option: c_int, data: *mut c_void) -> bool {
    if option == Opt::IOTX_IOCTL_SET_HTTP_DOMAIN as c_int {
        // SAFETY: the caller vouches for it.
        return unsafe {
            set_text::<DOMAIN_LEN>(data.cast(), |settings, domain| {
                settings.http_domain = domain;
                settings.region = Region::Custom;
            })
        };
    }
    #[cfg(feature = "dynamic-register")]
    if option == Opt::IOTX_IOCTL_SET_DYNAMIC_REGISTER as c_int {
        // SAFETY: as above.
        let is_on = unsafe { data.cast::<c_int>().read_unaligned() } != 0;
        return runtime::with_settings(|settings| settings.dynamic_register = is_on).is_ok();
    } else if option == Opt::IOTX_IOCTL_GET_DYNAMIC_REGISTER as c_int {
        // SAFETY: as above.
        unsafe { data.cast::<c_int>().write_unaligned(runtime::registers_devices().into()) };
        return true;
    }
    false
}

/// Nobody would ask there.
///
/// # Safety
/// None needed.
#[cfg(not(feature = "auth"))]
unsafe fn of_auth_server(_: c_int, _: *mut c_void) -> bool {
    false
}

/// # Safety
/// As [`c_string::from_pointer`].
unsafe fn set_text<const N: usize>(text: *const c_char, set: fn(&mut Settings, String<N>)) -> bool {
    // SAFETY: the caller vouches for it.
    let text = unsafe { c_string::from_pointer(text, N) };
    let Some(text) = text.and_then(|text| String::try_from(text).ok()) else { return false };
    runtime::with_settings(|settings| set(settings, text)).is_ok()
}
