//! `IOT_MQTT_Publish` and `IOT_MQTT_Publish_Simple`.

use core::ffi::{c_char, c_int, c_void};

use linkkit_core::error::Error;
use linkkit_core::mqtt::Qos;
use log::error;

use super::codes::Refusal;
use super::{is_client, topic};
use crate::abi::{FAIL_RETURN, iotx_mqtt_topic_info_pt};
use crate::runtime;

/// Publishes a message.
///
/// `handle`: from `IOT_MQTT_Construct`, or NULL. `topic_name`: at most 128 bytes, starting with `/`.
/// `topic_msg`: `payload`, `payload_len`, `qos` (0 or 1) and `retain` are read during the call, and
/// `packet_id` is written with QoS 1.
///
/// With QoS 1 the library keeps the message until the broker acknowledges it, over reconnects, and
/// tells `handle_event`: `IOTX_MQTT_EVENT_PUBLISH_SUCCESS`, or `_TIMEOUT` when it is given up. Can be
/// called from any thread and from callbacks. May block while the network takes the message, 5 s at
/// most; never for another thread's yield.
///
/// Gives the packet id, 0 with QoS 0; -2 without a client, for NULL or an empty topic; -41 for a
/// malformed topic; -27 while not connected; -20 for another QoS; -21 for a message longer than the
/// write buffer; -42 when too many messages wait for the broker; -1014 out of memory. Nothing is sent
/// then. Source: 3.0.1 `mqtt_api.h`.
///
/// # Safety
/// `topic_name` is NULL or ends with a NUL; `topic_msg` is NULL or a writable structure whose
/// `payload` is NULL or has `payload_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_MQTT_Publish(
    handle: *mut c_void,
    topic_name: *const c_char,
    topic_msg: iotx_mqtt_topic_info_pt,
) -> c_int {
    if !is_client("IOT_MQTT_Publish", handle) {
        return super::codes::NULL_VALUE;
    }
    // SAFETY: the caller passes NULL or a writable structure; see above.
    let published = match unsafe { topic_msg.as_mut() } {
        None => Err(Refusal::Null),
        Some(message) => {
            let request = Request {
                topic: topic_name,
                payload: message.payload.cast(),
                len: message.payload_len as usize,
                qos: message.qos.into(),
                retain: message.retain != 0,
            };
            // SAFETY: the caller vouches for the topic and the payload; see above.
            let published = unsafe { publish(&request) };
            if let Ok(Some(packet_id)) = published {
                message.packet_id = packet_id;
            }
            published
        }
    };
    match published {
        Ok(packet_id) => packet_id.unwrap_or(0).into(),
        Err(refusal) => {
            error!("IOT_MQTT_Publish: {}", refusal.reason());
            refusal.publish_code()
        }
    }
}

/// Publishes `len` bytes of `data`, which the broker is not to keep.
///
/// As `IOT_MQTT_Publish`, but gives -1 for everything that is wrong with the message or the
/// connection; -2 without a client, or for a topic that is NULL or empty. Source: 3.0.1 `mqtt_api.h`.
///
/// # Safety
/// `topic_name` is NULL or ends with a NUL; `data` is NULL or has `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_MQTT_Publish_Simple(
    handle: *mut c_void,
    topic_name: *const c_char,
    qos: c_int,
    data: *mut c_void,
    len: c_int,
) -> c_int {
    if !is_client("IOT_MQTT_Publish_Simple", handle) {
        return super::codes::NULL_VALUE;
    }
    let Ok(len) = usize::try_from(len) else {
        error!("IOT_MQTT_Publish_Simple: length {len}");
        return FAIL_RETURN;
    };
    let request = Request { topic: topic_name, payload: data.cast(), len, qos, retain: false };
    // SAFETY: the caller vouches for the topic and the data; see above.
    match unsafe { publish(&request) } {
        Ok(packet_id) => packet_id.unwrap_or(0).into(),
        Err(refusal) => {
            error!("IOT_MQTT_Publish_Simple: {}", refusal.reason());
            match refusal {
                Refusal::NoClient | Refusal::Topic(super::BadTopic::Missing) => super::codes::NULL_VALUE,
                _ => FAIL_RETURN,
            }
        }
    }
}

/// What C asks to publish.
struct Request {
    topic: *const c_char,
    payload: *const u8,
    len: usize,
    qos: c_int,
    retain: bool,
}

/// # Safety
/// The topic is NULL or ends with a NUL; the payload is NULL or has the length.
unsafe fn publish(request: &Request) -> Result<Option<u16>, Refusal> {
    // SAFETY: the caller vouches for both.
    match unsafe { request.check() } {
        Ok((topic, payload, qos)) => Ok(runtime::with_client(|engine, now| {
            engine.publish_for_application(topic, payload, qos, request.retain, now)
        })??),
        Err(refusal) if runtime::has_client() => Err(refusal),
        Err(_) => Err(Refusal::NoClient),
    }
}

impl Request {
    /// Topic, payload and QoS.
    ///
    /// # Safety
    /// As [`publish`], for as long as `self` is there.
    unsafe fn check(&self) -> Result<(&str, &[u8], Qos), Refusal> {
        // SAFETY: the caller vouches for it.
        let topic = unsafe { topic(self.topic) }?;
        if self.payload.is_null() {
            return Err(Refusal::Null);
        }
        // No slice is longer.
        if isize::try_from(self.len).is_err() {
            return Err(Error::TooLong.into());
        }
        let qos = match self.qos {
            0 => Qos::AtMostOnce,
            1 => Qos::AtLeastOnce,
            _ => return Err(Refusal::Qos),
        };
        // SAFETY: not NULL, and the caller vouches for the length.
        let payload = unsafe { core::slice::from_raw_parts(self.payload, self.len) };
        Ok((topic, payload, qos))
    }
}
