//! What the C SDK falls for.

use super::air::Dice;
use super::phone::{encrypt, parts, six_bits, summed};
use super::*;
use crate::provision::scan::ScanTimes;
use crate::provision::{Action, Provisioning};

// It writes a longer one past its buffer, into the address of the access point.
#[test]
fn a_password_of_65_bytes_is_refused_and_one_of_64_has_an_end() {
    let of = |length| Device::new().hear_message(&message(b"lab", &vec![b'p'; length], Form::Named)).1;
    assert_eq!(of(64), format!("lab / {} @ Some([d8, fe, e3, 11, 22, 33])", "p".repeat(64)));
    for length in [65, 66, 80, 88] {
        assert_eq!(of(length), "password error", "{length}");
    }
}

/// What a device that has heard this beacon is told to do about an open network's password.
fn joins(beacon: Option<&[u8]>, carrier: &Carrier, name: &[u8], form: Form) -> Option<String> {
    let mut provisioning = Provisioning::new();
    let mut decoder = Smartconfig::new(SECRET);
    let mut now = Instant::from_millis(1_000);
    provisioning.start(ScanTimes { dwell_ms: 250, limit_ms: None }).unwrap();
    provisioning.press(0, now);
    let codes = codes(&message(name, b"", form));
    let frames = beacon.into_iter().map(<[u8]>::to_vec).chain(sent(carrier, &codes, 100, 1).take(100));
    for frame in frames {
        now = now.plus(2);
        while let Some(action) = provisioning.poll(now) {
            if let Action::Connect(credentials) = action {
                return Some(String::from_utf8_lossy(credentials.ssid.as_bytes()).into_owned());
            }
        }
        provisioning.frame(&mut [&mut decoder], &plain(&frame).unwrap(), now);
    }
    None
}

// Nothing proves who has sent a message, so anybody could have a device join a network of theirs.
#[test]
fn an_empty_password_is_refused_unless_the_network_is_known_to_be_open() {
    let open = beacon_of(b"linkkit-lab", false, &[]);
    let (clear, aes) = (Carrier::new(Cipher::Open), Carrier::new(Cipher::Aes));
    for (form, name) in [(Form::Named, b"linkkit-lab".as_slice()), (Form::Nameless, b"")] {
        assert_eq!(joins(Some(&open), &clear, name, form).as_deref(), Some("linkkit-lab"));
        assert_eq!(joins(Some(&LINKKIT_LAB_BEACON), &aes, name, form), None);
        assert_eq!(joins(None, &clear, name, form), None);
        assert_eq!(joins(None, &aes, name, form), None);
    }
}

// It reads a byte of the duration for the number of the key.
#[test]
fn encryption_is_not_told_by_the_duration() {
    let codes = codes(&message(b"linkkit-lab", b"12345678", Form::Named));
    for cipher in [Cipher::Open, Cipher::Wep, Cipher::Tkip, Cipher::Aes] {
        for duration in [[0, 0], [0x2C, 0x01], [0xFF, 0x7F]] {
            let carrier = Carrier::new(cipher);
            let frames = sent(&carrier, &codes, 100, 1).take(64).map(|mut frame| {
                frame[2..4].copy_from_slice(&duration);
                frame
            });
            assert_eq!(Device::new().hear_all(frames), (32, LINKKIT_LAB.into()), "{cipher:?} {duration:?}");
        }
    }
}

// It has no room for the last position of the longest message.
#[test]
fn a_message_of_127_symbols_fits_and_longer_ones_are_nothing() {
    let name = [0x21; 32];
    let password = six_bits(&encrypt(&[b'p'; 64]));
    let padded = |flag, more| {
        let mut password = password.clone();
        password.resize(password.len() + more, 0);
        summed(parts(flag, Some(&name), &password))
    };
    // 64 bytes take 86 symbols, so there is one too many: nothing but a symbol's worth of padding.
    let message = padded(0x05, 3);
    assert_eq!((message.len(), message[0]), (127, 127));
    assert_eq!(Device::new().hear_message(&message).1, "password error");
    // Positions behind 127, and groups behind the last.
    let mut device = Device::new();
    let carrier = Carrier::new(Cipher::Aes);
    let codes: Vec<u16> = (0x3E1..=0x3F0).flat_map(|group| [group, 0x480, 0x4DF, 0x4FF]).collect();
    assert_eq!(device.hear_all(sent(&carrier, &codes, 100, 1).take(1000)).1, "nothing");
}

// It looks for the end of a message in what was freed with it.
#[test]
fn frames_behind_the_end_of_a_message_begin_a_new_one() {
    let mut device = Device::at_linkkit_lab();
    let message = message(b"linkkit-lab", b"12345678", Form::Named);
    for _ in 0..3 {
        assert_eq!(device.hear_message(&message), (32, LINKKIT_LAB.into()));
        assert!(matches!(device.hear(&Carrier::new(Cipher::Aes).frame(0x2B1, 132)), Outcome::Nothing));
    }
}

// It decodes nothing of frames that come more than 300 ms apart.
#[test]
fn frames_may_come_seconds_apart() {
    for gap_ms in [300, 301, 400, 1_000, 3_000] {
        let mut device = Device::at_linkkit_lab();
        device.gap_ms = gap_ms;
        let message = message(b"linkkit-lab", b"12345678", Form::Named);
        assert_eq!(device.hear_message(&message), (32, LINKKIT_LAB.into()), "{gap_ms}");
    }
}

#[test]
fn noise_is_no_message() {
    let mut dice = Dice::new(1);
    let mut device = Device::at_linkkit_lab();
    for _ in 0..40_000 {
        let carrier = Carrier {
            to_ds: dice.hits(50),
            qos: dice.hits(50),
            phone: [2, 0, 0, 0, 0, dice.below(5) as u8],
            ..Carrier::new([Cipher::Open, Cipher::Wep, Cipher::Tkip, Cipher::Aes][dice.below(4)])
        };
        let code = if dice.hits(20) { 0x3E0 + dice.below(17) as u16 } else { dice.below(0x520) as u16 };
        let code = if dice.hits(3) { 0x4E0 } else { code };
        let outcome = device.hear(&carrier.frame(code, dice.below(4096) as u16));
        assert!(!matches!(outcome, Outcome::Whole(_)));
    }
}
