//! Zero-config: the device that is to join.

use super::*;
use crate::identity::Identity;
use crate::provision::air::zero_config::enrollee::Enrollee;

pub(in crate::provision::tests) const RANDOM: [u8; 16] =
    *b"\xA0\xA1\xA2\xA3\xA4\xA5\xA6\xA7\xA8\xA9\xAA\xAB\xAC\xAD\xAE\xAF";
pub(in crate::provision::tests) const MAC: Mac = [0x18, 0xFE, 0x34, 0x12, 0x33, 0x44];
const REGISTRAR: Mac = [0x40, 0x31, 0x3C, 0x05, 0xB1, 0x80];
const BSSID: Mac = [0x40, 0x31, 0x3C, 0x05, 0xB1, 0x89];
pub(in crate::provision::tests) const SIGNATURE: &str = "bb255cd92c480681c2926ccc6a1498cc889c1493";
const JOINED: &str = "linkkit-lab 12345678 40313c05b189 -";

fn identity() -> Identity {
    Identity::new("a1X2bEnP82z", "test_06", "wQ1xOzFH3kLdjCTLfi8Xbw4otRz0lHoq").unwrap()
}

pub(in crate::provision::tests) fn enrollee() -> Enrollee {
    Enrollee::new(&identity(), SECRET, &RANDOM, &MAC).unwrap()
}

fn ear() -> Ear<Enrollee> {
    Ear::new(enrollee())
}

/// What a registrar says, each field with the length it says to have.
pub(in crate::provision::tests) struct Answer {
    pub(in crate::provision::tests) random: [u8; 16],
    start: Vec<u8>,
    pub(in crate::provision::tests) signature: (u8, Vec<u8>),
    kind: u8,
    ssid: (u8, Vec<u8>),
    pub(in crate::provision::tests) password: Vec<u8>,
    end: Vec<u8>,
}

impl Answer {
    fn element(&self) -> Vec<u8> {
        let password = encrypt(SECRET, self.random, &self.password);
        let content = [
            self.start.as_slice(),
            &[self.signature.0],
            &self.signature.1,
            &[self.kind, self.ssid.0],
            &self.ssid.1,
            &[u8::try_from(password.len()).unwrap()],
            &password,
            &self.end,
        ];
        element(221, &content.concat())
    }
}

/// A right answer with something changed.
pub(in crate::provision::tests) fn answer(change: impl FnOnce(&mut Answer)) -> Vec<u8> {
    let mut answer = Answer {
        random: RANDOM,
        start: bytes("d896e0ab01"),
        signature: (20, bytes(SIGNATURE)),
        kind: 1,
        ssid: (11, b"linkkit-lab".into()),
        password: b"12345678".into(),
        end: BSSID.into(),
    };
    change(&mut answer);
    answer.element()
}

/// The registrar's own, with a hidden name.
pub(in crate::provision::tests) fn probe_request(element: &[u8]) -> Vec<u8> {
    let rates = bytes("0000010882848b968c9298a43204b048606c");
    management_frame(0x40, REGISTRAR, BROADCAST, &[&rates, element].concat())
}

fn hear(change: impl FnOnce(&mut Answer)) -> String {
    ear().hear(&probe_request(&answer(change)))
}

#[test]
fn sends_the_frame_of_the_c_sdk() {
    let frame = concat!(
        "40000000ffffffffffff18fe34123344ffffffffffffc079",
        "0000010882848b968c9298a43204b048606c",
        "dd42d896e0aa0107746573745f3036000b6131583262456e5038327a10a0a1a2a3a4a5a6a7a8a9aaabacadaeaf030014",
        "bb255cd92c480681c2926ccc6a1498cc889c1493",
        "3f84109e"
    );
    assert_eq!(hex(enrollee().frame()), frame);
    assert_eq!(enrollee().frame().len(), 114);
}

