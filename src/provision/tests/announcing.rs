//! The announcement that the device has joined.

use super::*;

impl Device {
    fn announcing() -> Self {
        let mut device = Self::new();
        device.provisioning.announce_success(device.now);
        device.poll();
        device
    }

    fn sends(&self) -> Vec<u64> {
        self.trace
            .iter()
            .filter(|(_, line)| line.starts_with("notify ") && line != "notify ended")
            .map(|(at, _)| *at)
            .collect()
    }
}

#[test]
fn announces_31_times_with_growing_gaps() {
    let mut device = Device::announcing();
    device.run(1_000_000);
    let gaps = (0..31).scan(0, |at, number| {
        *at += 100 * number;
        Some(*at)
    });
    assert_eq!(device.sends(), gaps.collect::<Vec<u64>>());
    assert_eq!(device.sends().last(), Some(&46_500));
    assert_eq!(device.take_lines().last().map(String::as_str), Some("notify ended"));
}

#[test]
fn an_answer_ends_the_series() {
    for id in [123, 1, 4] {
        let mut device = Device::announcing();
        device.run(600);
        for (other_id, code) in [(5, 200), (0, 200), (-1, 200), (id, 400), (id, 0)] {
            device.provisioning.announcement_answered(coap::Announcement::Joined, other_id, code);
        }
        device.run(400);
        assert_eq!(device.sends().len(), 5);
        device.take_lines();
        let id = if id == 4 { 5 } else { id };
        device.provisioning.announcement_answered(coap::Announcement::Joined, id, 200);
        device.provisioning.announcement_answered(coap::Announcement::Joined, id, 200);
        device.run(100_000);
        assert_eq!(device.take_lines(), ["notify ended"]);
    }
}

#[test]
fn answers_queries_for_a_minute() {
    let mut device = Device::new();
    assert!(!device.provisioning.answers_queries(device.now));
    device.provisioning.announce_success(device.now);
    device.provisioning.announcement_answered(coap::Announcement::Joined, 123, 200);
    device.run(59_999);
    assert!(device.provisioning.answers_queries(device.now));
    device.run(1);
    assert!(!device.provisioning.answers_queries(device.now));
    device.provisioning.announce_success(device.now);
    assert!(device.provisioning.answers_queries(device.now));
    device.provisioning.stop();
    assert!(!device.provisioning.answers_queries(device.now));
}

// In the C SDK a series that begins while another runs may go on without end.
#[test]
pub(super) fn a_new_series_takes_the_place_of_the_one_that_runs() {
    let mut device = Device::announcing();
    device.run(10_000);
    device.take_lines();
    device.provisioning.start_announcements();
    device.poll();
    assert_eq!(device.take_lines(), ["notify ended", "SuccessNotify", "notify 15 0"]);
    device.run(1_000_000);
    assert_eq!(device.sends().len(), 30);
}
