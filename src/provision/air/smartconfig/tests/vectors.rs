//! What the C SDK decodes, too.

use super::air::{Air, Scenario};
use super::*;

const CODES: [u16; 32] = [
    0x4e0, 0x11c, 0x185, 0x20b, 0x28b, 0x34c, 0x3c9, 0x44e, 0x4cb, 0x3e1, 0x14b, 0x1c9, 0x254, 0x28d, 0x34c,
    0x3c1, 0x442, 0x490, 0x3e2, 0x12d, 0x197, 0x22d, 0x2b1, 0x30f, 0x389, 0x413, 0x4bf, 0x3e3, 0x11d, 0x186,
    0x211, 0x2a8,
];
const MESSAGE: &[u8] = b"\x1c\x05\x0b\x0b\x4c\x49\x4e\x4b\x4b\x49\x54\x0d\x4c\x41\x42\x10\x2d\x17\x2d\x31\x0f\x09\x13\x3f\x1d\x06\x11\x28";

#[test]
fn the_encoder_makes_the_vectors() {
    assert_eq!(phone::encrypt(b"12345678"), b"\x50\x7b\xb5\xf1\x93\x4c\x7f\x67");
    assert_eq!(message(b"linkkit-lab", b"12345678", Form::Named), MESSAGE);
    assert_eq!(codes(MESSAGE), CODES);
    let heads: [(Cipher, bool, usize, &[u8; 28]); 3] = [
        (Cipher::Open, true, 1308, b"\x08\x01\x00\x00\xd8\xfe\xe3\x11\x22\x33\xcc\xfa\x00\xc8\xcf\xd2\xff\xff\xff\xff\xff\xff\x40\x06\xaa\xaa\x03\x00"),
        (Cipher::Aes, true, 1324, b"\x08\x41\x00\x00\xd8\xfe\xe3\x11\x22\x33\xcc\xfa\x00\xc8\xcf\xd2\xff\xff\xff\xff\xff\xff\x40\x06\x11\x22\x00\x20"),
        (Cipher::Aes, false, 1324, b"\x08\x42\x00\x00\xff\xff\xff\xff\xff\xff\xd8\xfe\xe3\x11\x22\x33\xcc\xfa\x00\xc8\xcf\xd2\x40\x06\x11\x22\x00\x20"),
    ];
    for (cipher, to_ds, length, head) in heads {
        let frame = Carrier { to_ds, ..Carrier::new(cipher) }.frame(0x4E0, 100);
        assert_eq!((frame.len(), &frame[..28]), (length, head.as_slice()), "{cipher:?}");
    }
}

#[test]
fn vector_a_is_whole_with_its_last_frame() {
    let mut device = Device::at_linkkit_lab();
    assert_eq!(device.hear_message(MESSAGE), (32, LINKKIT_LAB.into()));
    assert_eq!(device.hints, 4);
}

#[test]
fn the_channel_is_held_for_the_access_point_of_the_phone() {
    let mut device = Device::at_linkkit_lab();
    let start = Carrier::new(Cipher::Aes).frame(0x4E0, 100);
    assert!(matches!(device.hear(&start), Outcome::Phone { bssid } if bssid == AP));
}

#[test]
fn every_encryption_either_way_with_and_without_qos() {
    const TKIP: &[u8] =
        b"\x30\x14\x01\x00\x00\x0F\xAC\x02\x01\x00\x00\x0F\xAC\x02\x01\x00\x00\x0F\xAC\x02\x00\x00";
    const AES: &[u8] =
        b"\x30\x14\x01\x00\x00\x0F\xAC\x04\x01\x00\x00\x0F\xAC\x04\x01\x00\x00\x0F\xAC\x02\x00\x00";
    let networks = [
        (Cipher::Open, false, [].as_slice()),
        (Cipher::Wep, true, &[]),
        (Cipher::Tkip, true, TKIP),
        (Cipher::Aes, true, AES),
    ];
    for (cipher, is_private, elements) in networks {
        for (to_ds, qos, knows) in (0..8).map(|bits| (bits & 1 == 0, bits & 2 == 0, bits & 4 == 0)) {
            let mut device = Device::new();
            if knows {
                device.hear_beacon(&beacon_of(b"linkkit-lab", is_private, elements));
            }
            let carrier = Carrier { to_ds, qos, ..Carrier::new(cipher) };
            let heard = device.hear_all(sent(&carrier, &CODES, 100, 1).take(64));
            assert_eq!(heard, (32, LINKKIT_LAB.into()), "{cipher:?} {to_ds} {qos} {knows}");
        }
    }
}

