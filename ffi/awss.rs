//! `wifi_provision_api.h` and `awss_dev_ap.h`: how a phone tells the device which Wi-Fi network to join.

use core::ffi::{c_char, c_int};

use linkkit_core::binding::{TOKEN_LEN, Token};
use linkkit_core::provision::credentials::{Credentials, Mac, SSID_LEN, Ssid};
use linkkit_core::provision::crypto::{PASSWORD_LEN, Password};
use linkkit_core::provision::scan::ScanTimes;
use linkkit_core::provision::{End, Provisioning};
use log::error;

use crate::abi::{FAIL_RETURN, STATE_BIND_ASSEMBLE_APP_TOKEN_FAILED, SUCCESS_RETURN};
use crate::c_string;
use crate::hal::awss;
use crate::runtime::{self, ProvisioningRun};

/// Listens for a phone until the device has joined the network that the phone names.
///
/// Scans channel by channel, and takes messages of phones only while the button is pressed: see
/// `awss_config_press`. A network that cannot be joined leads to another scan. Then the device announces itself
/// on the network for 46.5 s, and answers phones that ask for 60 s; that goes on after the return.
///
/// Blocks in the calling thread until then, or until `awss_stop`; within 300 ms of that, unless
/// `HAL_Awss_Connect_Ap` is running. Takes up to 5 KB of that thread's stack on a Cortex-M, beside what the port's
/// functions and the application's callbacks take. The product secret of the port is the key of what phones send. Tells
/// `IOTX_AWSS_*` to `iotx_event_regist_cb` and `ITE_AWSS_STATUS`.
///
/// Gives 0 when the device has joined; -1 when it was stopped, when this or `awss_dev_ap_start` is running,
/// and when the port gives no product key, device name, product secret or mutex. Source: 3.0.1
/// `wifi_provision_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn awss_start() -> c_int {
    let limit_ms = awss::scan_timeout_ms();
    let times =
        ScanTimes { dwell_ms: awss::channel_interval_ms(), limit_ms: (limit_ms > 0).then_some(limit_ms) };
    let run =
        runtime::run_provisioning(ProvisioningRun::Session, |station, _| station.provisioning().start(times));
    answer("awss_start", run.map(has_joined))
}

/// Ends `awss_start`, the press of the button, and the announcements; with the feature `registrar` also the help for
/// other devices, until the next connection to the cloud or `awss_report_cloud`.
///
/// Blocks until `awss_start` has left, or calls the application back. No event is told. Can be called from any
/// thread, and from callbacks. Gives 0, also when nothing was running. Source: 3.0.1 `wifi_provision_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn awss_stop() -> c_int {
    runtime::stop_provisioning(ProvisioningRun::Session, |provisioning| provisioning.stop());
    #[cfg(feature = "registrar")]
    runtime::stop_registrar();
    SUCCESS_RETURN
}

/// The button is pressed: phones are let in for as long as a scan may last (`HAL_Awss_Get_Timeout_Interval_Ms`),
/// but at least for a minute.
///
/// Tells `IOTX_AWSS_ENABLE` before it returns, and `IOTX_AWSS_ENABLE_TIMEOUT` when the time is over and nobody
/// came. Each call begins the time anew. Does not block. Gives 0; -1 as `awss_start` does for what the port
/// lacks. Source: 3.0.1 `wifi_provision_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn awss_config_press() -> c_int {
    let limit_ms = awss::scan_timeout_ms();
    let pressed = runtime::with_station(|station, now| station.provisioning().press(limit_ms, now));
    let pressed = pressed.map(|event| runtime::tell_awss_status(event.into()));
    answer("awss_config_press", pressed.map(|()| SUCCESS_RETURN))
}

/// Is the button pressed? Gives 1 or 0, and does not block. Source: 3.0.1 `wifi_provision_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn awss_get_config_press() -> u8 {
    runtime::with_provisioning(|provisioning, _| provisioning.is_pressed()).unwrap_or(false).into()
}

/// Sets what `awss_get_config_press` gives, with neither a limit of time nor an event. The time of a press goes
/// on. Does not block. Source: 3.0.1 `wifi_provision_api.h`.
#[unsafe(no_mangle)]
pub extern "C" fn awss_set_config_press(press: u8) {
    let is_pressed = press != 0;
    let set = runtime::with_station(|station, _| station.provisioning().set_press(is_pressed));
    let _ = answer("awss_set_config_press", set.map(|()| SUCCESS_RETURN));
}

