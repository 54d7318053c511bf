//! `awss_start` when the access point of a phone is around.

use super::*;
use crate::knobs::PROVISION_PHONE_AP_MS;
use crate::provision::device_ap::RequestAnswer;
use crate::provision::switchap::Refusal;

/// A beacon of `aha` on channel 11, WPA2 with AES.
pub(super) fn aha_beacon() -> Vec<u8> {
    let (front, rest) = LINKKIT_LAB_BEACON.split_at(36);
    let mut bytes = [front, b"\x00\x03aha", &rest[13..]].concat();
    bytes[10..22].copy_from_slice(&[PHONE, PHONE].concat());
    assert_eq!(bytes[51..54], [3, 1, 6]);
    bytes[53] = 11;
    bytes
}

const FOUND: [&str; 5] = ["LockChannel", "GotSsidPassword", "Close_Monitor", "ConnectAha", JOIN_AHA];
const JOIN_AHA: &str = "Connect_Ap aha 12345678 [cc, fa, 00, c8, cf, d2] 4 3 11";
const JOIN_LAB: &str = "Connect_Ap linkkit-lab 12345678 [00, 00, 00, 00, 00, 00] 255 255 0";
/// The press is over, and the scan goes on.
const RESCAN: [&str; 3] = ["EnableTimeout", "Open_Monitor", "Switch 1"];

