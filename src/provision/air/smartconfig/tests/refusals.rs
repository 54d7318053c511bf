//! What is not taken for a message, and what is not taken from one.

use super::phone::{encrypt, parts, six_bits, summed};
use super::*;
use crate::provision::credentials::Mac;

const LAB_NAME: [u8; 11] = *b"\x4c\x49\x4e\x4b\x4b\x49\x54\x0d\x4c\x41\x42";

fn right() -> Vec<u8> {
    message(b"linkkit-lab", b"12345678", Form::Named)
}

type Change = fn(&mut Vec<u8>);

#[test]
fn frames_of_other_kinds_are_nothing() {
    let changes: [(&str, Change); 10] = [
        ("a beacon", |frame| frame[0] = 0x80),
        ("null data", |frame| frame[0] = 0x48),
        ("to and from an access point", |frame| frame[1] |= 0x03),
        ("neither", |frame| frame[1] &= !0x03),
        ("a fragment", |frame| frame[1] |= 0x04),
        ("ordered", |frame| frame[1] |= 0x80),
        ("to one station", |frame| frame[16] = 0xFE),
        ("multicast", |frame| frame[16..22].copy_from_slice(&[1, 0, 0x5E, 0, 0, 1])),
        ("short", |frame| frame.truncate(40)),
        ("long", |frame| frame.resize(1700, 0)),
    ];
    for (what, change) in changes {
        let mut device = Device::at_linkkit_lab();
        for mut frame in sent(&Carrier::new(Cipher::Aes), &codes(&right()), 100, 1).take(64) {
            change(&mut frame);
            assert!(matches!(device.hear(&frame), Outcome::Nothing), "{what}");
        }
        assert_eq!(device.decoder.phones.len(), 0, "{what}");
    }
}

#[test]
fn groups_above_seven_do_not_announce_a_phone() {
    let mut device = Device::at_linkkit_lab();
    let carrier = Carrier::new(Cipher::Aes);
    for (number, code) in (0x3E8..=0x3F0).chain([0x3E0, 0x100, 0x4DF]).enumerate() {
        assert!(matches!(device.hear(&carrier.frame(code, number as u16)), Outcome::Nothing), "{code:#x}");
    }
    // Once it is heard, they are as good as any other.
    for (number, code) in [0x3E7, 0x3E8, 0x3EF].into_iter().enumerate() {
        let frame = carrier.frame(code, 100 + number as u16);
        assert!(matches!(device.hear(&frame), Outcome::Phone { .. }), "{code:#x}");
    }
}

#[test]
fn only_encrypted_passwords_are_taken() {
    let password = six_bits(&encrypt(b"12345678"));
    for (flag, is_taken) in [(0x01, false), (0x03, false), (0x05, true), (0x07, true)] {
        let message = summed(parts(flag, Some(&LAB_NAME), &password));
        let outcome = Device::at_linkkit_lab().hear_message(&message).1;
        assert_eq!(outcome, if is_taken { LINKKIT_LAB } else { "nothing" }, "{flag}");
    }
}

#[test]
fn lengths_that_contradict_each_other_make_no_message() {
    let password = six_bits(&encrypt(b"12345678"));
    for position in [0, 2, 3] {
        for more in [1_u8, 0xFF] {
            let mut message = parts(0x05, Some(&LAB_NAME), &password);
            message[position] = message[position].wrapping_add(more);
            let outcome = Device::at_linkkit_lab().hear_message(&summed(message)).1;
            assert_eq!(outcome, "nothing", "{position}");
        }
    }
}

#[test]
fn a_name_over_32_bytes_is_refused() {
    let password = six_bits(&encrypt(b"12345678"));
    let packed = six_bits(&[b'n'; 33]);
    for (flag, name) in [(0x05, [0x4E; 33].as_slice()), (0x25, &packed), (0x25, &[0; 40]), (0x05, &[])] {
        let message = summed(parts(flag, Some(name), &password));
        assert_eq!(Device::new().hear_message(&message).1, "password error", "{}", name.len());
    }
    let message = summed(parts(0x25, Some(&six_bits(&[0xE4; 32])), &password));
    assert!(Device::new().hear_message(&message).1.contains(" / 12345678 @ Some"));
}

