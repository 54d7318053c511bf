//! What the provisioning of the C SDK fell for, row by row of the table of its defects: tests that show that ours
//! does not. Those that need a view from inside, or belong with others, are elsewhere and named by [`ROWS`].

#![allow(clippy::arithmetic_side_effects)]

mod logs;
mod smartconfig;

use std::collections::HashSet;

use zeroize::ZeroizeOnDrop;

use super::air::registrar::Bench as RegistrarBench;
use super::air::{self, Ear, SECRET, hostile};
use super::hostile as hostile_frames;
use super::stations::{self, Bench, setup};
use super::*;
use crate::engine::tests as engine;
use crate::entropy::{Entropy, PortEntropy, StoredSeed};
use crate::provision::air::mcast::Mcast;
use crate::provision::air::smartconfig::Smartconfig;
use crate::provision::air::smartconfig::tests::phone::{Carrier, Cipher};
use crate::provision::air::wps::Wps;
use crate::provision::credentials;
use crate::provision::crypto::{self, Key, Password};
use crate::provision::{RemoteSwitch, Setup, Station, frame, messages, switchap};

/// What the C SDK fell for, and what shows that ours does not.
type Row = (&'static str, &'static [fn()]);

/// Row 1 to row 19.
const ROWS: [Row; 19] = [
    (
        "a WPS device name runs over its buffer",
        &[
            air::wps::a_device_name_too_long_for_its_buffer_is_refused,
            air::wps::attributes_that_reach_past_their_element_are_refused,
        ],
    ),
    (
        "a smartconfig password of 65 bytes runs over its buffer",
        &[smartconfig::a_password_of_65_bytes_is_refused, crypto::tests::a_password_of_65_bytes_is_refused],
    ),
    (
        "zero-config without a signature, and with lengths that lead out of the element",
        &[
            air::enrollee::an_answer_without_the_whole_signature_is_refused,
            air::enrollee::lengths_that_do_not_fit_are_refused,
            air::registrar::lengths_that_do_not_fit_are_refused,
        ],
    ),
    (
        "an empty password, with which nothing authenticates the name",
        &[
            smartconfig::an_empty_password_is_taken_only_for_a_network_known_to_be_open,
            air::wps::an_empty_password_is_taken_only_for_a_network_known_to_be_open,
            air::mcast::an_empty_password_is_taken_only_for_a_network_known_to_be_open,
            air::enrollee::an_empty_password_is_taken_only_for_a_network_known_to_be_open,
            hostile_frames::an_empty_password_is_taken_only_for_a_network_known_to_be_open,
        ],
    ),
    ("one key for all devices of a product", &[a_message_that_all_devices_can_read_needs_the_button]),
    (
        "random bytes and bind tokens made of the uptime",
        &[
            random_bytes_are_not_made_of_the_uptime,
            stations::phone_ap::each_session_has_random_bytes_of_its_own,
            stations::a_join_that_fails_reopens_the_access_point_and_its_token_is_forgotten,
        ],
    ),
    (
        "access points with a known password are joined",
        &[phone_aps::joins_no_phone_without_a_press_and_no_other_helper],
    ),
    (
        "WEP is told by the duration",
        &[
            smartconfig::it_is_read_without_a_beacon_whatever_the_duration,
            air::mcast::the_duration_says_nothing_about_encryption,
        ],
    ),
    (
        "one bad multicast message blocks all that follow",
        &[
            air::mcast::a_bad_message_does_not_block_later_ones,
            air::mcast::all_128_positions_are_safe,
            air::mcast::fields_that_do_not_fit_are_refused,
            air::mcast::a_token_with_a_password_that_is_no_text_is_not_given_on,
        ],
    ),
    (
        "elements of a probe request are looked for in the wrong place",
        &[air::enrollee::the_element_is_found_in_requests_and_in_responses],
    ),
    ("MQTT payloads padded with NUL", &[what_the_cloud_is_sent_ends_with_its_json]),
    ("the MAC parser reads past the text", &[credentials::tests::a_mac_is_six_pairs_and_nothing_else]),
    (
        "late frames, position 128, signed lengths, a lock that only traffic ends",
        &[
            smartconfig::no_position_is_out_of_range,
            hostile_frames::late_frames_are_ignored,
            frame::tests::headers_longer_than_the_frame_are_refused,
            sessions::silence_unlocks_also_without_any_traffic,
        ],
    ),
    (
        "device AP: stopped while it starts, an acknowledgement that is never seen, a network said to be open",
        &[
            device_aps::ends_at_every_step_when_stopped,
            device_aps::does_not_wait_for_ever_for_the_acknowledgement,
            stations::joins_what_a_phone_asks_for_on_the_devices_access_point,
            stations::goes_on_when_the_answer_is_not_acknowledged,
            switchap::tests::reads_the_request_on_the_devices_access_point,
        ],
    ),
    (
        "phone AP: silent after a refusal, a flag that stays, what is missing is read from NULL",
        &[
            phone_aps::announces_itself_after_a_refusal_too,
            phone_aps::a_session_that_was_stopped_there_can_be_followed_by_another,
            stations::phone_ap::what_is_missing_is_not_read,
            switchap::tests::a_missing_password_is_that_of_an_open_network,
            switchap::tests::a_request_without_an_id_cannot_be_answered,
            switchap::tests::an_over_long_password_is_refused,
        ],
    ),
    (
        "the registrar does not hear that a device has joined",
        &[
            air::registrar::a_device_that_announces_that_it_has_joined_is_left_alone,
            air::registrar::a_stop_forgets_everything,
        ],
    ),
    (
        "JSON that is not escaped; secrets in the log and in memory",
        &[
            messages::tests::what_others_wrote_is_escaped,
            air::registrar::what_others_call_themselves_is_escaped,
            stations::phone_ap::tells_an_observer_what_access_points_there_are,
            hostile::no_secret_is_logged,
            logs::no_session_logs_a_secret,
            secrets_are_wiped_on_drop,
        ],
    ),
    (
        "a series that begins anew goes on without end",
        &[
            announcing::a_new_series_takes_the_place_of_the_one_that_runs,
            engine::provisioning::a_series_of_binding_takes_the_place_of_the_one_that_runs,
        ],
    ),
    (
        "text is read past its end",
        &[a_text_that_ends_within_a_character_is_refused, crypto::tests::what_is_no_text_is_refused],
    ),
];

