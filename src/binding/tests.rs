//! The binding state machine in virtual time.

#[cfg(feature = "provision")]
mod phone_token;

use core::net::Ipv4Addr;

use super::broadcast::destination;
use super::*;
use crate::entropy::{Entropy, PortEntropy, StoredSeed};
use crate::time::Instant;

struct Device {
    binding: Binding,
    entropy: Entropy,
    now: Instant,
}

/// What the machine asked for, without what differs from run to run.
#[derive(Debug, PartialEq, Eq, Clone)]
enum Seen {
    Report(u32, String),
    Reset(u32),
    Started,
    Broadcast { id: u32, index: u32, token: String, remaining_ms: u64 },
    Ended,
    ClearFlag,
}

impl Device {
    fn new(reset_pending: bool) -> Self {
        let port = PortEntropy { random: &[7; 32], uptime_ms: 1, mac: "" };
        let (entropy, _) = Entropy::new(b"secret", &StoredSeed::empty(), &port).unwrap();
        let now = Instant::from_millis(1_000_000);
        Self { binding: Binding::new(reset_pending, now), entropy, now }
    }

    fn online(reset_pending: bool) -> Self {
        let mut device = Self::new(reset_pending);
        device.connect();
        device
    }

    /// Connected, reported and accepted; gives the token.
    fn bound_ready() -> (Self, String) {
        let mut device = Self::online(false);
        let token = device.expect_report(0);
        device.binding.report_replied(0, 200, "", device.now);
        (device, token)
    }

    fn connect(&mut self) {
        self.binding.connected(self.now);
        self.binding.reset_topic_granted(true);
        self.binding.reply_topic_granted(true);
    }

    fn disconnect(&mut self) {
        self.binding.disconnected(self.now);
    }

    fn poll(&mut self) -> Vec<Seen> {
        let mut seen = Vec::new();
        while let Some(action) = self.binding.poll(&mut self.entropy, self.now) {
            assert!(seen.len() < 1000, "endless");
            seen.push(match action {
                Action::Report { id, token } => Seen::Report(id, token.to_string()),
                Action::ReportReset { id } => Seen::Reset(id),
                Action::BroadcastStarted => Seen::Started,
                Action::Broadcast { id, index, token, remaining_ms } => {
                    Seen::Broadcast { id, index, token: token.to_string(), remaining_ms: remaining_ms.into() }
                }
                Action::BroadcastEnded => Seen::Ended,
                Action::ClearResetFlag => Seen::ClearFlag,
            });
        }
        seen
    }

    /// Runs `ms` milliseconds, waking only when the machine asked for it; times are from the start.
    fn run(&mut self, ms: u64) -> Vec<(u64, Seen)> {
        let start = self.now;
        let end = start.plus(ms);
        let mut seen = Vec::new();
        for _ in 0..100_000 {
            seen.extend(self.poll().into_iter().map(|action| (self.now.since(start), action)));
            match self.binding.poll_timeout().if_ever() {
                Some(next) if next <= end => {
                    assert!(next > self.now, "asks to be woken in the past");
                    self.now = next;
                }
                _ => {
                    self.now = end;
                    return seen;
                }
            }
        }
        panic!("busy loop");
    }

    /// Runs with a cloud that confirms unbinds and those reports that `confirms` names.
    fn run_with_cloud(&mut self, ms: u64, confirms: impl Fn(u32) -> bool) {
        for _ in 0..ms / 100 {
            for (_, seen) in self.run(100) {
                match seen {
                    Seen::Report(id, _) if confirms(id) => {
                        self.binding.report_replied(id.try_into().unwrap(), 200, "", self.now);
                    }
                    Seen::Reset(id) => self.binding.reset_replied(id.try_into().unwrap(), 200, "", self.now),
                    Seen::ClearFlag => assert!(self.binding.reset_cleared(true, self.now)),
                    _ => {}
                }
            }
        }
    }

    fn expect_report(&mut self, id: u32) -> String {
        match self.poll().as_slice() {
            [Seen::Report(got, token)] if *got == id => token.clone(),
            other => panic!("expected report {id}: {other:?}"),
        }
    }

    fn query(&mut self) -> Option<(String, u64)> {
        match self.binding.query(self.now) {
            QueryAnswer::Token { token, remaining_ms } => Some((token.to_string(), remaining_ms.into())),
            QueryAnswer::NotYet => None,
        }
    }
}