#[test]
fn after_a_message_that_was_wrong_the_next_one_is_read() {
    let mut wrong_sum = right();
    wrong_sum[27] ^= 1;
    let mut device = Device::at_linkkit_lab();
    let other_secret = {
        let mut message = right();
        message[16] ^= 0x3F;
        summed(message[..26].to_vec())
    };
    for (wrong, outcome) in [(&other_secret, "password error"), (&wrong_sum, "checksum error")] {
        assert_eq!(device.hear_message(wrong).1, outcome);
        // From here on the phone sends another one.
        assert_eq!(device.hear_message(&right()).1, LINKKIT_LAB);
        assert_eq!(device.decoder.phones.len(), 0);
    }
}

#[test]
fn a_wrong_checksum_is_told_once_for_the_same_message() {
    let mut wrong_sum = right();
    wrong_sum[27] ^= 1;
    let mut device = Device::at_linkkit_lab();
    let codes = codes(&wrong_sum);
    let carrier = Carrier::new(Cipher::Aes);
    let told = sent(&carrier, &codes, 100, 1)
        .take(10 * codes.len())
        .filter(|frame| matches!(device.hear(frame), Outcome::ChecksumError))
        .count();
    assert_eq!(told, 1);
}

#[test]
fn phones_beside_the_first_are_heard_but_do_not_take_the_channel() {
    let mut device = Device::at_linkkit_lab();
    let other = Carrier { phone: [2; 6], ap: [4; 6], ..Carrier::new(Cipher::Aes) };
    let first = Carrier::new(Cipher::Aes);
    let codes = codes(&right());
    for (mine, theirs) in sent(&first, &codes, 100, 1).zip(sent(&other, &codes, 100, 1)).take(31) {
        assert!(!matches!(device.hear(&mine), Outcome::Nothing));
        assert!(matches!(device.hear(&theirs), Outcome::Nothing));
    }
    // The first falls silent.
    device.now = device.now.plus(4_000);
    assert!(matches!(device.hear(&other.frame(0x4E0, 200)), Outcome::Phone { bssid } if bssid == [4; 6]));
    let (_, outcome) = device.hear_all(sent(&other, &codes, 200, 1).take(64));
    assert_eq!(outcome, "linkkit-lab / 12345678 @ Some([04, 04, 04, 04, 04, 04])");
}

#[test]
fn a_crowd_of_phones_takes_no_more_room_and_does_not_drive_out_one_that_sends() {
    let mut device = Device::at_linkkit_lab();
    let codes = codes(&right());
    let carrier = Carrier::new(Cipher::Aes);
    let mut frames = sent(&carrier, &codes, 100, 1);
    assert!(matches!(device.hear(&frames.next().unwrap()), Outcome::Phone { .. }));
    assert!(matches!(device.hear(&frames.next().unwrap()), Outcome::Part));
    let crowd = (0_u32..).map(|number| {
        let [.., a, b] = number.to_be_bytes();
        let phone: Mac = [2, 0, 0, 0, a, b];
        Carrier { phone, ..carrier }.frame(0x4E0, 7)
    });
    let among =
        frames.zip(crowd.array_chunks_of(20)).flat_map(|(frame, crowd)| crowd.into_iter().chain([frame]));
    assert_eq!(device.hear_all(among.take(21 * 40)).1, LINKKIT_LAB);
}

/// The iterator's items in lists of so many.
trait Chunks: Iterator + Sized {
    fn array_chunks_of(mut self, length: usize) -> impl Iterator<Item = Vec<Self::Item>> {
        core::iter::from_fn(move || Some(self.by_ref().take(length).collect()))
    }
}

impl<I: Iterator> Chunks for I {}

#[test]
fn a_phone_that_roams_is_followed() {
    let mut device = Device::at_linkkit_lab();
    let codes = codes(&right());
    let (before, after) = (Carrier::new(Cipher::Aes), Carrier { ap: [4; 6], ..Carrier::new(Cipher::Aes) });
    assert_eq!(device.hear_all(sent(&before, &codes, 100, 1).take(20)).1, "nothing");
    // Not because an access point says so.
    let relayed = Carrier { to_ds: false, ..after };
    assert!(matches!(device.hear(&relayed.frame(0x4E0, 500)), Outcome::Nothing));
    assert!(matches!(device.hear(&after.frame(0x4E0, 500)), Outcome::Phone { bssid } if bssid == [4; 6]));
    let (_, outcome) = device.hear_all(sent(&after, &codes, 500, 1).take(64));
    assert_eq!(outcome, "linkkit-lab / 12345678 @ Some([04, 04, 04, 04, 04, 04])");
}
