//! How many of a phone's loops it takes, in one scenario after the other. Used by the tests and by the benchmark.

use super::air::{Air, OTHER_PASSWORDS, Scenario};
use super::linkkit_core::provision::access_points::AccessPoints;
use super::linkkit_core::provision::air::smartconfig::Smartconfig;
use super::linkkit_core::provision::beacon;
use super::linkkit_core::provision::decoder::{Decoder, Outcome};
use super::linkkit_core::provision::frame::{Frame, LinkType};
use super::linkkit_core::time::Instant;
use super::phone::{Carrier, Cipher, Form, SECRET};

/// Loops after which a phone gives up.
pub const LOOPS_MAX: usize = 40;

/// A beacon of `linkkit-lab`, WPA2 with AES.
pub const BEACON: [u8; 84] = *b"\x80\x00\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF\xD8\xFE\xE3\x11\x22\x33\xD8\xFE\xE3\x11\x22\x33\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x64\x00\x11\x04\x00\x0Blinkkit-lab\x01\x08\x82\x84\x8B\x96\x0C\x12\x18\x24\x03\x01\x06\x30\x14\x01\x00\x00\x0F\xAC\x04\x01\x00\x00\x0F\xAC\x04\x01\x00\x00\x0F\xAC\x02\x00\x00";

/// What one session came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The credentials that the phone has sent, in this loop, or those of another phone.
    Right(usize),
    /// Credentials that no phone has sent, or an error for a phone that makes none.
    Wrong,
    /// Nothing within [`LOOPS_MAX`].
    None,
}

/// Listens to one session.
pub fn listen(scenario: &Scenario, knows_access_point: bool, seed: u64) -> End {
    let mut decoder = Smartconfig::new(SECRET);
    let mut access_points = AccessPoints::default();
    if knows_access_point {
        let frame = Frame::new(&BEACON, LinkType::None, false, -40).unwrap();
        access_points.hear(beacon::read(&frame).unwrap(), None);
    }
    let mut sent: Vec<&[u8]> = vec![scenario.password];
    sent.extend(&OTHER_PASSWORDS[..scenario.other_phones]);
    for arrival in Air::new(scenario, seed).take_while(|arrival| arrival.round <= LOOPS_MAX) {
        let Some(frame) = Frame::new(&arrival.bytes, LinkType::None, false, -40) else { continue };
        match decoder.frame(&frame, &access_points, Instant::from_millis(1_000_000 + arrival.at_ms)) {
            Outcome::Whole(credentials) => {
                let is_right = credentials.ssid.as_bytes() == scenario.name
                    && sent.contains(&credentials.password.as_bytes());
                return if is_right { End::Right(arrival.round) } else { End::Wrong };
            }
            Outcome::PasswordError => return End::Wrong,
            // The last is an event only: it goes on listening.
            Outcome::Nothing | Outcome::Phone { .. } | Outcome::Part | Outcome::ChecksumError => {}
        }
    }
    End::None
}

/// A row of the table.
pub struct Row {
    pub label: &'static str,
    pub right: usize,
    pub wrong: usize,
    /// Of the sessions that were right, sorted.
    loops: Vec<usize>,
}

impl Row {
    fn listen(label: &'static str, scenario: &Scenario, knows_access_point: bool, sessions: u64) -> Self {
        let mut row = Self { label, right: 0, wrong: 0, loops: Vec::new() };
        for seed in 0..sessions {
            match listen(scenario, knows_access_point, seed) {
                End::Right(loops) => row.loops.push(loops),
                End::Wrong => row.wrong += 1,
                End::None => {}
            }
        }
        row.loops.sort_unstable();
        row.right = row.loops.len();
        row
    }

    /// Loops, 0 where no session was right.
    pub fn median(&self) -> usize {
        self.loops.get(self.loops.len() / 2).copied().unwrap_or(0)
    }

    /// Loops, 0 where no session was right.
    pub fn most(&self) -> usize {
        self.loops.last().copied().unwrap_or(0)
    }
}

