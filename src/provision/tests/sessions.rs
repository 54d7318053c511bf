//! `awss_start`.

use super::*;
use crate::error::Error;
use crate::knobs::{PROVISION_PAUSE_MS, PROVISION_UNLOCK_MS};
use crate::provision::events::Event;

const CONNECT: &str = "Connect_Ap linkkit-lab 12345678 [d8, fe, e3, 11, 22, 33] 4 3 6";

/// 250 ms in three sleeps of whole milliseconds.
const DWELL_MS: u64 = 252;

/// A step, and how to get there.
type Step = (&'static str, fn(&mut Device));

#[test]
fn joins_what_a_phone_says() {
    let mut device = Device::scanning(None);
    assert_eq!(device.take_lines(), ["Start", "Open_Monitor", "Switch 1"]);
    device.press();
    device.run(100);
    device.hear("phone");
    device.hear("part");
    device.hear("phone");
    assert_eq!(device.take_lines(), ["Enable", "LockChannel", "LockChannel"]);
    device.hear_beacon();
    device.hear_beacon();
    assert_eq!(device.take_lines(), ["Switch 6"]);
    device.hear("whole linkkit-lab 12345678");
    assert_eq!(device.take_lines(), ["GotSsidPassword", "Close_Monitor", "ConnectRouter", CONNECT]);
    device.run(20_000);
    assert!(device.take_lines().is_empty());
    device.connected(true);
    assert_eq!(device.take_lines(), ["GotIp", "SuccessNotify", "notify 1 0", "awss_start Joined"]);
    assert!(!device.provisioning.is_pressed());
    device.provisioning.stop_announcements();
    device.run(1_000_000);
    assert_eq!(device.take_lines(), ["notify ended"]);
    assert!(device.provisioning.start(ScanTimes { dwell_ms: 250, limit_ms: None }).is_ok());
}

#[test]
fn events_have_the_numbers_of_the_c_sdk_in_their_order() {
    let order = [
        Event::Start,
        Event::Enable,
        Event::LockChannel,
        Event::ChecksumError,
        Event::PasswordError,
        Event::GotSsidPassword,
        Event::ConnectAdha,
        Event::ConnectAdhaFail,
        Event::ConnectAha,
        Event::ConnectAhaFail,
        Event::SetupNotify,
        Event::ConnectRouter,
        Event::ConnectRouterFail,
        Event::GotIp,
        Event::SuccessNotify,
        Event::BindNotify,
        Event::EnableTimeout,
    ];
    assert!(order.iter().map(|event| event.number()).eq(0x1000..=0x1010));
}

#[test]
fn a_phone_heard_once_locks_in_front_of_the_result() {
    let mut device = Device::pressed();
    device.hear("whole linkkit-lab 12345678");
    let connect = "Connect_Ap linkkit-lab 12345678 [d8, fe, e3, 11, 22, 33] 255 255 0";
    assert_eq!(
        device.take_lines(),
        ["LockChannel", "GotSsidPassword", "Close_Monitor", "ConnectRouter", connect]
    );
}

#[test]
fn hops_in_the_order_and_the_time_of_the_port() {
    let mut device = Device::scanning(None);
    device.run(16 * DWELL_MS);
    let hops: Vec<(u64, String)> =
        device.trace.drain(..).filter(|(_, line)| line.starts_with("Switch")).collect();
    let expected = [1, 6, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 1];
    assert_eq!(
        hops,
        (0..).step_by(252).zip(expected.map(|channel| format!("Switch {channel}"))).collect::<Vec<_>>()
    );
    // A channel with an access point has another turn.
    device.hear_beacon();
    device.run(16 * DWELL_MS);
    assert_eq!(device.take_lines()[14..], ["Switch 13", "Switch 6"]);
}

#[test]
fn takes_phones_only_while_pressed() {
    let mut device = Device::scanning(None);
    device.take_lines();
    device.hear("phone");
    device.hear("whole linkkit-lab 12345678");
    assert!(device.take_lines().is_empty());
    assert_eq!(device.decoder.frames, 0);
    device.press();
    device.hear("phone");
    assert_eq!(device.take_lines(), ["Enable", "LockChannel"]);
    device.run(60_000);
    assert!(device.take_lines().contains(&"EnableTimeout".to_owned()));
    device.hear("phone");
    assert!(device.take_lines().is_empty());
    device.decoder.gate = Gate::NotPressed;
    device.hear("phone");
    assert_eq!(device.take_lines(), ["LockChannel"]);
}

#[test]
fn a_stop_closes_the_monitor_if_it_is_open() {
    let mut device = Device::pressed();
    device.hear_bytes(&phone_frame("whole linkkit-lab 12345678"));
    device.provisioning.stop();
    device.poll();
    assert_eq!(device.take_lines(), ["Close_Monitor", "awss_start Stopped"]);

    let mut device = Device::new();
    device.provisioning.start(ScanTimes { dwell_ms: DWELL_MS, limit_ms: None }).unwrap();
    assert!(matches!(device.provisioning.poll(device.now), Some(Action::Event(Event::Start))));
    device.provisioning.stop();
    device.poll();
    assert_eq!(device.take_lines(), ["awss_start Stopped"]);
}

#[test]
fn follows_the_access_point_of_the_phone_as_it_was_first_heard() {
    let mut device = Device::pressed();
    device.hear_beacon();
    device.hear("phone");
    assert_eq!(device.take_lines(), ["LockChannel", "Switch 6"]);
    let mut with_another_name = LINKKIT_LAB_BEACON;
    with_another_name[38] = b'L';
    with_another_name[61] = 11;
    device.hear_bytes(&with_another_name);
    device.hear_beacon();
    assert!(device.take_lines().is_empty());
}

// The C SDK looks at the time only when another frame comes.
#[test]
pub(super) fn silence_unlocks_also_without_any_traffic() {
    let mut device = Device::pressed();
    device.hear("phone");
    device.run(5_000);
    device.hear("part");
    device.run(PROVISION_UNLOCK_MS - 1);
    assert_eq!(device.take_lines(), ["LockChannel"]);
    let resets = device.decoder.resets;
    device.run(1);
    assert_eq!(device.take_lines(), ["Switch 6"]);
    device.hear("part");
    assert_eq!(device.decoder.resets, resets + 1);
    device.run(DWELL_MS);
    assert_eq!(device.take_lines(), ["Switch 11"]);
}

#[test]
fn other_traffic_does_not_keep_the_lock() {
    let mut device = Device::pressed();
    device.hear("phone");
    for _ in 0..9 {
        device.run(1_000);
        device.hear("other");
        device.hear("checksum");
    }
    assert!(device.take_lines().contains(&"Switch 6".to_owned()));
}

#[test]
fn tells_of_messages_that_cannot_be_used_and_goes_on() {
    let mut device = Device::pressed();
    device.hear("phone");
    device.hear("checksum");
    device.hear("password");
    assert_eq!(device.take_lines(), ["LockChannel", "ChecksumError", "PasswordError"]);
    device.hear("whole linkkit-lab 12345678");
    assert_eq!(device.take_lines()[..2], ["GotSsidPassword", "Close_Monitor"]);
}

#[test]
fn scans_again_if_it_cannot_join() {
    let mut device = Device::pressed();
    device.hear_beacon();
    device.hear("whole linkkit-lab 12345678");
    device.take_lines();
    device.connected(false);
    assert_eq!(device.take_lines(), ["ConnectRouterFail", "Open_Monitor", "Switch 1"]);
    assert!(device.provisioning.is_pressed());
    device.hear("whole linkkit-lab 12345678");
    assert_eq!(device.take_lines().last().map(String::as_str), Some(CONNECT));
}

#[test]
fn pauses_when_the_ports_time_is_over() {
    let mut device = Device::scanning(Some(10_000));
    device.hear_beacon();
    device.run(9_999);
    device.take_lines();
    device.run(1);
    assert_eq!(device.take_lines(), ["Close_Monitor"]);
    device.hear("whole linkkit-lab 12345678");
    device.run(PROVISION_PAUSE_MS - 1);
    assert!(device.take_lines().is_empty());
    device.run(1);
    let lines = device.take_lines();
    assert_eq!(lines[0], "Open_Monitor");
    assert!(lines[1].starts_with("Switch") && lines.len() == 2, "{lines:?}");
    assert_eq!(device.provisioning.scan().heard().iter().count(), 1);
    device.run(10_000);
    device.take_lines();
    // A press ends the pause.
    device.press();
    assert_eq!(device.take_lines()[..2], ["Enable", "Open_Monitor"]);
}

#[test]
fn a_locked_channel_does_not_outlast_the_ports_time() {
    let mut device = Device::scanning(Some(10_000));
    device.press();
    device.run(5_000);
    device.hear("phone");
    device.run(4_999);
    device.hear("part");
    device.take_lines();
    device.run(1);
    assert_eq!(device.take_lines()[0], "Close_Monitor");
}

#[test]
fn forgets_access_points_after_a_day() {
    let mut device = Device::scanning(Some(10_000));
    device.hear_beacon();
    device.run(25 * 60 * 60 * 1_000);
    assert_eq!(device.provisioning.scan().heard().iter().count(), 0);
}

#[test]
fn ends_at_every_step_when_stopped() {
    let steps: [Step; 5] = [
        ("scanning", |_| {}),
        ("locked", |device| device.hear("phone")),
        ("joining", |device| device.hear("whole linkkit-lab 12345678")),
        ("result not taken", |device| device.hear_bytes(&phone_frame("whole linkkit-lab 12345678"))),
        ("paused", |device| device.run(20_000)),
    ];
    for (step, take_step) in steps {
        let mut device = Device::scanning(Some(10_000));
        device.press();
        if step == "paused" {
            device.provisioning.set_press(false);
        }
        take_step(&mut device);
        device.take_lines();
        device.provisioning.stop();
        assert!(!device.provisioning.is_pressed());
        device.poll();
        let mut lines = device.take_lines();
        assert_eq!(lines.pop().as_deref(), Some("awss_start Stopped"), "{step}");
        let closes: &[&str] = if matches!(step, "scanning" | "locked") { &["Close_Monitor"] } else { &[] };
        if step != "result not taken" {
            assert_eq!(lines, closes, "{step}");
        }
        device.connected(true);
        device.hear("phone");
        device.run(1_000_000);
        assert!(device.take_lines().is_empty(), "{step}");
        assert!(device.provisioning.start(ScanTimes { dwell_ms: 1, limit_ms: None }).is_ok());
    }
}

#[test]
fn one_runs_at_a_time() {
    let mut device = Device::scanning(None);
    let times = ScanTimes { dwell_ms: 1, limit_ms: None };
    assert_eq!(device.provisioning.start(times), Err(Error::WrongState));
    assert_eq!(device.provisioning.start_device_ap(Default::default(), device.now), Err(Error::WrongState));
    device.provisioning.stop();
    device.poll();
    device.provisioning.start_device_ap(Default::default(), device.now).unwrap();
    assert_eq!(device.provisioning.start(times), Err(Error::WrongState));
}