/// Opens an access point without a password, `adh_{product key}_{end of the MAC address}`, and joins the network
/// that a phone on it names; no press of the button is needed. A network that cannot be joined leads back to the
/// access point.
///
/// Blocks in the calling thread until the device has joined, or until `awss_dev_ap_stop`. Tells
/// `IOTX_AWSS_SUC_NOTIFY` alone. Takes as much stack as `awss_start`. What the phone gives as bind token is reported to the cloud as with
/// `IOT_Bind_SetToken`; a phone that gives none is told one.
///
/// Gives 0 when the device has joined; -1 when it was stopped, when this or `awss_start` is running, when the
/// port cannot open an access point in three tries, and when it lacks what `awss_start` needs. Source: 3.0.1
/// `awss_dev_ap.h`, 3.2.0 for the token.
#[unsafe(no_mangle)]
pub extern "C" fn awss_dev_ap_start() -> c_int {
    let run = runtime::run_provisioning(ProvisioningRun::DeviceAp, |station, now| {
        let name = station.ap_name()?;
        station.provisioning().start_device_ap(name, now)
    });
    answer("awss_dev_ap_start", run.map(has_joined))
}

/// Ends `awss_dev_ap_start` and closes the access point.
///
/// Blocks until `awss_dev_ap_start` has left, which takes as long as `HAL_Awss_Connect_Ap` if that is running.
/// Can be called from any thread, and from callbacks. Gives 0, also when nothing was running. Source: 3.0.1
/// `awss_dev_ap.h`.
#[unsafe(no_mangle)]
pub extern "C" fn awss_dev_ap_stop() -> c_int {
    runtime::stop_provisioning(ProvisioningRun::DeviceAp, |provisioning| provisioning.stop_device_ap());
    SUCCESS_RETURN
}

/// The device has joined a network in another way, such as BLE: announces it as `awss_start` does, and ends the
/// press of the button without an event.
///
/// Does not block. Gives 0; -1 as `awss_start` does for what the port lacks. Source: 3.0.1, where no header
/// declares it.
#[unsafe(no_mangle)]
pub extern "C" fn awss_success_notify() -> c_int {
    let started = runtime::with_station(|station, now| station.provisioning().announce_success(now));
    answer("awss_success_notify", started.map(|()| SUCCESS_RETURN))
}

/// Begins a series of 31 announcements of a device that has joined, in 46.5 s; an answer ends it.
///
/// Does not block. Gives 0; -1 as `awss_start` does for what the port lacks. Source: 3.0.1, where no header
/// declares it.
#[unsafe(no_mangle)]
pub extern "C" fn awss_suc_notify() -> c_int {
    let started = runtime::with_station(|station, _| station.provisioning().start_announcements());
    answer("awss_suc_notify", started.map(|()| SUCCESS_RETURN))
}

/// Ends the series. Does not block. Gives 0. Source: 3.0.1, where no header declares it.
#[unsafe(no_mangle)]
pub extern "C" fn awss_suc_notify_stop() -> c_int {
    // Without a station there is no series.
    let _ = runtime::with_provisioning(|provisioning, _| provisioning.stop_announcements());
    SUCCESS_RETURN
}

/// Begins a series of 31 announcements, in 46.5 s, of a device that is to be told a network: who it is, and what
/// the key of the password is made of. `awss_start` makes one on the access point of a phone; this one is made on
/// the network that the device is in. An answer ends it, and `awss_stop`.
///
/// Does not block, and tells no event. Gives 0; -1 as `awss_start` does for what the port lacks. Source: 3.0.1,
/// where no header declares it. In archives with the feature `phone-ap`.
#[cfg(feature = "phone-ap")]
#[unsafe(no_mangle)]
pub extern "C" fn awss_devinfo_notify() -> c_int {
    let started = runtime::with_station(|station, _| station.announce_info());
    answer("awss_devinfo_notify", started.map(|()| SUCCESS_RETURN))
}

/// Ends the series. Does not block. Gives 0. Source: 3.0.1, where no header declares it. In archives with the
/// feature `phone-ap`.
#[cfg(feature = "phone-ap")]
#[unsafe(no_mangle)]
pub extern "C" fn awss_devinfo_notify_stop() -> c_int {
    // Without a station there is no series.
    let _ = runtime::with_provisioning(|provisioning, _| provisioning.stop_info_announcements());
    SUCCESS_RETURN
}

/// Begins a series of broadcasts of the bind token, as `awss_report_cloud` does once the cloud has accepted it.
///
/// Does not block. Gives 0, or -1 when the device is not open or binding is stopped. Source: 3.0.1, where no
/// header declares it.
#[unsafe(no_mangle)]
pub extern "C" fn awss_dev_bind_notify() -> c_int {
    match runtime::with_device(|engine, now| engine.announce_binding(now)) {
        Ok(Ok(())) => SUCCESS_RETURN,
        Ok(Err(_)) | Err(_) => {
            error!("awss_dev_bind_notify: the device is not open, or binding is stopped");
            FAIL_RETURN
        }
    }
}

