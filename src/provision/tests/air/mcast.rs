//! Messages in multicast addresses.

use super::*;
use crate::provision::air::mcast::Mcast;
use crate::provision::air::udp_length::udp_length;

const OTHER_PHONE: Mac = [0xAC, 0x12, 0x34, 0x56, 0x78, 0x9A];
const TOKEN: &[u8] = &[1, 2, 3, 4, 5, 6, 7, 8];
/// Of the token, the last three bytes of the BSSID, and the password.
const WHOLE_TOKEN: &str = "96c487a24bad3242111300aa8af4b206";
pub(in crate::provision::tests) const LINKKIT_LAB: &str =
    "25c708507bb5f1934c7f670801020304050607080b6c696e6b6b69742d6c6162031122331c";

#[derive(Clone)]
struct Message<'a> {
    flags: u8,
    password: Option<&'a [u8]>,
    token: Option<&'a [u8]>,
    ssid: Option<&'a [u8]>,
    bssid_end: &'a [u8],
}

impl Message<'_> {
    const LINKKIT_LAB: Self = Self {
        flags: 0xC7,
        password: Some(b"12345678"),
        token: Some(TOKEN),
        ssid: Some(b"linkkit-lab"),
        bssid_end: &[0x11, 0x22, 0x33],
    };

    /// With a right length in front and a right sum behind.
    fn bytes(&self) -> Vec<u8> {
        let with_len = |field: &[u8]| [&[u8::try_from(field.len()).unwrap()], field].concat();
        let password = self.password.map(|password| encrypt(SECRET, [0; 16], password));
        let fields = [password.as_deref(), self.token, self.ssid].map(|field| field.map_or(vec![], with_len));
        finished(&[&[0, self.flags], fields.concat().as_slice(), &with_len(self.bssid_end)].concat())
    }
}

fn finished(message: &[u8]) -> Vec<u8> {
    let mut message = [message, &[0]].concat();
    message[0] = u8::try_from(message.len()).unwrap();
    let (sum, summed) = message.split_last_mut().unwrap();
    *sum = summed.iter().fold(0, |sum, byte| sum.wrapping_add(*byte));
    message
}

fn destinations(message: &[u8]) -> Vec<Mac> {
    let pairs = message.chunks(2).enumerate();
    pairs
        .map(|(index, pair)| {
            [1, 0, 0x5E, u8::try_from(index).unwrap(), pair[0], pair.get(1).copied().unwrap_or_default()]
        })
        .collect()
}

/// Open, through the phone's access point.
fn open_frame(source: Mac, destination: Mac) -> Vec<u8> {
    data_frame(0x01, &[AP, source, destination], 1, &[0; 36 + 1])
}

pub(in crate::provision::tests) fn frames_of(source: Mac, message: &[u8]) -> Vec<Vec<u8>> {
    destinations(message).into_iter().map(|destination| open_frame(source, destination)).collect()
}

fn ear() -> Ear<Mcast> {
    Ear::new(Mcast::new(SECRET))
}

/// What all the frames mean that do not mean nothing, without those that are only part of it.
fn hear_all(ear: &mut Ear<Mcast>, frames: &[Vec<u8>]) -> Vec<String> {
    let told = frames.iter().map(|frame| ear.hear(frame));
    told.filter(|told| told != "part" && told != "nothing" && !told.starts_with("phone")).collect()
}

fn hear_message(ear: &mut Ear<Mcast>, message: &[u8]) -> Vec<String> {
    hear_all(ear, &frames_of(PHONE, message))
}

/// Phones go on until the device has joined.
fn hear_twice(ear: &mut Ear<Mcast>, message: &[u8]) -> Vec<String> {
    let once = frames_of(PHONE, message);
    hear_all(ear, &[once.clone(), once].concat())
}

fn told_of(ssid: &str, password: &str, bssid: &str, token: &str) -> [String; 1] {
    [format!("{ssid} {password} {bssid} {token}")]
}

fn linkkit_lab() -> [String; 1] {
    told_of("linkkit-lab", "12345678", "d8fee3112233", WHOLE_TOKEN)
}

