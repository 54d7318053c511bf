//! Responses to announcements.

use super::*;

const LIVE: [u8; 4] = [0x17, 3, 2, 1];

/// With the announcement live that `NOTIFY_ANSWER` answers.
fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.server.set_live_announcement(Announcement::Bindable, Some(LIVE));
    bench
}

fn is_answered(inbound: &Inbound) -> bool {
    matches!(inbound, Inbound::AnnouncementAnswered { payload, .. } if payload == NOTIFY_ANSWER_JSON)
}

/// `NOTIFY_ANSWER` with another first byte (type) and code.
fn response(first: u8, code: u8) -> Vec<u8> {
    let mut datagram = hex(NOTIFY_ANSWER);
    (datagram[0], datagram[1]) = (first, code);
    datagram
}

#[test]
fn any_success_with_the_live_token_counts() {
    for code in 0x40..=0x5F {
        for (first, reaction) in [(0x44, hex("6000 0014")), (0x54, vec![]), (0x64, vec![])] {
            let mut bench = bench();
            assert!(is_answered(&bench.receive(&response(first, code))), "{first:02x} {code:02x}");
            assert_eq!(bench.reply(), reaction);
        }
    }
}

#[test]
fn a_repeated_confirmable_response_is_acknowledged_again_but_counts_once() {
    let mut bench = bench();
    assert!(is_answered(&bench.receive(&response(0x44, 0x45))));
    bench.reply();
    bench.server.set_live_announcement(Announcement::Bindable, None);
    assert_eq!(bench.reaction(&response(0x44, 0x45)), hex("6000 0014"));
}

#[test]
fn other_responses_are_reset_or_ignored() {
    let mut other_token = hex(NOTIFY_ANSWER);
    other_token[7] = 0;
    let no_token = hex("50450014 ff7b7d");
    let with_critical_option = hex("5445001417030201 10");
    for datagram in [response(0x54, 0x84), response(0x54, 0xA0), other_token, no_token, with_critical_option]
    {
        assert_eq!(bench().reaction(&datagram), SILENCE);
        assert_eq!(bench().reaction(&other_type(datagram)), hex("7000 0014"));
    }
    assert_eq!(bench().reaction(&response(0x74, 0x45)), SILENCE);
}

#[test]
fn no_response_counts_without_a_live_announcement() {
    let mut bench = bench();
    bench.server.set_live_announcement(Announcement::Bindable, None);
    assert_eq!(bench.reaction(&hex(NOTIFY_ANSWER)), SILENCE);
    assert_eq!(bench.reaction(&hex("4045 0014 ff7b7d")), hex("7000 0014"));
}
