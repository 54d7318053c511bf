//! The token made by the phone: completed, held, reported first, then wiped.

use super::*;
use crate::error::Error;

#[test]
fn a_short_token_is_completed_with_bssid_and_password() {
    let cases: [(&[u8], &str, &str); 4] = [
        (b"\xd8\xfe\xe3\x11\x22\x33", "12345678", "F80C29056695A97EFCC82F282E84D776"),
        (b"\x11\x22\x33", "12345678", "96C487A24BAD3242111300AA8AF4B206"),
        (b"", "12345678", "5D89DDA67CDB03B9D5FD5A5AEA02F7EB"),
        (b"", "", "66840DDA154E8A113C31DD0AD32F7F3A"),
    ];
    for (bssid, password, whole) in cases {
        let token = Token::from_phone(&[1, 2, 3, 4, 5, 6, 7, 8], bssid, password.as_bytes()).unwrap();
        assert_eq!(token.to_string(), whole);
    }
}

#[test]
fn a_password_counts_only_where_all_three_have_128_bytes_at_most() {
    let complete = |password: &[u8]| Token::from_phone(&[1; 8], &[2; 6], password).unwrap();
    assert!(complete(&[b'p'; 114]) != complete(b""));
    assert!(complete(&[b'p'; 115]) == complete(b""));
}

#[test]
fn a_whole_token_stays_as_it_is_and_any_other_length_is_refused() {
    let whole = Token::from_phone(&[0xA5; 16], &[2; 6], b"12345678").unwrap();
    assert!(whole == Token::new([0xA5; 16]));
    assert_eq!(Token::from_phone(&[], &[2; 6], b"12345678").err(), Some(Error::Malformed));
    assert_eq!(Token::from_phone(&[1; 17], &[2; 6], b"12345678").err(), Some(Error::TooLong));
}

impl Device {
    fn holding(byte: u8) -> Self {
        let mut device = Self::new(false);
        device.set(byte);
        device
    }

    fn set(&mut self, byte: u8) {
        self.binding.set_phone_token(Token::new([byte; 16]), self.now);
    }

    /// Is there still a token in the slot?
    fn holds(&mut self) -> bool {
        self.binding.take_phone_token().is_some()
    }
}

/// The report of the token that [`Device::set`] has set.
fn report(id: u32, byte: u8) -> Seen {
    Seen::Report(id, Token::new([byte; 16]).to_string())
}

fn is_own_report(seen: &Seen, id: u32) -> bool {
    matches!(seen, Seen::Report(got, token) if *got == id && token.get(..2) != token.get(2..4))
}

#[test]
fn it_is_reported_first_and_the_devices_own_token_after_its_acceptance() {
    let mut device = Device::holding(0xA1);
    assert!(device.run(60_000).is_empty(), "nothing before there is a connection");
    device.connect();
    assert_eq!(device.run(20_000), [(0, report(0, 0xA1))]);
    device.binding.report_replied(0, 200, "", device.now);
    let seen = device.run(1);
    let [(0, own)] = seen.as_slice() else { panic!("{seen:?}") };
    assert!(is_own_report(own, 1), "{own:?}");
    device.binding.report_replied(1, 200, "", device.now);
    assert!(!broadcasts(&device.run(1)).is_empty());
    assert!(!device.holds());
}

#[test]
fn two_tokens_are_not_reported_within_a_second() {
    let mut device = Device::holding(0xA1);
    device.connect();
    assert_eq!(device.poll(), [report(0, 0xA1)]);
    device.binding.report_replied(0, 200, "", device.now);
    let seen = device.run(5_000);
    let [(1_000, own)] = seen.as_slice() else { panic!("{seen:?}") };
    assert!(is_own_report(own, 1));
    // Nor is one that the phone sets then.
    device.set(0xA2);
    device.set(0xA3);
    assert_eq!(device.run(1), [(0, report(2, 0xA3))]);
    device.set(0xA4);
    assert_eq!(device.run(2_000), [(999, report(3, 0xA4))]);
}

#[test]
fn it_has_the_same_tries_and_is_kept_when_they_are_used_up() {
    let mut device = Device::holding(0xA1);
    device.connect();
    let seen = device.run(59_999);
    assert_eq!(seen, [(0, report(0, 0xA1)), (30_000, report(1, 0xA1))]);
    // The device's own token gets its chance then.
    let seen = device.run(600_000);
    let [(1, first), (30_001, second)] = seen.as_slice() else { panic!("{seen:?}") };
    assert!(is_own_report(first, 2) && is_own_report(second, 3));
    assert!(device.holds());
}

#[test]
fn a_bind_start_and_a_reconnect_report_a_kept_token_again_and_a_query_does_not() {
    let triggers: [fn(&mut Device); 2] = [
        |device| {
            device.disconnect();
            device.connect();
        },
        |device| device.binding.start(device.now),
    ];
    for trigger in triggers {
        let mut device = Device::holding(0xA1);
        device.connect();
        device.run(600_000);
        assert_eq!(device.query(), None);
        assert!(device.run(600_000).iter().all(|(_, seen)| *seen != report(4, 0xA1)));
        trigger(&mut device);
        assert_eq!(device.run(0), [(0, report(6, 0xA1))]);
        device.binding.report_replied(6, 200, "", device.now);
        assert!(!device.holds());
    }
}

#[test]
fn a_bind_start_while_it_is_in_flight_reports_it_once() {
    let mut device = Device::holding(0xA1);
    device.connect();
    assert_eq!(device.poll(), [report(0, 0xA1)]);
    device.binding.start(device.now);
    assert_eq!(device.run(29_999), []);
}