#[test]
fn reads_what_phones_send() {
    let addresses = "01005e0025c701005e01085001005e027bb501005e03f19301005e044c7f01005e056708\
                     01005e06010201005e07030401005e08050601005e09070801005e0a0b6c01005e0b696e\
                     01005e0c6b6b01005e0d697401005e0e2d6c01005e0f616201005e10031101005e112233\
                     01005e121c00";
    assert_eq!(destinations(&bytes(LINKKIT_LAB)).concat(), bytes(addresses));
    assert_eq!(hex(&Message::LINKKIT_LAB.bytes()), LINKKIT_LAB);
    let mut ear = ear();
    let frames = frames_of(PHONE, &bytes(LINKKIT_LAB));
    let told: Vec<String> = frames.iter().map(|frame| ear.hear(frame)).collect();
    assert_eq!(told[..3], ["nothing", "phone d8fee3112233", "part"]);
    assert!(told[2..18].iter().all(|told| told == "part"));
    assert_eq!(told[18..], linkkit_lab());
}

#[test]
fn in_any_order_and_more_than_once() {
    let frames = frames_of(PHONE, &bytes(LINKKIT_LAB));
    let mut shuffled: Vec<_> = frames.iter().rev().chain(&frames[..9]).cloned().collect();
    shuffled.swap(3, 20);
    assert_eq!(hear_all(&mut ear(), &shuffled), linkkit_lab());
    // Every third one is lost, in each of three rounds other ones.
    let heard = frames.iter().cycle().take(57).enumerate().filter(|(at, _)| at % 3 != 1);
    let heard: Vec<_> = heard.map(|(_, frame)| frame.clone()).collect();
    assert!(!hear_all(&mut ear(), &heard).is_empty());
}

#[test]
fn through_every_kind_of_encryption_and_both_ways() {
    let iv = |encryption| match encryption {
        Encryption::Wep => (0x40, bytes("01020300"), 44),
        Encryption::Tkip => (0x40, bytes("11317720"), 56),
        Encryption::Aes => (0x40, bytes("11220020"), 52),
        _ => (0x00, bytes("aaaa0300"), 36),
    };
    for encryption in [Encryption::None, Encryption::Wep, Encryption::Tkip, Encryption::Aes] {
        let (protected, start, around) = iv(encryption);
        for qos in [false, true] {
            for direction in [0x01, 0x02] {
                for known in [false, true] {
                    let mut ear = ear();
                    if known {
                        ear.knows(b"linkkit-lab", AP);
                        let mut beacon = LINKKIT_LAB_BEACON.to_vec();
                        match encryption {
                            Encryption::Aes => {}
                            Encryption::Tkip => (beacon[69], beacon[75]) = (2, 2),
                            Encryption::Wep => beacon.truncate(62),
                            _ => {
                                beacon.truncate(62);
                                beacon[34] = 0x01;
                            }
                        }
                        ear.heard.clear();
                        assert_eq!(ear.hear(&beacon), "nothing");
                    }
                    let frames = destinations(&bytes(LINKKIT_LAB)).into_iter().map(|destination| {
                        let mut body = start.clone();
                        body.resize(around + 1, 0xEE);
                        let addresses =
                            if direction == 1 { [AP, PHONE, destination] } else { [destination, AP, PHONE] };
                        let mut frame = data_frame(direction | protected, &addresses, 7, &body);
                        if qos {
                            frame[0] = 0x88;
                            frame.splice(24..24, [0, 0]);
                        }
                        frame
                    });
                    let told = hear_all(&mut ear, &frames.collect::<Vec<_>>());
                    assert_eq!(told, linkkit_lab(), "{encryption:?} {qos} {direction} {known}");
                }
            }
        }
    }
}

#[test]
fn lengths_of_payloads() {
    let heard = AccessPoints::default();
    let code = 0x4E0;
    for (flags, start, length) in
        [(0x01, "aaaa0300", 1308), (0x41, "11220020", 1324), (0x42, "11220020", 1324)]
    {
        let mut body = bytes(start);
        body.resize(length - 24, 0);
        let frame = data_frame(flags, &[AP, PHONE, BROADCAST], 1, &body);
        assert_eq!(udp_length(&plain(&frame).unwrap(), &heard), Some(code));
    }
    // Between access points, between stations, of fragments, too short.
    for (flags, length) in [(0x03, 40), (0x00, 40), (0x05, 40), (0x81, 40), (0x01, 35), (0x41, 43)] {
        let frame = data_frame(flags, &[AP, PHONE, BROADCAST], 1, &vec![0; length]);
        assert_eq!(udp_length(&plain(&frame).unwrap(), &heard), None, "{flags:#x} {length}");
    }
}

