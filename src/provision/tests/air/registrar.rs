//! Zero-config: the device that helps.

use super::enrollee::{MAC, RANDOM, SIGNATURE, enrollee};
use super::*;
use crate::error::Error;
use crate::provision::air::zero_config::registrar::{Action, Registrar};

const OWN_MAC: Mac = [0x18, 0xFE, 0x34, 0x00, 0x00, 0x01];
const BSSID: Mac = [0x40, 0x31, 0x3C, 0x05, 0xB1, 0x89];
const DWELL_MS: u64 = 240;
const SEND_GAP_MS: u64 = 225;
const KEY: &str = "A6DA44BCE4F0EA0D7F7D7D70193386B6";
const VERSIONS: &str =
    r#""awssVer":{"smartconfig":"2.0","zconfig":"2.0","router":"2.0","ap":"2.0","softap":"2.0"}"#;

/// What a device that wants to join says behind the kind of the element.
fn candidate(device_name: &str, product_key: &str) -> Vec<u8> {
    let length = |text: &str| u8::try_from(text.len()).unwrap();
    [
        &[length(device_name)],
        device_name.as_bytes(),
        &[0, length(product_key)],
        product_key.as_bytes(),
        &[16],
        &RANDOM,
        &[3, 0, 20],
        &bytes(SIGNATURE),
    ]
    .concat()
}

fn element_of(content: &[u8]) -> Vec<u8> {
    element(221, &[b"\xD8\x96\xE0\xAA\x01", content].concat())
}

/// A registrar, and what its owner does for it.
pub(in crate::provision::tests) struct Bench {
    pub(in crate::provision::tests) registrar: Registrar,
    network: Option<(&'static [u8], &'static str)>,
    pub(in crate::provision::tests) now: Instant,
    pub(in crate::provision::tests) sent: Vec<Vec<u8>>,
}

impl Bench {
    pub(in crate::provision::tests) fn new() -> Self {
        let mut bench = Self {
            registrar: Registrar::new(OWN_MAC, DWELL_MS),
            network: Some((b"linkkit-lab", "12345678")),
            now: Instant::from_millis(1_000_000),
            sent: Vec::new(),
        };
        bench.registrar.start(bench.now);
        assert_eq!(bench.drain(), ["listen true"]);
        bench
    }

    /// What there is to do now; frames are kept.
    pub(in crate::provision::tests) fn drain(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        for _ in 0..100 {
            match self.registrar.poll(self.now) {
                None => return lines,
                Some(Action::Listen(is_on)) => lines.push(format!("listen {is_on}")),
                Some(Action::LookUpNetwork) => self.registrar.set_network(self.network.map(|network| {
                    let password = check_password(network.1.as_bytes()).unwrap();
                    Credentials::new(Ssid::new(network.0).unwrap(), password, Some(BSSID))
                })),
                Some(Action::Publish { topic, payload }) => {
                    lines.push(format!("{topic} {}", String::from_utf8(payload).unwrap()));
                }
                Some(Action::SendProbeRequest(frame)) => {
                    lines.push("send".into());
                    self.sent.push(frame.to_vec());
                }
            }
        }
        panic!("endless");
    }

    /// What comes in `ms` milliseconds, polled only when asked for, without turns of listening.
    fn run(&mut self, ms: u64) -> Vec<String> {
        let end = self.now.plus(ms);
        let mut lines = self.drain();
        for _ in 0..100_000 {
            match self.registrar.poll_timeout().if_ever() {
                Some(next) if next <= end => {
                    assert!(next > self.now, "asks to be woken in the past");
                    self.now = next;
                    lines.extend(self.drain());
                }
                _ => {
                    self.now = end;
                    lines.retain(|line| !line.starts_with("listen"));
                    return lines;
                }
            }
        }
        panic!("busy loop");
    }

    fn hear(&mut self, content: &[u8]) -> Vec<String> {
        self.registrar.element(&element_of(content), -40);
        self.drain()
    }

    fn hear_device(&mut self, device_name: &str) -> Vec<String> {
        self.hear(&candidate(device_name, "a1X2bEnP82z"))
    }

