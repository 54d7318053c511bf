//! WPS device names.

use super::*;
use crate::provision::air::wps::Wps;

const DWELL_MS: u64 = 250;
/// The phone's address for Wi-Fi Direct.
const PHONE_P2P: Mac = [0xCE, 0xFA, 0x00, 0xC8, 0xCF, 0xD2];
const LINKKIT_LAB: &str = "2b02486d0a0a487e0f0230425076550d3f12533f67c0801231";
const PREPARE_LAB: &str = "230230421b4ac080155b1a0606";

/// The byte sent for each byte of a name.
const SENT: &str = "\
    0055211e780961560c71672f3d4b012b6c1c2d3850585a405f461b70627d686b\
    5e3f4f26270d285d0b5b06654e0f413e5c17547c24311813737a0349324c2563\
    7776511a053a693c3443374466087f59204772162e356e33141f5229456a2c0e\
    153042361060744d6448790a02046d073b221d2a7e39117b12196f5723754a53\
    9caf91a4b6a8a7979884bdb982b1a3bea289959a948eaebaa99fa6b7adb487a5\
    ab888593aa9081bb8f8692a0ac8bb580b099b3bcb89dbf8d968a9eb29b83a18c\
    c1d8d5d6c5c0d3cdc2d7d9c9cccadcd2dec6c7dddfcbdac3dbc8d4ced0d1c4cf\
    efeae3e6ebe1e4e9e2e0ece5e7e8eeedf1f7f4f5f2f3f0f6fbf9faf8fcfdfeff\
";

/// Seven bits to a symbol, the lowest bit first.
fn symbols(bytes: &[u8]) -> Vec<u8> {
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1)).collect();
    bits.chunks(7).map(|bits| bits.iter().rev().fold(0, |symbol, bit| symbol << 1 | bit)).collect()
}

fn with_sum(kind: u8, ssid: &[u8], password: &[u8], sum_off: u16) -> Vec<u8> {
    let sent = bytes(SENT);
    let name: Vec<u8> = ssid.iter().map(|byte| sent[usize::from(*byte)]).collect();
    let head = kind << 5 | u8::try_from(ssid.len()).unwrap();
    let symbols = symbols(&encrypt(SECRET, [0; 16], password));
    let summed = [&[head], name.as_slice(), &symbols].concat();
    let sum: u16 = summed.iter().map(|byte| u16::from(*byte)).chain([sum_off]).sum();
    let half = |half: u16| u8::try_from(half & 0x3F).unwrap().max(1);
    let escaped: Vec<u8> = symbols
        .iter()
        .flat_map(|symbol| if *symbol == 0 { vec![0xC0, 0x80] } else { vec![*symbol] })
        .collect();
    [&[head], name.as_slice(), &escaped, &[half(sum >> 6), half(sum)]].concat()
}

pub(in crate::provision::tests) fn device_name(ssid: &[u8], password: &[u8]) -> Vec<u8> {
    with_sum(1, ssid, password, 0)
}

/// A probe request of the phone, with an element of Wi-Fi Direct.
fn probe_request_to(bssid: Mac, name: &[u8]) -> Vec<u8> {
    let length = u16::try_from(name.len()).unwrap().to_be_bytes();
    let attributes = [b"\x00\x50\xF2\x04\x10\x4A\x00\x01\x10\x10\x11".as_slice(), &length, name].concat();
    let body = [
        element(0, b"DIRECT-"),
        element(1, &bytes("8c129824b048606c")),
        element(221, &attributes),
        element(221, b"\x50\x6F\x9A\x09\x02\x02\x00\x25\x00"),
    ];
    management_frame(0x40, PHONE_P2P, bssid, &body.concat())
}

pub(in crate::provision::tests) fn probe_request(name: &[u8]) -> Vec<u8> {
    probe_request_to(BROADCAST, name)
}

fn ear() -> Ear<Wps> {
    Ear::new(Wps::new(SECRET, DWELL_MS))
}

fn hear_name(name: &[u8]) -> String {
    ear().hear(&probe_request(name))
}

