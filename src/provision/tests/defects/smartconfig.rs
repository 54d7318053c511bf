//! What the smartconfig decoder of the C SDK fell for.

use super::*;
use crate::provision::air::smartconfig::tests::phone::{self, Form};

/// The message of the vectors.
pub(super) fn linkkit_lab() -> Vec<u8> {
    phone::message(b"linkkit-lab", b"12345678", Form::Named)
}

/// The frames of so many loops.
pub(super) fn sent(message: &[u8], loops: usize, carrier: &Carrier) -> Vec<Vec<u8>> {
    let codes = phone::codes(message);
    let codes = codes.iter().cycle().take(loops * codes.len());
    (100..).zip(codes).map(|(number, code)| carrier.frame(*code, number)).collect()
}

/// What comes of frames that are 10 ms apart: messages and errors.
fn hear(frames: &[Vec<u8>]) -> Vec<String> {
    let mut ear = Ear::new(Smartconfig::new(SECRET));
    let mut hear = |frame: &Vec<u8>| {
        ear.wait(10);
        ear.hear(frame)
    };
    let is_end = |told: &String| !told.starts_with("phone") && told != "nothing" && told != "part";
    frames.iter().map(&mut hear).filter(is_end).collect()
}

fn hear_message(message: &[u8]) -> Vec<String> {
    hear(&sent(message, 3, &Carrier::new(Cipher::Open)))
}

#[test]
pub(super) fn a_password_of_65_bytes_is_refused() {
    let told = |length| hear_message(&phone::message(b"lab", &vec![b'p'; length], Form::Named));
    assert_eq!(told(64)[0], format!("lab {} d8fee3112233 -", "p".repeat(64)));
    for length in [65, 70, 80] {
        let told = told(length);
        assert!(!told.is_empty() && told.iter().all(|told| told == "password error"), "{length} {told:?}");
    }
}

#[test]
pub(super) fn an_empty_password_is_taken_only_for_a_network_known_to_be_open() {
    let message = phone::message(b"linkkit-lab", b"", Form::Named);
    let told = |beacon: Option<&[u8]>, cipher| {
        let frames = sent(&message, 3, &Carrier::new(cipher));
        let frames: Vec<&[u8]> = beacon.into_iter().chain(frames.iter().map(Vec::as_slice)).collect();
        air::session(&mut Smartconfig::new(SECRET), &frames)
    };
    for (beacon, cipher) in [(None, Cipher::Open), (Some(LINKKIT_LAB_BEACON.as_slice()), Cipher::Aes)] {
        let told = told(beacon, cipher);
        assert!(told.contains(&"PasswordError".to_owned()), "{told:?}");
        assert!(!told.iter().any(|line| line.starts_with("Connect_Ap")), "{told:?}");
    }
    let mut open = LINKKIT_LAB_BEACON[..60].to_vec();
    open[34] = 0x01;
    assert!(told(Some(&open), Cipher::Open).iter().any(|line| line.starts_with("Connect_Ap linkkit-lab  ")));
}

// The C SDK takes the high byte of the duration for the byte of the IV that tells WEP.
#[test]
pub(super) fn it_is_read_without_a_beacon_whatever_the_duration() {
    for cipher in [Cipher::Open, Cipher::Wep, Cipher::Tkip, Cipher::Aes] {
        for to_ds in [false, true] {
            for duration in [0x00, 0x3F, 0xC0] {
                let mut frames = sent(&linkkit_lab(), 4, &Carrier { to_ds, ..Carrier::new(cipher) });
                frames.iter_mut().for_each(|frame| frame[3] = duration);
                let told = hear(&frames);
                let first = told.first().map(String::as_str);
                let whole = Some("linkkit-lab 12345678 d8fee3112233 -");
                assert_eq!(first, whole, "{cipher:?} {to_ds} {duration:#x}");
            }
        }
    }
}

#[test]
pub(super) fn no_position_is_out_of_range() {
    let name = "中文中文中文网络";
    let longest = phone::message(name.as_bytes(), &[b'p'; 64], Form::Named);
    assert_eq!(longest.len(), 124);
    assert_eq!(hear_message(&longest)[0], format!("{name} {} d8fee3112233 -", "p".repeat(64)));
    // Up to the last position there is, and beyond.
    for total in 125..=160 {
        let mut message = vec![0x2A; total];
        message[0] = u8::try_from(total).unwrap();
        message[1] = 0x25;
        for (name_len, password_len) in [(0x2A, 0x50), (43, 86), (127, 127), (0, 121), (121, 0)] {
            (message[2], message[3]) = (name_len, password_len);
            let told = hear_message(&message);
            assert!(told.iter().all(|told| told.ends_with("error")), "{total} {told:?}");
        }
    }
    // Every group with codes of every kind.
    let carrier = Carrier::new(Cipher::Open);
    let codes = (0x3E0..0x400).flat_map(|group| (0x0F0..0x520).step_by(7).map(move |code| [group, code]));
    let frames: Vec<Vec<u8>> =
        (0..).zip(codes.flatten()).map(|(number, code)| carrier.frame(code, number)).collect();
    assert!(hear(&frames).iter().all(|told| told.ends_with("error")));
}
