//! Message deduplication (RFC 7252 section 4.5).

use super::*;
use crate::knobs::{COAP_DEDUP_LIFETIME_MS, COAP_DEDUP_MAX};

#[test]
fn a_repeated_request_gets_the_same_bytes() {
    for query in [hex(CON_QUERY), other_type(hex(CON_QUERY))] {
        let mut bench = Bench::new();
        let request = bench.request(&query);
        bench.answer(&request, b"{\"token\":1}");
        let first = bench.reply();
        bench.wait(2000);
        assert_eq!(bench.reaction(&query), first);
    }
}

#[test]
fn a_repeated_request_that_waits_for_its_answer_is_ignored() {
    let mut bench = Bench::new();
    let request = bench.request(&hex(CON_QUERY));
    assert_eq!(bench.reaction(&hex(CON_QUERY)), SILENCE);
    bench.answer(&request, b"{}");
    assert!(!bench.reply().is_empty());
}

#[test]
fn errors_are_repeated_too() {
    let mut bench = Bench::new();
    let not_found = bench.reaction(&con_get(&hex("b161")));
    bench.server.register("/a").unwrap();
    assert_eq!(bench.reaction(&con_get(&hex("b161"))), not_found);
}

#[test]
fn another_source_id_or_token_is_another_request() {
    let mut bench = Bench::new();
    bench.request(&hex(CON_QUERY));
    let other_port = SocketAddrV4::new(*phone().ip(), 1);
    assert!(matches!(bench.receive_from(other_port, &hex(CON_QUERY)), Inbound::Request(_)));
    bench.request(&with_message_id(hex(CON_QUERY), 1));
    // An app that was restarted counts from 1 again: a repetition would have its token.
    let mut other_token = hex(CON_QUERY);
    other_token[4] ^= 1;
    bench.request(&other_token);
}

#[test]
fn it_is_forgotten_after_its_lifetime() {
    let mut bench = Bench::new();
    let request = bench.request(&hex(CON_QUERY));
    bench.answer(&request, b"{}");
    bench.reply();
    bench.wait(COAP_DEDUP_LIFETIME_MS - 1);
    assert!(!bench.reaction(&hex(CON_QUERY)).is_empty());
    bench.wait(1);
    bench.request(&hex(CON_QUERY));
}

#[test]
fn an_error_after_the_lifetime_is_remembered_anew() {
    let mut bench = Bench::new();
    bench.reaction(&con_get(&hex("b161")));
    bench.wait(COAP_DEDUP_LIFETIME_MS);
    let not_found = bench.reaction(&con_get(&hex("b161")));
    bench.server.register("/a").unwrap();
    assert_eq!(bench.reaction(&con_get(&hex("b161"))), not_found);
}

#[test]
fn the_oldest_makes_room() {
    let mut bench = Bench::new();
    let query = |n: usize| with_message_id(hex(CON_QUERY), n as u16);
    for n in 0..=COAP_DEDUP_MAX {
        let request = bench.request(&query(n));
        bench.answer(&request, b"{}");
        bench.reply();
        bench.wait(1000);
    }
    for n in 1..=COAP_DEDUP_MAX {
        assert!(!bench.reaction(&query(n)).is_empty(), "{n}");
    }
    bench.request(&query(0));
}

#[test]
fn an_answer_too_late_to_be_remembered_still_goes_out() {
    let mut bench = Bench::new();
    let first = bench.request(&hex(CON_QUERY));
    for n in 0..COAP_DEDUP_MAX {
        bench.request(&with_message_id(hex(CON_QUERY), n as u16));
    }
    bench.answer(&first, b"{}");
    let bytes = bench.reply();
    assert_eq!(bench.reaction(&hex(CON_QUERY)), bytes);
}

#[test]
fn an_answer_that_cannot_be_made_leaves_a_new_chance() {
    let mut bench = Bench::new();
    let request = bench.request(&hex(CON_QUERY));
    bench.server.answer(&request, &[0; 2000], bench.now).unwrap_err();
    bench.request(&hex(CON_QUERY));
}
