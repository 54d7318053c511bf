//! The MQTT client as the application uses it, beside what the library does with it.

use alloc::string::String;

use zeroize::Zeroizing;

use super::{Engine, Event};
use crate::error::Error;
use crate::identity::Identity;
use crate::mqtt::{Acknowledgement, Config, Delivery, Outcome, Qos, Recipient, SubscriptionState};
use crate::sign::CUSTOMIZE_INFO_LEN;
use crate::time::Instant;

/// What CONNECT carries where it is not what the device signs.
#[derive(Default)]
pub struct Login {
    /// Client id.
    pub client_id: Option<String>,
    /// User name.
    pub username: Option<String>,
    /// Password, wiped on drop.
    pub password: Option<Zeroizing<String>>,
}

impl Engine {
    /// Subscribes for the application: see [`Client::subscribe`](crate::mqtt::Client::subscribe).
    ///
    /// # Errors
    /// As there.
    pub fn subscribe_for_application(
        &mut self,
        filter: &str,
        qos: Qos,
        recipient: Recipient,
        now: Instant,
    ) -> Result<Option<u16>, Error> {
        self.mqtt.subscribe(filter, qos, Some(recipient), now)
    }

    /// Unsubscribes for the application: see [`Client::unsubscribe`](crate::mqtt::Client::unsubscribe).
    ///
    /// # Errors
    /// [`Error::Offline`], when nothing changes; else as there.
    pub fn unsubscribe_for_application(&mut self, filter: &str, now: Instant) -> Result<Option<u16>, Error> {
        if !self.is_connected() {
            return Err(Error::Offline);
        }
        self.mqtt.unsubscribe(filter, now)
    }

    /// Publishes for the application: see
    /// [`Client::publish_for_application`](crate::mqtt::Client::publish_for_application).
    ///
    /// # Errors
    /// As there.
    pub fn publish_for_application(
        &mut self,
        topic: &str,
        payload: &[u8],
        qos: Qos,
        retain: bool,
        now: Instant,
    ) -> Result<Option<u16>, Error> {
        self.mqtt.publish_for_application(topic, payload, qos, retain, now)
    }

    /// Unsubscribes the application from everything.
    pub fn drop_recipients(&mut self, now: Instant) {
        self.mqtt.drop_recipients(now);
    }

    /// How far a subscription has come; `None` if there is none.
    pub fn subscription_state(&self, filter: &str) -> Option<SubscriptionState> {
        self.mqtt.subscription(filter)
    }

    /// Begins the delivery of a message to the application.
    pub fn delivery(&self) -> Delivery {
        self.mqtt.delivery()
    }

    /// The next recipient of a message: see
    /// [`Client::next_recipient`](crate::mqtt::Client::next_recipient).
    pub fn next_recipient(&self, topic: &str, delivery: &mut Delivery) -> Option<Recipient> {
        self.mqtt.next_recipient(topic, delivery)
    }

    /// A message was processed.
    pub fn acknowledge(&mut self, acknowledgement: Acknowledgement) {
        self.mqtt.acknowledge(acknowledgement);
    }

    /// How the next of the application's requests has ended.
    pub fn poll_outcome(&mut self) -> Option<Outcome> {
        self.mqtt.poll_outcome()
    }

    /// Longest packet taken in, bytes of remaining length.
    pub fn receive_max(&self) -> usize {
        self.mqtt.config().receive_max
    }

    /// Chooses times, sizes and login for the first connection.
    pub fn configure(&mut self, config: Config, login: Login) {
        self.mqtt.configure(config);
        self.login = login;
    }

    /// Chooses the text added to the client id; empty for none.
    pub fn set_customize_info(&mut self, customize_info: &heapless::String<CUSTOMIZE_INFO_LEN>) {
        self.customize_info.clone_from(customize_info);
    }

    /// Is it this device?
    pub fn is_device(&self, device: &Identity) -> bool {
        self.identity.product_key() == device.product_key()
            && self.identity.device_name() == device.device_name()
    }

    /// Tells of the connection there is as if it had just been made, or has it made without delay.
    pub fn take_over_connection(&mut self, now: Instant) {
        if self.is_connected() {
            self.push_event(Event::Connected);
        }
        self.mqtt.connect_now(now);
    }
}
