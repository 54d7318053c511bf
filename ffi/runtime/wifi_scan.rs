//! A scan by the port, for a phone that wants to know which networks the device hears.

use core::ffi::{c_char, c_int, c_schar, c_uint};

use linkkit_core::provision::access_points::AccessPoint;
use linkkit_core::provision::credentials::{Authentication, Encryption, Mac, SSID_LEN, Ssid};
use log::warn;

use super::lock::Entry;
use crate::c_string;
use crate::hal::awss;

/// Scans, and tells the station what was found; blocks for as long as the port does.
pub fn run(entry: &Entry) {
    if awss::scan_wifi(take_access_point).is_err() {
        warn!("awss: HAL_Wifi_Scan fails: the phone is told of no networks");
    }
    let connected = awss::joined_bssid();
    let mut state = entry.lock();
    let now = state.now();
    if let Some(station) = state.station() {
        station.wifi_scan_ended(connected, now);
    }
}

/// # Safety
/// `ssid` is NULL, or points to a NUL or 33 readable bytes; `bssid` is NULL or has 6.
unsafe extern "C" fn take_access_point(
    ssid: *const c_char,
    bssid: *const u8,
    auth: c_uint,
    encry: c_uint,
    channel: u8,
    rssi: c_schar,
    _is_last_ap: c_int,
) -> c_int {
    // SAFETY: as the caller vouches.
    let (ssid, bssid) = unsafe {
        (c_string::bytes_from_pointer(ssid, SSID_LEN), c_string::bytes((bssid, Mac::default().len() as u8)))
    };
    let bssid = bssid.and_then(|bytes| Mac::try_from(bytes).ok());
    // One without a name is hidden.
    if let (Some(ssid), Some(bssid)) = (ssid.and_then(Ssid::new), bssid)
        && let Some(entry) = Entry::new()
    {
        // The port's enumerators can be as short as a byte.
        let (auth, encry) = (auth & 0xFF, encry & 0xFF);
        let encryption = Encryption::from_number(encry);
        let found = AccessPoint {
            ssid,
            bssid,
            channel,
            authentication: Authentication::from_number(auth),
            encryption,
            group_encryption: encryption,
            rssi: rssi.into(),
        };
        if let Some(station) = entry.lock().station() {
            station.access_point_found(found);
        }
    }
    0
}
