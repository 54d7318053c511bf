//! What the application is told, as `iotx_event_post` numbers it.

/// A step of provisioning. Without helper access points (`aha`, `adha`) the order is [`Event::Start`],
/// [`Event::Enable`] with each press, [`Event::LockChannel`] with each frame that names a phone,
/// [`Event::GotSsidPassword`], [`Event::ConnectRouter`], [`Event::GotIp`], [`Event::SuccessNotify`]. With one
/// (`aha`) it is, from there on, [`Event::ConnectAha`], [`Event::GotIp`], [`Event::SetupNotify`],
/// [`Event::SuccessNotify`]; or [`Event::EnableTimeout`], also behind [`Event::ConnectAhaFail`], when the device
/// scans again and is pressed no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Event {
    /// `IOTX_AWSS_START`: scanning begins.
    Start = 0x1000,
    /// `IOTX_AWSS_ENABLE`: the button is pressed.
    Enable = 0x1001,
    /// `IOTX_AWSS_LOCK_CHAN`: a phone is heard.
    LockChannel = 0x1002,
    /// `IOTX_AWSS_CS_ERR`: a message with a wrong checksum.
    ChecksumError = 0x1003,
    /// `IOTX_AWSS_PASSWD_ERR`: a password that is no text, most often because of another product secret.
    PasswordError = 0x1004,
    /// `IOTX_AWSS_GOT_SSID_PASSWD`: a whole message.
    GotSsidPassword = 0x1005,
    /// `IOTX_AWSS_CONNECT_ADHA`
    ConnectAdha = 0x1006,
    /// `IOTX_AWSS_CONNECT_ADHA_FAIL`
    ConnectAdhaFail = 0x1007,
    /// `IOTX_AWSS_CONNECT_AHA`
    ConnectAha = 0x1008,
    /// `IOTX_AWSS_CONNECT_AHA_FAIL`
    ConnectAhaFail = 0x1009,
    /// `IOTX_AWSS_SETUP_NOTIFY`: the device announces itself on a helper access point.
    SetupNotify = 0x100A,
    /// `IOTX_AWSS_CONNECT_ROUTER`: the device joins the network.
    ConnectRouter = 0x100B,
    /// `IOTX_AWSS_CONNECT_ROUTER_FAIL`: it could not.
    ConnectRouterFail = 0x100C,
    /// `IOTX_AWSS_GOT_IP`: it has.
    GotIp = 0x100D,
    /// `IOTX_AWSS_SUC_NOTIFY`: it begins to announce that.
    SuccessNotify = 0x100E,
    /// `IOTX_AWSS_BIND_NOTIFY`: it begins to announce its bind token.
    BindNotify = 0x100F,
    /// `IOTX_AWSS_ENABLE_TIMEOUT`: the press of the button counts no more.
    EnableTimeout = 0x1010,
}

impl Event {
    /// Its number.
    pub const fn number(self) -> u16 {
        self as u16
    }
}