// The C SDK takes the high byte of the duration for the byte of the IV that tells WEP.
#[test]
pub(in crate::provision::tests) fn the_duration_says_nothing_about_encryption() {
    for duration in [0x00, 0x3F, 0xFF] {
        let mut frame =
            data_frame(0x41, &[AP, PHONE, BROADCAST], 1, &[bytes("11220020"), vec![0; 49]].concat());
        frame[3] = duration;
        assert_eq!(udp_length(&plain(&frame).unwrap(), &AccessPoints::default()), Some(1));
    }
}

#[test]
fn the_name_is_that_of_the_access_point_heard() {
    let message = Message::LINKKIT_LAB.bytes();
    let mut ear = ear();
    ear.heard.hear(AccessPoint { encryption: Encryption::None, ..known_ap(b"renamed", AP) }, None);
    assert_eq!(hear_message(&mut ear, &message), told_of("renamed", "12345678", "d8fee3112233", WHOLE_TOKEN));
    // Another access point than the one whose frames they are.
    let wanted = [0x02, 0, 0, 0x11, 0x22, 0x44];
    ear.knows(b"far away", wanted);
    let message =
        Message { bssid_end: &wanted[3..], token: None, flags: 0xC3, ..Message::LINKKIT_LAB }.bytes();
    assert_eq!(hear_message(&mut ear, &message), told_of("far away", "12345678", "020000112244", "-"));
    // None that is known.
    ear.heard.clear();
    assert_eq!(hear_message(&mut ear, &message), told_of("linkkit-lab", "12345678", "-", "-"));
}

#[test]
fn a_message_without_a_name_waits_for_the_access_point() {
    let message = Message { ssid: None, flags: 0xC5, ..Message::LINKKIT_LAB }.bytes();
    let frames = frames_of(PHONE, &message);
    let mut ear = ear();
    assert!(hear_all(&mut ear, &frames).is_empty());
    ear.heard.hear(AccessPoint { encryption: Encryption::None, ..known_ap(b"linkkit-lab", AP) }, None);
    assert_eq!(hear_all(&mut ear, &frames[4..5]), linkkit_lab());
}

fn known_ap(ssid: &[u8], bssid: Mac) -> AccessPoint {
    let mut ear = ear();
    ear.knows(ssid, bssid);
    ear.heard.by_bssid(&bssid).unwrap().clone()
}

#[test]
fn a_token_of_full_length_is_taken_as_it_is() {
    let message = Message { token: Some(&[0xA5; 16]), ..Message::LINKKIT_LAB }.bytes();
    let told = told_of("linkkit-lab", "12345678", "d8fee3112233", &"a5".repeat(16));
    assert_eq!(hear_message(&mut ear(), &message), told);
    let token = "5d89dda67cdb03b9d5fd5a5aea02f7eb";
    let message = Message { bssid_end: &[], ..Message::LINKKIT_LAB }.bytes();
    assert_eq!(hear_message(&mut ear(), &message), told_of("linkkit-lab", "12345678", "-", token));
    let token = "f80c29056695a97efcc82f282e84d776";
    let message = Message { bssid_end: &AP, ..Message::LINKKIT_LAB }.bytes();
    assert_eq!(hear_message(&mut ear(), &message), told_of("linkkit-lab", "12345678", "d8fee3112233", token));
}

#[test]
fn a_token_that_is_none_leaves_it_to_the_device() {
    for token in [&[][..], &[7; 17], &[7; 40]] {
        let message = Message { token: Some(token), ..Message::LINKKIT_LAB }.bytes();
        let told = told_of("linkkit-lab", "12345678", "d8fee3112233", "-");
        assert_eq!(hear_message(&mut ear(), &message), told);
    }
}

#[test]
fn the_session_locks_joins_and_has_the_token() {
    let frames = frames_of(PHONE, &bytes(LINKKIT_LAB));
    let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
    let connect = "Connect_Ap linkkit-lab 12345678 [d8, fe, e3, 11, 22, 33] 255 255 0";
    assert_eq!(
        session(&mut Mcast::new(SECRET), &frames),
        ["LockChannel", "GotSsidPassword", "Close_Monitor", "ConnectRouter", connect]
    );
}

// ---- what is refused ----