#[test]
fn reads_what_phones_send() {
    let frame = bytes(concat!(
        "40000000ffffffffffffcefa00c8cfd2ffffffffffff100000074449524543542d01088c129824b048606c",
        "dd260050f204104a000110101100192b02486d0a0a487e0f0230425076550d3f12533f67c0801231"
    ));
    assert_eq!(ear().hear(&frame), "linkkit-lab 12345678 - -");
    assert_eq!(hear_name(&bytes("23023042c08072592d6f52123c0a1e")), "lab a000000 - -");
    assert_eq!(hear_name(&bytes(PREPARE_LAB)), "phone ffffffffffff");
}

#[test]
fn reads_what_the_tables_say() {
    assert_eq!(hex(&device_name(b"linkkit-lab", b"12345678")), LINKKIT_LAB);
    assert_eq!(hex(&device_name(b"lab", b"a000000")), "23023042c08072592d6f52123c0a1e");
    assert_eq!(hex(&device_name(b"lab", b"zl&ws")), PREPARE_LAB);
    for (ssid, password) in
        [("a", "12345678"), ("ab", "0123456789abc"), ("linkkit-lab", ""), ("~!@#", "密码")]
    {
        let name = device_name(ssid.as_bytes(), password.as_bytes());
        assert_eq!(hear_name(&name), format!("{ssid} {password} - -"));
    }
}

#[test]
fn takes_the_access_point_that_the_frame_is_for() {
    let name = bytes(LINKKIT_LAB);
    assert_eq!(ear().hear(&probe_request_to(AP, &name)), "linkkit-lab 12345678 d8fee3112233 -");
    assert_eq!(ear().hear(&probe_request_to([0; 6], &name)), "linkkit-lab 12345678 - -");
}

#[test]
fn joins_the_network_without_more_ado() {
    let frame = probe_request(&bytes(LINKKIT_LAB));
    let connect = "Connect_Ap linkkit-lab 12345678 [d8, fe, e3, 11, 22, 33] 4 3 6";
    assert_eq!(
        session(&mut Wps::new(SECRET, DWELL_MS), &[&LINKKIT_LAB_BEACON, &frame]),
        ["LockChannel", "GotSsidPassword", "Close_Monitor", "ConnectRouter", connect]
    );
}

// ---- names that may be cut ----

/// The end of a name, in a message of full length.
const END: &[u8] = b"xy-linkkit-lab";

fn cut() -> Vec<u8> {
    let name = device_name(END, b"1234567890");
    assert!((29..=32).contains(&name.len()), "{}", name.len());
    probe_request(&name)
}

#[test]
fn the_end_of_a_name_is_that_of_an_access_point_heard() {
    let mut ear = ear();
    ear.knows(b"xy-linkkit-lab-5G", [1; 6]);
    assert_eq!(ear.hear(&cut()), "nothing");
    ear.knows(b"galaxy-linkkit-lab", [2; 6]);
    assert_eq!(ear.hear(&cut()), "galaxy-linkkit-lab 1234567890 020202020202 -");
    // The whole name goes before one that only ends so.
    ear.knows(END, [3; 6]);
    assert_eq!(ear.hear(&cut()), "xy-linkkit-lab 1234567890 030303030303 -");
}

#[test]
fn a_name_sent_ahead_says_more_than_its_end() {
    let mut ear = ear();
    ear.knows(b"another lab", [9; 6]);
    ear.knows(b"a-galaxy-linkkit-lab", [1; 6]);
    ear.knows(b"galaxy-linkkit-lab", [2; 6]);
    let ahead = probe_request(&device_name(b"galaxy-linkkit-lab", b"zl&ws"));
    assert_eq!(ear.hear(&ahead), "phone ffffffffffff");
    assert_eq!(ear.hear(&cut()), "galaxy-linkkit-lab 1234567890 020202020202 -");
    // One that does not end so is of another message.
    assert_eq!(ear.hear(&probe_request(&bytes(PREPARE_LAB))), "phone ffffffffffff");
    assert_eq!(ear.hear(&cut()), "a-galaxy-linkkit-lab 1234567890 010101010101 -");
}