/// Ends the series. Does not block. Gives 0. Source: 3.0.1, where no header declares it.
#[unsafe(no_mangle)]
pub extern "C" fn awss_dev_bind_notify_stop() -> c_int {
    // Not open means that there is no series.
    let _ = runtime::with_device(|engine, now| engine.stop_announcing_binding(now));
    SUCCESS_RETURN
}

/// Joins a network whose name the application knows, such as by BLE, after it has kept `token` as
/// `IOT_Bind_SetToken_Ext` does.
///
/// `ssid` has 1 to 32 bytes, `passwd` at most 64, both with a NUL behind them; `bssid` has `bssid_len` bytes.
/// One of 6 is passed on to the port; a shorter one serves the token alone, and if one access point that was
/// heard ends with it, that is passed on. NULL or a length of 0 mean that there is none, for `token` too. All
/// are read during the call only. The port is not told how the network encrypts: it may find out.
///
/// Blocks for as long as `HAL_Awss_Connect_Ap` does, 30 s by the port's contract. Gives 0 when the device has
/// joined; -1 when not, and for an `ssid`, `passwd` or `bssid` of another length or a password that is not
/// UTF-8; `STATE_BIND_ASSEMBLE_APP_TOKEN_FAILED` for a token of more than 16 bytes. Nothing is kept then.
/// Source: 3.2.0 `wifi_provision_api.h`.
///
/// # Safety
/// `ssid` and `passwd` are NULL or point to a NUL or to 33 and 65 readable bytes; `bssid` and `token` are NULL
/// or point to so many readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn awss_connect(
    ssid: *mut c_char,
    passwd: *mut c_char,
    bssid: *mut u8,
    bssid_len: u8,
    token: *mut u8,
    token_len: u8,
) -> c_int {
    // SAFETY: the caller vouches for each, or passes NULL.
    let (ssid, passwd, bssid, token) = unsafe {
        (
            c_string::bytes_from_pointer(ssid, SSID_LEN),
            c_string::from_pointer(passwd, PASSWORD_LEN),
            c_string::bytes((bssid, bssid_len)).unwrap_or_default(),
            c_string::bytes((token, token_len)).unwrap_or_default(),
        )
    };
    let is_bssid = bssid.len() <= size_of::<Mac>();
    let (Some(ssid), Some(passwd), true) = (ssid.and_then(Ssid::new), passwd, is_bssid) else {
        error!("awss_connect: ssid, passwd or bssid is missing, too long, or no text");
        return FAIL_RETURN;
    };
    if !token.is_empty() {
        let Ok(token) = Token::from_phone(token, bssid, passwd.as_bytes()) else {
            error!("awss_connect: a token has at most {TOKEN_LEN} bytes, not {}", token.len());
            return STATE_BIND_ASSEMBLE_APP_TOKEN_FAILED;
        };
        if runtime::set_phone_token(token).is_err() {
            error!("awss_connect: HAL_MutexCreate gives NULL");
            return FAIL_RETURN;
        }
    }
    let Ok(password) = passwd.try_into().map(Password::new) else { return FAIL_RETURN };
    let bssid = whole_bssid(&ssid, bssid);
    match awss::connect(&Credentials::new(ssid, password, bssid)) {
        Ok(()) => SUCCESS_RETURN,
        Err(_) => {
            error!("awss_connect: the port has not joined the network");
            FAIL_RETURN
        }
    }
}

/// `bssid`, or the only one heard of the network that ends with it.
fn whole_bssid(ssid: &Ssid, bssid: &[u8]) -> Option<Mac> {
    if bssid.is_empty() {
        return None;
    }
    let ending_with_it =
        |provisioning: &mut Provisioning, _| provisioning.scan().heard().ending_with(ssid, bssid);
    bssid.try_into().ok().or_else(|| runtime::with_provisioning(ending_with_it).flatten())
}

fn has_joined(end: End) -> c_int {
    match end {
        End::Joined => SUCCESS_RETURN,
        End::Stopped | End::NoAccessPoint => FAIL_RETURN,
    }
}

fn answer(function: &str, result: Result<c_int, runtime::ProvisioningFailure>) -> c_int {
    result.unwrap_or_else(|failure| {
        error!("{function}: {failure}");
        FAIL_RETURN
    })
}
