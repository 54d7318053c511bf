//! `mqtt_api.h`.

use core::ffi::{c_char, c_int, c_void};

/// Quality of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum iotx_mqtt_qos_t {
    /// At most once.
    IOTX_MQTT_QOS0 = 0,
    /// At least once.
    IOTX_MQTT_QOS1 = 1,
    /// Exactly once; for subscriptions only.
    IOTX_MQTT_QOS2 = 2,
    /// A subscription without SUBSCRIBE; not supported, taken as 0.
    IOTX_MQTT_QOS3_SUB_LOCAL = 3,
}

/// [`iotx_mqtt_qos_t`] passed by value: any number can come.
pub type MqttQos = c_int;

/// What an `iotx_mqtt_event_handle_func_fpt` is told, with what `msg` then is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum iotx_mqtt_event_type_t {
    /// Never sent.
    IOTX_MQTT_EVENT_UNDEF = 0,
    /// The connection is lost; the library reconnects. `msg`: NULL.
    IOTX_MQTT_EVENT_DISCONNECT = 1,
    /// The connection is up again. `msg`: NULL.
    IOTX_MQTT_EVENT_RECONNECT = 2,
    /// SUBACK. `msg`: the packet id, `(uintptr_t)msg`.
    IOTX_MQTT_EVENT_SUBCRIBE_SUCCESS = 3,
    /// No SUBACK within the request timeout; the library goes on asking. `msg`: the packet id.
    IOTX_MQTT_EVENT_SUBCRIBE_TIMEOUT = 4,
    /// SUBACK with 0x80: the broker refuses; the library asks again later. `msg`: the packet id.
    IOTX_MQTT_EVENT_SUBCRIBE_NACK = 5,
    /// UNSUBACK. `msg`: the packet id.
    IOTX_MQTT_EVENT_UNSUBCRIBE_SUCCESS = 6,
    /// No UNSUBACK within the request timeout; the library goes on asking. `msg`: the packet id.
    IOTX_MQTT_EVENT_UNSUBCRIBE_TIMEOUT = 7,
    /// The client is destroyed before the UNSUBACK; MQTT 3.1.1 has no refusal. `msg`: the packet id.
    IOTX_MQTT_EVENT_UNSUBCRIBE_NACK = 8,
    /// PUBACK. `msg`: the packet id.
    IOTX_MQTT_EVENT_PUBLISH_SUCCESS = 9,
    /// No PUBACK in time: the message is given up. `msg`: the packet id.
    IOTX_MQTT_EVENT_PUBLISH_TIMEOUT = 10,
    /// The client is destroyed before the PUBACK; MQTT 3.1.1 has no refusal. `msg`: the packet id.
    IOTX_MQTT_EVENT_PUBLISH_NACK = 11,
    /// A message. `msg`: `iotx_mqtt_topic_info_t *`.
    IOTX_MQTT_EVENT_PUBLISH_RECEIVED = 12,
    /// A packet was longer than `read_buf_size` and is dropped. `msg`: NULL.
    IOTX_MQTT_EVENT_BUFFER_OVERFLOW = 13,
}

/// A message, sent or received.
#[repr(C)]
pub struct iotx_mqtt_topic_info_t {
    /// Packet id; 0 with QoS 0. `IOT_MQTT_Publish` writes it.
    pub packet_id: u16,
    /// An `iotx_mqtt_qos_t`.
    pub qos: u8,
    /// Received: 1 when the broker may have sent it before. Not read by `IOT_MQTT_Publish`.
    pub dup: u8,
    /// 1: the broker keeps it, or had kept it.
    pub retain: u8,
    /// Bytes of `ptopic`. Not read by `IOT_MQTT_Publish`.
    pub topic_len: u16,
    /// Bytes of `payload`.
    pub payload_len: u32,
    /// Topic, without a NUL; valid during the call only. Not read by `IOT_MQTT_Publish`.
    pub ptopic: *const c_char,
    /// Payload, without a NUL; valid during the call only.
    pub payload: *const c_char,
}

/// [`iotx_mqtt_topic_info_t`] by pointer.
pub type iotx_mqtt_topic_info_pt = *mut iotx_mqtt_topic_info_t;

/// An event of the client.
#[repr(C)]
pub struct iotx_mqtt_event_msg_t {
    /// Which.
    pub event_type: iotx_mqtt_event_type_t,
    /// See [`iotx_mqtt_event_type_t`].
    pub msg: *mut c_void,
}

/// [`iotx_mqtt_event_msg_t`] by pointer.
pub type iotx_mqtt_event_msg_pt = *mut iotx_mqtt_event_msg_t;

