//! `infra_defs.h`: lengths, the triple, credentials, regions.

use core::ffi::{c_char, c_int};

/// Longest product key, bytes.
pub const IOTX_PRODUCT_KEY_LEN: usize = 20;
/// Longest device name, bytes.
pub const IOTX_DEVICE_NAME_LEN: usize = 32;
/// Longest device secret, bytes.
pub const IOTX_DEVICE_SECRET_LEN: usize = 64;
/// Longest device id, bytes.
pub const IOTX_DEVICE_ID_LEN: usize = 64;
/// Longest product secret, bytes.
pub const IOTX_PRODUCT_SECRET_LEN: usize = 64;
/// Longest partner id, bytes.
pub const IOTX_PARTNER_ID_LEN: usize = 64;
/// Longest module id, bytes.
pub const IOTX_MODULE_ID_LEN: usize = 64;
/// Longest description of a network interface, bytes.
pub const IOTX_NETWORK_IF_LEN: usize = 160;
/// Longest firmware version, bytes.
pub const IOTX_FIRMWARE_VER_LEN: usize = 64;
/// Longest topic, bytes.
pub const IOTX_URI_MAX_LEN: usize = 135;
/// Longest domain set with `IOT_Ioctl`, bytes.
pub const IOTX_DOMAIN_MAX_LEN: usize = 64;
/// Longest customize info set with `IOT_Ioctl`, bytes.
pub const IOTX_CUSTOMIZE_INFO_LEN: usize = 80;
/// Room for the signed text, bytes.
pub const DEV_SIGN_SOURCE_MAXLEN: usize = 200;
/// Room for a host name with its NUL, bytes.
pub const DEV_SIGN_HOSTNAME_MAXLEN: usize = 256;
/// Room for a client id with its NUL, bytes.
pub const DEV_SIGN_CLIENT_ID_MAXLEN: usize = 200;
/// Room for a user name with its NUL, bytes.
pub const DEV_SIGN_USERNAME_MAXLEN: usize = 64;
/// Room for a password with its NUL, bytes.
pub const DEV_SIGN_PASSWORD_MAXLEN: usize = 65;
/// Room for an IPv4 address as text with its NUL, bytes.
pub const NETWORK_ADDR_LEN: usize = 16;
/// Room for a MAC address as text with its NUL, bytes.
pub const HAL_MAC_LEN: usize = 18;
/// Room for a short text, bytes.
pub const STR_SHORT_LEN: usize = 32;
/// Length of a MAC address, bytes.
pub const ETH_ALEN: usize = 6;
/// Room for an SSID with its NUL, bytes.
pub const HAL_MAX_SSID_LEN: usize = 33;
/// Room for a Wi-Fi password with its NUL, bytes.
pub const HAL_MAX_PASSWD_LEN: usize = 65;
/// Time for joining an access point, ms.
pub const WLAN_CONNECTION_TIMEOUT_MS: usize = 30000;

/// A device as `IOT_Sign_MQTT` takes it. Each text is NUL-terminated.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct iotx_dev_meta_info_t {
    /// At most `IOTX_PRODUCT_KEY_LEN` bytes.
    pub product_key: [c_char; 21],
    /// At most `IOTX_PRODUCT_SECRET_LEN` bytes.
    pub product_secret: [c_char; 65],
    /// At most `IOTX_DEVICE_NAME_LEN` bytes.
    pub device_name: [c_char; 33],
    /// At most `IOTX_DEVICE_SECRET_LEN` bytes.
    pub device_secret: [c_char; 65],
}

/// Server and credentials of an MQTT connection. Each text is NUL-terminated.
#[repr(C)]
pub struct iotx_sign_mqtt_t {
    /// Server to connect to.
    pub hostname: [c_char; DEV_SIGN_HOSTNAME_MAXLEN],
    /// TCP port of the server.
    pub port: u16,
    /// MQTT client id.
    pub clientid: [c_char; DEV_SIGN_CLIENT_ID_MAXLEN],
    /// MQTT user name.
    pub username: [c_char; DEV_SIGN_USERNAME_MAXLEN],
    /// MQTT password: 64 hex digits.
    pub password: [c_char; DEV_SIGN_PASSWORD_MAXLEN],
}

/// A cloud region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum iotx_mqtt_region_types_t {
    IOTX_CLOUD_REGION_SHANGHAI = 0,
    IOTX_CLOUD_REGION_SINGAPORE = 1,
    IOTX_CLOUD_REGION_JAPAN = 2,
    IOTX_CLOUD_REGION_USA_WEST = 3,
    IOTX_CLOUD_REGION_GERMANY = 4,
    /// The domain set with `IOTX_IOCTL_SET_MQTT_DOMAIN`.
    IOTX_CLOUD_REGION_CUSTOM = 5,
    /// Number of regions.
    IOTX_CLOUD_DOMAIN_MAX = 6,
}

/// [`iotx_mqtt_region_types_t`] passed by value: any number can come.
pub type MqttRegionType = c_int;

/// A cloud region, for what goes by HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum iotx_http_region_types_t {
    IOTX_HTTP_REGION_SHANGHAI = 0,
    IOTX_HTTP_REGION_SINGAPORE = 1,
    IOTX_HTTP_REGION_JAPAN = 2,
    IOTX_HTTP_REGION_AMERICA = 3,
    IOTX_HTTP_REGION_GERMANY = 4,
    /// The domain set with `IOTX_IOCTL_SET_HTTP_DOMAIN`.
    IOTX_HTTP_REGION_CUSTOM = 5,
    /// Number of regions.
    IOTX_HTTP_REGION_MAX = 6,
}

/// [`iotx_http_region_types_t`] passed by value: any number can come.
pub type HttpRegionType = c_int;

/// [`iotx_mqtt_region_types_t`] behind a pointer, with the width that C gives it:
/// `arm-none-eabi-gcc` makes enums as short as they can be.
#[cfg(all(target_arch = "arm", target_os = "none"))]
pub type RegionRepr = u8;
/// [`iotx_mqtt_region_types_t`] behind a pointer, with the width that C gives it.
#[cfg(not(all(target_arch = "arm", target_os = "none")))]
pub type RegionRepr = u32;

const _: () = {
    use core::mem::{offset_of, size_of};
    assert!(size_of::<iotx_dev_meta_info_t>() == 184);
    assert!(offset_of!(iotx_dev_meta_info_t, product_secret) == IOTX_PRODUCT_KEY_LEN + 1);
    assert!(offset_of!(iotx_dev_meta_info_t, device_name) == 86);
    assert!(offset_of!(iotx_dev_meta_info_t, device_secret) == 119);
    assert!(size_of::<iotx_sign_mqtt_t>() == 588);
    assert!(offset_of!(iotx_sign_mqtt_t, port) == 256);
    assert!(offset_of!(iotx_sign_mqtt_t, clientid) == 258);
    assert!(offset_of!(iotx_sign_mqtt_t, username) == 458);
    assert!(offset_of!(iotx_sign_mqtt_t, password) == 522);
    assert!(size_of::<iotx_mqtt_region_types_t>() == size_of::<RegionRepr>());
};