// The C SDK sets the bind token before it has looked at the password.
#[test]
pub(in crate::provision::tests) fn a_token_with_a_password_that_is_no_text_is_not_given_on() {
    let mut ear = Ear::new(Mcast::new(b"another secret"));
    assert_eq!(hear_message(&mut ear, &bytes(LINKKIT_LAB)), ["password error"]);
    let mut message = bytes(LINKKIT_LAB);
    *message.last_mut().unwrap() ^= 1;
    assert_eq!(hear_message(&mut ear, &message), ["checksum error"]);
}

// The C SDK takes no other message until it is started again.
#[test]
pub(in crate::provision::tests) fn a_bad_message_does_not_block_later_ones() {
    let good = bytes(LINKKIT_LAB);
    let mut wrong_sum = good.clone();
    *wrong_sum.last_mut().unwrap() ^= 1;
    let version = Message { flags: 0x87, ..Message::LINKKIT_LAB }.bytes();
    let mut password = good.clone();
    password[3] ^= 0x80;
    let password = finished(&password[..password.len() - 1]);
    let reversed = finished(&good[..good.len() - 5]);
    for bad in [wrong_sum, version, password, reversed, vec![0; 40], vec![0xFF; 254], vec![3, 0xC0, 0xC3]] {
        let mut ear = ear();
        let told = hear_message(&mut ear, &bad);
        assert!(told.is_empty() || told == ["checksum error"] || told == ["password error"], "{told:?}");
        let told = hear_twice(&mut ear, &good);
        assert_eq!(told.last(), linkkit_lab().first(), "after {}: {told:?}", hex(&bad));
    }
}

#[test]
fn half_of_an_old_message_does_not_spoil_a_new_one() {
    let mut ear = ear();
    let old = Message { password: Some(b"mistyped"), ..Message::LINKKIT_LAB }.bytes();
    assert!(hear_all(&mut ear, &frames_of(PHONE, &old)[..17]).is_empty());
    assert_eq!(hear_twice(&mut ear, &bytes(LINKKIT_LAB)), linkkit_lab());
}

// The C SDK writes past its buffer at the last positions.
#[test]
pub(in crate::provision::tests) fn all_128_positions_are_safe() {
    let mut ear = ear();
    for index in 0..=255 {
        for (first, second) in [(0, 0), (0xFF, 0xFF), (125, 0xC0)] {
            let told = ear.hear(&open_frame(PHONE, [1, 0, 0x5E, index, first, second]));
            assert!(["nothing", "part", "phone d8fee3112233"].contains(&told.as_str()), "{index} {told}");
        }
    }
    // The longest message there is.
    let longest = Message {
        flags: 0xC7,
        password: Some(&[b'p'; 64]),
        token: Some(&[7; 16]),
        ssid: Some(&[b's'; 32]),
        bssid_end: &AP,
    };
    assert_eq!(longest.bytes().len(), 125);
    let told = told_of(&"s".repeat(32), &"p".repeat(64), "d8fee3112233", &"07".repeat(16));
    assert_eq!(hear_twice(&mut ear, &longest.bytes()).last(), told.first());
}

// The C SDK believes every length in it.
#[test]
pub(in crate::provision::tests) fn fields_that_do_not_fit_are_refused() {
    let lab = Message::LINKKIT_LAB;
    for message in [
        Message { ssid: Some(&[b's'; 33]), ..lab.clone() },
        Message { ssid: Some(b"a\0b"), ..lab.clone() },
        Message { bssid_end: &[1; 7], ..lab.clone() },
        Message { flags: 0xC3, ..lab.clone() },
        Message { flags: 0xC6, ..lab.clone() },
        Message { flags: 0xC5, ..lab.clone() },
    ] {
        assert!(hear_message(&mut ear(), &message.bytes()).is_empty());
    }
    let long = Message { password: Some(&[b'p'; 65]), token: None, flags: 0xC3, ..lab }.bytes();
    assert_eq!(hear_message(&mut ear(), &long), ["password error"]);
    let good = bytes(LINKKIT_LAB);
    for at in [2, 11, 20, 32] {
        for length in (0..=255).filter(|length| *length != good[at] && length & 0x1F != good[at]) {
            let mut message = good[..good.len() - 1].to_vec();
            message[at] = length;
            let told = hear_message(&mut ear(), &finished(&message));
            assert!(told.is_empty() || told == ["password error"], "{at} {length} {told:?}");
        }
    }
}

