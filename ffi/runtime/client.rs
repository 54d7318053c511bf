//! The MQTT client as applications use it: made alone, or with the device.

use alloc::string::String;
use core::mem;

use linkkit_core::engine::{Engine, Login};
use linkkit_core::error::Error;
use linkkit_core::knobs::MQTT_SUBSCRIPTIONS_MAX;
use linkkit_core::mqtt::{self, Qos, Recipient, SubscriptionState};
use linkkit_core::sign::CUSTOMIZE_INFO_LEN;
use linkkit_core::time::Instant;
use log::info;

use super::lock::Entry;
use super::state::{Endpoint, KeptSubscription, Linkkit, Phase, Session, Settings, State};
use super::{ConnectFailure, Unavailable, callbacks, connect, drive, handlers, open};
use crate::hal::identity;

/// How a client that is made alone is to connect.
pub struct Parameters {
    pub endpoint: Endpoint,
    pub login: Login,
    pub customize_info: heapless::String<CUSTOMIZE_INFO_LEN>,
    pub mqtt: mqtt::Config,
    /// Is told of what no handler of a subscription is told of.
    pub observer: Option<Recipient>,
}

/// What became of a subscription.
pub enum Subscribed {
    /// SUBSCRIBE is on its way, with this packet id.
    Sent(u16),
    /// It waits for a client, or for the client's first connection.
    Kept,
}

/// Is there a client: has one been made and begun to connect?
pub fn has_client() -> bool {
    with_client(|_, _| ()).is_ok()
}

/// Calls `request` on the engine of the client and does what it then wants done.
pub fn with_client<T>(request: impl FnOnce(&mut Engine, Instant) -> T) -> Result<T, Unavailable> {
    with_session(|session, now| request(&mut session.engine, now))
}

fn with_session<T>(request: impl FnOnce(&mut Session, Instant) -> T) -> Result<T, Unavailable> {
    let entry = Entry::new().ok_or(Unavailable)?;
    let answer = {
        let mut state = entry.lock();
        let session = state.session.as_mut().filter(|session| session.is_serving()).ok_or(Unavailable)?;
        let now = session.now();
        request(session, now)
    };
    drive::drain(&entry);
    Ok(answer)
}

/// Makes the client, or takes that of a device which is open and not connected, and connects it. Takes
/// the parameters away.
pub fn construct(parameters: &mut Parameters) -> Result<(), ConnectFailure> {
    let entry = Entry::new().ok_or(ConnectFailure::Resources)?;
    let has_device = prepare(&entry, parameters)?;
    let result = connect::connect_client(&entry);
    match result {
        Ok(()) => callbacks::mqtt_connected(),
        Err(ConnectFailure::WrongState) => {}
        Err(_) if has_device => open::abandon_connect(&entry),
        Err(_) => {
            // Somebody else may have closed it meanwhile.
            let _ = open::close(|_| true);
        }
    }
    result
}

/// Makes the session, unless there is one: then says so. Not inlined: the device's secret is on the stack
/// meanwhile.
#[inline(never)]
fn prepare(entry: &Entry, parameters: &mut Parameters) -> Result<bool, ConnectFailure> {
    let has_device = {
        let mut state = entry.lock();
        handlers::install(&mut state);
        state.session.is_some()
    };
    let device = identity::stored(super::registers_devices()).ok_or(ConnectFailure::NoIdentity)?;
    if has_device {
        let mut state = entry.lock();
        let State { session, settings, .. } = &mut *state;
        let at_rest = session.as_mut().filter(|session| session.phase == Phase::Open);
        parameters.apply(at_rest.ok_or(ConnectFailure::WrongState)?, settings);
    } else {
        let adapt = &mut |session: &mut Session, settings: &Settings| parameters.apply(session, settings);
        open::make(entry, device, adapt).map_err(ConnectFailure::NotMade)?;
    }
    Ok(has_device)
}

impl Parameters {
    fn apply(&mut self, session: &mut Session, settings: &Settings) {
        let customize_info =
            if self.customize_info.is_empty() { &settings.customize_info } else { &self.customize_info };
        session.engine.set_customize_info(customize_info);
        session.engine.configure(self.mqtt, mem::take(&mut self.login));
        session.endpoint = mem::take(&mut self.endpoint);
        session.observer = self.observer;
    }
}

/// Destroys the client, or, while a device is open, what the application has of it.
pub fn destroy() -> Result<(), Unavailable> {
    let is_of_device = with_session(|session, now| {
        let is_of_device = session.linkkit != Linkkit::Closed;
        if is_of_device {
            session.engine.drop_recipients(now);
            session.observer = None;
        }
        is_of_device
    })?;
    if !is_of_device {
        open::close(|session| session.linkkit == Linkkit::Closed)?;
    }
    info!("mqtt release!");
    Ok(())
}

/// Subscribes for the application; for later, where there is no connection to be made up yet.
pub fn subscribe(filter: &str, qos: Qos, recipient: Recipient) -> Result<Subscribed, Error> {
    let entry = Entry::new().ok_or(Error::OutOfMemory)?;
    let subscribed = {
        let mut state = entry.lock();
        handlers::install(&mut state);
        match state.session.as_mut() {
            None => keep(&mut state, filter, qos, recipient).map(|()| Subscribed::Kept),
            Some(session) => {
                let now = session.now();
                let has_begun = session.phase != Phase::Open;
                if has_begun && !session.engine.is_connected() {
                    return Err(Error::Offline);
                }
                let sent = session.engine.subscribe_for_application(filter, qos, recipient, now);
                sent.map(|packet_id| packet_id.map_or(Subscribed::Kept, Subscribed::Sent))
            }
        }
    };
    drive::drain(&entry);
    subscribed
}

/// Serves the connection until the broker has granted `filter`, for at most about `wait_ms`. From
/// inside a handler it does not wait. False when that was in vain.
pub fn wait_subscribed(filter: &str, wait_ms: u32) -> bool {
    let mut is_over = None;
    connect::serve_until(wait_ms, |session| {
        is_over = if session.handling {
            Some(true)
        } else {
            let is_granted = session.engine.subscription_state(filter) == Some(SubscriptionState::Granted);
            is_granted.then_some(true)
        };
        is_over.is_some()
    });
    is_over.unwrap_or(false)
}

fn keep(state: &mut State, filter: &str, qos: Qos, recipient: Recipient) -> Result<(), Error> {
    mqtt::check_filter(filter)?;
    let kept = &mut state.kept_subscriptions;
    if kept.len() >= MQTT_SUBSCRIPTIONS_MAX {
        return Err(Error::Full);
    }
    let mut owned = String::new();
    owned.try_reserve_exact(filter.len()).map_err(|_| Error::OutOfMemory)?;
    owned.push_str(filter);
    kept.try_reserve(1).map_err(|_| Error::OutOfMemory)?;
    kept.push(KeptSubscription { filter: owned, qos, recipient });
    Ok(())
}
