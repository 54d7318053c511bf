//! `dev_model_api.h`.

use core::ffi::{c_char, c_int};

/// What `IOT_Linkkit_Open` opens. Each text is NUL-terminated.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct iotx_linkkit_dev_meta_info_t {
    /// At most `IOTX_PRODUCT_KEY_LEN` bytes.
    pub product_key: [c_char; 21],
    /// At most `IOTX_PRODUCT_SECRET_LEN` bytes.
    pub product_secret: [c_char; 65],
    /// At most `IOTX_DEVICE_NAME_LEN` bytes.
    pub device_name: [c_char; 33],
    /// At most `IOTX_DEVICE_SECRET_LEN` bytes.
    pub device_secret: [c_char; 65],
}

/// Kind of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum iotx_linkkit_dev_type_t {
    /// The device itself.
    IOTX_LINKKIT_DEV_TYPE_MASTER = 0,
    /// A device behind a gateway; not supported.
    IOTX_LINKKIT_DEV_TYPE_SLAVE = 1,
    /// Number of kinds.
    IOTX_LINKKIT_DEV_TYPE_MAX = 2,
}

/// [`iotx_linkkit_dev_type_t`] passed by value: any number can come.
pub type LinkkitDevType = c_int;

/// What `IOT_Linkkit_Report` reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum iotx_linkkit_msg_type_t {
    /// Properties.
    ITM_MSG_POST_PROPERTY = 0,
    /// Tags of the device, set.
    ITM_MSG_DEVICEINFO_UPDATE = 1,
    /// Tags of the device, removed.
    ITM_MSG_DEVICEINFO_DELETE = 2,
    /// Bytes of the product's own format.
    ITM_MSG_POST_RAW_DATA = 3,
    ITM_MSG_LOGIN = 4,
    ITM_MSG_LOGOUT = 5,
    ITM_MSG_DELETE_TOPO = 6,
    ITM_MSG_QUERY_TIMESTAMP = 7,
    ITM_MSG_QUERY_TOPOLIST = 8,
    ITM_MSG_QUERY_FOTA_DATA = 9,
    ITM_MSG_QUERY_COTA_DATA = 10,
    ITM_MSG_REQUEST_COTA = 11,
    ITM_MSG_REQUEST_FOTA_IMAGE = 12,
    ITM_MSG_REPORT_SUBDEV_FIRMWARE_VERSION = 13,
    ITM_MSG_PROPERTY_DESIRED_GET = 14,
    ITM_MSG_PROPERTY_DESIRED_DELETE = 15,
}

/// [`iotx_linkkit_msg_type_t`] passed by value: any number can come.
pub type LinkkitMsgType = c_int;

const _: () = {
    use core::mem::{offset_of, size_of};
    assert!(size_of::<iotx_linkkit_dev_meta_info_t>() == 184);
    assert!(offset_of!(iotx_linkkit_dev_meta_info_t, product_secret) == 21);
    assert!(offset_of!(iotx_linkkit_dev_meta_info_t, device_name) == 86);
    assert!(offset_of!(iotx_linkkit_dev_meta_info_t, device_secret) == 119);
};
