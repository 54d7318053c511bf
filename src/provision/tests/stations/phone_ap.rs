//! On the access point of a phone.

use std::collections::HashSet;

use super::super::phone_aps::aha_beacon;
use super::*;
use crate::provision::access_points::AccessPoint;
use crate::provision::credentials::{Authentication, Encryption};
use crate::provision::signature::sign;
use crate::text;

pub(in crate::provision::tests) const SWITCH_AP: &str = "/sys/a1X2bEnP82z/test_06/awss/device/switchap";
const WIFI_LIST: &str = "/sys/a1X2bEnP82z/test_06/awss/event/wifilist/get";
const ANY_INFO: &str = "/sys/awss/device/info/get";
const OWN_INFO: &str = "/sys/a1X2bEnP82z/test_06/awss/device/info/get";

/// Of the vectors.
const RANDOM: [u8; 16] = *b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F";
const RANDOM_HEX: &str = "000102030405060708090A0B0C0D0E0F";
const SIGN: &str = "427568D3D9EC498A25BD6B268F7D8C066127952D";
const PASSWORD_HEX: &str = "8BF3D0402AA77D1715150BA1DED0D9BC";

const JOIN_AHA: &str = "Connect_Ap aha 12345678 [cc, fa, 00, c8, cf, d2] 4 3 11";
const ENDED: [&str; 2] = ["SuccessNotify", "awss_start Joined"];

/// The request of the vector; `members` come on top, and null takes one away.
pub(in crate::provision::tests) fn request(members: &Value) -> Value {
    let mut params = json!({
        "ssid": "linkkit-lab", "bssid": "d8:fe:e3:11:22:33", "cipherType": 3, "passwd": PASSWORD_HEX,
    });
    let params_members = params.as_object_mut().unwrap();
    params_members.extend(members.as_object().unwrap().clone());
    params_members.retain(|_, value| !value.is_null());
    json!({ "id": "5", "version": "1.0", "method": "awss.device.switchap", "params": params })
}

impl Bench {
    /// That has heard a phone's access point and is joining it.
    fn with_phone() -> Self {
        let mut bench = Self::new();
        let times = ScanTimes { dwell_ms: 250, limit_ms: None };
        bench.station.provisioning().start(times).unwrap();
        bench.poll();
        bench.station.provisioning().press(0, bench.now);
        let beacon = aha_beacon();
        bench.station.provisioning().frame(&mut [], &plain(&beacon).unwrap(), bench.now);
        bench.poll();
        assert_eq!(bench.take_lines().last().map(String::as_str), Some(JOIN_AHA));
        bench
    }

    /// That has, and announces the random bytes of the vectors.
    pub(in crate::provision::tests) fn on_phone_ap() -> Self {
        let mut bench = Self::with_phone();
        bench.station.session_random = RANDOM;
        bench.start = bench.now;
        bench.connected(true);
        assert_eq!(bench.take_lines(), ["GotIp", "SetupNotify"]);
        bench
    }

    /// As [`Bench::ask`], of an observer.
    fn observe(&mut self, path: &str, payload: &Value) -> Vec<Packet> {
        let mut packet = Packet::new();
        packet.header.set_type(MessageType::NonConfirmable);
        packet.header.code = MessageClass::Request(RequestType::Get);
        packet.header.message_id = self.next_message_id;
        self.next_message_id += 1;
        packet.set_token(vec![7, 7]);
        packet.add_option(CoapOption::Observe, vec![]);
        for segment in path.split('/').skip(1) {
            packet.add_option(CoapOption::UriPath, segment.as_bytes().to_vec());
        }
        packet.payload = payload.to_string().into_bytes();
        let before = self.lan.len();
        self.send(&packet);
        self.to_phone(before)
    }

    /// What the phone was sent since there were `before` datagrams.
    fn to_phone(&self, before: usize) -> Vec<Packet> {
        let sent = self.lan[before..].iter().filter(|(_, to, _)| *to == PHONE);
        sent.map(|(.., packet)| packet.clone()).collect()
    }

