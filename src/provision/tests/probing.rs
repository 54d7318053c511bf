//! What a scanning device sends.

use super::*;
use crate::provision::probe_request::probe_request;

/// Told apart in the trace by its length.
const ENROLLEE: &str = "Send_80211_Raw_Frame 50 bytes";

impl Device {
    fn probing() -> Self {
        let mut device = Self::new();
        let mac = [0x18, 0xFE, 0x34, 0x12, 0x33, 0x44];
        device.provisioning.set_enrollee_frame(probe_request(&mac, b"", b"\xDD\x02ab"));
        #[cfg(feature = "phone-ap")]
        device.provisioning.set_mac(Some(mac));
        device.provisioning.start(ScanTimes { dwell_ms: 250, limit_ms: Some(10_000) }).unwrap();
        device.poll();
        device.trace.clear();
        device
    }

    fn sent(&self) -> Vec<(u64, &str)> {
        let sent = self.trace.iter().filter(|(_, line)| line.starts_with("Send_80211_Raw_Frame"));
        sent.map(|(at, line)| (*at, line.as_str())).collect()
    }
}

#[test]
fn sends_behind_the_first_sleep_and_the_last() {
    let mut device = Device::probing();
    device.run(2 * 252);
    let aha: &[&str] = if cfg!(feature = "phone-ap") { &["Send_80211_Raw_Frame 49 bytes"] } else { &[] };
    let mut expected: Vec<(u64, &str)> = Vec::new();
    for (begin, next) in [(0, "Switch 6"), (252, "Switch 11")] {
        expected.push((begin + 84, ENROLLEE));
        expected.extend(aha.iter().map(|line| (begin + 252, *line)));
        expected.push((begin + 252, next));
    }
    let trace: Vec<(u64, &str)> = device.trace.iter().map(|(at, line)| (*at, line.as_str())).collect();
    assert_eq!(trace, expected);
}

#[test]
fn sends_nothing_that_there_is_not() {
    let mut device = Device::scanning(None);
    device.run(10_000);
    assert!(device.sent().is_empty());
    let mut device = Device::probing();
    device.provisioning.set_enrollee_frame(None);
    device.run(251);
    assert!(device.sent().is_empty());
}

#[test]
fn sends_nothing_while_locked_or_paused() {
    let mut device = Device::probing();
    device.press();
    device.hear("phone");
    device.run(5_000);
    assert!(device.sent().is_empty());
    device.run(20_000);
    device.provisioning.set_press(false);
    device.run(20_000);
    device.trace.clear();
    device.run(200_000);
    assert!(device.sent().is_empty());
}

#[test]
fn short_stays_have_three_sleeps_too() {
    for dwell_ms in [0, 1, 3] {
        let mut device = Device::probing();
        device.provisioning.stop();
        device.poll();
        device.trace.clear();
        device.start = device.now;
        device.provisioning.start(ScanTimes { dwell_ms, limit_ms: None }).unwrap();
        device.run(3);
        assert_eq!(device.sent()[0], (1, ENROLLEE));
        assert_eq!(device.trace.last().unwrap(), &(3, "Switch 6".to_owned()));
    }
}
