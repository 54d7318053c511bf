//! `infra_compat.h`: log levels, events, options, addresses.

use core::ffi::{c_char, c_int};

/// Which lines are printed: those of a level and of the levels before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum IOT_LogLevel {
    IOT_LOG_NONE = 0,
    IOT_LOG_CRIT = 1,
    IOT_LOG_ERROR = 2,
    IOT_LOG_WARNING = 3,
    IOT_LOG_INFO = 4,
    IOT_LOG_DEBUG = 5,
}

/// [`IOT_LogLevel`] passed by value: any number can come.
pub type LogLevel = c_int;

/// What `iotx_event_regist_cb` and `ITE_AWSS_STATUS` tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum iotx_event_t {
    /// Provisioning has started; it accepts no credentials yet.
    IOTX_AWSS_START = 4096,
    /// Provisioning accepts credentials.
    IOTX_AWSS_ENABLE = 4097,
    /// The channel of the phone is found.
    IOTX_AWSS_LOCK_CHAN = 4098,
    /// Credentials with a wrong checksum.
    IOTX_AWSS_CS_ERR = 4099,
    /// A password that cannot be decrypted.
    IOTX_AWSS_PASSWD_ERR = 4100,
    /// Credentials have come.
    IOTX_AWSS_GOT_SSID_PASSWD = 4101,
    /// Joining the discovery access point of a router.
    IOTX_AWSS_CONNECT_ADHA = 4102,
    /// That failed.
    IOTX_AWSS_CONNECT_ADHA_FAIL = 4103,
    /// Joining the access point of a phone.
    IOTX_AWSS_CONNECT_AHA = 4104,
    /// That failed.
    IOTX_AWSS_CONNECT_AHA_FAIL = 4105,
    /// The device has announced itself for set-up.
    IOTX_AWSS_SETUP_NOTIFY = 4106,
    /// Joining the router.
    IOTX_AWSS_CONNECT_ROUTER = 4107,
    /// That failed.
    IOTX_AWSS_CONNECT_ROUTER_FAIL = 4108,
    /// Joined, with an address.
    IOTX_AWSS_GOT_IP = 4109,
    /// The device has announced that it has joined.
    IOTX_AWSS_SUC_NOTIFY = 4110,
    /// A series of broadcasts with the bind token begins.
    IOTX_AWSS_BIND_NOTIFY = 4111,
    /// Provisioning accepts credentials no more.
    IOTX_AWSS_ENABLE_TIMEOUT = 4112,
    /// Connecting to the cloud.
    IOTX_CONN_CLOUD = 8192,
    /// That failed.
    IOTX_CONN_CLOUD_FAIL = 8193,
    /// Connected to the cloud.
    IOTX_CONN_CLOUD_SUC = 8194,
    /// The cloud has confirmed the unbind.
    IOTX_RESET = 12288,
}

/// The events of `IOT_RegisterCallback`. Their numbers are those of a build without `DEVICE_MODEL_SHADOW`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum iotx_ioctl_event_t {
    ITE_AWSS_STATUS = 0,
    ITE_CONNECT_SUCC = 1,
    ITE_CONNECT_FAIL = 2,
    ITE_DISCONNECTED = 3,
    ITE_RAWDATA_ARRIVED = 4,
    ITE_SERVICE_REQUEST = 5,
    ITE_PROPERTY_SET = 6,
    ITE_PROPERTY_GET = 7,
    ITE_REPORT_REPLY = 8,
    ITE_TRIGGER_EVENT_REPLY = 9,
    ITE_TIMESTAMP_REPLY = 10,
    ITE_TOPOLIST_REPLY = 11,
    ITE_PERMIT_JOIN = 12,
    ITE_INITIALIZE_COMPLETED = 13,
    ITE_FOTA = 14,
    ITE_COTA = 15,
    ITE_MQTT_CONNECT_SUCC = 16,
}

/// The options of `IOT_Ioctl`, with what `data` points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum iotx_ioctl_option_t {
    /// `iotx_mqtt_region_types_t *`
    IOTX_IOCTL_SET_REGION = 0,
    /// `iotx_mqtt_region_types_t *`
    IOTX_IOCTL_GET_REGION = 1,
    /// Text.
    IOTX_IOCTL_SET_MQTT_DOMAIN = 2,
    /// Auth server, in an archive with the feature `preauth` or `dynamic-register`: text of at most 64 bytes.
    IOTX_IOCTL_SET_HTTP_DOMAIN = 3,
    /// `int *`, 1 or 0, in an archive with the feature `dynamic-register`.
    IOTX_IOCTL_SET_DYNAMIC_REGISTER = 4,
    /// `int *`, in an archive with the feature `dynamic-register`.
    IOTX_IOCTL_GET_DYNAMIC_REGISTER = 5,
    /// `int *`: 1 for replies to property posts, 0 for none.
    IOTX_IOCTL_RECV_PROP_REPLY = 6,
    /// `int *`: 1 for replies to events, 0 for none.
    IOTX_IOCTL_RECV_EVENT_REPLY = 7,
    /// `int *`: 1 to answer property sets before the application has them, 0 not to.
    IOTX_IOCTL_SEND_PROP_SET_REPLY = 8,
    /// Not supported yet.
    IOTX_IOCTL_SET_SUBDEV_SIGN = 9,
    /// Not supported yet.
    IOTX_IOCTL_GET_SUBDEV_LOGIN = 10,
    /// Not supported yet.
    IOTX_IOCTL_SET_OTA_DEV_ID = 11,
    /// Not supported yet.
    IOTX_IOCTL_QUERY_DEVID = 12,
    /// Text.
    IOTX_IOCTL_SET_CUSTOMIZE_INFO = 13,
}

/// An IPv4 address and a UDP port.
#[repr(C)]
pub struct NetworkAddr {
    /// Dotted text, NUL-terminated where there is room.
    pub addr: [u8; 16],
    /// In host order.
    pub port: u16,
}

/// What `IOT_SetupConnInfo` gives. Not to be written.
#[repr(C)]
pub struct iotx_conn_info_t {
    /// 0: the default.
    pub port: u16,
    /// 0.
    pub init: u8,
    /// Empty: the default, as for the others.
    pub host_name: *mut c_char,
    pub client_id: *mut c_char,
    pub username: *mut c_char,
    pub password: *mut c_char,
    pub pub_key: *const c_char,
}

/// [`iotx_conn_info_t`] by pointer.
pub type iotx_conn_info_pt = *mut iotx_conn_info_t;

const _: () = {
    use core::mem::{offset_of, size_of};
    assert!(size_of::<iotx_conn_info_t>() == 6 * size_of::<usize>());
    assert!(offset_of!(iotx_conn_info_t, host_name) == size_of::<usize>());
    assert!(size_of::<NetworkAddr>() == 18);
    assert!(offset_of!(NetworkAddr, port) == super::NETWORK_ADDR_LEN);
};
