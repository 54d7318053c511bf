//! The port's Wi-Fi radio.

use core::ffi::{c_char, c_int, c_schar, c_uint};

#[cfg(any(feature = "phone-ap", feature = "remote-switchap", feature = "registrar"))]
use linkkit_core::provision::credentials::Mac;
use linkkit_core::provision::credentials::{Credentials, SSID_LEN};
#[cfg(feature = "registrar")]
use linkkit_core::provision::credentials::{Ssid, known_mac};
use linkkit_core::provision::crypto::PASSWORD_LEN;
#[cfg(feature = "registrar")]
use linkkit_core::provision::crypto::check_password;
use zeroize::Zeroizing;

use crate::c_string;

/// What takes frames from the port's driver, on a thread of its own.
pub type FrameCallback = unsafe extern "C" fn(
    frame: *mut c_char,
    length: c_int,
    link_type: c_int,
    with_fcs: c_int,
    rssi: c_schar,
) -> c_int;

/// What takes the access points that the port finds, one call for each.
#[cfg(feature = "phone-ap")]
pub type ScanCallback = unsafe extern "C" fn(
    ssid: *const c_char,
    bssid: *const u8,
    auth: c_uint,
    encry: c_uint,
    channel: u8,
    rssi: c_schar,
    is_last_ap: c_int,
) -> c_int;

/// What takes management frames from the port's driver, on a thread of its own; with `buffer_type` 1 only an
/// element of the vendor.
#[cfg(feature = "registrar")]
pub type ManagementFrameCallback =
    unsafe extern "C" fn(buffer: *mut u8, len: c_int, rssi_dbm: c_schar, buffer_type: c_int);

unsafe extern "C" {
    fn HAL_Awss_Open_Monitor(callback: FrameCallback);
    fn HAL_Awss_Close_Monitor();
    fn HAL_Awss_Switch_Channel(primary_channel: c_char, secondary_channel: c_char, bssid: *mut u8);
    fn HAL_Awss_Get_Channelscan_Interval_Ms() -> c_int;
    fn HAL_Awss_Get_Timeout_Interval_Ms() -> c_int;
    fn HAL_Awss_Connect_Ap(
        timeout_ms: u32,
        ssid: *mut c_char,
        passwd: *mut c_char,
        auth: c_uint,
        encry: c_uint,
        bssid: *mut u8,
        channel: u8,
    ) -> c_int;
    fn HAL_Awss_Open_Ap(
        ssid: *const c_char,
        passwd: *const c_char,
        beacon_interval: c_int,
        hide: c_int,
    ) -> c_int;
    fn HAL_Awss_Close_Ap() -> c_int;
    fn HAL_Sys_Net_Is_Ready() -> c_int;
    #[cfg(any(feature = "phone-ap", feature = "zero-config"))]
    fn HAL_Wifi_Send_80211_Raw_Frame(frame_type: c_int, frame: *mut u8, length: c_int) -> c_int;
    #[cfg(feature = "phone-ap")]
    fn HAL_Wifi_Scan(callback: ScanCallback) -> c_int;
    #[cfg(feature = "registrar")]
    fn HAL_Wifi_Enable_Mgmt_Frame_Filter(
        filter_mask: u32,
        vendor_oui: *mut u8,
        callback: Option<ManagementFrameCallback>,
    ) -> c_int;
    #[cfg(any(feature = "phone-ap", feature = "remote-switchap", feature = "registrar"))]
    fn HAL_Wifi_Get_Ap_Info(ssid: *mut c_char, passwd: *mut c_char, bssid: *mut u8) -> c_int;
}

/// Time for the port to join a network, ms.
const CONNECT_TIMEOUT_MS: u32 = 30_000;
/// Of the device's access point, in units of 1 024 µs.
const BEACON_INTERVAL: c_int = 100;

/// The port could not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

/// From now on `callback` has every frame on the channel, until [`close_monitor`].
pub fn open_monitor(callback: FrameCallback) {
    // SAFETY: `callback` takes whatever the port gives it as its contract says, at any time.
    unsafe { HAL_Awss_Open_Monitor(callback) }
}

/// Back to a station that is not connected.
pub fn close_monitor() {
    // SAFETY: no preconditions.
    unsafe { HAL_Awss_Close_Monitor() }
}

/// Listens on `channel`, 1 to 14.
pub fn switch_channel(channel: u8) {
    // SAFETY: NULL stands for no access point in particular.
    unsafe { HAL_Awss_Switch_Channel(channel as c_char, 0, core::ptr::null_mut()) }
}

/// Time on one channel, ms.
pub fn channel_interval_ms() -> u64 {
    // SAFETY: no preconditions.
    u64::try_from(unsafe { HAL_Awss_Get_Channelscan_Interval_Ms() }).unwrap_or_default()
}

/// Time for a scan that finds nothing, ms; 0 for no limit.
pub fn scan_timeout_ms() -> u64 {
    // SAFETY: no preconditions.
    u64::try_from(unsafe { HAL_Awss_Get_Timeout_Interval_Ms() }).unwrap_or_default()
}

/// Joins a network. Blocks for as long as the port tries.
pub fn connect(wanted: &Credentials) -> Result<(), Failed> {
    let mut ssid = Zeroizing::new([0; SSID_LEN + 1]);
    let mut passwd = Zeroizing::new([0; PASSWORD_LEN + 1]);
    for (to, from) in ssid.iter_mut().zip(wanted.ssid.as_bytes()) {
        *to = *from as c_char;
    }
    if !c_string::to_array(&wanted.password, &mut *passwd) {
        return Err(Failed);
    }
    let mut bssid = wanted.bssid;
    let bssid = bssid.as_mut().map_or(core::ptr::null_mut(), |bssid| bssid.as_mut_ptr());
    // SAFETY: `ssid` and `passwd` end with a NUL and are arrays of the size that the port may count on; `bssid`
    // is NULL or six bytes. All outlive the call.
    let status = unsafe {
        HAL_Awss_Connect_Ap(
            CONNECT_TIMEOUT_MS,
            ssid.as_mut_ptr(),
            passwd.as_mut_ptr(),
            wanted.authentication as c_uint,
            wanted.encryption as c_uint,
            bssid,
            wanted.channel,
        )
    };
    if status == 0 { Ok(()) } else { Err(Failed) }
}

