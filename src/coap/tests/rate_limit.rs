//! What others can make the device send.

use super::*;
use crate::knobs::{COAP_ANSWERS_PER_SOURCE, COAP_ANSWERS_TOTAL, COAP_SOURCES_MAX};

const PING: [u8; 4] = [0x40, 0, 0x12, 0x34];

fn source(n: u32) -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::from(0x0A00_0000 + n), 5683)
}

/// How many of `count` datagrams from the sources of `from` cause one of ours.
fn answered(bench: &mut Bench, count: u32, from: impl Fn(u32) -> SocketAddrV4, datagram: &[u8]) -> u32 {
    (0..count)
        .map(|n| {
            bench.receive_from(from(n), datagram);
            bench.sent().len() as u32
        })
        .sum()
}

#[test]
fn one_source_gets_its_share_and_no_more() {
    let mut bench = Bench::new();
    assert_eq!(answered(&mut bench, 1000, |_| source(1), &PING), COAP_ANSWERS_PER_SOURCE);
    assert_eq!(answered(&mut bench, 1, |_| source(2), &PING), 1);
}

#[test]
fn the_share_refills_with_time_up_to_one_second() {
    let mut bench = Bench::new();
    answered(&mut bench, 1000, |_| source(1), &PING);
    let per_answer = 1000 / u64::from(COAP_ANSWERS_PER_SOURCE);
    bench.wait(per_answer - 1);
    assert_eq!(answered(&mut bench, 5, |_| source(1), &PING), 0);
    bench.wait(1);
    assert_eq!(answered(&mut bench, 5, |_| source(1), &PING), 1);
    bench.wait(3_600_000);
    assert_eq!(answered(&mut bench, 1000, |_| source(1), &PING), COAP_ANSWERS_PER_SOURCE);
}

#[test]
fn all_sources_together_are_limited() {
    let mut bench = Bench::new();
    assert_eq!(answered(&mut bench, 10_000, source_spread, &PING), COAP_ANSWERS_TOTAL);
    bench.wait(500);
    assert_eq!(answered(&mut bench, 10_000, source_spread, &PING), COAP_ANSWERS_TOTAL / 2);
}

/// A new, forged source for each datagram.
fn source_spread(n: u32) -> SocketAddrV4 {
    source(n + 1)
}

#[test]
fn a_source_over_its_share_takes_nothing_from_the_others() {
    let mut bench = Bench::new();
    answered(&mut bench, 10_000, |_| source(1), &PING);
    let others = COAP_ANSWERS_TOTAL - COAP_ANSWERS_PER_SOURCE;
    assert_eq!(answered(&mut bench, 10_000, |n| source(n + 2), &PING), others);
}

#[test]
fn the_longest_unused_source_is_forgotten_first() {
    let mut bench = Bench::new();
    answered(&mut bench, 1000, |_| source(1), &PING);
    for n in 2..=COAP_SOURCES_MAX as u32 {
        bench.wait(1);
        answered(&mut bench, 1, |_| source(n), &PING);
    }
    // Still known, so still without a share, and now the one used last.
    bench.wait(1);
    assert_eq!(answered(&mut bench, 1, |_| source(1), &PING), 0);
    if COAP_SOURCES_MAX == 1 {
        return;
    }
    // It makes others go before itself.
    answered(&mut bench, 1, |_| source(100), &PING);
    assert_eq!(answered(&mut bench, 1, |_| source(1), &PING), 0);
}

#[test]
fn over_the_limit_a_request_does_not_reach_the_owner() {
    let mut bench = Bench::new();
    let query = |n| with_message_id(hex(CON_QUERY), n);
    for n in 0..COAP_ANSWERS_PER_SOURCE as u16 {
        bench.request(&query(n));
    }
    assert_eq!(bench.reaction(&query(1000)), SILENCE);
    // It was not taken for answered either.
    bench.wait(1000);
    bench.request(&query(1000));
}

#[test]
fn repetitions_and_refusals_count() {
    let mut bench = Bench::new();
    let request = bench.request(&hex(CON_QUERY));
    bench.answer(&request, b"{}");
    bench.sent();
    let repetitions = answered(&mut bench, 1000, |_| phone(), &hex(CON_QUERY));
    assert_eq!(repetitions, COAP_ANSWERS_PER_SOURCE - 1);

    for datagram in [con_get(&[]), con_get(&[0xF0]), hex("40451234")] {
        let mut bench = Bench::new();
        let reactions = answered(&mut bench, 1000, |_| phone(), &datagram);
        assert_eq!(reactions, COAP_ANSWERS_PER_SOURCE, "{datagram:02x?}");
    }
}

#[test]
fn time_that_stands_still_or_jumps_is_survived() {
    let mut bench = Bench::new();
    for ms in [0, u64::MAX, 5, u64::MAX] {
        bench.now = Instant::from_millis(ms);
        answered(&mut bench, 100, |_| source(1), &PING);
    }
}