#[test]
fn a_network_may_encrypt_either_way_differently() {
    // Pairwise AES, and TKIP for all.
    const MIXED: &[u8] =
        b"\x30\x18\x01\x00\x00\x0F\xAC\x02\x02\x00\x00\x0F\xAC\x02\x00\x0F\xAC\x04\x01\x00\x00\x0F\xAC\x02\x00\x00";
    for (cipher, to_ds) in [(Cipher::Aes, true), (Cipher::Tkip, false)] {
        let mut device = Device::new();
        device.hear_beacon(&beacon_of(b"linkkit-lab", true, MIXED));
        let carrier = Carrier { to_ds, ..Carrier::new(cipher) };
        assert_eq!(device.hear_all(sent(&carrier, &CODES, 100, 1).take(64)), (32, LINKKIT_LAB.into()));
    }
}

#[test]
fn sequence_numbers_wrap() {
    for first in 4096 - 32..=4096 {
        let mut device = Device::at_linkkit_lab();
        let frames: Vec<Vec<u8>> = sent(&Carrier::new(Cipher::Aes), &CODES, first, 1).take(64).collect();
        assert_eq!(device.hear_all(frames), (32, LINKKIT_LAB.into()), "{first}");
    }
}

#[test]
fn the_phone_may_send_something_else_in_between() {
    for step in [2, 5, 9, 45] {
        let mut device = Device::at_linkkit_lab();
        let heard = device.hear_all(sent(&Carrier::new(Cipher::Aes), &CODES, 4000, step).take(64));
        assert_eq!(heard, (32, LINKKIT_LAB.into()), "{step}");
    }
}

#[test]
fn frames_sent_again_change_nothing() {
    let mut device = Device::at_linkkit_lab();
    let twice = sent(&Carrier::new(Cipher::Aes), &CODES, 100, 1).flat_map(|frame| {
        let mut again = frame.clone();
        again[1] |= 0x08;
        [frame, again.clone(), again]
    });
    assert_eq!(device.hear_all(twice.take(3 * 64)), (3 * 31 + 1, LINKKIT_LAB.into()));
    assert_eq!(device.hints, 4);
}

#[test]
fn starts_anywhere_in_the_loop() {
    for start in 0..CODES.len() {
        let mut device = Device::at_linkkit_lab();
        let mut codes = CODES;
        codes.rotate_left(start);
        let (heard, outcome) = device.hear_all(sent(&Carrier::new(Cipher::Aes), &codes, 100, 1).take(96));
        assert_eq!(outcome, LINKKIT_LAB, "{start}");
        // All of it once, from the first code of a group on.
        assert!(heard <= 32 + 9, "{start}: {heard}");
    }
}

#[test]
fn a_fifth_lost_takes_twelve_loops_at_most() {
    let scenario = Scenario { loss: 20, ..Scenario::new() };
    for seed in 0..50 {
        let mut device = Device::at_linkkit_lab();
        let arrivals = Air::new(&scenario, seed).take_while(|arrival| arrival.round <= 12);
        assert_eq!(device.hear_all(arrivals.map(|arrival| arrival.bytes)).1, LINKKIT_LAB, "{seed}");
    }
}

