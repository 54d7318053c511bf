//! What radio and port may do wrong.

use super::*;
use crate::provision::beacon;

#[test]
pub(super) fn late_frames_are_ignored() {
    let mut device = Device::new();
    device.press();
    device.hear("whole linkkit-lab 12345678");
    device.hear_beacon();
    assert_eq!(device.take_lines(), ["Enable"]);
    let mut device = Device::pressed();
    device.hear("whole linkkit-lab 12345678");
    device.take_lines();
    device.hear("phone");
    device.hear("whole other 12345678");
    device.hear_beacon();
    assert!(device.take_lines().is_empty());
    device.connected(true);
    device.connected(true);
    device.connected(false);
    assert_eq!(device.take_lines(), ["GotIp", "SuccessNotify", "notify 1 0", "awss_start Joined"]);
}

// The C SDK joins any network that an unauthenticated frame names, if the password is empty.
#[test]
pub(super) fn an_empty_password_is_taken_only_for_a_network_known_to_be_open() {
    let mut device = Device::pressed();
    device.hear("whole linkkit-lab ");
    assert_eq!(device.take_lines(), ["PasswordError"]);
    device.hear_beacon();
    device.hear("whole linkkit-lab ");
    assert_eq!(device.take_lines(), ["PasswordError"]);

    let mut device = Device::pressed();
    let mut open = LINKKIT_LAB_BEACON[..60].to_vec();
    open[34] = 0x01;
    device.hear_bytes(&open);
    device.hear("whole linkkit-lab ");
    let connect = "Connect_Ap linkkit-lab  [d8, fe, e3, 11, 22, 33] 0 0 0";
    assert_eq!(
        device.take_lines(),
        ["LockChannel", "GotSsidPassword", "Close_Monitor", "ConnectRouter", connect]
    );
}

#[test]
fn frames_that_nobody_polls_after_neither_grow_nor_lose_the_result() {
    let mut device = Device::pressed();
    for _ in 0..1000 {
        device.hear_bytes(&phone_frame("phone"));
    }
    device.hear_bytes(&phone_frame("whole linkkit-lab 12345678"));
    device.poll();
    let lines = device.take_lines();
    assert!(lines.len() < 20, "{}", lines.len());
    device.hear("whole linkkit-lab 12345678");
    assert_eq!(device.take_lines()[..2], ["GotSsidPassword", "Close_Monitor"]);
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
    let mut device = Device::pressed();
    for _ in 0..20_000 {
        let mut bytes = LINKKIT_LAB_BEACON.to_vec();
        for _ in 0..next() % 6 {
            let at = usize::try_from(next()).unwrap() % bytes.len();
            bytes[at] = next().to_le_bytes()[0];
        }
        bytes.truncate(usize::try_from(next()).unwrap() % (bytes.len() + 1));
        for link_type in [LinkType::None, LinkType::Prism, LinkType::Radiotap, LinkType::Avs] {
            if let Some(frame) = Frame::new(&bytes, link_type, next() % 2 == 0, -1) {
                beacon::read(&frame);
                device.provisioning.frame(&mut [&mut device.decoder], &frame, device.now);
                device.poll();
            }
        }
    }
}

#[test]
fn extreme_times_of_the_port_are_survived() {
    for (dwell_ms, limit_ms) in [(0, Some(0)), (0, None), (u64::MAX, Some(u64::MAX)), (u64::MAX, None)] {
        let mut device = Device::new();
        device.provisioning.start(ScanTimes { dwell_ms, limit_ms }).unwrap();
        device.provisioning.press(u64::MAX, device.now);
        device.poll();
        device.provisioning.set_press(false);
        device.run(1_000);
        device.hear("phone");
    }
}