#[test]
fn a_refusal_by_the_cloud_is_a_failed_try_of_it() {
    let mut device = Device::holding(0xA1);
    device.connect();
    device.run(0);
    device.binding.report_replied(0, 460, "request parameter error", device.now);
    assert_eq!(device.run(10_000), [(1_000, report(1, 0xA1))]);
    device.binding.report_replied(1, 500, "", device.now);
    let seen = device.run(0);
    let [(0, own)] = seen.as_slice() else { panic!("{seen:?}") };
    assert!(is_own_report(own, 2));
    device.binding.report_replied(2, 200, "", device.now);
    assert!(device.query().is_some_and(|(token, _)| !token.starts_with("A1A1")));
    assert!(device.holds());
}

#[test]
fn a_newer_token_replaces_it_and_a_late_reply_to_the_old_one_does_not_count() {
    let mut device = Device::holding(0xA1);
    device.set(0xB2);
    device.connect();
    assert_eq!(device.run(5_000), [(0, report(0, 0xB2))]);
    device.set(0xC3);
    device.binding.report_replied(0, 200, "", device.now);
    assert_eq!(device.run(59_999), [(0, report(1, 0xC3)), (30_000, report(2, 0xC3))]);
    device.binding.report_replied(1, 200, "", device.now);
    device.binding.report_replied(2, 200, "", device.now);
    assert!(!device.holds());
}

#[test]
fn a_lost_connection_gives_it_all_tries_again() {
    let mut device = Device::holding(0xA1);
    device.connect();
    device.run(40_000);
    device.disconnect();
    assert!(device.run(600_000).is_empty(), "no try fails while there is no connection");
    device.connect();
    assert_eq!(device.run(59_999), [(0, report(2, 0xA1)), (30_000, report(3, 0xA1))]);
}

#[test]
fn what_could_not_be_sent_is_not_one_of_its_tries() {
    let mut device = Device::holding(0xA1);
    device.connect();
    for id in 0..5 {
        assert_eq!(device.poll(), [report(id, 0xA1)]);
        device.binding.report_not_sent(device.now);
        assert!(device.run(999).is_empty());
        device.now = device.now.plus(1);
    }
    assert_eq!(device.run(59_999), [(0, report(5, 0xA1)), (30_000, report(6, 0xA1))]);
}

#[test]
fn a_report_of_the_own_token_that_could_not_be_sent_is_told_from_it() {
    let mut device = Device::online(false);
    let own = device.expect_report(0);
    device.run(2_000);
    device.set(0xA1);
    assert_eq!(device.run(0), [(0, report(1, 0xA1))]);
    device.binding.report_not_sent(device.now);
    device.binding.report_replied(0, 200, "", device.now);
    assert_eq!(device.query().map(|(token, _)| token), Some(own));
}

#[test]
fn an_unbind_goes_before_it_and_leaves_it() {
    let mut device = Device::holding(0xA1);
    device.binding.report_reset(device.now);
    device.connect();
    assert_eq!(device.run(2_000), [(0, Seen::Reset(0))]);
    device.binding.reset_replied(0, 200, "", device.now);
    assert_eq!(device.poll(), [Seen::ClearFlag]);
    assert!(device.binding.reset_cleared(true, device.now));
    assert_eq!(device.poll(), [report(0, 0xA1)]);
}

#[test]
fn no_phone_gets_it_and_no_broadcast_has_it() {
    let (mut device, own) = Device::bound_ready();
    device.run(3_000);
    device.set(0xA1);
    assert_eq!(device.poll(), [report(1, 0xA1)]);
    // The own token, which the cloud knows, is still there for them.
    assert!(broadcasts(&device.run(3_000)).iter().all(|(_, _, token, _)| *token == own));
    assert_eq!(device.query().map(|(token, _)| token), Some(own));
    for _ in 0..5 {
        assert_eq!(device.query(), None);
        assert!(broadcasts(&device.run(1_000)).is_empty());
    }
    device.binding.report_replied(1, 200, "", device.now);
    assert_eq!(device.query(), None);
    let seen = device.run(1_000);
    let [(0, own)] = seen.as_slice() else { panic!("{seen:?}") };
    assert!(is_own_report(own, 2));
}

#[test]
fn after_the_series_it_is_all_that_is_reported() {
    let (mut device, _) = Device::bound_ready();
    device.run(100_000);
    device.set(0xA1);
    assert_eq!(device.run(0), [(0, report(1, 0xA1))]);
    device.binding.report_replied(1, 200, "", device.now);
    assert!(device.run(600_000).is_empty());
}

#[test]
fn a_stopped_binding_keeps_it_for_the_next_start() {
    let mut device = Device::online(false);
    device.expect_report(0);
    device.binding.stop();
    device.set(0xA1);
    assert_eq!(device.run(600_000), [(0, Seen::Ended)]);
    device.binding.start(device.now);
    assert_eq!(device.run(0), [(0, report(1, 0xA1))]);
}

#[test]
fn it_survives_a_disconnect_at_every_moment() {
    for cut in (0..100_000).step_by(250) {
        let mut device = Device::new(cut % 3 == 0);
        device.set(0xA1);
        device.connect();
        for part in 1..5 {
            device.run_with_cloud(cut / part, |id| id % 5 == 4);
            device.disconnect();
            device.run(cut / 7);
            device.connect();
        }
        // However it was cut, the cloud gets it, and a phone that asks twice a token of its own.
        for _ in 0..2 {
            device.run_with_cloud(95_000, |_| true);
            device.query();
        }
        device.run_with_cloud(3_000, |_| true);
        assert!(device.query().is_some_and(|(token, _)| !token.starts_with("A1A1")), "cut at {cut}");
        assert!(!device.holds(), "cut at {cut}");
    }
}
