//! Smartconfig: how many of a phone's loops it takes to read its message, however badly it is heard, and how many
//! frames are read per second. `cargo bench -p linkkit-core --bench reception`; the same seeds each time.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    reason = "no device code"
)]

extern crate linkkit_core;

#[path = "../src/provision/air/smartconfig/tests/air.rs"]
mod air;
#[path = "../src/provision/air/smartconfig/tests/phone.rs"]
mod phone;
#[path = "../src/provision/air/smartconfig/tests/reception.rs"]
mod reception;

use std::hint::black_box;
use std::time::{Duration, Instant};

use linkkit_core::provision::Provisioning;
use linkkit_core::provision::air::smartconfig::Smartconfig;
use linkkit_core::provision::frame::{Frame, LinkType};
use linkkit_core::provision::scan::ScanTimes;
use linkkit_core::time;

use self::phone::{Carrier, Cipher, Form, SECRET};

/// Sessions of each scenario.
const SESSIONS: u64 = 200;
/// Time of each measurement.
const MEASURED: Duration = Duration::from_millis(500);

fn main() {
    println!("| {SESSIONS} sessions | right | wrong | loops, median | loops, most |\n|---|---|---|---|---|");
    for row in reception::table(SESSIONS) {
        println!("| {} | {} | {} | {} | {} |", row.label, row.right, row.wrong, row.median(), row.most());
    }
    println!("\n| frames | per second |\n|---|---|");
    let aes = Carrier::new(Cipher::Aes);
    let mut to_one = aes.frame(700, 1);
    to_one[16] = 0x02;
    println!("| data to one station | {} |", per_second(&[to_one]));
    let other = Carrier { phone: [2; 6], ..aes };
    println!(
        "| broadcasts of other stations | {} |",
        per_second(&[other.frame(300, 1), other.frame(0x3EA, 2)])
    );
    println!("| beacons | {} |", per_second(&[reception::BEACON.to_vec()]));
    // Wrong at its end, or it would be read once only.
    let mut message = phone::message(b"linkkit-lab", b"12345678", Form::Named);
    message[27] ^= 1;
    let codes = phone::codes(&message);
    let looped: Vec<Vec<u8>> =
        (0..4096).map(|number| aes.frame(codes[usize::from(number) % codes.len()], number)).collect();
    println!("| of a phone | {} |", per_second(&looped));
}

/// Through the whole of provisioning, after a press, with an access point known.
fn per_second(frames: &[Vec<u8>]) -> u64 {
    let mut provisioning = Provisioning::new();
    let mut decoder = Smartconfig::new(SECRET);
    let now = time::Instant::from_millis(1_000_000);
    provisioning.start(ScanTimes { dwell_ms: 250, limit_ms: None }).unwrap();
    provisioning.press(0, now);
    let mut hear = |bytes: &[u8]| {
        if let Some(frame) = Frame::new(bytes, LinkType::None, false, -40) {
            provisioning.frame(&mut [&mut decoder], &frame, now);
        }
        while let Some(action) = provisioning.poll(now) {
            black_box(action);
        }
    };
    hear(&reception::BEACON);
    let started = Instant::now();
    let mut heard = 0_u64;
    while started.elapsed() < MEASURED {
        for bytes in frames.iter().cycle().take(frames.len().max(1_000)) {
            hear(black_box(bytes));
            heard += 1;
        }
    }
    (heard as f64 / started.elapsed().as_secs_f64()) as u64
}
