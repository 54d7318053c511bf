//! The steps of provisioning as the application is told of them.

use linkkit_core::provision::events::Event;

use crate::abi::iotx_event_t;

impl From<Event> for iotx_event_t {
    fn from(event: Event) -> Self {
        match event {
            Event::Start => Self::IOTX_AWSS_START,
            Event::Enable => Self::IOTX_AWSS_ENABLE,
            Event::LockChannel => Self::IOTX_AWSS_LOCK_CHAN,
            Event::ChecksumError => Self::IOTX_AWSS_CS_ERR,
            Event::PasswordError => Self::IOTX_AWSS_PASSWD_ERR,
            Event::GotSsidPassword => Self::IOTX_AWSS_GOT_SSID_PASSWD,
            Event::ConnectAdha => Self::IOTX_AWSS_CONNECT_ADHA,
            Event::ConnectAdhaFail => Self::IOTX_AWSS_CONNECT_ADHA_FAIL,
            Event::ConnectAha => Self::IOTX_AWSS_CONNECT_AHA,
            Event::ConnectAhaFail => Self::IOTX_AWSS_CONNECT_AHA_FAIL,
            Event::SetupNotify => Self::IOTX_AWSS_SETUP_NOTIFY,
            Event::ConnectRouter => Self::IOTX_AWSS_CONNECT_ROUTER,
            Event::ConnectRouterFail => Self::IOTX_AWSS_CONNECT_ROUTER_FAIL,
            Event::GotIp => Self::IOTX_AWSS_GOT_IP,
            Event::SuccessNotify => Self::IOTX_AWSS_SUC_NOTIFY,
            Event::BindNotify => Self::IOTX_AWSS_BIND_NOTIFY,
            Event::EnableTimeout => Self::IOTX_AWSS_ENABLE_TIMEOUT,
        }
    }
}
