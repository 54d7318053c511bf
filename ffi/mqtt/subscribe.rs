//! `IOT_MQTT_Subscribe`, `IOT_MQTT_Subscribe_Sync` and `IOT_MQTT_Unsubscribe`.

use core::ffi::{c_char, c_int, c_void};

use linkkit_core::mqtt::{Qos, Recipient};
use log::{error, warn};

use super::codes::Refusal;
use super::{is_client, topic};
use crate::abi::{FAIL_RETURN, MqttQos, iotx_mqtt_event_handle_func_fpt};
use crate::runtime::{self, Subscribed};

/// Longest wait of `IOT_MQTT_Subscribe_Sync`, ms.
const WAIT_MAX_MS: u32 = 10_000;

/// Subscribes, and has `topic_handle_func` called with the messages.
///
/// `handle`: from `IOT_MQTT_Construct`, or NULL. `topic_filter`: at most 128 bytes, starting with `/`;
/// `+` and `#` as MQTT 3.1.1 has them. `qos`: 0 to 2, others count as 0. `topic_handle_func` is called
/// in the thread that yields, with `pcontext` and `IOTX_MQTT_EVENT_PUBLISH_RECEIVED`; it may call any
/// function of the library. A filter can have several handlers; each matching handler is called, in
/// the order of subscription. The library subscribes again when the broker has lost the session, and
/// when it has refused.
///
/// Before there is a client the subscription is kept for it. Can be called from any thread and from
/// callbacks. May block while the network takes the packet, 5 s at most; the answer of the broker is
/// told to `handle_event`, see `iotx_mqtt_event_type_t`.
///
/// Gives the packet id; 0 when kept for later, as also while room or memory for the packet is short; -2 when a parameter is NULL or the filter empty; -41 for
/// a malformed filter; -27 while not connected; -47 when there are too many; -1014 out of memory.
/// Source: 3.0.1 `mqtt_api.h`.
///
/// # Safety
/// `topic_filter` is NULL or ends with a NUL; `topic_handle_func` stays callable until the filter is
/// unsubscribed or the client destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_MQTT_Subscribe(
    handle: *mut c_void,
    topic_filter: *const c_char,
    qos: MqttQos,
    topic_handle_func: iotx_mqtt_event_handle_func_fpt,
    pcontext: *mut c_void,
) -> c_int {
    // SAFETY: the caller vouches for the filter and the function; see above.
    let subscribed =
        unsafe { subscribe("IOT_MQTT_Subscribe", handle, topic_filter, qos, topic_handle_func, pcontext) };
    match subscribed {
        Ok((_, Subscribed::Sent(packet_id))) => packet_id.into(),
        Ok((_, Subscribed::Kept)) => 0,
        Err(code) => code,
    }
}

/// As `IOT_MQTT_Subscribe`, but serves the connection until the broker has agreed.
///
/// `timeout_ms`: how long at most, up to 10 000; the library goes on asking after that. Before there is
/// a client, and from inside a handler, it does not wait. Gives the packet id once the broker agrees; 0
/// when kept for later; -1 at the timeout; else as `IOT_MQTT_Subscribe`. Source: 3.0.1 `mqtt_api.h`.
///
/// # Safety
/// As `IOT_MQTT_Subscribe`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_MQTT_Subscribe_Sync(
    handle: *mut c_void,
    topic_filter: *const c_char,
    qos: MqttQos,
    topic_handle_func: iotx_mqtt_event_handle_func_fpt,
    pcontext: *mut c_void,
    timeout_ms: c_int,
) -> c_int {
    let function = "IOT_MQTT_Subscribe_Sync";
    // SAFETY: the caller vouches for the filter and the function; see above.
    let subscribed = unsafe { subscribe(function, handle, topic_filter, qos, topic_handle_func, pcontext) };
    let (filter, packet_id) = match subscribed {
        Ok((filter, Subscribed::Sent(packet_id))) => (filter, packet_id),
        Ok((_, Subscribed::Kept)) => return 0,
        Err(code) => return code,
    };
    let wait_ms = u32::try_from(timeout_ms).unwrap_or(0).min(WAIT_MAX_MS);
    if runtime::wait_subscribed(filter, wait_ms) {
        return packet_id.into();
    }
    warn!("{function}: sync subscribe time out!!");
    FAIL_RETURN
}

/// Unsubscribes: none of the filter's handlers is called any more.
///
/// `handle`: from `IOT_MQTT_Construct`, or NULL. May block as `IOT_MQTT_Subscribe`. Gives the packet
/// id; -2 without a client, or for a filter that is NULL or empty; -41 for a malformed filter; -27
/// while not connected, when the handlers stay; 0 when the packet follows later, for room or memory is
/// short; -1014 out of memory. Source: 3.0.1 `mqtt_api.h`.
///
/// # Safety
/// `topic_filter` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IOT_MQTT_Unsubscribe(handle: *mut c_void, topic_filter: *const c_char) -> c_int {
    if !is_client("IOT_MQTT_Unsubscribe", handle) {
        return super::codes::NULL_VALUE;
    }
    // SAFETY: the caller vouches for the filter; see above.
    let filter = unsafe { topic(topic_filter) };
    let unsubscribed = filter.map_err(Refusal::from).and_then(|filter| {
        Ok(runtime::with_client(|engine, now| engine.unsubscribe_for_application(filter, now))??)
    });
    match unsubscribed {
        Ok(packet_id) => packet_id.unwrap_or(0).into(),
        Err(refusal) => {
            error!("IOT_MQTT_Unsubscribe: {}", refusal.reason());
            refusal.subscribe_code()
        }
    }
}

/// Gives the filter and what became of it, or what to return.
///
/// # Safety
/// As `IOT_MQTT_Subscribe`.
unsafe fn subscribe<'a>(
    function: &str,
    handle: *mut c_void,
    topic_filter: *const c_char,
    qos: MqttQos,
    handler: iotx_mqtt_event_handle_func_fpt,
    context: *mut c_void,
) -> Result<(&'a str, Subscribed), c_int> {
    if !is_client(function, handle) {
        return Err(super::codes::NULL_VALUE);
    }
    let refused = |refusal: Refusal| {
        error!("{function}: {}", refusal.reason());
        refusal.subscribe_code()
    };
    // SAFETY: the caller vouches for the filter.
    let filter = unsafe { topic(topic_filter) }.map_err(|bad| refused(bad.into()))?;
    let handler = handler.ok_or_else(|| refused(Refusal::Null))?;
    let qos = match qos {
        0 => Qos::AtMostOnce,
        1 => Qos::AtLeastOnce,
        2 => Qos::ExactlyOnce,
        _ => {
            warn!("{function}: QoS {qos} is none: 0 taken");
            Qos::AtMostOnce
        }
    };
    let recipient = Recipient { function: handler as usize, context: context.expose_provenance() };
    match runtime::subscribe(filter, qos, recipient) {
        Ok(subscribed) => Ok((filter, subscribed)),
        Err(error) => Err(refused(error.into())),
    }
}
