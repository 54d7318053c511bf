//! The cloud has a device that is connected join another network.

use crate::script::{Trace, play};

const REQUEST: &str = "thing/awss/device/switchap";

/// In `linkkit-lab`, and asked to join that network with this password.
fn asked(ssid: &str, passwd: &str) -> Trace {
    let params = format!(r#"{{"ssid":"{ssid}","passwd":"{passwd}","switchMode":"0","timeout":"7d0"}}"#);
    let request = format!(r#"publish {REQUEST} {{"id":"3","version":"1.0","params":{params}}}"#);
    play(&[
        "join 0 500",
        "is-in linkkit-lab 12345678",
        "open",
        "yield 3000",
        &request,
        "yield 5000",
        "close",
        "stop",
        "wait 1000",
        "leftover",
    ])
}

#[test]
fn joins_another_network_and_restarts() {
    let trace = asked("other", "12345678");
    let answered = trace.one("heard thing/awss/device/switchap_reply").at;
    let joined = trace.one("connect").at;
    assert_eq!(trace.one("connect").what, "connect 30000 'other' '12345678' 255 255 - 0");
    assert!((2_000..2_300).contains(&(joined - answered)), "{trace:?}");
    let restarted = trace.one("reboot").at;
    assert!((1_500..1_800).contains(&(restarted - joined)), "{trace:?}");
    assert_eq!(trace.one("leftover").what, "leftover: nothing");
}

#[test]
fn a_request_that_changes_only_the_password_is_carried_out() {
    let trace = asked("linkkit-lab", "new-password");
    assert_eq!(trace.one("connect").what, "connect 30000 'linkkit-lab' 'new-password' 255 255 - 0");
    assert_eq!(trace.all("reboot").len(), 1);
}

#[test]
fn a_device_that_is_in_the_network_stays_there() {
    let trace = asked("linkkit-lab", "12345678");
    assert_eq!(trace.all("heard thing/awss/device/switchap_reply").len(), 1, "{trace:?}");
    assert!(trace.all("connect").is_empty() && trace.all("reboot").is_empty(), "{trace:?}");
}