    /// The port finds these; gives what the phone is told.
    fn find(&mut self, found: impl IntoIterator<Item = AccessPoint>) -> Vec<Packet> {
        let before = self.lan.len();
        found.into_iter().for_each(|found| self.station.access_point_found(found));
        self.station.wifi_scan_ended(Some([1; 6]), self.now);
        self.run(5_000);
        self.to_phone(before)
    }
}

fn access_point(number: u8, ssid: &[u8]) -> AccessPoint {
    AccessPoint {
        ssid: Ssid::new(ssid).unwrap(),
        bssid: [number; 6],
        channel: 6,
        authentication: Authentication::Wpa2Psk,
        encryption: Encryption::Aes,
        group_encryption: Encryption::Aes,
        rssi: -50,
    }
}

/// The option Observe.
fn number(packet: &Packet) -> Option<u32> {
    let value = packet.get_option(CoapOption::Observe)?.front()?;
    Some(value.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

#[test]
fn joins_what_a_phone_asks_for() {
    let mut bench = Bench::on_phone_ap();
    bench.run(150);
    let answer = bench.ask_once(SWITCH_AP, &request(&json!({ "token": PHONE_TOKEN })));
    let asked_at = bench.now.since(bench.start);
    assert_eq!(answer.header.get_type(), MessageType::NonConfirmable);
    assert_eq!(answer.header.code, MessageClass::Response(ResponseType::Content));
    assert_eq!((answer.header.message_id, answer.get_token()), (1, &[1, 2, 3, 4][..]));
    assert_eq!(answer.payload, br#"{"id":5,"code":200,"data":"success"}"#);
    bench.run(999);
    assert!(bench.take_lines().is_empty());
    bench.run(1);
    assert_eq!(bench.take_lines(), [CONNECT]);
    // Whatever is lost of five answers.
    let answers: Vec<_> = bench.lan.iter().filter(|(_, to, _)| *to == PHONE).collect();
    assert!(answers.iter().all(|(.., packet)| packet.to_bytes().unwrap() == answer.to_bytes().unwrap()));
    let times: Vec<u64> = answers.iter().map(|(at, ..)| at - asked_at).collect();
    assert_eq!(times, [0, 200, 400, 600, 800]);
    let announced = bench.announced().len();
    assert!(bench.station.take_bind_token().is_none());
    bench.run(20_000);
    bench.connected(true);
    assert_eq!(bench.take_lines(), ENDED);
    assert_eq!(
        bench.station.take_bind_token().map(|token| token.hex().to_string()).as_deref(),
        Some(PHONE_TOKEN)
    );
    assert_eq!(path(&bench.announced()[announced].2), "/sys/awss/event/connectap/notify");
}

#[test]
fn the_answer_is_given_up_when_the_access_point_is_left() {
    for leave in
        [|bench: &mut Bench| bench.station.provisioning().stop(), |bench: &mut Bench| bench.run(1_000)]
    {
        let mut bench = Bench::on_phone_ap();
        bench.ask_once(SWITCH_AP, &request(&json!({})));
        leave(&mut bench);
        bench.poll();
        let sent = bench.lan.len();
        bench.run(5_000);
        assert_eq!(bench.lan.len(), sent);
    }
}

#[test]
fn without_a_token_of_the_phone_the_device_makes_its_own() {
    for members in [json!({}), json!({ "token": "zz" }), json!({ "token": RANDOM_HEX })] {
        let mut bench = Bench::on_phone_ap();
        bench.ask_once(SWITCH_AP, &request(&members));
        bench.run(1_000);
        assert_eq!(bench.take_lines(), [CONNECT]);
        bench.connected(true);
        // What everybody has heard is no secret.
        assert!(bench.station.take_bind_token().is_none(), "{members}");
    }
}

#[test]
fn joining_the_phone_leaves_no_token() {
    let mut bench = Bench::on_phone_ap();
    bench.ask_once(SWITCH_AP, &request(&json!({ "token": PHONE_TOKEN })));
    bench.run(1_000);
    bench.connected(false);
    assert_eq!(bench.take_lines(), [CONNECT, "EnableTimeout", "Open_Monitor", "Switch 1"]);
    bench.station.provisioning().press(0, bench.now);
    let beacon = aha_beacon();
    bench.station.provisioning().frame(&mut [], &plain(&beacon).unwrap(), bench.now);
    bench.poll();
    bench.connected(true);
    bench.station.provisioning().stop();
    bench.poll();
    assert!(bench.station.take_bind_token().is_none());
}

#[test]
fn refuses_with_the_codes_and_the_words_that_phones_know() {
    let mut bench = Bench::on_phone_ap();
    for (members, code, words) in [
        (json!({ "ssid": null }), -1, "ssid error"),
        (json!({ "ssid": "" }), -1, "ssid error"),
        (json!({ "ssid": "s".repeat(33) }), -1, "ssid error"),
        (json!({ "ssid": null, "xssid": "D6D" }), -1, "ssid error"),
        (json!({ "ssid": null, "xssid": "no hex" }), -1, "ssid error"),
        (json!({ "ssid": null, "xssid": "41".repeat(33) }), -1, "ssid error"),
        (json!({ "cipherType": null }), -4, "no security level error"),
        (json!({ "cipherType": "" }), -4, "no security level error"),
        (json!({ "cipherType": 0 }), -4, "security level error"),
        (json!({ "cipherType": 4 }), -4, "security level error"),
        (json!({ "cipherType": 5 }), -4, "security level error"),
        (json!({ "cipherType": "x" }), -4, "security level error"),
        (json!({ "passwd": "A" }), -3, "passwd len error"),
        (json!({ "passwd": "A".repeat(130) }), -3, "passwd len error"),
        (json!({ "passwd": "g".repeat(32) }), -3, "passwd content error"),
        (json!({ "passwd": "0".repeat(32) }), -3, "passwd content error"),
        (json!({ "passwd": 7 }), -3, "passwd len error"),
    ] {
        let answer = bench.ask_once(SWITCH_AP, &request(&members));
        assert_eq!(answer.header.get_type(), MessageType::NonConfirmable);
        assert_eq!(payload(&answer), json!({ "id": 5, "code": code, "data": words }), "{members}");
        bench.run(1_000);
        assert!(bench.announced().len() > 2);
    }
    assert!(bench.take_lines().is_empty());
    let before = bench.announced().len();
    bench.run(5_000);
    assert!(bench.announced().len() > before);
    bench.ask_once(SWITCH_AP, &request(&json!({})));
    bench.run(1_000);
    assert_eq!(bench.take_lines(), [CONNECT]);
}

// The C SDK reads them from NULL.
#[test]
pub(in crate::provision::tests) fn what_is_missing_is_not_read() {
    let mut bench = Bench::on_phone_ap();
    for unreadable in [json!({ "params": { "ssid": "lab" } }), json!([]), json!({ "id": {}, "params": {} })] {
        for path in [SWITCH_AP, WIFI_LIST, ANY_INFO] {
            let answer = bench.ask_once(path, &unreadable);
            assert_eq!(answer.header.code, MessageClass::Response(ResponseType::BadRequest));
        }
        bench.run(1_000);
    }
    bench.ask_once(SWITCH_AP, &request(&json!({ "passwd": null, "bssid": null })));
    bench.run(1_000);
    let open = "Connect_Ap linkkit-lab  [00, 00, 00, 00, 00, 00] 255 255 0";
    assert_eq!(bench.take_lines(), [open]);
}

#[test]
fn names_that_are_no_text_come_in_hex() {
    let mut bench = Bench::on_phone_ap();
    bench.ask_once(SWITCH_AP, &request(&json!({ "ssid": null, "xssid": "D6D0CEC4" })));
    let Some(Action::Connect(wanted)) = bench.station.poll_action(bench.now.plus(1_000)) else {
        panic!("no join");
    };
    assert_eq!(wanted.ssid.as_bytes(), b"\xD6\xD0\xCE\xC4");
}

#[test]
fn one_request_is_carried_out_at_a_time() {
    let mut bench = Bench::on_phone_ap();
    let ask = |bench: &mut Bench, path, payload: &Value| {
        bench.ask(path, MessageType::NonConfirmable, payload).len()
    };
    assert_eq!(ask(&mut bench, SWITCH_AP, &request(&json!({}))), 1);
    assert_eq!(ask(&mut bench, SWITCH_AP, &request(&json!({ "ssid": "other" }))), 0);
    assert_eq!(ask(&mut bench, SWITCH_AP, &request(&json!({ "ssid": "" }))), 0);
    assert_eq!(ask(&mut bench, WIFI_LIST, &json!({ "id": 1 })), 0);
    assert_eq!(ask(&mut bench, ANY_INFO, &json!({ "id": 1 })), 1);
    bench.run(1_000);
    assert_eq!(bench.take_lines(), [CONNECT]);
    assert_eq!(ask(&mut bench, SWITCH_AP, &request(&json!({}))), 1, "there is no such resource any more");
}

#[test]
fn announces_itself_with_the_signature_of_the_product() {
    let mut bench = Bench::on_phone_ap();
    bench.run(59_000);
    let announced = bench.announced();
    let gaps = (0..31).scan(0, |at, number| {
        *at += 100 * number;
        Some(*at)
    });
    assert_eq!(announced.iter().map(|(at, ..)| *at).collect::<Vec<_>>(), gaps.collect::<Vec<u64>>());
    let turn = ["255.255.255.255:5683", "10.255.255.255:5683", "10.0.255.255:5683", "10.0.0.255:5683"];
    for (index, (_, to, packet)) in announced.iter().enumerate() {
        assert_eq!(to.to_string(), turn[index % 4]);
        assert_eq!(path(packet), "/sys/awss/device/info/notify");
        assert_eq!(packet.header.code, MessageClass::Request(RequestType::Post));
    }
    let versions = r#"{"smartconfig":"2.0","zconfig":"2.0","router":"2.0","ap":"2.0","softap":"2.0"}"#;
    let params = format!(
        r#"{{"awssVer":{versions},"productKey":"a1X2bEnP82z","deviceName":"test_06","mac":"18:FE:34:12:33:44","ip":"10.0.0.59","cipherType":3,"random":"{RANDOM_HEX}","signMethod":0,"sign":"{SIGN}"}}"#
    );
    let first = String::from_utf8(announced[0].2.payload.clone()).unwrap();
    let expected =
        format!(r#"{{"id":"1","version":"1.0","method":"awss.device.info.notify","params":{params}}}"#);
    assert_eq!(first, expected);
    for path in [ANY_INFO, OWN_INFO] {
        let answer = bench.ask_once(path, &json!({ "id": "9" }));
        let expected = format!(r#"{{"id":9,"code":200,"data":{params}}}"#);
        assert_eq!(String::from_utf8(answer.payload).unwrap(), expected);
    }
}

#[test]
fn an_answer_with_the_token_of_the_series_ends_it() {
    let mut bench = Bench::on_phone_ap();
    bench.run(300);
    bench.answer_announcement(Some(&[9; 4]), r#"{"id":123,"code":200}"#);
    bench.run(1_000);
    let sent = bench.announced().len();
    assert!(sent > 3);
    bench.answer_announcement(None, r#"{"id":123,"code":200}"#);
    bench.run(40_000);
    assert_eq!(bench.announced().len(), sent);
    assert_eq!(payload(&bench.ask_once(ANY_INFO, &json!({ "id": 1 })))["code"], 200);
}

#[test]
fn elsewhere_there_are_no_such_resources() {
    for mut bench in [Bench::new(), Bench::waiting(), Bench::joined(), Bench::with_phone()] {
        for path in [SWITCH_AP, WIFI_LIST, ANY_INFO, OWN_INFO] {
            let answer = bench.ask_once(path, &request(&json!({})));
            assert_eq!(answer.header.code, MessageClass::Response(ResponseType::NotFound));
            bench.run(200);
        }
    }
}

#[test]
pub(in crate::provision::tests) fn each_session_has_random_bytes_of_its_own() {
    let mut bench = Bench::new();
    let mut seen = HashSet::new();
    for _ in 0..10 {
        bench.station.provisioning().start(ScanTimes { dwell_ms: 250, limit_ms: None }).unwrap();
        bench.poll();
        assert!(seen.insert(*bench.station.session_random()));
        bench.station.provisioning().stop();
        bench.poll();
    }
    let mut bench = Bench::with_phone();
    bench.connected(true);
    let random = *bench.station.session_random();
    assert_ne!(random, [0; 16]);
    let announced = payload(&bench.announced()[0].2);
    assert_eq!(announced["params"]["random"], text::hex::<32>(&random).unwrap().as_str());
    let signature = sign(b"7jluWm1zql7bt8qK", &random, ("a1X2bEnP82z", "test_06")).unwrap();
    assert_eq!(announced["params"]["sign"], text::hex::<40>(&signature).unwrap().as_str());
}

#[test]
fn the_application_can_have_the_device_announced_elsewhere() {
    let mut bench = Bench::new();
    bench.station.announce_info();
    bench.run(100_000);
    assert!(bench.take_lines().is_empty(), "no event");
    let announced = bench.announced();
    assert_eq!(announced.len(), 31);
    assert_eq!(path(&announced[0].2), "/sys/awss/device/info/notify");
    let random = *bench.station.session_random();
    assert_ne!(random, [0; 16]);
    assert_eq!(payload(&announced[0].2)["params"]["random"], text::hex::<32>(&random).unwrap().as_str());
    assert!(!bench.station.needs_network(bench.now));
    // The next one has a CoAP token of its own, and the same key.
    bench.station.announce_info();
    bench.run(1_000);
    let [first, again] = [&announced[0].2, &bench.announced()[31].2];
    assert_ne!(first.get_token(), again.get_token());
    assert_eq!(payload(first)["params"]["random"], payload(again)["params"]["random"]);
    bench.answer_announcement(None, r#"{"id":123,"code":200}"#);
    bench.run(100_000);
    assert!(bench.announced().len() < 40);
}

#[test]
pub(in crate::provision::tests) fn tells_an_observer_what_access_points_there_are() {
    let mut bench = Bench::on_phone_ap();
    let [success] = bench.observe(WIFI_LIST, &json!({ "id": "21" })).try_into().unwrap();
    assert_eq!(success.payload, br#"{"id":21,"code":200,"data":"success"}"#);
    assert_eq!((number(&success), success.get_token()), (Some(0), &[7, 7][..]));
    assert_eq!(bench.take_lines(), ["Wifi_Scan"]);
    let found = [
        access_point(1, b"a\"b\\c"),
        access_point(2, "中文网络".as_bytes()),
        AccessPoint { rssi: 100, authentication: Authentication::Open, ..access_point(3, b"\xD6\xD0") },
    ];
    let [told] = bench.find(found).try_into().unwrap();
    assert_eq!(told.header.get_type(), MessageType::NonConfirmable);
    assert_eq!(told.header.code, MessageClass::Response(ResponseType::Content));
    assert_eq!((number(&told), told.get_token()), (Some(1), &[7, 7][..]));
    assert_ne!(told.header.message_id, success.header.message_id);
    let versions = r#"{"smartconfig":"2.0","zconfig":"2.0","router":"2.0","ap":"2.0","softap":"2.0"}"#;
    let list = concat!(
        r#"{"ssid":"a\"b\\c","bssid":"01:01:01:01:01:01","rssi":"-50","auth":"4","connected":"1"},"#,
        r#"{"ssid":"中文网络","bssid":"02:02:02:02:02:02","rssi":"-50","auth":"4"},"#,
        r#"{"xssid":"D6D0","bssid":"03:03:03:03:03:03","rssi":"-156","auth":"0"}"#
    );
    let expected = format!(r#"{{"id":21,"code":200,"data":{{"awssVer":{versions},"wifiList":[{list}]}}}}"#);
    assert_eq!(String::from_utf8(told.payload).unwrap(), expected);
    assert!(bench.take_lines().is_empty());
}

#[test]
fn many_access_points_are_told_in_parts_of_at_most_512_bytes() {
    let mut bench = Bench::on_phone_ap();
    bench.observe(WIFI_LIST, &json!({ "id": 1 }));
    let told = bench
        .find((0..=255).map(|number| access_point(number, &[b'\x01'; 32][..usize::from(number) % 32 + 1])));
    let mut names = HashSet::new();
    for (index, packet) in told.iter().enumerate() {
        assert!(packet.payload.len() <= 512, "{}", packet.payload.len());
        assert_eq!(number(packet), u32::try_from(index + 1).ok());
        let list = payload(packet)["data"]["wifiList"].as_array().unwrap().clone();
        assert!(!list.is_empty());
        list.iter().for_each(|entry| assert!(names.insert(entry["bssid"].to_string())));
    }
    assert_eq!(names.len(), crate::knobs::PROVISION_APS_MAX);
}

#[test]
fn no_access_points_are_told_too() {
    let mut bench = Bench::on_phone_ap();
    bench.observe(WIFI_LIST, &json!({ "id": 1 }));
    let [told] = bench.find([]).try_into().unwrap();
    assert_eq!(payload(&told)["data"]["wifiList"], json!([]));
}

#[test]
fn an_entry_that_does_not_fit_is_left_out() {
    let mut bench = Bench::on_phone_ap();
    let id = "\u{1}".repeat(30);
    bench.observe(WIFI_LIST, &json!({ "id": id }));
    let told = bench.find([access_point(2, &[1; 32]), access_point(3, b"lab")]);
    assert_eq!(told.len(), 1);
    assert_eq!(payload(&told[0])["data"]["wifiList"][0]["ssid"], "lab");
}

#[test]
fn the_phone_that_has_asked_last_is_told() {
    let mut bench = Bench::on_phone_ap();
    bench.observe(WIFI_LIST, &json!({ "id": 1 }));
    bench.observe(WIFI_LIST, &json!({ "id": 2 }));
    // The port is at it already.
    assert_eq!(bench.take_lines(), ["Wifi_Scan"]);
    let told = bench.find([access_point(1, b"lab")]);
    assert_eq!(told.len(), 1);
    assert_eq!(payload(&told[0])["id"], 2);
    bench.observe(WIFI_LIST, &json!({ "id": 3 }));
    assert_eq!(bench.take_lines(), ["Wifi_Scan"]);
    assert_eq!(bench.find([]).len(), 1);
}

#[test]
fn one_that_does_not_observe_is_told_nothing_more() {
    let mut bench = Bench::on_phone_ap();
    let answer = bench.ask_once(WIFI_LIST, &json!({ "id": 1 }));
    assert_eq!((number(&answer), payload(&answer)["data"].as_str()), (None, Some("success")));
    assert!(bench.take_lines().is_empty());
}

#[test]
fn what_the_port_finds_too_late_is_not_told() {
    let mut bench = Bench::on_phone_ap();
    bench.station.access_point_found(access_point(1, b"lab"));
    bench.station.wifi_scan_ended(None, bench.now);
    bench.observe(WIFI_LIST, &json!({ "id": 1 }));
    bench.station.provisioning().stop();
    bench.poll();
    assert!(bench.find([access_point(1, b"lab")]).is_empty());
    let mut bench = Bench::on_phone_ap();
    bench.observe(WIFI_LIST, &json!({ "id": 1 }));
    bench.ask_once(SWITCH_AP, &request(&json!({})));
    bench.run(1_000);
    assert!(bench.find([access_point(1, b"lab")]).is_empty());
}

#[test]
fn probes_for_the_access_points_of_phones() {
    let first_stay = |station: Station| {
        let mut bench = Bench { station, ..Bench::new() };
        bench.station.provisioning().start(ScanTimes { dwell_ms: 250, limit_ms: None }).unwrap();
        bench.poll();
        // Other frames, if any, go out in front of this.
        bench.run(251);
        bench.take_lines();
        bench.run(1);
        bench.take_lines()
    };
    let with_mac = first_stay(Station::new(setup()).unwrap());
    assert_eq!(with_mac, ["Send_80211_Raw_Frame 49 bytes", "Switch 6"]);
    let setup = Setup { mac: "no".try_into().unwrap(), ..setup() };
    assert_eq!(first_stay(Station::new(setup).unwrap()), ["Switch 6"]);
}