/// A step, and how to get there.
type Step = (&'static str, fn() -> Device);

impl Device {
    /// That is joining `aha`.
    fn with_phone() -> Self {
        let mut device = Self::pressed();
        device.hear_bytes(&aha_beacon());
        device.poll();
        assert_eq!(device.take_lines(), FOUND);
        device
    }

    /// That has.
    fn on_phone_ap() -> Self {
        let mut device = Self::with_phone();
        device.connected(true);
        assert_eq!(device.take_lines(), ["GotIp", "SetupNotify", "info 1 0"]);
        device
    }

    fn ask_for_lab(&mut self, bssid: Option<Mac>) -> RequestAnswer {
        let wanted =
            Credentials::new(Ssid::new(b"linkkit-lab").unwrap(), check_password(b"12345678").unwrap(), bssid);
        let answer = self.provisioning.phone_ap_request(Ok(wanted), self.now);
        self.poll();
        answer
    }

    fn ask_badly(&mut self, refusal: Refusal) -> RequestAnswer {
        let answer = self.provisioning.phone_ap_request(Err(refusal), self.now);
        self.poll();
        answer
    }

    /// That is joining what the phone has asked for.
    fn switching() -> Self {
        let mut device = Self::on_phone_ap();
        assert_eq!(device.ask_for_lab(None), RequestAnswer::Success);
        device.run(1_000);
        assert_eq!(device.take_lines(), ["info ended", JOIN_LAB]);
        device
    }
}

#[test]
fn joins_what_the_phone_asks_for() {
    let mut device = Device::scanning(None);
    device.press();
    device.hear_bytes(&aha_beacon());
    device.poll();
    let begin = ["Start", "Open_Monitor", "Switch 1", "Enable"];
    assert_eq!(device.take_lines(), [begin.as_slice(), &FOUND].concat());
    assert!(!device.provisioning.is_pressed());
    assert!(!device.provisioning.is_on_phone_ap());
    device.run(3_000);
    device.connected(true);
    assert_eq!(device.take_lines(), ["GotIp", "SetupNotify", "info 1 0"]);
    assert!(device.provisioning.is_on_phone_ap() && device.provisioning.needs_network(device.now));
    device.run(300);
    assert_eq!(device.take_lines(), ["info 2 1", "info 3 2"]);
    assert_eq!(device.ask_for_lab(None), RequestAnswer::Success);
    assert_eq!(device.take_lines(), ["info ended"]);
    // One is carried out at a time.
    device.run(999);
    assert_eq!(device.ask_for_lab(None), RequestAnswer::Ignore);
    assert_eq!(device.ask_badly(Refusal::Ssid), RequestAnswer::Ignore);
    assert!(device.take_lines().is_empty());
    device.run(1);
    assert_eq!(device.take_lines(), [JOIN_LAB]);
    device.run(20_000);
    device.connected(true);
    assert_eq!(device.take_lines(), ["SuccessNotify", "notify 1 0", "awss_start Joined"]);
    // The time of the press, and the minute, pass quietly.
    device.provisioning.stop_announcements();
    device.run(1_000_000);
    assert_eq!(device.take_lines(), ["notify ended"]);
}

#[test]
fn scans_again_if_the_phone_cannot_be_joined() {
    let mut device = Device::with_phone();
    device.connected(false);
    assert_eq!(device.take_lines(), [&["ConnectAhaFail"], RESCAN.as_slice()].concat());
    // Only the next press lets phones in.
    device.hear_bytes(&aha_beacon());
    device.poll();
    assert!(device.take_lines().is_empty());
    device.press();
    device.hear_bytes(&aha_beacon());
    device.poll();
    assert_eq!(device.take_lines(), [&["Enable"], FOUND.as_slice()].concat());
}

#[test]
fn waits_a_minute_for_the_phone() {
    let mut device = Device::on_phone_ap();
    device.run(PROVISION_PHONE_AP_MS - 1);
    let infos = device.take_lines();
    assert_eq!((infos.len(), infos.last().map(String::as_str)), (31, Some("info ended")));
    device.run(1);
    assert_eq!(device.take_lines(), RESCAN);
    assert!(!device.provisioning.needs_network(device.now));
    assert_eq!(device.ask_for_lab(None), RequestAnswer::Ignore);
    // Not from the first press, which is over long ago.
    device.run(10_000);
    assert!(!device.take_lines().contains(&"EnableTimeout".to_owned()));
}

#[test]
fn a_request_within_the_minute_is_not_cut_off_by_its_end() {
    let mut device = Device::on_phone_ap();
    device.run(PROVISION_PHONE_AP_MS - 1);
    assert_eq!(device.ask_for_lab(None), RequestAnswer::Success);
    device.take_lines();
    device.run(1_000);
    assert_eq!(device.take_lines(), [JOIN_LAB]);
}

#[test]
fn scans_again_if_it_cannot_join_what_the_phone_asks_for() {
    let mut device = Device::switching();
    device.connected(false);
    assert_eq!(device.take_lines(), RESCAN);
}

// The C SDK announces the device no more after a refusal.
#[test]
pub(super) fn announces_itself_after_a_refusal_too() {
    let mut device = Device::on_phone_ap();
    for refusal in [Refusal::Ssid, Refusal::NoSecurityLevel, Refusal::PasswordContent] {
        assert_eq!(device.ask_badly(refusal), RequestAnswer::Refusal(refusal));
    }
    device.run(300);
    assert_eq!(device.take_lines(), ["info 2 1", "info 3 2"]);
    assert_eq!(device.ask_for_lab(None), RequestAnswer::Success);
}

#[test]
fn an_answer_ends_the_announcements_and_nothing_else() {
    let mut device = Device::on_phone_ap();
    device.provisioning.announcement_answered(coap::Announcement::Joined, 123, 200);
    device.provisioning.announcement_answered(coap::Announcement::Provisionable, 123, 400);
    device.run(100);
    assert_eq!(device.take_lines(), ["info 2 1"]);
    device.provisioning.announcement_answered(coap::Announcement::Provisionable, 123, 200);
    device.run(50_000);
    assert_eq!(device.take_lines(), ["info ended"]);
    assert_eq!(device.ask_for_lab(None), RequestAnswer::Success);
}

// The C SDK joins `adha` without a press.
#[test]
pub(super) fn joins_no_phone_without_a_press_and_no_other_helper() {
    let mut device = Device::scanning(None);
    device.take_lines();
    device.hear_bytes(&aha_beacon());
    device.poll();
    device.press();
    for name in [b"adha".as_slice(), b"AHA", b"ahaa", b"ah"] {
        let (front, rest) = LINKKIT_LAB_BEACON.split_at(36);
        let length = u8::try_from(name.len()).unwrap();
        device.hear_bytes(&[front, &[0, length], name, &rest[13..]].concat());
    }
    let mut probe_request = aha_beacon();
    probe_request[0] = 0x40;
    device.hear_bytes(&probe_request);
    device.poll();
    assert_eq!(device.take_lines(), ["Enable"]);
    let mut probe_response = aha_beacon();
    probe_response[0] = 0x50;
    device.hear_bytes(&probe_response);
    device.poll();
    assert_eq!(device.take_lines(), FOUND);
}

#[test]
fn a_phone_that_is_heard_otherwise_meanwhile_gives_way() {
    let mut device = Device::pressed();
    device.hear("phone");
    device.hear_bytes(&aha_beacon());
    device.hear_bytes(&phone_frame("whole other 12345678"));
    device.poll();
    assert_eq!(device.take_lines(), FOUND);
}

#[test]
fn what_was_announced_before_is_not_announced_to_the_phone() {
    let mut device = Device::pressed();
    device.provisioning.announce_success(device.now);
    device.press();
    device.hear_bytes(&aha_beacon());
    device.poll();
    device.connected(true);
    assert!(!device.provisioning.answers_queries(device.now));
    device.take_lines();
    device.run(10_000);
    assert!(device.take_lines().iter().all(|line| line.starts_with("info ")));
}

#[test]
fn the_access_point_is_the_one_of_the_phone_or_one_that_was_heard() {
    let other = [1; 6];
    for (asked, heard, chosen) in [
        (None, &[][..], "[00, 00, 00, 00, 00, 00]"),
        (Some(other), &[], "[01, 01, 01, 01, 01, 01]"),
        (None, &[AP], "[d8, fe, e3, 11, 22, 33]"),
        (Some(other), &[AP], "[d8, fe, e3, 11, 22, 33]"),
        (Some(other), &[AP, other], "[01, 01, 01, 01, 01, 01]"),
    ] {
        let mut device = Device::pressed();
        for bssid in heard {
            let mut beacon = LINKKIT_LAB_BEACON;
            beacon[10..22].copy_from_slice(&[*bssid, *bssid].concat());
            device.hear_bytes(&beacon);
        }
        device.hear_bytes(&aha_beacon());
        device.poll();
        device.connected(true);
        assert_eq!(device.ask_for_lab(asked), RequestAnswer::Success);
        device.run(1_000);
        let connect = format!("Connect_Ap linkkit-lab 12345678 {chosen} 255 255 0");
        assert_eq!(device.take_lines().last(), Some(&connect));
    }
}

#[test]
fn ends_at_every_step_when_stopped() {
    let steps: [Step; 6] = [
        ("found", || {
            let mut device = Device::pressed();
            device.hear_bytes(&aha_beacon());
            device
        }),
        ("joining the phone", Device::with_phone),
        ("joined the phone", || {
            let mut device = Device::with_phone();
            device.provisioning.connected(true, device.now);
            device
        }),
        ("waiting", Device::on_phone_ap),
        ("answered", || {
            let mut device = Device::on_phone_ap();
            device.ask_for_lab(None);
            device
        }),
        ("joining", Device::switching),
    ];
    for (step, reach) in steps {
        let mut device = reach();
        device.take_lines();
        device.provisioning.stop();
        device.provisioning.stop();
        assert_eq!(device.ask_for_lab(None), RequestAnswer::Ignore);
        let mut lines = device.take_lines();
        assert_eq!(lines.pop().as_deref(), Some("awss_start Stopped"), "{step}");
        let ends: &[&str] = match step {
            "found" => &["Close_Monitor"],
            "waiting" => &["info ended"],
            _ => &[],
        };
        assert_eq!(lines, ends, "{step}");
        // What comes too late.
        device.connected(true);
        device.hear_bytes(&aha_beacon());
        device.run(1_000_000);
        assert!(device.take_lines().is_empty(), "{step}");
        assert!(!device.provisioning.needs_network(device.now));
        assert!(device.provisioning.start(ScanTimes { dwell_ms: 1, limit_ms: None }).is_ok());
    }
}

#[test]
pub(super) fn a_session_that_was_stopped_there_can_be_followed_by_another() {
    for reach in [Device::on_phone_ap, Device::switching] {
        let mut device = reach();
        device.provisioning.stop();
        device.poll();
        device.provisioning.start(ScanTimes { dwell_ms: 250, limit_ms: None }).unwrap();
        device.press();
        device.take_lines();
        device.hear_bytes(&aha_beacon());
        device.poll();
        assert_eq!(device.take_lines(), FOUND);
        device.connected(true);
        assert_eq!(device.take_lines()[..2], ["GotIp", "SetupNotify"]);
    }
}

#[test]
fn what_the_application_has_announced_ends_when_a_network_is_joined() {
    let mut device = Device::pressed();
    device.provisioning.start_info_announcements();
    device.run(300);
    assert!(device.provisioning.needs_network(device.now));
    let infos = device.take_lines().into_iter().filter(|line| line.starts_with("info ")).collect::<Vec<_>>();
    assert_eq!(infos, ["info 1 0", "info 2 1", "info 3 2"]);
    device.hear("whole linkkit-lab 12345678");
    device.take_lines();
    device.connected(true);
    let expected = ["GotIp", "SuccessNotify", "notify 1 0", "info ended", "awss_start Joined"];
    assert_eq!(device.take_lines(), expected);
}
