//! What the application's output says has happened.

use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant};

use crate::application::Application;

#[derive(Default)]
pub struct Counters {
    /// Restarts of the broker that were lived through.
    pub cycles: u64,
    pub reconnects: u64,
    /// Waits before an attempt to connect: all of them, and those since the device was connected last.
    waits: u64,
    pub waits_in_a_row: u32,
    /// Publishes asked for, and how many of them were taken: with a packet id, and without.
    pub asked: u64,
    sent: u64,
    sent_at_most_once: u64,
    refused: u64,
    acknowledged: u64,
    reported_lost: u64,
    received: u64,
    /// Subscriptions that were found to be live.
    pub live: u64,
    /// Packet ids of publishes without an outcome so far.
    pub open: BTreeSet<u64>,
    /// When the device was connected again last.
    reconnected_at: Option<Instant>,
    longest_away: Duration,
    /// Lines of the output that are counted.
    pub read_to: usize,
}

impl Counters {
    /// Counts what the application has printed since the last time, and gives it.
    pub fn read(&mut self, application: &Application) -> Vec<String> {
        let lines = application.process.lines_from(self.read_to);
        self.read_to += lines.len();
        for line in &lines {
            self.count(&line.what, line.at);
        }
        lines.into_iter().map(|line| line.what).collect()
    }

    /// `result`: of IOT_MQTT_Publish.
    pub fn published(&mut self, qos: u8, result: i32) {
        self.asked += 1;
        match u64::try_from(result) {
            Err(_) => self.refused += 1,
            Ok(_) if qos == 0 => self.sent_at_most_once += 1,
            Ok(id) => {
                assert!(self.open.insert(id), "packet id {id} is in use");
                self.sent += 1;
            }
        }
    }

    /// The device is connected again, to a broker that listens since `back`.
    pub fn note_reconnect(&mut self, back: Instant) {
        let at = self.reconnected_at.expect("it was reconnected");
        self.longest_away = self.longest_away.max(at.saturating_duration_since(back));
    }

    fn count(&mut self, line: &str, at: Instant) {
        if let Some(id) = line.strip_prefix("@event PUBLISH_SUCCESS id=") {
            self.acknowledged += 1;
            self.end(id);
        } else if let Some(id) = line.strip_prefix("@event PUBLISH_TIMEOUT id=") {
            self.reported_lost += 1;
            self.end(id);
        } else if line.starts_with("@event RECONNECT ") {
            self.reconnects += 1;
            self.waits_in_a_row = 0;
            self.reconnected_at = Some(at);
        } else if line.starts_with("@message ") {
            self.received += 1;
        } else if line.contains("Waiting to reconnect...") {
            self.waits += 1;
            self.waits_in_a_row += 1;
        }
    }

    fn end(&mut self, id: &str) {
        let id = id.parse().expect("a packet id");
        assert!(self.open.remove(&id), "publish {id} ends, and is not open");
    }
}

impl fmt::Display for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} restarts, {} reconnects, {} attempts, longest away {} ms; {} subscriptions found live; QoS 1: {} sent, \
             {} acknowledged, {} reported lost; QoS 0: {} sent; {} refused; {} messages received",
            self.cycles,
            self.reconnects,
            self.waits,
            self.longest_away.as_millis(),
            self.live,
            self.sent,
            self.acknowledged,
            self.reported_lost,
            self.sent_at_most_once,
            self.refused,
            self.received
        )
    }
}