fn broadcasts(seen: &[(u64, Seen)]) -> Vec<(u64, u32, String, u64)> {
    seen.iter()
        .filter_map(|(at, seen)| match seen {
            Seen::Broadcast { index, token, remaining_ms, .. } => {
                Some((*at, *index, token.clone(), *remaining_ms))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn reports_only_when_the_reply_topic_is_granted() {
    let mut device = Device::new(false);
    device.binding.connected(device.now);
    assert!(device.run(60_000).is_empty());
    device.binding.reply_topic_granted(true);
    let token = device.expect_report(0);
    assert_eq!(token.len(), 32);
    assert!(token.bytes().all(|c| c.is_ascii_digit() || (b'A'..=b'F').contains(&c)), "{token}");
}

#[test]
fn gives_up_after_two_tries_of_thirty_seconds_with_the_same_token() {
    let mut device = Device::online(false);
    let seen = device.run(600_000);
    let [(0, Seen::Report(0, first)), (30_000, Seen::Report(1, second))] = seen.as_slice() else {
        panic!("{seen:?}")
    };
    assert_eq!(first, second);
}

#[test]
fn after_giving_up_each_trigger_starts_anew() {
    let triggers: [fn(&mut Device); 3] = [
        |device| {
            device.disconnect();
            device.connect();
        },
        |device| assert_eq!(device.query(), None),
        |device| device.binding.start(device.now),
    ];
    for trigger in triggers {
        let mut device = Device::online(false);
        let Seen::Report(_, old) = device.run(600_000)[0].1.clone() else { panic!() };
        trigger(&mut device);
        let seen = device.run(60_000);
        let [(0, Seen::Report(2, new)), (30_000, Seen::Report(3, again))] = seen.as_slice() else {
            panic!("{seen:?}")
        };
        assert_eq!(new, again);
        assert_ne!(&old, new);
    }
}

#[test]
fn only_the_reply_to_the_report_in_flight_counts() {
    let mut device = Device::online(false);
    device.expect_report(0);
    device.run(30_000);
    device.binding.report_replied(0, 200, "", device.now);
    device.binding.report_replied(7, 200, "", device.now);
    device.binding.report_replied(-1, 200, "", device.now);
    assert_eq!(device.query(), None);
    device.binding.report_replied(1, 200, "", device.now);
    assert_eq!(device.query().map(|(_, left)| left), Some(15_000));
}

#[test]
fn a_refusal_by_the_cloud_is_a_failed_try() {
    let mut device = Device::online(false);
    let token = device.expect_report(0);
    device.binding.report_replied(0, 460, "request parameter error", device.now);
    assert_eq!(device.query(), None);
    assert_eq!(device.run(29_999), [(1_000, Seen::Report(1, token))]);
    device.binding.report_replied(1, 500, "", device.now);
    assert!(device.run(600_000).is_empty());
}

#[test]
fn a_token_lives_forty_five_seconds_from_its_first_report() {
    let (mut device, token) = Device::bound_ready();
    device.now = device.now.plus(44_999);
    assert_eq!(device.query(), Some((token, 1)));

    let (mut device, _) = Device::bound_ready();
    device.now = device.now.plus(45_000);
    assert_eq!(device.query(), None);
}

#[test]
fn a_late_reply_leaves_the_rest_of_the_first_reports_life() {
    let mut device = Device::online(false);
    device.run(40_000);
    device.binding.report_replied(1, 200, "", device.now);
    assert_eq!(device.query().map(|(_, left)| left), Some(5_000));
}

#[test]
fn broadcasts_thirty_times_with_growing_gaps() {
    let (mut device, token) = Device::bound_ready();
    let seen = device.run(44_000);
    assert_eq!(seen[0], (0, Seen::Started));
    let sent = broadcasts(&seen);
    let mut at = 0;
    for (n, sent) in (0_u64..).zip(&sent) {
        at += 100 * n;
        assert_eq!(*sent, (at, n as u32, token.clone(), 45_000 - at));
    }
    assert_eq!((sent.len(), at), (30, 43_500));
    // One more gap in which the last can be answered, then nothing.
    assert_eq!(device.run(600_000), [(2_500, Seen::Ended)]);
}

#[test]
fn broadcasts_start_only_when_the_cloud_has_the_token() {
    let mut device = Device::online(false);
    device.expect_report(0);
    assert!(device.run(29_000).is_empty());
    device.binding.report_replied(0, 200, "", device.now);
    assert_eq!(broadcasts(&device.run(0)).len(), 1);
}

#[test]
fn a_token_that_expires_in_mid_series_is_replaced() {
    let mut device = Device::online(false);
    device.expect_report(0);
    device.run(29_999);
    device.binding.report_replied(0, 200, "", device.now);
    let seen = device.run(30_000);
    let reports: Vec<_> = seen.iter().filter(|(_, seen)| matches!(seen, Seen::Report(..))).collect();
    let [(at, Seen::Report(1, second))] = reports.as_slice() else { panic!("{seen:?}") };
    // Noticed when the next broadcast was due.
    assert_eq!(*at, 100 * (1..=17).sum::<u64>());
    let before = broadcasts(&seen);
    assert_eq!(before.len(), 17);
    device.binding.report_replied(1, 200, "", device.now);
    let after = broadcasts(&device.run(60_000));
    assert_eq!(before.len() + after.len(), 30);
    assert!(after.iter().all(|(_, _, token, _)| token == second));
    assert_eq!(after[0].1, 17);
}

#[test]
fn an_answered_broadcast_ends_the_series_and_brings_the_next_token() {
    for id in [123, 1, 2] {
        let (mut device, token) = Device::bound_ready();
        assert_eq!(broadcasts(&device.run(150)).len(), 2);
        device.binding.broadcast_answered(id, 200);
        let seen = device.run(20_000);
        let [(0, Seen::Ended), (850, Seen::Report(1, next))] = seen.as_slice() else { panic!("{seen:?}") };
        assert_ne!(&token, next);
        device.binding.report_replied(1, 200, "", device.now);
        assert!(device.run(100_000).is_empty());
    }
}

#[test]
fn an_answer_with_a_foreign_id_or_code_does_not_count() {
    let (mut device, _) = Device::bound_ready();
    device.run(150);
    for (id, code) in [(3, 200), (0, 200), (-1, 200), (123, 500), (1, 0)] {
        device.binding.broadcast_answered(id, code);
    }
    assert_eq!(broadcasts(&device.run(45_000)).len(), 28);
}

#[test]
fn every_phone_that_asks_gets_a_token_of_its_own() {
    let (mut device, first) = Device::bound_ready();
    let mut given = vec![device.query().unwrap().0];
    assert_eq!(given[0], first);
    for id in 1..5 {
        assert_eq!(device.query(), None);
        device.now = device.now.plus(1_000);
        let seen = device.poll();
        assert!(seen.iter().any(|seen| matches!(seen, Seen::Report(got, _) if *got == id)), "{seen:?}");
        assert_eq!(device.query(), None);
        device.binding.report_replied(id.try_into().unwrap(), 200, "", device.now);
        given.push(device.query().unwrap().0);
    }
    let unique: std::collections::HashSet<_> = given.iter().collect();
    assert_eq!(unique.len(), given.len());
}

#[test]
fn queries_cost_at_most_one_report_a_second() {
    let (mut device, _) = Device::bound_ready();
    let mut reports = 1;
    for _ in 0..1_000 {
        device.query();
        for seen in device.poll() {
            if let Seen::Report(id, _) = seen {
                reports += 1;
                device.binding.report_replied(id.try_into().unwrap(), 200, "", device.now);
            }
        }
        device.now = device.now.plus(10);
    }
    assert_eq!(reports, 10);
}

#[test]
fn a_query_during_the_series_moves_the_series_to_the_next_token() {
    let (mut device, first) = Device::bound_ready();
    device.run(5_000);
    device.query().unwrap();
    let second = device.expect_report(1);
    assert!(broadcasts(&device.run(2_000)).is_empty());
    device.binding.report_replied(1, 200, "", device.now);
    let sent = broadcasts(&device.run(5_000));
    assert!(!sent.is_empty());
    assert!(sent.iter().all(|(_, _, token, _)| *token == second && *token != first));
}

#[test]
fn a_pending_unbind_goes_first_and_repeats_until_answered() {
    let mut device = Device::online(true);
    let seen = device.run(7_000);
    assert_eq!(seen, [(0, Seen::Reset(0)), (3_000, Seen::Reset(1)), (6_000, Seen::Reset(2))]);
    assert_eq!(device.query(), None);
    device.binding.reset_replied(999, 200, "", device.now);
    device.binding.reset_replied(1, 500, "", device.now);
    assert!(device.binding.is_reset_pending());
    device.binding.reset_replied(1, 200, "", device.now);
    assert_eq!(device.poll(), [Seen::ClearFlag]);
    assert!(device.binding.is_reset_pending());
    assert!(device.run(60_000).is_empty());
    assert!(device.binding.reset_cleared(true, device.now));
    assert!(!device.binding.reset_cleared(true, device.now));
    device.expect_report(0);
}

#[test]
fn a_flag_that_could_not_be_cleared_is_cleared_later_unless_another_unbind_is_asked_for() {
    let mut device = Device::online(true);
    device.run(1);
    device.binding.reset_replied(0, 200, "", device.now);
    assert_eq!(device.poll(), [Seen::ClearFlag]);
    assert!(device.binding.reset_cleared(false, device.now));
    device.expect_report(0);
    for _ in 0..2 {
        assert!(!device.run(9_000).iter().any(|(_, seen)| *seen == Seen::ClearFlag));
        assert!(device.binding.poll_timeout() <= device.now.plus(1_100));
        device.now = device.now.plus(1_100);
        assert!(device.poll().contains(&Seen::ClearFlag));
        assert!(!device.binding.reset_cleared(false, device.now));
    }
    device.binding.report_reset(device.now);
    assert!(!device.run(60_000).iter().any(|(_, seen)| *seen == Seen::ClearFlag));
}

#[test]
fn an_unbind_stops_what_binding_was_doing() {
    let (mut device, _) = Device::bound_ready();
    device.run(1_000);
    device.binding.report_reset(device.now);
    assert_eq!(device.query(), None);
    assert_eq!(device.run(2_999), [(0, Seen::Ended), (0, Seen::Reset(0))]);
    device.binding.stop_report_reset();
    assert!(device.run(60_000).is_empty());
    assert!(device.binding.is_reset_pending());
    device.disconnect();
    device.connect();
    assert_eq!(device.run(0), [(0, Seen::Reset(1))]);
}

#[test]
fn an_unbind_waits_for_its_reply_topic() {
    let mut device = Device::new(true);
    device.binding.connected(device.now);
    device.binding.reply_topic_granted(true);
    assert!(device.run(60_000).is_empty());
    device.binding.reset_topic_granted(true);
    assert_eq!(device.run(0), [(0, Seen::Reset(0))]);
}

#[test]
fn a_token_in_flight_is_reported_again_after_a_reconnect() {
    let mut device = Device::online(false);
    let token = device.expect_report(0);
    device.run(10_000);
    device.disconnect();
    assert!(device.run(10_000).is_empty());
    assert_eq!(device.query(), None);
    device.connect();
    assert_eq!(device.expect_report(1), token);

    device.disconnect();
    device.run(30_000);
    device.connect();
    assert_ne!(device.expect_report(2), token, "it has expired");
}

#[test]
fn an_accepted_token_is_answered_and_broadcast_while_mqtt_is_down() {
    let (mut device, token) = Device::bound_ready();
    device.run(1_000);
    device.disconnect();
    assert!(!broadcasts(&device.run(10_000)).is_empty());
    assert_eq!(device.query(), Some((token, 34_000)));
    assert_eq!(device.query(), None);
    assert!(device.run(600_000).is_empty(), "nothing to send and nothing to wake for");
    device.connect();
    device.expect_report(1);
    device.binding.report_replied(1, 200, "", device.now);
    assert!(!broadcasts(&device.run(1_000)).is_empty());
}

#[test]
fn reconnecting_after_the_series_is_over_is_quiet() {
    let (mut device, _) = Device::bound_ready();
    device.run(60_000);
    device.disconnect();
    device.connect();
    assert!(device.run(600_000).is_empty());
}

#[test]
fn survives_a_disconnect_at_every_moment() {
    for cut in (0..100_000).step_by(250) {
        let mut device = Device::online(cut % 3 == 0);
        for part in 1..5 {
            device.run_with_cloud(cut / part, |id| id % 2 == 0);
            device.disconnect();
            device.run(cut / 7);
            device.connect();
        }
        // However it was cut, a phone that asks twice gets a token.
        for _ in 0..2 {
            device.run_with_cloud(30_000, |_| true);
            device.query();
        }
        device.run_with_cloud(3_000, |_| true);
        assert!(device.query().is_some(), "cut at {cut}");
    }
}

#[test]
fn destinations_rotate_over_the_own_address() {
    let own = Some(Ipv4Addr::new(10, 1, 2, 59));
    let sent: Vec<_> = (0..5).map(|index| destination(index, own).to_string()).collect();
    assert_eq!(sent, ["255.255.255.255", "10.255.255.255", "10.1.255.255", "10.1.2.255", "255.255.255.255"]);
    for own in [None, Some(Ipv4Addr::UNSPECIFIED)] {
        assert!((0..4).all(|index| destination(index, own) == Ipv4Addr::BROADCAST));
    }
}