    pub(in crate::provision::tests) fn check_in(&mut self, device_name: &str, timeout: &str) -> Vec<String> {
        let payload = format!(
            r#"{{"id":"123","version":"1.0","params":{{"productKey":"a1X2bEnP82z","deviceName":"{device_name}"{timeout}}},"method":"thing.awss.enrollee.checkin"}}"#
        );
        let answer = self.registrar.checkin(payload.as_bytes(), self.now).unwrap();
        assert_eq!(String::from_utf8(answer).unwrap(), r#"{"id":123,"code":200,"data":{}}"#);
        self.drain()
    }

    pub(in crate::provision::tests) fn give_key(&mut self, device_name: &str) -> Vec<String> {
        let payload = format!(
            r#"{{"id":"2","code":200,"data":{{"productKey":"a1X2bEnP82z","deviceName":"{device_name}","secret":"{KEY}"}}}}"#
        );
        self.registrar.cipher_reply(payload.as_bytes()).unwrap();
        self.drain()
    }
}

fn found(id: u32, device_name: &str, report: &[u8]) -> String {
    let report: String = report.iter().map(|byte| format!("{byte:02X}")).collect();
    assert!(!device_name.is_empty());
    format!(
        r#"thing/awss/enrollee/found {{"id":"{id}","version":"1.0","method":"thing.awss.enrollee.found","params":{{{VERSIONS},"type":0,"ssid":"linkkit-lab","bssid":"40:31:3C:05:B1:89","rssi":-40,"payload":["{report}"]}}}}"#
    )
}

fn cipher_get(id: u32, device_name: &str) -> String {
    format!(
        r#"thing/cipher/get {{"id":"{id}","version":"1.0","method":"thing.cipher.get","params":{{{VERSIONS},"productKey":"a1X2bEnP82z","deviceName":"{device_name}","cipherType":3,"random":"A0A1A2A3A4A5A6A7A8A9AAABACADAEAF"}}}}"#
    )
}

#[test]
fn one_device_provisions_another() {
    let mut bench = Bench::new();
    bench.registrar.frame(&plain(enrollee().frame()).unwrap());
    let report = bytes(&format!(
        "07746573745f30360b6131583262456e5038327a10a0a1a2a3a4a5a6a7a8a9aaabacadaeaf030014{SIGNATURE}"
    ));
    assert_eq!(bench.drain(), [found(1, "test_06", &report)]);
    bench.now = bench.now.plus(5_000);
    assert_eq!(bench.check_in("test_06", r#","timeout":60"#), [cipher_get(2, "test_06")]);
    assert_eq!(bench.give_key("test_06"), ["send"]);

    let frame = bench.sent[0].clone();
    let element = "dd36d896e0ab0114bb255cd92c480681c2926ccc6a1498cc889c1493010b6c696e6b6b69742d6c616208\
                   c6ec67009f4854db40313c05b189";
    let rates = "0000010882848b968c9298a43204b048606c";
    let header = format!("40000000ffffffffffff{}ffffffffffffc079", hex(&OWN_MAC));
    assert_eq!(hex(&frame), format!("{header}{rates}{}3f84109e", element.replace(' ', "")));
    assert_eq!(Ear::new(enrollee()).hear(&frame), "linkkit-lab 12345678 40313c05b189 -");
}

#[test]
fn the_password_is_sent_again_until_the_time_is_over() {
    let mut bench = Bench::new();
    bench.hear_device("test_06");
    bench.check_in("test_06", r#","timeout":"30""#);
    bench.give_key("test_06");
    // Meanwhile the device goes on.
    assert!(bench.hear_device("test_06").is_empty());
    let sent = bench.run(29_999);
    assert!(sent.iter().all(|line| line == "send"));
    assert_eq!(u64::try_from(sent.len()).unwrap(), 29_999 / SEND_GAP_MS);
    assert!(bench.run(10_000).is_empty());
    assert!(bench.sent.iter().all(|frame| *frame == bench.sent[0]));
    // It may want to join again.
    assert_eq!(bench.hear_device("test_06").len(), 1);
}

#[test]
pub(in crate::provision::tests) fn a_device_that_announces_that_it_has_joined_is_left_alone() {
    let mut bench = Bench::new();
    bench.hear_device("test_06");
    bench.check_in("test_06", "");
    bench.give_key("test_06");
    let announcement = |name: &str| {
        format!(
            r#"{{"id":"1","version":"1.0","method":"awss.event.connectap.notify","params":{{{VERSIONS},"productKey":"a1X2bEnP82z","deviceName":"{name}","mac":"18:FE:34:12:33:44","ip":"10.0.0.59","cipherType":3,"type":0}}}}"#
        )
    };
    bench.registrar.announced(announcement("test_07").as_bytes()).unwrap();
    assert_eq!(bench.run(1_000).len(), 4);
    bench.registrar.announced(announcement("test_06").as_bytes()).unwrap();
    assert!(bench.run(100_000).is_empty());
    assert_eq!(bench.registrar.announced(b"{}"), Err(Error::Malformed));
}

#[test]
fn a_device_is_reported_once_in_a_while() {
    let mut bench = Bench::new();
    assert_eq!(bench.hear_device("test_06").len(), 1);
    assert!(bench.run(59_999).is_empty());
    assert!(bench.hear_device("test_06").is_empty());
    assert!(bench.run(1).is_empty());
    assert_eq!(bench.hear_device("test_06").len(), 1);
    // Unless the cloud says another time, in a list of all that it has heard of.
    let reply = br#"{"id":"1","code":200,"data":[{"productKey":"a","deviceName":"b","timeout":1},
        {"timeout":600,"deviceName":"test_06","productKey":"a1X2bEnP82z"},{},7,{"productKey":5}]}"#;
    bench.registrar.found_reply(reply, bench.now).unwrap();
    assert!(bench.run(599_999).is_empty());
    assert!(bench.hear_device("test_06").is_empty());
    assert!(bench.run(1).is_empty());
    assert_eq!(bench.hear_device("test_06").len(), 1);
    assert!(bench.run(60_000).is_empty());
    for timeout in ["0", "-5", "\"x\"", "[]", "99999999999"] {
        bench.hear_device("test_06");
        let reply = format!(
            r#"{{"data":[{{"productKey":"a1X2bEnP82z","deviceName":"test_06","timeout":{timeout}}}]}}"#
        );
        bench.registrar.found_reply(reply.as_bytes(), bench.now).unwrap();
        bench.run(60_000);
        assert_eq!(bench.hear_device("test_06").len(), 1, "{timeout}");
        bench.run(60_000);
    }
}

#[test]
fn five_devices_are_known_at_a_time() {
    let mut bench = Bench::new();
    for number in 0..5 {
        assert_eq!(bench.hear_device(&format!("device{number}")).len(), 1);
    }
    for number in 5..50 {
        assert!(bench.hear_device(&format!("device{number}")).is_empty());
    }
    bench.run(60_000);
    assert_eq!(bench.hear_device("device5").len(), 1);
}

#[test]
fn one_device_is_served_after_the_other() {
    let mut bench = Bench::new();
    bench.hear_device("one");
    bench.hear_device("two");
    assert_eq!(bench.check_in("one", ""), [cipher_get(3, "one")]);
    assert_eq!(bench.give_key("one"), ["send"]);
    assert!(bench.check_in("two", r#","timeout":10"#).is_empty());
    let lines = bench.run(60_001);
    assert_eq!(*lines.last().unwrap(), cipher_get(4, "two"));
    assert_eq!(lines.iter().filter(|line| line.starts_with("thing")).count(), 1);
    assert_eq!(bench.give_key("two"), ["send"]);
    assert_eq!(u64::try_from(bench.run(60_000).len()).unwrap(), 10_000 / SEND_GAP_MS);
}

// The C SDK asks once, and keeps the place of the device for good if no key comes.
#[test]
fn a_key_that_does_not_come_is_asked_for_again_and_given_up() {
    let mut bench = Bench::new();
    bench.hear_device("test_06");
    assert_eq!(bench.check_in("test_06", ""), [cipher_get(2, "test_06")]);
    assert_eq!(bench.run(29_999), [cipher_get(3, "test_06"), cipher_get(4, "test_06")]);
    assert!(bench.check_in("test_06", "").is_empty());
    assert!(bench.run(1_000).is_empty());
    assert!(bench.give_key("test_06").is_empty());
    assert_eq!(bench.hear_device("test_06").len(), 1);
}

#[test]
fn keys_and_checkins_of_others_mean_nothing() {
    let mut bench = Bench::new();
    assert!(bench.check_in("test_06", "").is_empty());
    assert!(bench.give_key("test_06").is_empty());
    bench.hear_device("test_06");
    assert!(bench.give_key("test_06").is_empty());
    assert!(bench.check_in("test_07", "").is_empty());
    bench.check_in("test_06", "");
    assert!(bench.give_key("test_07").is_empty());
    for secret in ["\"\"", "\"A6DA44\"", "5", "null", "\"GGDA44BCE4F0EA0D7F7D7D70193386B6\""] {
        let payload =
            format!(r#"{{"data":{{"productKey":"a1X2bEnP82z","deviceName":"test_06","secret":{secret}}}}}"#);
        bench.registrar.cipher_reply(payload.as_bytes()).unwrap();
        assert!(bench.drain().is_empty());
    }
    assert_eq!(bench.give_key("test_06"), ["send"]);
}

#[test]
fn messages_that_cannot_be_read_are_errors() {
    let mut bench = Bench::new();
    bench.hear_device("test_06");
    for payload in [
        "",
        "[]",
        "{}",
        r#"{"id":"1","params":{}}"#,
        r#"{"id":"1","params":{"productKey":"a1X2bEnP82z"}}"#,
        r#"{"id":"1","params":{"productKey":"","deviceName":"test_06"}}"#,
        r#"{"params":{"productKey":"a1X2bEnP82z","deviceName":"test_06"}}"#,
        &format!(r#"{{"id":"1","params":{{"productKey":"a","deviceName":"{}"}}}}"#, "n".repeat(33)),
    ] {
        assert_eq!(bench.registrar.checkin(payload.as_bytes(), bench.now).err(), Some(Error::Malformed));
        assert_eq!(bench.registrar.cipher_reply(payload.as_bytes()), Err(Error::Malformed), "{payload}");
        assert!(bench.drain().is_empty());
    }
    assert_eq!(bench.registrar.found_reply(b"[]", bench.now), Err(Error::Malformed));
    assert_eq!(bench.registrar.found_reply(b"{}", bench.now), Ok(()));
}

#[test]
fn listens_half_of_the_time() {
    let mut bench = Bench::new();
    let mut turns = Vec::new();
    for _ in 0..4 {
        assert_eq!(bench.registrar.poll_timeout(), bench.now.plus(6_400));
        bench.now = bench.now.plus(6_400);
        turns.extend(bench.drain());
    }
    assert_eq!(turns, ["listen false", "listen true", "listen false", "listen true"]);
    // Nothing changes by a second start.
    bench.registrar.start(bench.now);
    assert!(bench.drain().is_empty());
    bench.registrar.stop();
    bench.registrar.stop();
    assert_eq!(bench.drain(), ["listen false"]);
    assert_eq!(bench.registrar.poll_timeout(), Instant::NEVER);
}

#[test]
pub(in crate::provision::tests) fn a_stop_forgets_everything() {
    let mut bench = Bench::new();
    bench.hear_device("test_06");
    bench.check_in("test_06", "");
    bench.give_key("test_06");
    bench.registrar.stop();
    assert_eq!(bench.drain(), ["listen false"]);
    assert!(bench.run(100_000).is_empty());
    // Late frames of the port.
    assert!(bench.hear_device("test_06").is_empty());
    bench.registrar.start(bench.now);
    assert_eq!(bench.drain(), ["listen true"]);
    assert_eq!(bench.hear_device("test_06").len(), 1);
}

#[test]
fn without_a_network_nobody_is_reported() {
    let mut bench = Bench::new();
    bench.network = None;
    assert!(bench.hear_device("test_06").is_empty());
    assert!(bench.run(1_000).is_empty());
    bench.network = Some((b"\xD6\xD0", ""));
    let told = bench.hear_device("test_06");
    assert!(told[0].contains(r#""ssid":"","bssid":"40:31:3C:05:B1:89""#), "{told:?}");
    bench.check_in("test_06", "");
    bench.network = None;
    assert!(bench.give_key("test_06").is_empty());
    assert!(bench.run(1_000).is_empty());
}

#[test]
fn nobody_is_called_to_the_network_of_a_helper() {
    for name in [b"aha".as_slice(), b"adha"] {
        let mut bench = Bench::new();
        bench.network = Some((name, "12345678"));
        assert!(bench.hear_device("test_06").is_empty());
        bench.network = Some((b"ahah", "12345678"));
        assert_eq!(bench.hear_device("test_06").len(), 1);
        bench.check_in("test_06", "");
        bench.network = Some((name, "12345678"));
        assert!(bench.give_key("test_06").is_empty());
        assert!(bench.run(1_000).is_empty());
    }
}

#[test]
fn offline_it_listens_and_serves_but_neither_reports_nor_asks() {
    let mut bench = Bench::new();
    bench.hear_device("test_06");
    bench.check_in("test_06", "");
    bench.give_key("test_06");
    bench.registrar.disconnected();
    assert!(bench.hear_device("test_07").is_empty());
    let lines = bench.run(10 * SEND_GAP_MS);
    assert_eq!(lines, ["send"; 10]);
    bench.registrar.start(bench.now);
    assert_eq!(bench.drain().len(), 1);
    bench.registrar.disconnected();
    bench.check_in("test_07", "");
    assert!(bench.run(100_000).iter().all(|line| line == "send"));
    bench.registrar.start(bench.now);
    assert_eq!(bench.drain(), [cipher_get(4, "test_07")]);
}

#[test]
fn the_longest_network_fits() {
    let mut bench = Bench::new();
    bench.network = Some((&[b's'; 32], "pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"));
    bench.registrar.frame(&plain(enrollee().frame()).unwrap());
    bench.drain();
    bench.check_in("test_06", "");
    assert_eq!(bench.give_key("test_06"), ["send"]);
    let told = Ear::new(enrollee()).hear(&bench.sent[0]);
    assert_eq!(told, format!("{} {} 40313c05b189 -", "s".repeat(32), "p".repeat(64)));
}

#[test]
fn devices_show_themselves_in_probe_requests_and_beacons() {
    let body = [element(0, b"any"), element_of(&candidate("test_06", "a1X2bEnP82z"))].concat();
    for (kind, fixed_len) in [(0x40, 0), (0x80, 12)] {
        let mut bench = Bench::new();
        let frame = management_frame(kind, MAC, BROADCAST, &[vec![0; fixed_len], body.clone()].concat());
        bench.registrar.frame(&plain(&frame).unwrap());
        assert_eq!(bench.drain().len(), 1);
    }
    let mut bench = Bench::new();
    for kind in (0..=255).filter(|kind| ![0x40, 0x80].contains(kind)) {
        let frame = management_frame(kind, MAC, BROADCAST, &[&[0; 12], body.as_slice()].concat());
        bench.registrar.frame(&plain(&frame).unwrap());
        assert!(bench.drain().is_empty());
    }
}

#[test]
fn the_signal_of_a_device_that_waits_is_averaged() {
    let mut bench = Bench::new();
    let element = element_of(&candidate("test_06", "a1X2bEnP82z"));
    bench.registrar.element(&element, -40);
    bench.registrar.element(&element, -70);
    // 256 too high.
    bench.registrar.element(&element, 127);
    assert!(bench.drain()[0].contains(r#""rssi":-77,"#));
}

// The C SDK follows the lengths in a frame out of it.
#[test]
pub(in crate::provision::tests) fn lengths_that_do_not_fit_are_refused() {
    let mut bench = Bench::new();
    let whole = candidate("test_06", "a1X2bEnP82z");
    (0..whole.len()).for_each(|end| assert!(bench.hear(&whole[..end]).is_empty(), "{end}"));
    assert!(bench.hear(&[whole.as_slice(), &[0]].concat()).is_empty());
    for (device_name, product_key) in [
        ("", "a1X2bEnP82z"),
        ("test_06", ""),
        (&"n".repeat(33), "a1X2bEnP82z"),
        ("test_06", &"k".repeat(21)),
        ("new\nline", "a1X2bEnP82z"),
    ] {
        assert!(bench.hear(&candidate(device_name, product_key)).is_empty(), "{device_name} {product_key}");
    }
    for at in [0, 8, 9, 21, 38, 39, 40] {
        for value in (0..=255).filter(|value| *value != whole[at]) {
            let mut changed = whole.clone();
            changed[at] = value;
            // Other keys and other signatures are for the cloud to judge.
            let is_choice = at == 38 && (3..=5).contains(&value) || at == 39 && value == 1;
            assert_eq!(bench.hear(&changed).len(), usize::from(is_choice), "{at} {value}");
            if is_choice {
                bench.run(60_000);
            }
        }
    }
    assert_eq!(bench.hear(&whole).len(), 1);
}

#[test]
pub(in crate::provision::tests) fn what_others_call_themselves_is_escaped() {
    let mut bench = Bench::new();
    bench.hear_device(r#"a"b\c"#);
    let payload = br#"{"id":"x\"","params":{"productKey":"a1X2bEnP82z","deviceName":"a\"b\\c"}}"#;
    let answer = bench.registrar.checkin(payload, bench.now).unwrap();
    assert_eq!(String::from_utf8(answer).unwrap(), r#"{"id":"x\"","code":200,"data":{}}"#);
    assert!(bench.drain()[0].contains(r#""deviceName":"a\"b\\c""#));
}

#[test]
fn no_changed_byte_panics() {
    let mut bench = Bench::new();
    let frame = enrollee().frame().to_vec();
    with_each_byte_changed(&frame, |_, changed| {
        bench.registrar.frame(&plain(changed).unwrap());
        assert!(bench.drain().len() <= 1);
        bench.run(60_000);
    });
}
