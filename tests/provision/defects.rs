//! What the C SDK leaves of secrets, seen from the port: in memory that it gives back or goes on to hold, and in
//! the log, whose level is that of debugging.

use serde_json::json;

use crate::script::{Trace, play};
use crate::smartconfig::{BEACON, CODES, loop_of_frames};
use crate::{device_ap, phone_ap};

/// `12345678`
const PASSWORD: &str = "3132333435363738";
/// `a good password`
const OTHER_PASSWORD: &str = "6120676f6f642070617373776f7264";
/// Of the product, and the keys that it makes with the random bytes of smartconfig and of the device's access
/// point.
const SECRETS: [&str; 3] = [
    "secret 376a6c75576d317a716c376274387145",
    "secret 5a727cc04ffc081fa1f0e373f3b81196",
    "secret 9d53a045ecc92bb8ab9cd6f2af27f81b",
];

/// The password was held as often as it was looked for and needed, and no more at the other looks; nor was it ever
/// given back or printed.
fn assert_wiped(trace: &Trace, needed: usize, looks: usize) {
    assert_eq!(trace.all("held 1").len(), needed, "{trace:?}");
    assert_eq!(trace.all("held 0").len(), looks, "{trace:?}");
    assert_eq!(trace.one("leftover").what, "leftover: nothing");
}

fn smartconfig(join: &str, end: &[&str]) -> Trace {
    let secret = format!("secret {PASSWORD}");
    let frames = loop_of_frames(&CODES);
    let frames: Vec<&str> = frames.iter().map(String::as_str).collect();
    let before = [SECRETS.as_slice(), &[&secret, join, "start", "wait 300", "press", BEACON]].concat();
    play(&[&before, &frames, end].concat())
}

#[test]
fn smartconfig_leaves_no_password_and_no_key() {
    let look = format!("held {PASSWORD}");
    let end = ["wait 2000", &look, "wait 70000", &look, "stop", "leftover"];
    for join in ["join 0 500", "join -1 500"] {
        let trace = smartconfig(join, &end);
        assert_eq!(trace.all("connect").len(), 1, "{trace:?}");
        assert_wiped(&trace, 0, 2);
    }
    let trace = smartconfig("join 0 5000", &["wait 500", "stop", &look, "wait 6000", &look, "leftover"]);
    assert_wiped(&trace, 0, 2);
}

#[test]
fn the_devices_access_point_leaves_no_password_and_no_key() {
    let (secret, look) = (format!("secret {PASSWORD}"), format!("held {PASSWORD}"));
    let request = device_ap::request(&[]);
    for (join, waited) in
        [("join 0 500", "wait 6000"), ("join -1 500", "wait 6000"), ("join 0 500", "wait 100")]
    {
        // Until the phone has its answer.
        let begin = [&secret, join, "dev-ap", "wait 1500", &request, "wait 60", &look];
        let end = [waited, "dev-ap-stop", &look, "wait 70000", &look, "stop", "leftover"];
        assert_wiped(&play(&[SECRETS.as_slice(), &begin, &end].concat()), 1, 2);
    }
}

#[test]
fn the_phones_access_point_leaves_no_password_and_no_key() {
    let (secret, look) = (format!("secret {OTHER_PASSWORD}"), format!("held {OTHER_PASSWORD}"));
    let request = phone_ap::request(1, &json!({}));
    let key: String = phone_ap::key().iter().map(|byte| format!("{byte:02x}")).collect();
    let key = format!("secret {key}");
    for (join, waited) in
        [("join 0 500", "wait 6000"), ("join -1 500", "wait 6000"), ("join 0 500", "wait 100")]
    {
        let before = [SECRETS.as_slice(), &[&secret, &key]].concat();
        let end = [&*request, "wait 60", &look, join, waited, "stop", &look, "wait 1000", &look, "leftover"];
        assert_wiped(&phone_ap::with_phone(&before, &end), 1, 2);
    }
}

#[test]
fn a_switch_by_the_cloud_leaves_no_password() {
    let request =
        r#"publish thing/awss/device/switchap {"id":"3","params":{"ssid":"lab","passwd":"12345678"}}"#;
    let (secret, look) = (format!("secret {PASSWORD}"), format!("held {PASSWORD}"));
    let begin = [&secret, "join 0 500", "open", "yield 3000", request, "yield 500", &look];
    let trace = play(&[begin.as_slice(), &["yield 9000", &look, "close", "leftover"]].concat());
    assert_eq!(trace.all("connect").len(), 1);
    assert_wiped(&trace, 1, 1);
}

// The product key is none, and is printed: the checks above can fail.
#[test]
fn the_port_notices_a_secret_in_the_log() {
    let trace =
        play(&["secret 61314751633869", "success-notify", "wait 500", "stop", "wait 500", "leftover"]);
    assert_eq!(trace.one("leftover").what, "leftover: HAL_Printf of a secret");
}
