//! Calls the application's handlers of `mqtt_api.h`.

use alloc::vec::Vec;
use core::ffi::c_void;
use core::mem::transmute;
use core::ptr::{addr_of, with_exposed_provenance, with_exposed_provenance_mut};

use linkkit_core::error::Error;
use linkkit_core::mqtt::{Message, Outcome, Recipient};
use log::debug;

use super::lock::Entry;
use super::state::{KeptSubscription, Session, State};
use crate::abi::{
    iotx_mqtt_event_handle_func_fpt, iotx_mqtt_event_msg_t, iotx_mqtt_event_type_t as Event,
    iotx_mqtt_topic_info_t,
};

/// What a handle points to; nobody reads it.
static CLIENT: u8 = 0;

/// The handle of the one client.
pub fn client_handle() -> *mut c_void {
    addr_of!(CLIENT).cast_mut().cast()
}

/// What only an application of `mqtt_api.h` needs. It comes into the SDK through [`install`], so that the
/// linker leaves it out of other firmware.
pub struct Handlers {
    /// Gives a message to every handler whose filter covers it, else, unless the library took it, to the
    /// client's observer.
    pub deliver: fn(&Entry, u32, &Message),
    /// Tells the observer.
    pub tell: fn(&Entry, u32, News),
    /// Tells the observer of a request that ends unanswered with its client.
    pub tell_abandoned: fn(Recipient, Outcome),
    /// Hands a new session what was subscribed before there was one.
    pub hand_over: fn(&mut Vec<KeptSubscription>, &mut Session) -> Result<(), Error>,
}

/// What an observer is told.
pub enum News {
    /// The connection is there, or is lost.
    Link {
        is_up: bool,
    },
    Outcome(Outcome),
    /// A packet was longer than the read buffer.
    Overflow,
}

static HANDLERS: Handlers = Handlers { deliver, tell, tell_abandoned, hand_over };

/// From now on the application may have handlers.
pub fn install(state: &mut State) {
    state.handlers = Some(&HANDLERS);
}

/// A handler may unsubscribe others, or close everything.
fn deliver(entry: &Entry, session_number: u32, message: &Message) {
    let mut info = iotx_mqtt_topic_info_t {
        packet_id: message.packet_id.unwrap_or(0),
        qos: message.qos as u8,
        dup: message.dup.into(),
        retain: message.retain.into(),
        // Within what MQTT and the receive buffer allow.
        topic_len: message.topic.len() as u16,
        payload_len: message.payload.len() as u32,
        ptopic: message.topic.as_ptr().cast(),
        payload: message.payload.as_ptr().cast(),
    };
    let Some(mut delivery) = with_session(entry, session_number, |session| session.engine.delivery()) else {
        return;
    };
    let mut is_handled = message.for_library;
    while let Some(Some(recipient)) = with_session(entry, session_number, |session| {
        session.engine.next_recipient(message.topic, &mut delivery)
    }) {
        is_handled = true;
        debug!("topic be matched");
        call(recipient, Event::IOTX_MQTT_EVENT_PUBLISH_RECEIVED, (&raw mut info).cast());
    }
    if !is_handled {
        log_unmatched();
        tell_observer(entry, session_number, Event::IOTX_MQTT_EVENT_PUBLISH_RECEIVED, (&raw mut info).cast());
    }
}

/// Nobody has subscribed to a message.
pub fn log_unmatched() {
    debug!("NO matching any topic, call default handle function");
}

fn tell(entry: &Entry, session_number: u32, news: News) {
    let (event, packet_id) = match news {
        News::Outcome(outcome) => describe(outcome),
        News::Overflow => (Event::IOTX_MQTT_EVENT_BUFFER_OVERFLOW, 0),
        News::Link { is_up } => {
            let has_changed = with_session(entry, session_number, |session| {
                core::mem::replace(&mut session.told_lost, !is_up) == is_up
            });
            if has_changed != Some(true) {
                return;
            }
            (if is_up { Event::IOTX_MQTT_EVENT_RECONNECT } else { Event::IOTX_MQTT_EVENT_DISCONNECT }, 0)
        }
    };
    tell_observer(entry, session_number, event, with_exposed_provenance_mut(packet_id.into()));
}

fn tell_abandoned(observer: Recipient, outcome: Outcome) {
    let (event, packet_id) = describe(outcome);
    let event = match event {
        Event::IOTX_MQTT_EVENT_PUBLISH_TIMEOUT => Event::IOTX_MQTT_EVENT_PUBLISH_NACK,
        Event::IOTX_MQTT_EVENT_UNSUBCRIBE_TIMEOUT => Event::IOTX_MQTT_EVENT_UNSUBCRIBE_NACK,
        Event::IOTX_MQTT_EVENT_SUBCRIBE_TIMEOUT => Event::IOTX_MQTT_EVENT_SUBCRIBE_NACK,
        other => other,
    };
    call(observer, event, with_exposed_provenance_mut(packet_id.into()));
}

fn hand_over(kept: &mut Vec<KeptSubscription>, session: &mut Session) -> Result<(), Error> {
    let now = session.now();
    for kept in kept.iter() {
        session.engine.subscribe_for_application(&kept.filter, kept.qos, kept.recipient, now)?;
    }
    *kept = Vec::new();
    Ok(())
}

fn describe(outcome: Outcome) -> (Event, u16) {
    match outcome {
        Outcome::Subscribed { packet_id } => (Event::IOTX_MQTT_EVENT_SUBCRIBE_SUCCESS, packet_id),
        Outcome::SubscribeRefused { packet_id } => (Event::IOTX_MQTT_EVENT_SUBCRIBE_NACK, packet_id),
        Outcome::SubscribeTimedOut { packet_id } => (Event::IOTX_MQTT_EVENT_SUBCRIBE_TIMEOUT, packet_id),
        Outcome::Unsubscribed { packet_id } => (Event::IOTX_MQTT_EVENT_UNSUBCRIBE_SUCCESS, packet_id),
        Outcome::UnsubscribeTimedOut { packet_id } => (Event::IOTX_MQTT_EVENT_UNSUBCRIBE_TIMEOUT, packet_id),
        Outcome::Published { packet_id } => (Event::IOTX_MQTT_EVENT_PUBLISH_SUCCESS, packet_id),
        Outcome::PublishLost { packet_id } => (Event::IOTX_MQTT_EVENT_PUBLISH_TIMEOUT, packet_id),
    }
}

fn tell_observer(entry: &Entry, session_number: u32, event: Event, msg: *mut c_void) {
    if let Some(Some(observer)) = with_session(entry, session_number, |session| session.observer) {
        call(observer, event, msg);
    }
}

/// Calls `access` if the session is still the one with this number.
pub(super) fn with_session<T>(
    entry: &Entry,
    session_number: u32,
    access: impl FnOnce(&mut Session) -> T,
) -> Option<T> {
    entry.lock().session_numbered(session_number).map(access)
}

fn call(recipient: Recipient, event_type: Event, msg: *mut c_void) {
    let function = with_exposed_provenance::<c_void>(recipient.function);
    // SAFETY: `Recipient`s are made of functions of this type only, in `ffi/mqtt`.
    let handler: iotx_mqtt_event_handle_func_fpt = unsafe { transmute(function) };
    let mut event = iotx_mqtt_event_msg_t { event_type, msg };
    if let Some(handler) = handler {
        let context = with_exposed_provenance_mut(recipient.context);
        // SAFETY: the application's function, which it vouches for while it is registered.
        unsafe { handler(context, client_handle(), &mut event) };
    }
}
