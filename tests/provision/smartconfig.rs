//! A phone that sends smartconfig, from the button to the announcement.

use crate::script::{Trace, play};

pub const BEACON: &str = "frame 80000000ffffffffffffd8fee3112233d8fee31122330000000000000000000064001104000b6c696e6b6b69742d6c6162010882848b960c12182403010630140100000fac040100000fac040100000fac020000";
/// `linkkit-lab` and `12345678` under the product secret of `virtual_identity.c`: what the lengths of a phone's
/// broadcasts are beyond those of an empty datagram.
pub const CODES: [usize; 32] = [
    0x4E0, 0x11C, 0x185, 0x20B, 0x28B, 0x34C, 0x3C9, 0x44E, 0x4CB, 0x3E1, 0x14B, 0x1C9, 0x254, 0x28D, 0x34C,
    0x3C1, 0x442, 0x490, 0x3E2, 0x12D, 0x197, 0x22D, 0x2B1, 0x30F, 0x389, 0x413, 0x4BF, 0x3E3, 0x11D, 0x186,
    0x211, 0x2A8,
];
const CONNECT: &str = "connect 30000 'linkkit-lab' '12345678' 4 3 d8fee3112233 6";

/// A broadcast of the phone to an access point with AES.
fn frame(sequence_number: usize, code: usize) -> String {
    let sequence_control = ((sequence_number & 0xFFF) << 4).to_le_bytes();
    let head = "08410000d8fee3112233ccfa00c8cfd2ffffffffffff";
    let [low, high] = [sequence_control[0], sequence_control[1]];
    format!("frame {head}{low:02x}{high:02x}1122002000000000{}", "00".repeat(52 - 8 + code))
}

/// All of them, 10 ms apart.
pub fn loop_of_frames(codes: &[usize]) -> Vec<String> {
    let frames = codes.iter().enumerate().map(|(index, code)| frame(100 + index, *code));
    frames.flat_map(|frame| [frame, "wait 10".to_owned()]).collect()
}

fn sent(before: &[&str], codes: &[usize], behind: &[&str]) -> Trace {
    let frames = loop_of_frames(codes);
    let frames: Vec<&str> = frames.iter().map(String::as_str).collect();
    play(&[before, &frames, behind].concat())
}

const QUIET: [&str; 4] = ["status", "air", "sent", "udp"];

#[test]
fn has_the_order_of_events_that_the_c_sdk_has() {
    let trace = sent(
        &["join 0 2000", "start", "wait 260", "press", BEACON, "wait 260"],
        &CODES,
        &["wait 120000", "leftover"],
    );
    assert_eq!(
        trace.without(&QUIET),
        [
            "event 1000",
            "open monitor",
            "channel 1 0 -",
            "channel 6 0 -",
            "event 1001",
            "press -> 0",
            "channel 11 0 -",
            // The start frame, and the three frames that begin a group.
            "event 1002",
            "channel 6 0 -",
            "event 1002",
            "event 1002",
            "event 1002",
            "event 1005",
            "close monitor",
            "event 100b",
            CONNECT,
            "event 100d",
            "event 100e",
            "start -> 0",
            "leftover: nothing",
        ]
    );
    assert_eq!(trace.all("event").len(), trace.all("status").len());
}

#[test]
fn nothing_is_heard_before_the_button_is_pressed() {
    let trace = sent(&["start", "wait 300", BEACON], &CODES, &["wait 1000", "stop", "wait 200", "leftover"]);
    assert!(trace.all("event 1002").is_empty() && trace.all("connect").is_empty(), "{trace:?}");
    assert_eq!(trace.one("leftover").what, "leftover: nothing");
}

#[test]
fn a_failed_join_scans_again_and_the_press_stays() {
    let frames = loop_of_frames(&CODES);
    let frames: Vec<&str> = frames.iter().map(String::as_str).collect();
    let mut script = vec!["join -1 500", "start", "wait 300", "press", BEACON];
    for _ in 0..3 {
        script.extend(&frames);
        script.push("wait 2000");
    }
    script.push("join 0 500");
    script.extend(&frames);
    script.push("wait 2000");
    let trace = play(&script);
    assert_eq!(trace.all("event 100c").len(), 3, "{trace:?}");
    assert_eq!(trace.all(CONNECT).len(), 4);
    assert_eq!(trace.one("start ->").what, "start -> 0");
    assert_eq!(trace.all("event 1001").len(), 1);
    assert!(trace.all("pressed").is_empty());
}

#[test]
fn a_wrong_checksum_is_told_and_the_channel_let_go() {
    let mut codes = CODES;
    codes[31] ^= 1;
    let trace = sent(
        &["start", "wait 300", "press", BEACON],
        &codes,
        &["wait 10000", "stop", "wait 200", "leftover"],
    );
    assert!(!trace.all("event 1003").is_empty(), "{trace:?}");
    assert!(trace.all("connect").is_empty());
    // 8 s after the last frame the scan goes on, without any traffic.
    let last_heard = trace.all("event 1002").last().unwrap().at;
    let scanned = trace.all("channel").iter().filter(|line| line.at > last_heard + 7_000).count();
    assert!(scanned > 3, "{trace:?}");
}

#[test]
fn stops_at_every_step() {
    for frames in [0, 1, 12, 31, 32] {
        for waited in ["wait 0", "wait 60", "wait 1500"] {
            let trace = sent(
                &["join 0 1000", "start", "wait 300", "press", BEACON],
                &CODES[..frames],
                &[waited, "stop", "wait 300", "leftover"],
            );
            assert_eq!(trace.one("leftover").what, "leftover: nothing", "{frames} {waited} {trace:?}");
            assert_eq!(trace.all("start ->").len(), 1, "{trace:?}");
            let (opened, closed) = (trace.all("open monitor").len(), trace.all("close monitor").len());
            assert_eq!(opened, closed, "{frames} {waited} {trace:?}");
        }
    }
}
