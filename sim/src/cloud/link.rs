//! The cloud as a client of the broker: carries messages between MQTT and the services.

use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use rumqttc::{Client, Connection, Event, Packet, QoS, SubscribeFilter};

use crate::cloud::event::{CloudEvent, Observer};
use crate::cloud::outcome::Outgoing;
use crate::cloud::service::{Arrival, CloudService};
use crate::cloud::topics::subscriptions;

/// Requests that may wait for the connection; beyond that messages are lost, and it is told.
pub const QUEUE: usize = 1000;
const RECONNECT_PAUSE: Duration = Duration::from_millis(100);

/// Serves in a thread of its own; `serving` hears each time the subscriptions stand.
pub fn start(
    (client, connection): (Client, Connection),
    service: CloudService,
    observer: Observer,
    serving: Sender<()>,
) -> Result<()> {
    let link = Link { client, service, observer, serving, start: Instant::now(), connected: false };
    thread::Builder::new()
        .name("cloud".into())
        .spawn(move || link.run(connection))
        .context("no thread for the cloud")?;
    Ok(())
}

struct Link {
    client: Client,
    service: CloudService,
    observer: Observer,
    serving: Sender<()>,
    start: Instant,
    connected: bool,
}

impl Link {
    fn run(mut self, mut connection: Connection) {
        for event in connection.iter() {
            match event {
                Ok(Event::Incoming(packet)) => self.incoming(packet),
                Ok(Event::Outgoing(_)) => {}
                Err(error) => {
                    // The embedded broker may not listen yet: silent until the first connection.
                    if std::mem::take(&mut self.connected) {
                        (self.observer)(CloudEvent::LinkLost { reason: error.to_string() });
                    }
                    thread::sleep(RECONNECT_PAUSE);
                }
            }
        }
    }

    fn incoming(&mut self, packet: Packet) {
        match packet {
            Packet::ConnAck(_) => {
                self.connected = true;
                let filters = subscriptions().map(|path| SubscribeFilter::new(path.into(), QoS::AtLeastOnce));
                if let Err(error) = self.client.try_subscribe_many(filters) {
                    (self.observer)(CloudEvent::LinkLost { reason: error.to_string() });
                }
            }
            Packet::SubAck(_) => {
                (self.observer)(CloudEvent::Serving);
                // Nobody waits any more after the first time.
                let _ = self.serving.send(());
            }
            Packet::Publish(publish) => {
                let outcome = self.service.handle(&publish.topic, &publish.payload, self.arrival());
                outcome.events.into_iter().for_each(|event| (self.observer)(event));
                outcome.outgoing.into_iter().for_each(|message| self.send(message));
            }
            _ => {}
        }
    }

    fn arrival(&self) -> Arrival {
        let unix_time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Arrival { uptime: self.start.elapsed(), unix_time }
    }

    fn send(&self, message: Outgoing) {
        let client = self.client.clone();
        let observer = Observer::clone(&self.observer);
        if message.delay.is_zero() {
            publish(&client, &observer, message);
        } else {
            thread::spawn(move || {
                thread::sleep(message.delay);
                publish(&client, &observer, message);
            });
        }
    }
}

fn publish(client: &Client, observer: &Observer, message: Outgoing) {
    // Must not block: this may be the thread that empties the queue.
    match client.try_publish(message.topic, QoS::AtLeastOnce, false, message.payload) {
        Ok(()) => message.event.into_iter().for_each(|event| observer(event)),
        Err(error) => observer(CloudEvent::LinkLost { reason: error.to_string() }),
    }
}
