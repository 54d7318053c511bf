//! What comes from the cloud, and what is subscribed for it.

use log::{debug, error, warn};

use super::{Engine, topics};
use crate::binding::messages::{self, CloudEvent, Reply};
use crate::error::Error;
use crate::mqtt::{Qos, SubscriptionState};
#[cfg(feature = "registrar")]
use crate::provision::air::zero_config::registrar::topics as registrar;
use crate::time::Instant;

/// What is subscribed, behind `/sys/{pk}/{dn}/`.
const SUBSCRIPTIONS: &[(&str, Qos)] = &[
    (topics::MATCH_REPLY, Qos::AtMostOnce),
    (topics::RESET_REPLY, Qos::AtMostOnce),
    (topics::EVENT_NOTIFY, Qos::AtLeastOnce),
    #[cfg(feature = "remote-switchap")]
    (topics::SWITCH_AP, Qos::AtMostOnce),
];

impl Engine {
    pub(super) fn subscribe_all(&mut self, now: Instant) -> Result<(), Error> {
        for (suffix, qos) in SUBSCRIPTIONS {
            self.mqtt.subscribe(&topics::sys(&self.identity, suffix)?, *qos, None, now)?;
        }
        Ok(())
    }

    /// Tells binding which of its reply topics it can rely on, and logs what has changed.
    pub(super) fn grants_changed(&mut self) {
        let reply = self.subscription(topics::MATCH_REPLY);
        let reset = self.subscription(topics::RESET_REPLY);
        self.log_grant(topics::MATCH_REPLY, self.local.reply_subscription, reply);
        self.log_grant(topics::RESET_REPLY, self.local.reset_subscription, reset);
        self.local.reply_subscription = reply;
        self.local.reset_subscription = reset;
        self.local.binding.reply_topic_granted(reply == Some(SubscriptionState::Granted));
        self.local.binding.reset_topic_granted(reset == Some(SubscriptionState::Granted));
    }

    fn log_grant(&self, suffix: &str, before: Option<SubscriptionState>, now: Option<SubscriptionState>) {
        let Ok(topic) = topics::sys(&self.identity, suffix) else { return };
        match now {
            Some(SubscriptionState::Granted) if before != now => debug!("sub {topic} success"),
            Some(SubscriptionState::Refused) if before != now => {
                debug!("sub {topic} fail");
                error!("bind: subscribe: broker refused .../{} (0x80)", last_level(suffix));
            }
            _ => {}
        }
    }

    fn subscription(&self, suffix: &str) -> Option<SubscriptionState> {
        self.mqtt.subscription(&topics::sys(&self.identity, suffix).ok()?)
    }

    /// One message on a topic that is subscribed. False when it is not of binding.
    pub(super) fn route_binding(&mut self, topic: &str, payload: &[u8], now: Instant) -> bool {
        let read = match topics::suffix(&self.identity, topic) {
            Some(topics::MATCH_REPLY) => Reply::parse(payload).map(|reply| {
                self.local.binding.report_replied(reply.id, reply.code, &reply.message, now);
            }),
            Some(topics::RESET_REPLY) => Reply::parse(payload)
                .map(|reply| self.local.binding.reset_replied(reply.id, reply.code, &reply.message, now)),
            Some(topics::EVENT_NOTIFY) => {
                CloudEvent::parse(payload).map(|event| self.acknowledge_cloud_event(&event, now))
            }
            #[cfg(feature = "remote-switchap")]
            Some(topics::SWITCH_AP) => self.take_switchap(payload, now),
            #[cfg(feature = "registrar")]
            Some(registrar::CHECKIN) => self.take_checkin(payload, now),
            #[cfg(feature = "registrar")]
            Some(registrar::FOUND_REPLY) => self.take_found_reply(payload, now),
            #[cfg(feature = "registrar")]
            Some(registrar::CIPHER_GET_REPLY) => self.take_cipher_reply(payload),
            _ => return false,
        };
        match read {
            Ok(()) => {}
            Err(Error::Malformed) => {
                warn!("message on {topic} is not the JSON it should be ({} bytes)", payload.len());
            }
            Err(error) => warn!("message on {topic} ignored: {error}"),
        }
        true
    }

    fn acknowledge_cloud_event(&mut self, event: &CloudEvent, now: Instant) {
        log::info!("cloud event {}", event.identifier);
        let sent = messages::cloud_event_reply(event)
            .and_then(|payload| self.publish(topics::EVENT_NOTIFY_REPLY, &payload, Qos::AtMostOnce, now));
        if let Err(error) = sent {
            warn!("cloud event {} not answered: {error}", event.identifier);
        }
    }
}

fn last_level(suffix: &str) -> &str {
    let start = suffix.bytes().rposition(|byte| byte == b'/').map_or(0, |slash| slash.saturating_add(1));
    suffix.get(start..).unwrap_or_default()
}