/// Is told of an event in the thread that yields, and may call any function of the library.
/// `pcontext`: from the registration. `pclient`: handle of the client. `msg`: valid during the call
/// only.
pub type iotx_mqtt_event_handle_func_fpt =
    Option<unsafe extern "C" fn(pcontext: *mut c_void, pclient: *mut c_void, msg: iotx_mqtt_event_msg_pt)>;

/// Who is told of the events of a client.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct iotx_mqtt_event_handle_t {
    /// NULL: nobody.
    pub h_fp: iotx_mqtt_event_handle_func_fpt,
    /// Passed on.
    pub pcontext: *mut c_void,
}

/// [`iotx_mqtt_event_handle_t`] by pointer.
pub type iotx_mqtt_event_handle_pt = *mut iotx_mqtt_event_handle_t;

/// How `IOT_MQTT_Construct` is to connect. Texts end with a NUL; NULL, an empty text or 0 stands for
/// the default.
#[repr(C)]
pub struct iotx_mqtt_param_t {
    /// Port of the broker; default 443 with TLS, 1883 without.
    pub port: u16,
    /// Host of the broker, at most 255 bytes; default: the cloud of the region.
    pub host: *const c_char,
    /// Client id, at most 1024 bytes; default: that of the device, signed.
    pub client_id: *const c_char,
    /// User name, at most 1024 bytes; default: that of the device.
    pub username: *const c_char,
    /// Password, at most 1024 bytes; default: the signature of the device.
    pub password: *const c_char,
    /// Text for the extension of the default client id, at most 80 bytes.
    pub customize_info: *const c_char,
    /// Not read: with TLS the certificate of the cloud's authority is used.
    pub pub_key: *const c_char,
    /// 1: the broker keeps nothing between connections. Default 0.
    pub clean_session: u8,
    /// Time for an acknowledgement, ms, 500 to 5000; default 2000.
    pub request_timeout_ms: u32,
    /// Keep-alive, ms, 30 000 to 1 200 000; default 60 000.
    pub keepalive_interval_ms: u32,
    /// Bytes that may wait to be sent; default 1024.
    pub write_buf_size: u32,
    /// Longest packet taken in, bytes; default 1024.
    pub read_buf_size: u32,
    /// Is told of what no subscription's handler is told of.
    pub handle_event: iotx_mqtt_event_handle_t,
}

/// [`iotx_mqtt_param_t`] by pointer.
pub type iotx_mqtt_param_pt = *mut iotx_mqtt_param_t;

/// What an asynchronous network stack would tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum iotx_mqtt_nwk_event_t {
    IOTX_MQTT_SOC_CONNECTED = 0,
    IOTX_MQTT_SOC_CLOSE = 1,
    IOTX_MQTT_SOC_READ = 2,
    IOTX_MQTT_SOC_WRITE = 3,
    /// Number of events.
    IOTX_MQTT_SOC_MAX = 4,
}

/// [`iotx_mqtt_nwk_event_t`] passed by value: any number can come.
pub type MqttNwkEvent = c_int;

/// Of which connection.
#[repr(C)]
pub struct iotx_mqtt_nwk_param_t {
    /// Handle of the port.
    pub fd: usize,
}

const _: () = {
    use core::mem::{offset_of, size_of};
    const fn either(on_64_bits: usize, on_32_bits: usize) -> usize {
        if size_of::<usize>() == 8 { on_64_bits } else { on_32_bits }
    }
    assert!(size_of::<iotx_mqtt_param_t>() == either(96, 56));
    assert!(offset_of!(iotx_mqtt_param_t, host) == either(8, 4));
    assert!(offset_of!(iotx_mqtt_param_t, clean_session) == either(56, 28));
    assert!(offset_of!(iotx_mqtt_param_t, read_buf_size) == either(72, 44));
    assert!(offset_of!(iotx_mqtt_param_t, handle_event) == either(80, 48));
    assert!(size_of::<iotx_mqtt_topic_info_t>() == either(32, 20));
    assert!(offset_of!(iotx_mqtt_topic_info_t, payload_len) == 8);
    assert!(offset_of!(iotx_mqtt_topic_info_t, payload) == either(24, 16));
    assert!(size_of::<iotx_mqtt_event_msg_t>() == either(16, 8));
    assert!(offset_of!(iotx_mqtt_event_msg_t, msg) == either(8, 4));
    assert!(size_of::<iotx_mqtt_event_handle_t>() == either(16, 8));
};
