//! Datagrams that are not messages, and the defects of coap-lite 0.13.3 that the gate and the types
//! shut out (C1 to C10 of the list made when it was chosen).

use super::gate::FormatError;
use super::*;
use crate::error::Error;

const RESET: &str = "7000 1234";

/// A fresh server's reaction, so that the rate limit does not interfere.
fn reaction(datagram: &[u8]) -> Vec<u8> {
    Bench::new().reaction(datagram)
}

fn format_error(datagram: &str) -> Option<FormatError> {
    gate::admit(&hex(datagram)).err().map(|refusal| refusal.reason)
}

#[test]
fn c1_marker_without_payload_is_a_format_error() {
    assert_eq!(reaction(&hex("40011234 ff")), hex(RESET));
    assert_eq!(reaction(&hex("50011234 ff")), SILENCE);
}

#[test]
fn c2_other_versions_are_ignored() {
    for datagram in ["00011234", "80011234", "c0011234"] {
        assert_eq!(reaction(&hex(datagram)), SILENCE, "{datagram}");
    }
}

#[test]
fn c3_empty_message_with_content_is_a_format_error() {
    for datagram in ["44001234 01020304", "40001234 b161", "40001234 ff61"] {
        assert_eq!(reaction(&hex(datagram)), hex(RESET), "{datagram}");
    }
    assert_eq!(reaction(&hex("54001234 01020304")), SILENCE);
    // To the peer a ping looks the same.
    assert_eq!(format_error("40001234 b161"), Some(FormatError::EmptyWithContent));
    assert_eq!(format_error("40001234"), None);
}

#[test]
fn c4_reserved_codes_are_a_format_error() {
    for code in (0x20..=0x3F).chain(0x60..=0x7F).chain(0xC0..=0xFF) {
        assert_eq!(reaction(&[0x40, code, 0x12, 0x34]), hex(RESET), "{code:02x}");
        assert_eq!(reaction(&[0x50, code, 0x12, 0x34]), SILENCE, "{code:02x}");
        assert_eq!(format_error(&format!("40{code:02x}1234")), Some(FormatError::ReservedCode));
    }
    // A method nobody knows is not a format error, but its path is looked at first.
    assert_eq!(reaction(&hex("40081234")), hex("6084 1234"));
}

#[test]
fn c5_unknown_critical_and_repeated_options_are_refused() {
    // 0x0c is option 25 of length 0; the second has Uri-Host twice.
    for datagram in ["40011234 d00c", "40011234 31 61 01 62"] {
        assert_eq!(reaction(&hex(datagram)), hex("6082 1234"), "{datagram}");
        assert_eq!(reaction(&other_type(hex(datagram))), SILENCE, "{datagram}");
    }
}

#[test]
fn c6_option_floods_do_not_reach_the_parser() {
    for option in [0x00, 0x10] {
        let flood = con_get(&[option; 1148]);
        assert_eq!(reaction(&flood), hex(RESET));
        assert_eq!(reaction(&con_get(&[option; 17])), hex(RESET));
    }
    // 16 options are no flood: If-Match is merely not understood.
    assert_eq!(reaction(&con_get(&[[0x10].as_slice(), &[0; 15]].concat())), hex("6082 1234"));
}

#[test]
fn c7_token_lengths_over_8_are_a_format_error() {
    for length in 9..=15u8 {
        let datagram = [&[0x40 | length, 0x01, 0x12, 0x34], [0; 15].as_slice()].concat();
        assert_eq!(reaction(&datagram), hex(RESET), "{length}");
    }
    let mut bench = Bench::new();
    let longest = [&hex("48011234 0102030405060708"), query_path().as_slice()].concat();
    let request = bench.request(&longest);
    bench.answer(&request, b"{}");
    assert_eq!(bench.reply(), hex("68451234 0102030405060708 c132 ff7b7d"));
}

#[test]
fn c8_what_does_not_fit_is_not_encoded() {
    let mut bench = Bench::new();
    let request = bench.request(&hex(CON_QUERY));
    assert_eq!(bench.server.answer(&request, &[b' '; 1280], bench.now), Err(Error::TooLong));
    assert_eq!(
        bench.server.announce(Announcement::Bindable, phone(), [0; 4], &[b' '; 1280]),
        Err(Error::TooLong)
    );
    assert_eq!(bench.sent(), []);
}

#[test]
fn c9_two_byte_extensions_are_read_in_network_order() {
    // Option 11 + 0x0500 + 269 = 1560 is elective, 1561 is critical.
    let after_path = |low| [query_path(), hex("e1 05"), vec![low, 0x61]].concat();
    assert_eq!(reaction(&con_get(&after_path(1))), hex("6082 1234"));
    Bench::new().request(&con_get(&after_path(0)));
    // A Size1 of 269 + 2 bytes: of a wrong length, thus ignored as it is elective.
    let long = [query_path(), hex("de 24 0002"), vec![0xFF; 271]].concat();
    Bench::new().request(&con_get(&long));
}

#[test]
fn c10_lengths_over_the_datagram_are_a_format_error() {
    for options in
        ["1e ffff", "1e fef2", "1d ff 61", "12 61", "1e ff", "1d", "ee ffff ffff", "1f 61", "f1 61"]
    {
        assert_eq!(reaction(&con_get(&hex(options))), hex(RESET), "{options}");
    }
    // Option numbers add up to more than 16 bits.
    assert_eq!(reaction(&con_get(&hex("e0 fe00 e0 fe00"))), hex(RESET));
}

#[test]
fn only_a_whole_header_can_be_rejected() {
    for datagram in ["", "40", "4001", "400112"] {
        assert_eq!(reaction(&hex(datagram)), SILENCE, "{datagram}");
    }
}

#[test]
fn messages_over_1152_bytes_are_rejected() {
    let with_payload = |length: usize| {
        let mut datagram = [con_get(&query_path()), vec![0xFF]].concat();
        datagram.resize(length, b' ');
        datagram
    };
    Bench::new().request(&with_payload(1152));
    assert_eq!(reaction(&with_payload(1153)), hex(RESET));
    assert_eq!(reaction(&other_type(with_payload(1153))), SILENCE);
}

#[test]
fn acknowledgements_and_resets_are_ignored() {
    for datagram in ["60001234", "70001234", "60011234", "70011234", "70451234", "6000 1234 ff", "64001234"] {
        assert_eq!(reaction(&hex(datagram)), SILENCE, "{datagram}");
    }
}

#[test]
fn a_ping_is_answered_with_a_reset() {
    assert_eq!(reaction(&hex("40001234")), hex(RESET));
    assert_eq!(reaction(&hex("50001234")), SILENCE);
}

#[test]
fn no_answer_goes_to_a_group_or_nowhere() {
    for from in ["255.255.255.255:5683", "224.0.1.187:5683", "0.0.0.0:5683", "10.0.0.100:0"] {
        let mut bench = Bench::new();
        let inbound = bench.receive_from(from.parse().unwrap(), &hex(CON_QUERY));
        assert_eq!((inbound, bench.sent()), (Inbound::Nothing, Vec::new()), "{from}");
    }
}