/// Opens an access point called `ssid`, without a password.
pub fn open_ap(ssid: &str) -> Result<(), Failed> {
    let mut name = [0; SSID_LEN + 1];
    if !c_string::to_array(ssid, &mut name) {
        return Err(Failed);
    }
    // SAFETY: both texts end with a NUL and outlive the call.
    let status = unsafe { HAL_Awss_Open_Ap(name.as_ptr(), c"".as_ptr(), BEACON_INTERVAL, 0) };
    if status == 0 { Ok(()) } else { Err(Failed) }
}

/// Closes it. What a port answers has no meaning: the network that is joined next ends it too.
pub fn close_ap() {
    // SAFETY: no preconditions.
    unsafe { HAL_Awss_Close_Ap() };
}

/// Has the device an address on a network?
pub fn is_net_ready() -> bool {
    // SAFETY: no preconditions.
    unsafe { HAL_Sys_Net_Is_Ready() != 0 }
}

/// Sends a whole probe request on the channel of the monitor, or of the network. A port that cannot is no worse
/// off than one whose frames nobody hears.
#[cfg(any(feature = "phone-ap", feature = "zero-config"))]
pub fn send_probe_request(frame: &mut [u8]) {
    /// `FRAME_PROBE_REQ`
    const PROBE_REQUEST: c_int = 2;
    let Ok(length) = c_int::try_from(frame.len()) else { return };
    // SAFETY: `frame` is readable and writable for `length` bytes.
    unsafe { HAL_Wifi_Send_80211_Raw_Frame(PROBE_REQUEST, frame.as_mut_ptr(), length) };
}

/// Has `callback` told of every access point around; blocks until it is.
#[cfg(feature = "phone-ap")]
pub fn scan_wifi(callback: ScanCallback) -> Result<(), Failed> {
    // SAFETY: `callback` takes whatever the port gives it as its contract says.
    let status = unsafe { HAL_Wifi_Scan(callback) };
    if status == 0 { Ok(()) } else { Err(Failed) }
}

/// The access point that the device is at.
#[cfg(feature = "phone-ap")]
pub fn joined_bssid() -> Option<Mac> {
    let mut bssid = Mac::default();
    // SAFETY: the port writes 6 bytes; NULL stands for what is not asked for.
    let status =
        unsafe { HAL_Wifi_Get_Ap_Info(core::ptr::null_mut(), core::ptr::null_mut(), bssid.as_mut_ptr()) };
    (status == 0).then_some(bssid)
}

/// The network that the device is in, as the port tells it; texts end with a NUL, and are wiped on drop.
#[cfg(any(feature = "remote-switchap", feature = "registrar"))]
pub struct Joined {
    /// Its name.
    pub ssid: Zeroizing<[c_char; SSID_LEN + 1]>,
    /// Empty also from a port that does not tell it.
    pub passwd: Zeroizing<[c_char; PASSWORD_LEN + 1]>,
    /// Its access point.
    pub bssid: Mac,
}

#[cfg(any(feature = "remote-switchap", feature = "registrar"))]
impl Joined {
    /// `None` while the device is in no network.
    pub fn read() -> Option<Self> {
        let mut joined = Self {
            ssid: Zeroizing::new([0; SSID_LEN + 1]),
            passwd: Zeroizing::new([0; PASSWORD_LEN + 1]),
            bssid: Mac::default(),
        };
        let Self { ssid, passwd, bssid } = &mut joined;
        // SAFETY: the port writes at most 33, 65 and 6 bytes.
        let status =
            unsafe { HAL_Wifi_Get_Ap_Info(ssid.as_mut_ptr(), passwd.as_mut_ptr(), bssid.as_mut_ptr()) };
        (status == 0).then_some(joined)
    }
}

/// The network that the device is in, with its password. `None` when it is in none, or in one that it cannot tell
/// others of.
#[cfg(feature = "registrar")]
pub fn joined_network() -> Option<Credentials> {
    let joined = Joined::read()?;
    let ssid = Ssid::new(c_string::bytes_from_array(&*joined.ssid))?;
    let password = check_password(c_string::bytes_from_array(&*joined.passwd)).ok()?;
    Some(Credentials::new(ssid, password, known_mac(joined.bssid)))
}

/// From now on `callback` has every beacon and probe request with an element of `oui`, beside the network that the
/// device is in; `None` ends it.
#[cfg(feature = "registrar")]
pub fn filter_management_frames(
    mut oui: [u8; 3],
    callback: Option<ManagementFrameCallback>,
) -> Result<(), Failed> {
    /// `FRAME_BEACON_MASK | FRAME_PROBE_REQ_MASK`
    const BEACONS_AND_PROBE_REQUESTS: u32 = 1 << 1 | 1 << 2;
    // SAFETY: `callback` takes whatever the port gives it as its contract says, at any time; `oui` has the three
    // bytes that the port reads during the call.
    let status =
        unsafe { HAL_Wifi_Enable_Mgmt_Frame_Filter(BEACONS_AND_PROBE_REQUESTS, oui.as_mut_ptr(), callback) };
    if status == 0 { Ok(()) } else { Err(Failed) }
}
