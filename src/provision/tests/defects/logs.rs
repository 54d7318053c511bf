//! The log of whole sessions, at the level of debugging.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::json;

use super::*;
use crate::engine::tests::logs::lines;
use crate::provision::signature::sign;

/// Of the vectors, and the last two bind tokens.
const SECRETS: [&[u8]; 7] = [
    b"12345678",
    b"7jluWm1zql7bt8qK",
    b"\x5a\x72\x7c\xc0\x4f\xfc\x08\x1f\xa1\xf0\xe3\x73\xf3\xb8\x11\x96",
    b"\x99\xc2\xf7\xd5\xb5\x32\x15\x25\x1b\x22\x79\x26\x18\xe0\x9f\x83",
    b"\x9d\x53\xa0\x45\xec\xc9\x2b\xb8\xab\x9c\xd6\xf2\xaf\x27\xf8\x1b",
    b"\x96\xc4\x87\xa2\x4b\xad\x32\x42\x11\x13\x00\xaa\x8a\xf4\xb2\x06",
    b"\xb5\x2c\x57\x7e\x55\xde\x6b\x3c\xaf\x5b\x0c\x88\x24\x10\xd8\xbf",
];

/// What of base64 is the same whatever stands before and behind, for each place in a group of three bytes.
fn base64_of(secret: &[u8]) -> impl Iterator<Item = String> {
    (0..3).map(move |before| {
        let digits = STANDARD_NO_PAD.encode([&[0; 2][..before], secret].concat());
        let begin = (before * 8).div_ceil(6);
        let end = (before + secret.len()) * 8 / 6;
        digits[begin..end].to_owned()
    })
}

fn assert_absent(secret: &[u8], line: &str) {
    let text = String::from_utf8_lossy(secret);
    let digits: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!line.contains(&*text), "{line}");
    assert!(!line.to_lowercase().contains(&digits), "{line}");
    assert!(!line.contains(&format!("{secret:?}")), "{line}");
    for base64 in base64_of(secret) {
        assert!(!line.contains(&base64), "{line}");
    }
}

/// A session that hears `frames`, then joins.
fn overhears(frames: impl FnOnce(&[u8; 16]) -> Vec<Vec<u8>>) {
    let mut bench = Bench::new();
    bench.station.provisioning().start(ScanTimes { dwell_ms: 250, limit_ms: None }).unwrap();
    bench.poll();
    bench.station.provisioning().press(0, bench.now);
    let frames = frames(bench.station.session_random());
    for frame in &frames {
        bench.now = bench.now.plus(10);
        bench.station.frame(&plain(frame).unwrap(), bench.now);
        bench.poll();
    }
    let joins = bench.take_lines();
    assert!(joins.iter().any(|line| line.starts_with("Connect_Ap linkkit-lab 12345678")), "{joins:?}");
    bench.connected(true);
    bench.run(100_000);
}

fn registrar_answers(random: &[u8; 16]) -> Vec<Vec<u8>> {
    let signature = sign(SECRET, random, ("a1X2bEnP82z", "test_06")).unwrap();
    let answer = air::enrollee::answer(|answer| {
        answer.random = *random;
        answer.signature = (20, signature.to_vec());
    });
    vec![air::enrollee::probe_request(&answer)]
}

fn broadcasts(_random: &[u8; 16]) -> Vec<Vec<u8>> {
    let frames = smartconfig::sent(&smartconfig::linkkit_lab(), 1, &Carrier::new(Cipher::Aes));
    [LINKKIT_LAB_BEACON.to_vec()].into_iter().chain(frames).collect()
}

/// On the device's access point; gives the token that the phone was told.
fn asked_on_the_devices_access_point(members: &serde_json::Value) -> Option<Vec<u8>> {
    let mut bench = Bench::waiting();
    bench.ask_once(stations::SWITCH_AP, &stations::switch_ap(&json!({ "passwd": "00" })));
    let answer = bench.ask_once(stations::SWITCH_AP, &stations::switch_ap(members));
    bench.acknowledge(answer.header.message_id);
    bench.connected(true);
    bench.run(100_000);
    stations::payload(&answer)["data"]["token"].as_str().map(air::bytes)
}

fn asked_on_the_phones_access_point() {
    let mut bench = Bench::on_phone_ap();
    let request = |members| stations::phone_ap::request(&members);
    bench.ask_once(stations::phone_ap::SWITCH_AP, &request(json!({ "passwd": "00" })));
    bench.run(2_000);
    bench.ask_once(stations::phone_ap::SWITCH_AP, &request(json!({ "token": stations::PHONE_TOKEN })));
    bench.run(2_000);
    bench.connected(true);
    bench.run(100_000);
}

#[test]
pub(super) fn no_session_logs_a_secret() {
    let mut told_token = None;
    let lines = lines(|| {
        overhears(broadcasts);
        overhears(|_| vec![air::wps::probe_request(&air::wps::device_name(b"linkkit-lab", b"12345678"))]);
        overhears(|_| air::mcast::frames_of(PHONE, &air::bytes(air::mcast::LINKKIT_LAB)));
        overhears(registrar_answers);
        asked_on_the_phones_access_point();
        asked_on_the_devices_access_point(&json!({ "token": stations::PHONE_TOKEN }));
        told_token = asked_on_the_devices_access_point(&json!({}));
        let mut switch = RemoteSwitch::new();
        let now = Instant::from_millis(1_000_000);
        for request in [
            r#"{"id":"3","params":{"ssid":"lab","passwd":"12345678"}}"#,
            r#"{"id":"3","params":{"passwd":"12345678"}}"#,
        ] {
            switch.request(request.as_bytes(), now).unwrap();
        }
        assert!(switch.poll(now.plus(5_000)).is_some());
    });
    assert!(lines.len() > 300, "{}", lines.len());
    let told_token = told_token.unwrap();
    for (_, line) in &lines {
        for secret in SECRETS.into_iter().chain([told_token.as_slice()]) {
            assert_absent(secret, line);
        }
    }
}