#[test]
fn other_frames_of_the_phone_show_its_access_point() {
    let gbk = b"\xD6\xD0\xCE\xC4";
    let frame = probe_request(&device_name("中文".as_bytes(), b"12345678"));
    let data = data_frame(0x41, &[AP, PHONE, BROADCAST], 1, &[0; 40]);
    let mut ear = ear();
    ear.knows(gbk, AP);
    ear.knows(b"other", [1; 6]);
    // Not before the phone is known.
    assert_eq!(ear.hear(&data), "nothing");
    assert_eq!(ear.hear(&frame), "nothing");
    assert_eq!(ear.hear(&data_frame(0x41, &[[1; 6], [1; 6], BROADCAST], 1, &[0; 40])), "nothing");
    assert_eq!(ear.hear(&data), "nothing");
    let Outcome::Whole(found) = ear.decoder.frame(&plain(&frame).unwrap(), &ear.heard, ear.now) else {
        panic!("not whole");
    };
    assert_eq!((found.ssid.as_bytes(), found.bssid), (gbk.as_slice(), Some(AP)));
    // So does a probe request that is for it.
    ear.decoder.reset();
    let to_it = probe_request_to(AP, &device_name("中文".as_bytes(), b"12345678"));
    assert!(ear.hear(&to_it).ends_with("12345678 d8fee3112233 -"));
}

#[test]
fn a_name_that_no_access_point_has_is_taken_after_two_scans() {
    let frame = probe_request(&device_name("中文".as_bytes(), b"12345678"));
    let mut ear = ear();
    assert_eq!(ear.hear(&frame), "nothing");
    ear.wait(8_000);
    assert_eq!(ear.hear(&frame), "nothing");
    ear.wait(1);
    assert_eq!(ear.hear(&frame), "中文 12345678 - -");
    // The next message has to wait as long.
    assert_eq!(ear.hear(&frame), "nothing");
}

// ---- what is refused ----

// The C SDK writes the password of a longer device name past its buffers.
#[test]
pub(in crate::provision::tests) fn a_device_name_too_long_for_its_buffer_is_refused() {
    let name = device_name(b"0123456789", &[b'p'; 20]);
    assert_eq!(name.len(), 36);
    assert_eq!(hear_name(&name), "nothing");
    for length in 33..200 {
        assert_eq!(hear_name(&vec![0x21; length]), "nothing");
        assert_eq!(hear_name(&[device_name(b"lab", b"12345678"), vec![1; length]].concat()), "nothing");
    }
    // The longest that there is.
    let longest = device_name(&[b'n'; 29], b"");
    assert_eq!(longest.len(), 32);
    let mut ear = ear();
    ear.knows(&[b'n'; 32], AP);
    assert_eq!(ear.hear(&probe_request(&longest)), format!("{}  d8fee3112233 -", "n".repeat(32)));
}

// The C SDK follows the lengths of attributes out of the element.
#[test]
pub(in crate::provision::tests) fn attributes_that_reach_past_their_element_are_refused() {
    let name = bytes(LINKKIT_LAB);
    let whole = probe_request(&name);
    let name_at = whole.windows(name.len()).position(|part| part == name).unwrap();
    for (at, value) in [
        // Of the device name, of the attribute in front of it, of the element.
        (name_at - 1, 0xFF),
        (name_at - 2, 0xFF),
        (name_at - 1, 0x1A),
        (name_at - 6, 0x10),
        (name_at - 7, 0xFF),
        (name_at - 14, 0x25),
        (name_at - 14, 0xFF),
        (name_at - 14, 0x04),
        (name_at - 14, 0x00),
    ] {
        let mut frame = whole.clone();
        frame[at] = value;
        assert_eq!(ear().hear(&frame), "nothing", "{at}");
    }
}

// The C SDK joins whatever network such a message names: nothing in it is authenticated then.
#[test]
pub(in crate::provision::tests) fn an_empty_password_is_taken_only_for_a_network_known_to_be_open() {
    let frame = probe_request(&device_name(b"linkkit-lab", b""));
    let mut wps = Wps::new(SECRET, DWELL_MS);
    assert_eq!(session(&mut wps, &[&frame]), ["PasswordError"]);
    assert_eq!(session(&mut wps, &[&LINKKIT_LAB_BEACON, &frame]), ["PasswordError"]);
    let mut open = LINKKIT_LAB_BEACON[..60].to_vec();
    open[34] = 0x01;
    assert_eq!(session(&mut wps, &[&open, &frame]).len(), 5);
    // The address of an open access point, but another name.
    let other_name = probe_request_to(AP, &device_name(b"evil", b""));
    assert_eq!(session(&mut wps, &[&open, &other_name]), ["PasswordError"]);
}

