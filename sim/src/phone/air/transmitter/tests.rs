//! What gets into a recording, and when.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::*;
use crate::phone::air::frame::Encryption;
use crate::phone::air::{Captured, PcapFile, read_capture};
use crate::random;

const INTERVAL: Duration = Duration::from_millis(10);

/// A file that is removed in the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("linkkit-sim-{}.pcap", random::name().unwrap())))
    }

    fn read(&self) -> Vec<Captured> {
        let mut frames = Vec::new();
        let damaged = read_capture(File::open(&self.0).unwrap(), |captured| {
            frames.push(captured);
            Ok(())
        });
        assert_eq!(damaged.unwrap(), 0);
        frames
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

fn transmitter(path: &Path, directions: &[Direction]) -> Transmitter {
    let access = Access {
        bssid: [0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33],
        ssid: b"linkkit-lab".to_vec(),
        channel: 6,
        encryption: Encryption::Open,
        phone: [0xCC, 0xFA, 0x00, 0xC8, 0xCF, 0xD2],
    };
    Transmitter::new(access, directions, INTERVAL, Medium::File(PcapFile::create(path).unwrap()))
}

fn finish(transmitter: Transmitter) {
    let Medium::File(file) = transmitter.medium else { panic!() };
    file.finish().unwrap();
}

fn shots(count: usize) -> Vec<Shot> {
    (0..count).map(|length| Shot::Data { destination: [0xFF; 6], length }).collect()
}

fn sequence(captured: &Captured) -> u16 {
    u16::from_le_bytes([captured.frame[22], captured.frame[23]]) >> 4
}

fn is_beacon(captured: &&Captured) -> bool {
    captured.frame[0] == 0x80
}

#[test]
fn frames_are_in_time_and_numbered_and_beacons_come_ten_times_a_second() {
    let scratch = Scratch::new();
    let mut transmitter = transmitter(&scratch.0, &[Direction::ToDs]);
    let mut paced = Vec::new();
    let flow = transmitter.send(&shots(100), |at| {
        paced.push(at);
        Ok(ControlFlow::Continue(()))
    });
    assert!(flow.unwrap().is_continue());
    assert_eq!((transmitter.at(), transmitter.frames()), (100 * INTERVAL, 110));
    finish(transmitter);

    let frames = scratch.read();
    let (beacons, data): (Vec<_>, Vec<_>) = frames.iter().partition(is_beacon);
    assert_eq!((beacons.len(), data.len()), (10, 100));
    assert!(is_beacon(&&frames[0]), "the first tells how the others are encrypted");
    for (number, captured) in (0_u16..).zip(&data) {
        assert_eq!((captured.at, sequence(captured)), (u32::from(number) * INTERVAL, number));
        assert_eq!(captured.reception.channel, Some(6));
    }
    assert_eq!(paced, data.iter().map(|captured| captured.at).collect::<Vec<_>>());
    for (number, beacon) in (0..).zip(beacons) {
        assert_eq!(sequence(beacon), number);
    }
}

#[test]
fn the_access_point_passes_on_with_numbers_of_its_own() {
    let scratch = Scratch::new();
    let mut transmitter = transmitter(&scratch.0, &[Direction::ToDs, Direction::FromDs]);
    transmitter.skip_to(Duration::from_secs(1));
    assert!(transmitter.send(&shots(2), |_| Ok(ControlFlow::Continue(()))).unwrap().is_continue());
    finish(transmitter);
    let seen: Vec<_> = scratch
        .read()
        .iter()
        .map(|captured| (captured.at.as_millis(), captured.frame[1], sequence(captured)))
        .collect();
    assert_eq!(seen, [(1000, 0, 0), (1000, 1, 0), (1001, 2, 1), (1010, 1, 1), (1011, 2, 2)]);
}

#[test]
fn it_stops_when_it_is_told_to() {
    let scratch = Scratch::new();
    let mut transmitter = transmitter(&scratch.0, &[Direction::ToDs]);
    let flow = transmitter.send(&shots(5), |at| {
        Ok(if at < 2 * INTERVAL { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    });
    assert!(flow.unwrap().is_break());
    finish(transmitter);
    assert_eq!(scratch.read().len(), 3);
}