#[test]
pub(in crate::provision::tests) fn an_empty_password_is_taken_only_for_a_network_known_to_be_open() {
    let message = Message { password: None, token: None, flags: 0xC2, ..Message::LINKKIT_LAB }.bytes();
    let frames = frames_of(PHONE, &message);
    let mut frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
    let mut mcast = Mcast::new(SECRET);
    assert_eq!(session(&mut mcast, &frames), ["LockChannel", "PasswordError"]);
    let mut open = LINKKIT_LAB_BEACON[..60].to_vec();
    open[34] = 0x01;
    frames.insert(0, &open);
    assert!(session(&mut mcast, &frames).last().unwrap().starts_with("Connect_Ap linkkit-lab  "));
}

#[test]
fn other_senders_do_not_mix_in() {
    let mut ear = ear();
    let mine = frames_of(PHONE, &bytes(LINKKIT_LAB));
    let other = Message { password: Some(b"87654321"), ..Message::LINKKIT_LAB }.bytes();
    let others = frames_of(OTHER_PHONE, &other);
    let third = frames_of([2; 6], &[0xEE; 40]);
    let mixed: Vec<_> = mine
        .iter()
        .zip(&others)
        .zip(&third)
        .flat_map(|((a, b), c)| [a.clone(), b.clone(), c.clone()])
        .collect();
    assert_eq!(hear_all(&mut ear, &mixed)[..1], linkkit_lab());
}

#[test]
fn senders_that_bring_nothing_new_make_room() {
    let mut ear = ear();
    let lone = |sender: u8| open_frame([sender; 6], [1, 0, 0x5E, 9, 9, 9]);
    for _ in 0..30 {
        for sender in [2, 3] {
            assert_eq!(ear.hear(&lone(sender)), "nothing");
        }
        ear.wait(100);
    }
    assert_eq!(hear_message(&mut ear, &bytes(LINKKIT_LAB)), linkkit_lab());
    // Lone datagrams do not hold the channel either.
    let lone: Vec<_> = (0..100).map(lone).collect();
    let lone: Vec<&[u8]> = lone.iter().map(Vec::as_slice).collect();
    assert!(session(&mut Mcast::new(SECRET), &lone).is_empty());
}

#[test]
fn other_addresses_and_lengths_mean_nothing() {
    let mut ear = ear();
    let [first, ..] = destinations(&bytes(LINKKIT_LAB))[..] else { panic!("no addresses") };
    let mut hear = |address: Mac, length: usize| {
        for (index, address) in [(0, first), (1, address)] {
            let mut frame = open_frame(PHONE, address);
            frame.resize(24 + 36 + if index == 0 { 1 } else { length }, 0);
            let told = ear.hear(&frame);
            assert_eq!(told, "nothing");
        }
    };
    for length in [0, 2, 3, 100, 1500] {
        hear([1, 0, 0x5E, 1, 8, 0x50], length);
    }
    for address in [BROADCAST, AP, [0x33, 0x33, 0, 1, 2, 3], [1, 0, 0x5F, 1, 1, 1], [1, 1, 0x5E, 1, 1, 1]] {
        hear(address, 1);
    }
}

#[test]
fn what_is_cut_short_is_refused() {
    let message = bytes(LINKKIT_LAB);
    for end in 0..message.len() - 1 {
        assert!(hear_message(&mut ear(), &finished(&message[..end.max(1)])).is_empty(), "{end}");
    }
    let frame = &frames_of(PHONE, &message)[0];
    (0..frame.len()).for_each(|end| assert_eq!(ear().hear(&frame[..end]), "nothing"));
}

#[test]
fn no_changed_byte_makes_another_message() {
    let good = bytes(LINKKIT_LAB);
    let mut ear = ear();
    with_each_byte_changed(&good, |at, changed| {
        ear.decoder.reset();
        let told = hear_message(&mut ear, changed);
        assert!(told.is_empty() || told == ["checksum error"], "{at} {told:?}");
    });
    // In a frame between others.
    let frames = frames_of(PHONE, &good);
    with_each_byte_changed(&frames[1], |at, changed| {
        ear.decoder.reset();
        ear.hear(&frames[0]);
        ear.hear(changed);
        let told = hear_all(&mut ear, &frames[2..]);
        // Duration, sequence number and the like are no part of it.
        let is_same = told == linkkit_lab();
        assert!(told.is_empty() || told == ["checksum error"] || is_same, "{at} {told:?}");
    });
}