#[test]
fn every_row_is_shown() {
    for (defect, shown_by) in ROWS {
        assert!(!shown_by.is_empty(), "{defect}");
    }
}

// What keeps strangers out is not the key.
#[test]
fn a_message_that_all_devices_can_read_needs_the_button() {
    let mut messages = hostile::messages();
    messages.extend(smartconfig::sent(&smartconfig::linkkit_lab(), 5, &Carrier::new(Cipher::Aes)));
    for is_pressed in [false, true] {
        let mut device = if is_pressed { Device::pressed() } else { Device::scanning(None) };
        device.take_lines();
        let mut decoders =
            (air::enrollee::enrollee(), Wps::new(SECRET, 250), Mcast::new(SECRET), Smartconfig::new(SECRET));
        for message in &messages {
            let decoders: &mut [&mut dyn Decoder] =
                &mut [&mut decoders.0, &mut decoders.1, &mut decoders.2, &mut decoders.3];
            device.provisioning.frame(decoders, &plain(message).unwrap(), device.now);
            device.poll();
        }
        assert_eq!(!device.take_lines().is_empty(), is_pressed);
    }
}

fn station(random: &[u8; 32], uptime_ms: u64) -> Bench {
    let setup = setup();
    let port = PortEntropy { random, uptime_ms, mac: &setup.mac };
    let (entropy, _) = Entropy::new(b"secret", &StoredSeed::empty(), &port).unwrap();
    let mut bench = Bench::new();
    bench.station = Station::new(Setup { entropy, ..setup }).unwrap();
    bench
}

#[test]
fn random_bytes_are_not_made_of_the_uptime() {
    let session_random = |bench: &mut Bench| {
        bench.station.provisioning().start(ScanTimes { dwell_ms: 250, limit_ms: None }).unwrap();
        bench.poll();
        let random = *bench.station.session_random();
        bench.station.provisioning().stop();
        bench.poll();
        random
    };
    let first = session_random(&mut station(&[1; 32], 5));
    assert_ne!(first, session_random(&mut station(&[2; 32], 5)));
    assert_ne!(first, session_random(&mut station(&[1; 32], 6)));
    // The C SDK makes no byte 0xFF.
    let mut bench = station(&[1; 32], 5);
    let all: HashSet<[u8; 16]> = (0..256).map(|_| session_random(&mut bench)).collect();
    assert_eq!(all.len(), 256);
    let bytes: HashSet<u8> = all.iter().flatten().copied().collect();
    assert_eq!(bytes.len(), 256);
}

#[test]
fn what_the_cloud_is_sent_ends_with_its_json() {
    let mut bench = RegistrarBench::new();
    bench.registrar.frame(&plain(air::enrollee::enrollee().frame()).unwrap());
    let mut published = bench.drain();
    published.extend(bench.check_in("test_06", ""));
    assert_eq!(published.len(), 2);
    let request = br#"{"id":"3","params":{"ssid":"lab","passwd":"12345678"}}"#;
    let answer = RemoteSwitch::new().request(request, bench.now).unwrap();
    published.push(format!("answer {}", String::from_utf8(answer).unwrap()));
    for line in published {
        let (_, payload) = line.split_once(' ').unwrap();
        assert!(
            payload.ends_with('}') && serde_json::from_str::<serde_json::Value>(payload).is_ok(),
            "{line}"
        );
    }
}

#[test]
fn secrets_are_wiped_on_drop() {
    fn is_wiped<T: ZeroizeOnDrop>() {}
    is_wiped::<Key>();
    is_wiped::<Password>();
    is_wiped::<Credentials>();
}

#[test]
fn a_text_that_ends_within_a_character_is_refused() {
    let text = "密码é1";
    for end in 0..=text.len() {
        let is_taken = check_password(&text.as_bytes()[..end]).is_ok();
        assert_eq!(is_taken, text.is_char_boundary(end), "{end}");
    }
}
