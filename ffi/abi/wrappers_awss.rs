//! `iot_import_awss.h`: what the Wi-Fi half of the port takes and gives.

use core::ffi::{c_char, c_schar};

/// What stands before an 802.11 frame that the port hands over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum AWSS_LINK_TYPE {
    /// Nothing.
    AWSS_LINK_TYPE_NONE = 0,
    /// A prism header, 144 bytes.
    AWSS_LINK_TYPE_PRISM = 1,
    /// A radiotap header.
    AWSS_LINK_TYPE_80211_RADIO = 2,
    /// An AVS header.
    AWSS_LINK_TYPE_80211_RADIO_AVS = 3,
    /// No frame follows: the buffer is a `struct HAL_Ht40_Ctrl`.
    AWSS_LINK_TYPE_HT40_CTRL = 4,
}

/// What is known of a frame at 40 MHz that could not be received.
#[repr(C)]
pub struct HAL_Ht40_Ctrl {
    /// Of the frame, bytes.
    pub length: u16,
    /// Of the driver's filter.
    pub filter: u8,
    /// dBm.
    pub rssi: c_schar,
}

/// How a station authenticates itself to an access point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum AWSS_AUTH_TYPE {
    AWSS_AUTH_TYPE_OPEN = 0,
    AWSS_AUTH_TYPE_SHARED = 1,
    AWSS_AUTH_TYPE_WPAPSK = 2,
    AWSS_AUTH_TYPE_WPA8021X = 3,
    AWSS_AUTH_TYPE_WPA2PSK = 4,
    AWSS_AUTH_TYPE_WPA28021X = 5,
    AWSS_AUTH_TYPE_WPAPSKWPA2PSK = 6,
    /// Not known.
    AWSS_AUTH_TYPE_INVALID = 255,
}

/// How frames between a station and an access point are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum AWSS_ENC_TYPE {
    AWSS_ENC_TYPE_NONE = 0,
    AWSS_ENC_TYPE_WEP = 1,
    AWSS_ENC_TYPE_TKIP = 2,
    AWSS_ENC_TYPE_AES = 3,
    AWSS_ENC_TYPE_TKIPAES = 4,
    /// Not known.
    AWSS_ENC_TYPE_INVALID = 255,
}

/// The kind of a frame to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum HAL_Awss_Frame_Type {
    FRAME_ACTION = 0,
    FRAME_BEACON = 1,
    FRAME_PROBE_REQ = 2,
    FRAME_PROBE_RESPONSE = 3,
    FRAME_DATA = 4,
}

/// An access point.
#[repr(C)]
pub struct awss_ap_info_t {
    pub auth: AWSS_AUTH_TYPE,
    pub encry: AWSS_ENC_TYPE,
    /// 1 to 14.
    pub channel: u8,
    /// Signal strength, dBm.
    pub rssi_dbm: c_schar,
    /// NUL-terminated.
    pub ssid: [c_char; 33],
    /// Its own MAC address.
    pub mac: [u8; 6],
}

const _: () = {
    use core::mem::{offset_of, size_of};
    let enum_width = if cfg!(all(target_arch = "arm", target_os = "none")) { 1 } else { 4 };
    assert!(size_of::<AWSS_LINK_TYPE>() == enum_width);
    assert!(size_of::<HAL_Awss_Frame_Type>() == enum_width);
    assert!(size_of::<HAL_Ht40_Ctrl>() == 4);
    assert!(size_of::<awss_ap_info_t>() == if enum_width == 1 { 43 } else { 52 });
    assert!(offset_of!(awss_ap_info_t, encry) == enum_width);
    assert!(offset_of!(awss_ap_info_t, channel) == 2 * enum_width);
    assert!(offset_of!(awss_ap_info_t, ssid) == 2 * enum_width + 2);
    assert!(offset_of!(awss_ap_info_t, mac) == 2 * enum_width + 35);
};
