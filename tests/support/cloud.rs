//! The cloud's side, step by step under the test's control.

use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rumqttc::{Client, Connection, Event, MqttOptions, Packet, QoS};
use serde_json::Value;

use super::broker::PORT;
use super::network::{Network, SERVER};
use super::timeline::{Seen, Timeline};
use super::{SOON, topic};

/// What a device has published.
#[derive(Clone)]
pub struct Message {
    pub topic: String,
    pub qos: QoS,
    pub payload: Vec<u8>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {}", self.topic, String::from_utf8_lossy(&self.payload))
    }
}

impl Message {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.payload)
            .unwrap_or_else(|error| panic!("not JSON: {error}: {}", String::from_utf8_lossy(&self.payload)))
    }

    /// The `id` of a report.
    pub fn id(&self) -> String {
        self.json()["id"].as_str().expect("a string `id`").to_owned()
    }

    /// The token of a token report.
    pub fn token(&self) -> String {
        self.json()["params"]["token"].as_str().expect("a `token`").to_owned()
    }
}

/// How the cloud treats reports.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Replies {
    /// Answers each token and unbind report with 200.
    Success,
    /// Leaves them to the test.
    None,
}

/// A client of the broker that sees all that devices publish.
pub struct Cloud {
    client: Client,
    seen: Arc<Timeline<Message>>,
}

impl Cloud {
    /// Connects to the broker of `network`, and stays connected.
    pub fn join(network: &Network, replies: Replies) -> Self {
        let mut options = MqttOptions::new("cloud", SERVER.to_string(), PORT);
        options.set_keep_alive(Duration::from_secs(30));
        let seen = Arc::new(Timeline::new());
        let subscribed = Arc::new(Timeline::new());
        let (client, connection) = Client::new(options, 64);
        let worker = Worker {
            client: client.clone(),
            seen: Arc::clone(&seen),
            subscribed: Arc::clone(&subscribed),
            replies,
        };
        network.peers.spawn(move || worker.run(connection));
        let last = FILTERS.len() - 1;
        assert!(subscribed.find(last, SOON, |()| true).is_some(), "the cloud cannot subscribe at the broker");
        Self { client, seen }
    }

    /// The `n`-th (from 0) token report.
    pub fn token_report(&self, n: usize, timeout: Duration) -> Seen<Message> {
        self.nth("thing/awss/enrollee/match", n, timeout)
    }

    /// The `n`-th (from 0) message of the device on `suffix`.
    pub fn nth(&self, suffix: &str, n: usize, timeout: Duration) -> Seen<Message> {
        self.nth_on(&topic(suffix), n, timeout)
    }

    /// The `n`-th (from 0) message on `topic`.
    pub fn nth_on(&self, topic: &str, n: usize, timeout: Duration) -> Seen<Message> {
        let mut from = 0;
        for i in 0..=n {
            let found = self.seen.find(from, timeout, |message| message.topic == topic);
            let found = found.unwrap_or_else(|| {
                panic!("message {i} on {topic} did not come within {timeout:?}: {:?}", self.seen.all())
            });
            if i == n {
                return found;
            }
            from = found.index + 1;
        }
        unreachable!("the loop returns at n")
    }

    /// The token report with this token.
    pub fn report_of(&self, token: &str, timeout: Duration) -> Seen<Message> {
        let wanted = topic("thing/awss/enrollee/match");
        let is_it = |message: &Message| message.topic == wanted && message.token() == token;
        self.seen
            .find(0, timeout, is_it)
            .unwrap_or_else(|| panic!("token {token} was not reported: {:?}", self.seen.all()))
    }

    /// The first message at `index` of all or later that `matches`.
    pub fn wait_from(
        &self,
        index: usize,
        timeout: Duration,
        matches: impl Fn(&Message) -> bool,
    ) -> Seen<Message> {
        self.seen.find(index, timeout, matches).unwrap_or_else(|| {
            panic!("it did not come within {timeout:?}; since {index}: {:?}", self.since(index))
        })
    }

    /// All messages so far at `index` or later, the cloud's own among them.
    pub fn since(&self, index: usize) -> Vec<Seen<Message>> {
        self.seen.since(index)
    }

    /// How many messages there are so far.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Messages of the device on `suffix` so far.
    pub fn messages(&self, suffix: &str) -> Vec<Seen<Message>> {
        self.all_on(&topic(suffix))
    }

    /// Messages on `topic` so far.
    pub fn all_on(&self, topic: &str) -> Vec<Seen<Message>> {
        self.seen.all().into_iter().filter(|message| message.what.topic == topic).collect()
    }

    /// The first message on `topic` that `matches`.
    pub fn wait_on(
        &self,
        topic: &str,
        timeout: Duration,
        matches: impl Fn(&Message) -> bool,
    ) -> Seen<Message> {
        let found = self.seen.find(0, timeout, |message| message.topic == topic && matches(message));
        found.unwrap_or_else(|| panic!("no such message on {topic}: {:?}", self.seen.all()))
    }

    /// Replies to a report with `code`.
    pub fn reply(&self, report: &Message, code: u16) {
        self.publish(&format!("{}_reply", report.topic), reply_text(&report.id(), code));
    }

    /// Publishes anything.
    pub fn publish(&self, topic: &str, payload: impl AsRef<[u8]>) {
        self.client.publish(topic, QoS::AtMostOnce, false, payload.as_ref()).expect("the cloud is running");
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        // Fails when its thread has ended.
        let _ = self.client.disconnect();
    }
}

/// What the real cloud answers.
fn reply_text(id: &str, code: u16) -> String {
    let message = if code == 200 { "success" } else { "request error" };
    format!(r#"{{"id":"{id}","code":{code},"data":{{}},"message":"{message}","version":"1.0"}}"#)
}

const FILTERS: [&str; 3] = ["/sys/#", "/ota/#", "/ext/#"];

struct Worker {
    client: Client,
    seen: Arc<Timeline<Message>>,
    subscribed: Arc<Timeline<()>>,
    replies: Replies,
}

impl Worker {
    fn run(self, mut connection: Connection) {
        for event in connection.iter() {
            match event {
                Ok(Event::Incoming(Packet::ConnAck(_))) => self.subscribe(),
                Ok(Event::Incoming(Packet::SubAck(_))) => self.subscribed.push(()),
                Ok(Event::Incoming(Packet::Publish(message))) => {
                    self.take(Message {
                        topic: message.topic,
                        qos: message.qos,
                        payload: message.payload.to_vec(),
                    });
                }
                Ok(Event::Outgoing(rumqttc::Outgoing::Disconnect)) => return,
                Ok(_) => {}
                // The broker is down; `iter` connects again.
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    fn subscribe(&self) {
        for filter in FILTERS {
            self.client.try_subscribe(filter, QoS::AtLeastOnce).expect("room for a request");
        }
    }

    fn take(&self, message: Message) {
        let is_report =
            ["thing/awss/enrollee/match", "thing/reset"].iter().any(|suffix| message.topic.ends_with(suffix));
        if self.replies == Replies::Success && is_report {
            let reply = reply_text(&message.id(), 200);
            self.client
                .try_publish(format!("{}_reply", message.topic), QoS::AtMostOnce, false, reply)
                .expect("room for a reply");
        }
        self.seen.push(message);
    }
}