/// The scenarios, and whether the device has heard the access point.
pub fn scenarios() -> Vec<(&'static str, Scenario, bool)> {
    let plain = Scenario::new();
    let long = Scenario {
        name: b"a network with a name of 32 byte",
        password: b"and with the longest password: sixty-three bytes of passphrase!",
        ..plain
    };
    let aes = Carrier::new(Cipher::Aes);
    let relayed = Carrier { to_ds: false, ..aes };
    let both = Scenario { relayed: Some(relayed), ..plain };
    let only_relayed = Scenario { direct: None, ..both };
    let in_network = |cipher| Scenario { direct: Some(Carrier::new(cipher)), loss: 20, ..plain };
    let more = |more, qos| Some(Carrier { more, qos, ..aes });
    let long_frames = Scenario { direct: more(4, true), ..plain };
    vec![
        ("no loss", plain, true),
        ("loss 10 %", Scenario { loss: 10, ..plain }, true),
        ("loss 20 %", Scenario { loss: 20, ..plain }, true),
        ("loss 30 %", Scenario { loss: 30, ..plain }, true),
        ("loss 40 %", Scenario { loss: 40, ..plain }, true),
        ("loss 50 %", Scenario { loss: 50, ..plain }, true),
        ("loss 20 %, no beacon heard", Scenario { loss: 20, ..plain }, false),
        ("loss 40 %, no beacon heard", Scenario { loss: 40, ..plain }, false),
        ("open network, loss 20 %, no beacon heard", in_network(Cipher::Open), false),
        ("WEP, loss 20 %, no beacon heard", in_network(Cipher::Wep), false),
        ("TKIP, loss 20 %, no beacon heard", in_network(Cipher::Tkip), false),
        ("loss 20 %, in bursts of 20 frames", Scenario { loss: 20, loss_burst: 20, ..plain }, true),
        ("longest message, no loss", long, false),
        ("longest message, loss 20 %", Scenario { loss: 20, ..long }, false),
        ("longest message, loss 40 %", Scenario { loss: 40, ..long }, false),
        ("relayed only, loss 20 %", Scenario { loss: 20, ..only_relayed }, true),
        ("relayed only, loss 40 %", Scenario { loss: 40, ..only_relayed }, true),
        ("direct and relayed, loss 40 %", Scenario { loss: 40, ..both }, true),
        ("reordered 10 %, loss 20 %", Scenario { reordered: 10, loss: 20, ..plain }, true),
        ("duplicates 30 %, loss 20 %", Scenario { duplicates: 30, loss: 20, ..plain }, true),
        ("foreign traffic 5:1, loss 20 %", Scenario { foreign: 5, loss: 20, ..plain }, true),
        ("busy phone 30 %, no loss", Scenario { busy: 30, ..plain }, true),
        ("busy phone 30 %, loss 20 %", Scenario { busy: 30, loss: 20, ..plain }, true),
        ("busy phone 30 %, loss 40 %", Scenario { busy: 30, loss: 40, ..plain }, true),
        ("numbers in steps of 5, no loss", Scenario { number_step: 5, ..plain }, true),
        ("numbers in steps of 5, loss 20 %", Scenario { number_step: 5, loss: 20, ..plain }, true),
        ("numbers in steps of 45, no loss", Scenario { number_step: 45, ..plain }, true),
        ("numbers in steps of 45, loss 20 %", Scenario { number_step: 45, loss: 20, ..plain }, true),
        ("two phones at once, loss 20 %", Scenario { other_phones: 1, loss: 20, ..plain }, true),
        ("three phones at once, loss 20 %", Scenario { other_phones: 2, loss: 20, ..plain }, true),
        ("lengths +4, loss 20 %", Scenario { loss: 20, ..long_frames }, true),
        ("lengths +2, loss 20 %", Scenario { direct: more(2, true), loss: 20, ..plain }, true),
        ("lengths -4, loss 20 %", Scenario { direct: more(-4, false), loss: 20, ..plain }, true),
        (
            "direct +4, relayed +0, loss 20 %",
            Scenario { loss: 20, relayed: Some(relayed), ..long_frames },
            true,
        ),
        ("sequence wraps, loss 20 %", Scenario { first_number: 4090, loss: 20, ..plain }, true),
        ("starts in mid-loop, no loss", Scenario { start: 13, ..plain }, true),
        ("starts in mid-loop, loss 20 %", Scenario { start: 13, loss: 20, ..plain }, true),
        ("300 ms between frames, no loss", Scenario { gap_ms: 300, ..plain }, true),
        ("400 ms between frames, no loss", Scenario { gap_ms: 400, ..plain }, true),
        ("400 ms between frames, loss 20 %", Scenario { gap_ms: 400, loss: 20, ..plain }, true),
        (
            "not ASCII, loss 20 %",
            Scenario {
                name: "中文网络".as_bytes(), password: "密码12345".as_bytes(), loss: 20, ..plain
            },
            false,
        ),
        ("nameless, loss 20 %", Scenario { form: Form::Nameless, loss: 20, ..plain }, true),
    ]
}

/// The whole table, of so many sessions for each scenario.
pub fn table(sessions: u64) -> impl Iterator<Item = Row> {
    scenarios()
        .into_iter()
        .map(move |(label, scenario, knows)| Row::listen(label, &scenario, knows, sessions))
}
