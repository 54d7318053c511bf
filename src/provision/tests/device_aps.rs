//! `awss_dev_ap_start`.

use super::*;
use crate::provision::device_ap::{RequestAnswer, ap_name};
use crate::provision::switchap::Refusal;

const OPEN: &str = "Open_Ap adh_a1X2bEnP82z_123344";
const CONNECT: &str = "Connect_Ap linkkit-lab 12345678 [00, 00, 00, 00, 00, 00] 255 255 0";

/// A step, how to get there, and whether the access point is open then.
type Step = (&'static str, fn() -> Device, bool);

impl Device {
    fn with_ap() -> Self {
        let mut device = Self::new();
        let name = ap_name("a1X2bEnP82z", "18:FE:34:12:33:44").unwrap();
        device.provisioning.start_device_ap(name, device.now).unwrap();
        device.poll();
        device
    }

    /// With an access point that is up.
    fn waiting() -> Self {
        let mut device = Self::with_ap();
        device.opened(true);
        device.run(1_000);
        device.trace.clear();
        device
    }

    fn opened(&mut self, is_open: bool) {
        self.provisioning.ap_opened(is_open, self.now);
        self.poll();
    }

    fn request(&mut self) -> RequestAnswer {
        let ssid = Ssid::new(b"linkkit-lab").unwrap();
        let wanted = Credentials::new(ssid, check_password(b"12345678").unwrap(), None);
        let answer = self.provisioning.device_ap_request(Ok(wanted), self.now);
        self.poll();
        answer
    }

    fn acked(&mut self) {
        self.provisioning.acked(self.now);
        self.poll();
    }
}

#[test]
fn joins_what_a_phone_asks_for() {
    let mut device = Device::with_ap();
    device.opened(true);
    assert_eq!(device.take_lines(), [OPEN]);
    device.run(999);
    assert_eq!(device.request(), RequestAnswer::Ignore);
    device.run(1);
    assert_eq!(device.request(), RequestAnswer::Success);
    assert!(device.take_lines().is_empty());
    // One is carried out at a time.
    assert_eq!(device.request(), RequestAnswer::Ignore);
    device.run(150);
    device.acked();
    assert_eq!(device.take_lines(), ["Close_Ap", CONNECT]);
    assert_eq!(device.request(), RequestAnswer::Ignore);
    device.run(30_000);
    device.connected(true);
    assert_eq!(device.take_lines(), ["SuccessNotify", "notify 1 0", "awss_dev_ap_start Joined"]);
}

// In the C SDK the acknowledgement is never seen: the wait for it keeps the thread that would.
#[test]
pub(super) fn does_not_wait_for_ever_for_the_acknowledgement() {
    let mut device = Device::waiting();
    device.request();
    device.run(1_999);
    assert!(device.take_lines().is_empty());
    device.run(1);
    assert_eq!(device.take_lines(), ["Close_Ap", CONNECT]);
    device.acked();
    assert!(device.take_lines().is_empty());
}

#[test]
fn opens_its_access_point_again_if_it_cannot_join() {
    let mut device = Device::waiting();
    for _ in 0..3 {
        assert_eq!(device.request(), RequestAnswer::Success);
        device.acked();
        device.connected(false);
        assert_eq!(device.take_lines(), ["Close_Ap", CONNECT, OPEN]);
        device.opened(true);
        assert_eq!(device.request(), RequestAnswer::Ignore);
        device.run(1_000);
    }
}

#[test]
fn waits_on_after_a_refusal() {
    let mut device = Device::waiting();
    for refusal in [Refusal::Ssid, Refusal::PasswordContent] {
        let answer = device.provisioning.device_ap_request(Err(refusal), device.now);
        assert_eq!(answer, RequestAnswer::Refusal(refusal));
    }
    device.run(1_000_000);
    assert!(device.take_lines().is_empty());
    assert_eq!(device.request(), RequestAnswer::Success);
}

#[test]
fn gives_up_when_the_access_point_cannot_be_opened() {
    let mut device = Device::with_ap();
    device.opened(false);
    device.run(1_000);
    device.opened(false);
    device.run(1_000);
    assert_eq!(device.take_lines(), [OPEN, OPEN, OPEN]);
    device.opened(false);
    assert_eq!(device.take_lines(), ["awss_dev_ap_start NoAccessPoint"]);
    device.run(1_000_000);
    assert!(device.take_lines().is_empty());
}

// The C SDK destroys the lock that the waiting call still takes.
#[test]
pub(super) fn ends_at_every_step_when_stopped() {
    let steps: [Step; 6] = [
        ("opening", Device::with_ap, true),
        (
            "not open",
            || {
                let mut device = Device::with_ap();
                device.opened(false);
                device
            },
            false,
        ),
        (
            "settling",
            || {
                let mut device = Device::with_ap();
                device.opened(true);
                device
            },
            true,
        ),
        ("waiting", Device::waiting, true),
        (
            "answered",
            || {
                let mut device = Device::waiting();
                device.request();
                device
            },
            true,
        ),
        (
            "joining",
            || {
                let mut device = Device::waiting();
                device.request();
                device.acked();
                device
            },
            false,
        ),
    ];
    for (step, reach, is_open) in steps {
        let mut device = reach();
        device.take_lines();
        device.provisioning.stop_device_ap();
        device.provisioning.stop_device_ap();
        assert_eq!(device.request(), RequestAnswer::Ignore);
        let closes: &[&str] = if is_open { &["Close_Ap"] } else { &[] };
        assert_eq!(device.take_lines(), [closes, &["awss_dev_ap_start Stopped"]].concat(), "{step}");
        // What comes too late.
        device.opened(true);
        device.acked();
        device.connected(true);
        device.provisioning.stop_device_ap();
        device.run(1_000_000);
        assert!(device.take_lines().is_empty(), "{step}");
        assert!(device.provisioning.start_device_ap(Default::default(), device.now).is_ok());
    }
}
