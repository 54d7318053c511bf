//! mosquitto is killed or shut down and started again every few seconds, half of the times with its sessions
//! gone, while an application in C publishes to itself. `LINKKIT_SOAK_MINUTES` says how long; without it each
//! kind of restart comes once. `make soak MINUTES=10` shows the counters.

#[allow(dead_code, reason = "the soak needs a part of it")]
#[path = "../mqtt_api/application.rs"]
mod application;
mod counters;
mod held;
#[path = "../robust_support/mod.rs"]
mod robust_support;
#[path = "../support/mod.rs"]
mod support;

use std::thread;
use std::time::{Duration, Instant};

use application::Application;
use counters::Counters;
use held::Held;
use support::broker::{Broker, Setting};
use support::network::Network;

/// Handler, filter and a topic it covers; the position is the QoS of the subscription.
const SUBSCRIPTIONS: [(&str, &str, &str); 3] = [
    ("zero", "/soak/zero", "/soak/zero"),
    ("one", "/soak/+/one", "/soak/a/one"),
    ("two", "/soak/two/#", "/soak/two/b"),
];
/// Between two publishes.
const PAUSE: Duration = Duration::from_millis(40);
/// The first wait before a reconnect, and the longest.
const BACKOFF_MIN: Duration = Duration::from_secs(1);
const BACKOFF_MAX: Duration = Duration::from_secs(60);
/// Beyond the back-off, for a machine that has other things to do.
const MARGIN: Duration = Duration::from_secs(5);
/// Time for PUBACK, 30 s, and that margin.
const OUTCOME_LIMIT: Duration = Duration::from_secs(35);

/// What becomes of the broker.
#[derive(Clone, Copy)]
struct Restart {
    /// With SIGKILL, after which what it knows is that of its last SIGTERM.
    is_kill: bool,
    keeps_sessions: bool,
}

const RESTARTS: [Restart; 4] = [
    Restart { is_kill: false, keeps_sessions: true },
    Restart { is_kill: true, keeps_sessions: true },
    Restart { is_kill: true, keeps_sessions: false },
    Restart { is_kill: false, keeps_sessions: false },
];

struct Soak<'n> {
    broker: Broker<'n>,
    application: Application,
    counters: Counters,
    begin: Instant,
}

#[test]
fn an_application_lives_through_a_restarting_broker() {
    let minutes = std::env::var("LINKKIT_SOAK_MINUTES").unwrap_or_else(|_| "0".to_owned());
    let minutes: u64 = minutes.parse().expect("LINKKIT_SOAK_MINUTES is a number");
    let network = Network::new();
    let mut soak = Soak::start(&network);
    let end = soak.begin + Duration::from_secs(60 * minutes);
    let mut held = Held::default();
    let mut reported = soak.begin;
    let mut cycle = 0;
    while cycle < RESTARTS.len() as u64 || Instant::now() < end {
        soak.cycle(cycle);
        held.check(&mut soak.application);
        cycle += 1;
        if reported.elapsed() >= Duration::from_secs(60) {
            reported += Duration::from_secs(60);
            soak.report(&held);
        }
    }
    soak.report(&held);
    soak.application.destroy_and_check();
}

impl<'n> Soak<'n> {
    /// Connected and subscribed.
    fn start(network: &'n Network) -> Self {
        let broker = Broker::start_with(network, &[Setting::KeepSessions]);
        let mut application = Application::start(network).constructed();
        for (qos, (handler, filter, _)) in SUBSCRIPTIONS.iter().enumerate() {
            application.id(&format!("subscribe_sync {filter} {qos} {handler} 5000"));
        }
        let mut counters = Counters::default();
        counters.read(&application);
        Self { broker, application, counters, begin: Instant::now() }
    }

    /// A time with the broker, one without it, and everything is as before.
    fn cycle(&mut self, cycle: u64) {
        self.publish_for(Duration::from_millis(1_500 + cycle * 700 % 2_500), PAUSE);
        let restart = RESTARTS[(cycle % RESTARTS.len() as u64) as usize];
        if restart.is_kill {
            self.broker.stop();
        } else {
            self.broker.shut_down();
        }
        if !restart.keeps_sessions {
            self.broker.forget_sessions();
        }
        self.publish_for(Duration::from_millis(100 + cycle * 900 % 3_400), 5 * PAUSE);
        self.broker.restart();
        let back = Instant::now();
        self.wait_for_reconnect(cycle, back);
        self.assert_subscriptions_live(cycle);
        self.wait_for_outcomes();
        self.counters.cycles += 1;
    }

    /// Publishes to itself, mostly with QoS 1, whatever becomes of it.
    fn publish_for(&mut self, time: Duration, pause: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            let number = self.counters.asked;
            let (_, _, topic) = SUBSCRIPTIONS[(number % SUBSCRIPTIONS.len() as u64) as usize];
            let qos = u8::from(!number.is_multiple_of(4));
            let result = self.application.call(&format!("publish {topic} {qos} number-{number}"));
            self.counters.published(qos, result);
            thread::sleep(pause);
        }
        self.counters.read(&self.application);
    }

    /// `back`: since when the broker listens.
    fn wait_for_reconnect(&mut self, cycle: u64, back: Instant) {
        loop {
            self.counters.read(&self.application);
            if self.counters.reconnects > cycle {
                break;
            }
            // Each attempt in vain doubles the longest wait.
            let doublings = self.counters.waits_in_a_row.saturating_sub(1);
            let wait = BACKOFF_MIN.saturating_mul(1 << doublings.min(6)).min(BACKOFF_MAX);
            assert!(back.elapsed() < wait + MARGIN, "away for {:?}\n{}", back.elapsed(), self.log_end());
            thread::sleep(Duration::from_millis(10));
        }
        self.counters.note_reconnect(back);
        assert_eq!(self.application.call("state"), 1, "{}", self.log_end());
    }

    /// A message to each comes back.
    fn assert_subscriptions_live(&mut self, cycle: u64) {
        for (handler, _, topic) in SUBSCRIPTIONS {
            let published = Instant::now();
            let result = self.application.call(&format!("publish {topic} 1 live-{cycle}"));
            self.counters.published(1, result);
            assert!(result > 0, "refused on a connection: {result}\n{}", self.log_end());
            let wanted = format!("@message {handler} topic={topic} payload=live-{cycle} ");
            while !self.counters.read(&self.application).iter().any(|line| line.contains(&wanted)) {
                assert!(published.elapsed() < MARGIN, "{handler} is not live\n{}", self.log_end());
                thread::sleep(Duration::from_millis(10));
            }
            self.counters.live += 1;
        }
    }

    /// Every publish that was taken is acknowledged, or reported as lost.
    fn wait_for_outcomes(&mut self) {
        let begin = Instant::now();
        while !self.counters.open.is_empty() {
            let open = &self.counters.open;
            assert!(begin.elapsed() < OUTCOME_LIMIT, "no outcome of {open:?}\n{}", self.log_end());
            thread::sleep(Duration::from_millis(10));
            self.counters.read(&self.application);
        }
    }

    fn report(&self, held: &Held) {
        println!("{:6.1} s: {}, {held}", self.begin.elapsed().as_secs_f64(), self.counters);
    }

    /// The last of the log: all of it would be too much.
    fn log_end(&self) -> String {
        let lines = self.application.process.lines_from(self.counters.read_to.saturating_sub(200));
        lines.iter().map(|line| format!("{}\n", line.what)).collect()
    }
}