#[test]
fn the_longest_names_fit() {
    let identity = Identity::new(&"k".repeat(20), &"n".repeat(32), "s").unwrap();
    let frame = Enrollee::new(&identity, &[b's'; 64], &RANDOM, &MAC).unwrap().frame().clone();
    assert_eq!(frame.len(), 148);
    assert_eq!(frame[42..44], [221, 100]);
}

#[test]
fn reads_what_registrars_send() {
    let element = "dd36d896e0ab0114bb255cd92c480681c2926ccc6a1498cc889c1493010b6c696e6b6b69742d6c616208\
                   c6ec67009f4854db40313c05b189";
    assert_eq!(hex(&answer(|_| {})), element.replace(' ', ""));
    assert_eq!(ear().hear(&probe_request(&bytes(element))), JOINED);
    assert_eq!(hear(|it| it.ssid = (32, vec![b's'; 32])), JOINED.replace("linkkit-lab", &"s".repeat(32)));
    assert_eq!(hear(|it| it.password = vec![b'p'; 64]), JOINED.replace("12345678", &"p".repeat(64)));
    for unknown in [[0; 6], [0xFF; 6]] {
        assert_eq!(hear(|it| it.end = unknown.into()), "linkkit-lab 12345678 - -");
    }
}

// The C SDK looks for the element behind the 12 bytes that only a probe response has there.
#[test]
pub(in crate::provision::tests) fn the_element_is_found_in_requests_and_in_responses() {
    let element = answer(|_| {});
    for ssid in [&b""[..], b"x", b"linkkit-lab", &[b's'; 32]] {
        let elements = [&super::element(0, ssid), element.as_slice()].concat();
        assert_eq!(ear().hear(&management_frame(0x40, REGISTRAR, BROADCAST, &elements)), JOINED);
        let fixed = [0; 12];
        assert_eq!(
            ear().hear(&management_frame(0x50, AP, AP, &[&fixed, elements.as_slice()].concat())),
            JOINED
        );
        // Nothing else has it.
        for kind in (0..=255).filter(|kind| ![0x40, 0x50].contains(kind)) {
            let told = ear().hear(&management_frame(kind, AP, AP, &[&fixed, elements.as_slice()].concat()));
            assert_eq!(told, "nothing");
        }
    }
}

#[test]
fn joins_the_network() {
    let frame = probe_request(&answer(|it| it.end = AP.into()));
    let connect = "Connect_Ap linkkit-lab 12345678 [d8, fe, e3, 11, 22, 33] 4 3 6";
    assert_eq!(
        session(&mut enrollee(), &[&LINKKIT_LAB_BEACON, &frame]),
        ["LockChannel", "GotSsidPassword", "Close_Monitor", "ConnectRouter", connect]
    );
}

// The C SDK compares as many bytes as the answer says, and none if that is 0.
#[test]
pub(in crate::provision::tests) fn an_answer_without_the_whole_signature_is_refused() {
    for length in 0..=30 {
        let mut signature = bytes(SIGNATURE);
        signature.resize(usize::from(length), 0);
        let told = hear(|it| it.signature = (length, signature));
        assert_eq!(told == JOINED, length == 20, "{length} {told}");
        // One that only says so.
        let signature = bytes(SIGNATURE);
        let told = hear(|it| it.signature = (length, signature));
        assert_eq!(told == JOINED, length == 20, "{length} {told}");
    }
    for at in 0..20 {
        let mut signature = bytes(SIGNATURE);
        signature[at] ^= 1;
        assert_eq!(hear(|it| it.signature = (20, signature)), "nothing");
    }
}