#[test]
fn names_and_passwords_may_be_chinese() {
    let message = message("中文网络".as_bytes(), "密码12345".as_bytes(), Form::Named);
    assert_eq!(codes(&message).len(), 42);
    let (heard, outcome) = Device::new().hear_message(&message);
    assert_eq!((heard, outcome.starts_with("中文网络 / 密码12345 @ Some")), (42, true), "{outcome}");
}

#[test]
fn a_message_without_a_name_takes_that_of_the_access_point() {
    let message = message(b"", b"12345678", Form::Nameless);
    let (heard, outcome) = Device::at_linkkit_lab().hear_message(&message);
    assert_eq!((heard, outcome), (18, LINKKIT_LAB.into()));
    // Which may be heard later.
    let mut device = Device::new();
    assert_eq!(device.hear_message(&message).1, "nothing");
    device.hear_beacon(&LINKKIT_LAB_BEACON);
    assert_eq!(device.hear_message(&message).1, LINKKIT_LAB);
}

#[test]
fn the_longest_name_and_password() {
    let (name, password) = ("n".repeat(32), "p".repeat(63));
    let message = message(name.as_bytes(), password.as_bytes(), Form::Named);
    assert_eq!(message[0], 122);
    let (heard, outcome) = Device::new().hear_message(&message);
    assert_eq!(
        (heard, outcome.starts_with(&format!("{name} / {password} @"))),
        (122 + 16, true),
        "{outcome}"
    );
}

#[test]
fn another_product_secret_a_wrong_checksum_and_an_emoji_are_told() {
    let right = message(b"linkkit-lab", b"12345678", Form::Named);
    let mut wrong_sum = right.clone();
    wrong_sum[27] ^= 1;
    let emoji = message(b"linkkit-lab", "pass😀word".as_bytes(), Form::Named);
    for (secret, message, frames, outcome) in [
        (b"another secret".as_slice(), &right, 32, "password error"),
        (SECRET, &wrong_sum, 32, "checksum error"),
        (SECRET, &emoji, 38, "password error"),
    ] {
        let mut device = Device::at_linkkit_lab();
        device.decoder = Smartconfig::new(secret);
        assert_eq!(device.hear_message(message), (frames, outcome.into()));
    }
}

#[test]
fn the_name_is_that_of_the_access_point() {
    // A phone that does not send UTF-8, to an access point that does: names of another length.
    let gbk = message(b"\xD6\xD0\xCE\xC4", b"12345678", Form::Named);
    let mut device = Device::new();
    device.hear_beacon(&beacon_of("中文".as_bytes(), true, &[]));
    let carrier = Carrier::new(Cipher::Wep);
    let (_, outcome) = device.hear_all(sent(&carrier, &codes(&gbk), 100, 1).take(64));
    assert!(outcome.starts_with("中文 / 12345678 @ Some"), "{outcome}");
    // A name of the same length stands for what was not heard of it.
    let mut device = Device::at_linkkit_lab();
    let without_name: Vec<Vec<u8>> = sent(&Carrier::new(Cipher::Aes), &CODES, 100, 1)
        .take(32)
        .enumerate()
        .filter(|(at, _)| !(5..=8).contains(at) && !(10..=16).contains(at))
        .map(|(_, frame)| frame)
        .collect();
    assert_eq!(device.hear_all(without_name), (21, LINKKIT_LAB.into()));
    // And contradicts any other.
    let other = message(b"linkkit-bar", b"12345678", Form::Named);
    assert_eq!(Device::at_linkkit_lab().hear_message(&other).1, "checksum error");
}

#[test]
fn the_address_of_a_helper_is_not_joined() {
    for helper in [b"aha".as_slice(), b"adha"] {
        let mut device = Device::new();
        device.hear_beacon(&beacon_of(helper, false, &[]));
        let message = message(b"linkkit-lab", b"12345678", Form::Named);
        let carrier = Carrier::new(Cipher::Open);
        let (_, outcome) = device.hear_all(sent(&carrier, &codes(&message), 100, 1).take(64));
        assert_eq!(outcome, "linkkit-lab / 12345678 @ None");
    }
}