#[test]
fn a_wrong_sum_is_told_and_leaves_no_trace() {
    let mut ear = ear();
    assert_eq!(ear.hear(&probe_request(&with_sum(1, b"lab", b"12345678", 1))), "checksum error");
    assert_eq!(ear.hear(&probe_request(&device_name(b"lab", b"12345678"))), "lab 12345678 - -");
    let wrong = probe_request(&with_sum(1, b"lab", b"12345678", 64));
    assert_eq!(session(&mut Wps::new(SECRET, DWELL_MS), &[&wrong]), ["ChecksumError"]);
}

#[test]
fn a_password_that_is_no_text_is_told() {
    let name = device_name(b"lab", b"12345678");
    let mut other = Ear::new(Wps::new(b"another secret", DWELL_MS));
    assert_eq!(other.hear(&probe_request(&name)), "password error");
    assert_eq!(session(&mut other.decoder, &[&probe_request(&name)]), ["PasswordError"]);
    for password in ["emoji😀".as_bytes(), b"\xFF\xFE\xFD", b"nul\0", b"\xE4\xBD"] {
        assert_eq!(hear_name(&device_name(b"lab", password)), "password error");
    }
}

#[test]
fn device_names_of_no_message_mean_nothing() {
    for name in ["", "a", "ab", "abc", "Galaxy S7", "1", "12", "HUAWEI P30", "DESKTOP-1234567", "\u{7f}"] {
        assert_eq!(hear_name(name.as_bytes()), "nothing", "{name}");
    }
    // No name, a kind that there is not, a name longer than its message, no encryption.
    assert_eq!(hear_name(&device_name(b"", b"12345678")), "nothing");
    for kind in 2..8 {
        assert_eq!(hear_name(&with_sum(kind, b"lab", b"12345678", 0)), "nothing");
    }
    assert_eq!(hear_name(b"\x3Dab"), "nothing");
    assert_eq!(hear_name(&with_sum(0, b"lab", b"12345678", 0)), "nothing");
    // Bytes that no symbol has.
    for bad in [0x00, 0x80, 0xC0, 0xFF] {
        let mut name = device_name(b"lab", b"12345678");
        name[5] = bad;
        assert_eq!(hear_name(&name), "nothing");
    }
}

#[test]
fn a_message_without_encryption_wipes_what_there_is() {
    let mut ear = ear();
    ear.knows(b"a-xy-linkkit-lab", [1; 6]);
    ear.hear(&probe_request(&device_name(b"galaxy-linkkit-lab", b"zl&ws")));
    assert_eq!(ear.hear(&cut()), "nothing");
    ear.hear(&probe_request(&with_sum(0, b"lab", b"12345678", 0)));
    assert_eq!(ear.hear(&cut()), "a-xy-linkkit-lab 1234567890 010101010101 -");
}

#[test]
fn only_probe_requests_are_read() {
    let frame = probe_request(&bytes(LINKKIT_LAB));
    for kind in (0..=255).filter(|kind| *kind != 0x40) {
        assert_eq!(ear().hear(&[&[kind], &frame[1..]].concat()), "nothing", "{kind:#x}");
    }
}

#[test]
fn what_is_cut_short_is_refused() {
    for name in [bytes(LINKKIT_LAB), bytes(PREPARE_LAB)] {
        let frame = probe_request(&name);
        let end = frame.windows(name.len()).position(|part| part == name).unwrap() + name.len();
        let mut ear = ear();
        (0..end).for_each(|end| assert_eq!(ear.hear(&frame[..end]), "nothing", "{end}"));
        for end in 0..name.len() {
            let told = hear_name(&name[..end]);
            assert!(["nothing", "checksum error"].contains(&told.as_str()), "{end} {told}");
        }
    }
}

#[test]
fn no_changed_byte_makes_another_message() {
    for (ssid, password) in [("linkkit-lab", "12345678"), ("lab", "a000000"), ("lab", "zl&ws")] {
        let mut ear = ear();
        let frame = probe_request(&device_name(ssid.as_bytes(), password.as_bytes()));
        with_each_byte_changed(&frame, |at, changed| {
            ear.decoder.reset();
            let told = ear.hear(changed);
            let is_same = told.starts_with(&format!("{ssid} {password} "));
            let is_error = ["nothing", "checksum error", "password error"].contains(&told.as_str());
            assert!(is_same || is_error || told.starts_with("phone") && password == "zl&ws", "{at} {told}");
        });
    }
}