// The C SDK joins any network that an answer without signature and password names.
#[test]
pub(in crate::provision::tests) fn an_empty_password_is_taken_only_for_a_network_known_to_be_open() {
    let frame = probe_request(&answer(|it| (it.password, it.end) = (vec![], AP.into())));
    assert_eq!(session(&mut enrollee(), &[&frame]), ["PasswordError"]);
    assert_eq!(session(&mut enrollee(), &[&LINKKIT_LAB_BEACON, &frame]), ["PasswordError"]);
    let mut open = LINKKIT_LAB_BEACON[..60].to_vec();
    open[34] = 0x01;
    assert_eq!(session(&mut enrollee(), &[&open, &frame]).len(), 5);
    let other_name = probe_request(&answer(|it| {
        (it.password, it.end, it.ssid) = (vec![], AP.into(), (4, b"evil".into()))
    }));
    assert_eq!(session(&mut enrollee(), &[&open, &other_name]), ["PasswordError"]);
    let unsigned =
        probe_request(&answer(|it| (it.password, it.end, it.signature) = (vec![], AP.into(), (0, vec![]))));
    assert!(session(&mut enrollee(), &[&open, &unsigned]).is_empty());
}

// The C SDK follows the lengths in an answer out of the element.
#[test]
pub(in crate::provision::tests) fn lengths_that_do_not_fit_are_refused() {
    for length in (0..=255).filter(|length| *length != 11) {
        assert_eq!(hear(|it| it.ssid.0 = length), "nothing", "{length}");
    }
    assert_eq!(hear(|it| it.ssid = (33, vec![b's'; 33])), "nothing");
    assert_eq!(hear(|it| it.ssid = (0, vec![])), "nothing");
    assert_eq!(hear(|it| it.ssid = (3, b"a\0b".into())), "nothing");
    assert_eq!(hear(|it| it.password = vec![b'p'; 65]), "password error");
    assert_eq!(hear(|it| it.end = BSSID[1..].into()), "nothing");
    assert_eq!(hear(|it| it.end = vec![7; 7]), "nothing");
    assert_eq!(hear(|it| it.kind = 0), "nothing");
    for start in [b"\xD8\x96\xE0\xAA\x01", b"\xD8\x96\xE0\xAB\x02", b"\xD8\x96\xE1\xAB\x01"] {
        assert_eq!(hear(|it| it.start = start.into()), "nothing");
    }
}

#[test]
fn an_answer_with_another_key_is_told() {
    for password in ["emoji😀".as_bytes(), b"\xFF\xFE\xFD", b"nul\0", b"\xE4\xBD"] {
        assert_eq!(hear(|it| it.password = password.into()), "password error");
    }
    let frame = probe_request(&answer(|it| it.password = vec![0xFF]));
    let good = probe_request(&answer(|_| {}));
    let told = session(&mut enrollee(), &[&frame, &good]);
    assert_eq!(told[..3], ["PasswordError", "LockChannel", "GotSsidPassword"]);
}

#[test]
fn answers_to_others_mean_nothing() {
    let other = Enrollee::new(&identity(), SECRET, &[7; 16], &MAC).unwrap();
    assert_eq!(Ear::new(other).hear(&probe_request(&answer(|_| {}))), "nothing");
    // Its own frame, and that of another enrollee.
    assert_eq!(ear().hear(enrollee().frame()), "nothing");
}

#[test]
fn what_is_cut_short_is_refused() {
    let frame = probe_request(&answer(|_| {}));
    (0..frame.len()).for_each(|end| assert_eq!(ear().hear(&frame[..end]), "nothing", "{end}"));
    let content = answer(|_| {})[2..].to_vec();
    for end in 0..content.len() {
        assert_eq!(ear().hear(&probe_request(&element(221, &content[..end]))), "nothing", "{end}");
    }
}

#[test]
fn no_changed_byte_makes_a_message_of_other_shape() {
    let frame = probe_request(&answer(|_| {}));
    let name_at = frame.windows(11).position(|part| part == b"linkkit-lab").unwrap();
    let mut ear = ear();
    with_each_byte_changed(&frame, |at, changed| {
        let told = ear.hear(changed);
        let is_error = ["nothing", "password error"].contains(&told.as_str());
        // There is no checksum over the name, the password and the BSSID.
        let is_content = at >= name_at && at != name_at + 11;
        assert!(is_error || told == JOINED || is_content, "{at} {told}");
    });
}
