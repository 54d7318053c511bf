//! All ways of sending at once, and frames that nobody has sent on purpose.

use super::registrar::Bench;
use super::*;
use crate::engine::tests::logs::lines;
use crate::provision::air::mcast::Mcast;
use crate::provision::air::wps::Wps;

pub(in crate::provision::tests) fn messages() -> Vec<Vec<u8>> {
    let mut messages = vec![
        LINKKIT_LAB_BEACON.to_vec(),
        wps::probe_request(&wps::device_name(b"linkkit-lab", b"12345678")),
        wps::probe_request(&wps::device_name(b"a-very-long-linkkit-lab", b"zl&ws")),
        enrollee::probe_request(&enrollee::answer(|_| {})),
        enrollee::enrollee().frame().to_vec(),
    ];
    messages.extend(mcast::frames_of(PHONE, &bytes(mcast::LINKKIT_LAB)));
    messages
}

#[test]
fn no_frame_whatever_panics() {
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    let messages = messages();
    let mut wps = Wps::new(SECRET, 250);
    let mut mcast = Mcast::new(SECRET);
    let mut enrollee = enrollee::enrollee();
    let mut bench = Bench::new();
    let mut device = Device::pressed();
    for _ in 0..50_000 {
        let below = |limit: usize, value: u64| usize::try_from(value).unwrap() % limit;
        let mut frame = messages[below(messages.len(), next())].clone();
        for _ in 0..next() % 4 {
            let at = below(frame.len(), next());
            frame[at] = next().to_le_bytes()[0];
        }
        if next() % 4 == 0 {
            frame.truncate(below(frame.len(), next()));
        }
        device.now = device.now.plus(next() % 400);
        bench.now = device.now;
        let Some(frame) = plain(&frame) else { continue };
        let decoders: &mut [&mut dyn Decoder] = &mut [&mut enrollee, &mut wps, &mut mcast];
        device.provisioning.frame(decoders, &frame, device.now);
        bench.registrar.frame(&frame);
        bench.drain();
        device.poll();
        if device.take_lines().iter().any(|line| line.starts_with("Connect_Ap")) {
            device.connected(false);
        }
    }
}

// The C SDK prints passwords and keys.
#[test]
pub(in crate::provision::tests) fn no_secret_is_logged() {
    let lines = lines(|| {
        let mut ears =
            (Ear::new(Wps::new(SECRET, 250)), Ear::new(Mcast::new(SECRET)), Ear::new(enrollee::enrollee()));
        for message in messages().iter().cycle().take(100) {
            ears.0.hear(message);
            ears.1.hear(message);
            ears.2.hear(message);
        }
        ears.2.hear(&enrollee::probe_request(&enrollee::answer(|answer| answer.password = vec![0xFF])));
        let mut bench = Bench::new();
        bench.registrar.frame(&plain(enrollee::enrollee().frame()).unwrap());
        bench.drain();
        bench.check_in("test_06", "");
        bench.give_key("test_06");
        assert_eq!(bench.sent.len(), 1);
    });
    assert!(!lines.is_empty());
    for (_, line) in lines {
        let line = line.to_lowercase();
        for secret in ["12345678", "7jluwm1zql7bt8qk", "a6da44", "0102030405060708", "96c487a2", "507bb5f1"] {
            assert!(!line.contains(secret), "{line}");
        }
    }
}
