//! The byte stream cut into packets.

use super::*;
use crate::knobs::MQTT_RX_MAX;

/// A stream of three packets, one of them too long for the inline buffer.
fn stream() -> (Vec<u8>, [Vec<u8>; 3]) {
    let packets = [bytes(CONNACK), bytes(REPLY), bytes("d000")];
    (packets.concat(), packets)
}

/// A transport that delivers at most `piece` bytes at a time.
struct Transport<'s> {
    stream: &'s [u8],
    piece: usize,
}

impl Transport<'_> {
    /// Reads until a packet is complete or dropped, or until there is nothing more to read.
    fn read(&mut self, reader: &mut FrameReader) -> Result<Status, Violation> {
        loop {
            let wanted = reader.wanted();
            let space = reader.space().unwrap();
            assert!(!space.is_empty() && space.len() <= wanted);
            let n = space.len().min(self.piece).min(self.stream.len());
            let (now, later) = self.stream.split_at(n);
            space[..n].copy_from_slice(now);
            self.stream = later;
            match reader.advance(n)? {
                Status::NeedMore if n > 0 => {}
                status => return Ok(status),
            }
        }
    }
}

/// A PUBLISH with `remaining` bytes after the fixed header.
fn publish(remaining: usize) -> Vec<u8> {
    let mut packet = vec![0x30, (remaining & 0x7f) as u8 | 0x80, (remaining >> 7) as u8];
    packet.extend_from_slice(b"\0\x02/a");
    packet.resize(3 + remaining, b'x');
    packet
}

#[test]
fn cuts_the_stream_however_it_is_split() {
    let (stream, packets) = stream();
    for piece in 1..=stream.len() {
        let mut reader = FrameReader::new(MQTT_RX_MAX);
        let mut transport = Transport { stream: &stream, piece };
        for packet in &packets {
            assert_eq!(transport.read(&mut reader), Ok(Status::Packet));
            assert_eq!(reader.packet(), packet);
            reader.clear();
        }
        assert_eq!(transport.read(&mut reader), Ok(Status::NeedMore));
    }
}

#[test]
fn asks_for_no_byte_of_the_next_packet() {
    let mut reader = FrameReader::new(MQTT_RX_MAX);
    let mut asked = Vec::new();
    for chunk in ["30a9", "01"] {
        asked.push(reader.wanted());
        let chunk = bytes(chunk);
        reader.space().unwrap().copy_from_slice(&chunk);
        assert_eq!(reader.advance(chunk.len()), Ok(Status::NeedMore));
    }
    asked.push(reader.wanted());
    assert_eq!(asked, [2, 1, 169]);
    assert!(reader.packet().is_empty());
}

#[test]
fn wants_nothing_after_a_whole_packet() {
    let mut reader = FrameReader::new(MQTT_RX_MAX);
    let mut transport = Transport { stream: &bytes("d000"), piece: 2 };
    assert_eq!(transport.read(&mut reader), Ok(Status::Packet));
    assert_eq!(reader.wanted(), 0);
    assert!(reader.space().unwrap().is_empty());
    // More than was asked for does no harm either.
    assert_eq!(reader.advance(usize::MAX), Ok(Status::Packet));
    assert_eq!(reader.packet(), bytes("d000"));
}

#[test]
fn drops_over_long_packets_and_goes_on() {
    let long = publish(MQTT_RX_MAX + 1);
    let stream = [&publish(MQTT_RX_MAX)[..], &long, &bytes("d000")].concat();
    let mut reader = FrameReader::new(MQTT_RX_MAX);
    let mut transport = Transport { stream: &stream, piece: 1000 };
    assert_eq!(transport.read(&mut reader), Ok(Status::Packet));
    reader.clear();
    assert_eq!(transport.read(&mut reader), Ok(Status::Dropped { len: long.len(), acknowledgement: None }));
    assert_eq!(transport.read(&mut reader), Ok(Status::Packet));
    assert_eq!(reader.packet(), bytes("d000"));
}

#[test]
fn takes_in_short_packets_whatever_its_limit() {
    let stream = bytes("40020001 3005 0002 2f61 78 9003000100");
    let mut reader = FrameReader::new(0);
    let mut transport = Transport { stream: &stream, piece: 64 };
    for packet in ["40020001", "300500022f6178", "9003000100"] {
        assert_eq!(transport.read(&mut reader), Ok(Status::Packet));
        assert_eq!(hex(reader.packet()), packet);
        reader.clear();
    }
}

#[test]
fn finds_violations_in_the_fixed_header() {
    for header in [
        "0000",
        "f000", // reserved types
        "1000",
        "8200",
        "a200",
        "c000",
        "e000", // types of a client
        "4100",
        "6000",
        "d100", // reserved flags
        "3600",
        "3800", // QoS 3, DUP with QoS 0
        "2003",
        "4001",
        "6203",
        "9002",
        "9004",
        "d001",
        "3002",
        "3204",       // impossible lengths
        "30ffffffff", // more than four length bytes
    ] {
        let stream = bytes(header);
        let mut transport = Transport { stream: &stream, piece: 1 };
        assert!(transport.read(&mut FrameReader::new(MQTT_RX_MAX)).is_err(), "{header}");
    }
}

#[test]
fn finds_violations_in_the_first_byte() {
    for first in ["00", "10", "41", "60", "80", "82", "a2", "c0", "d1", "e0", "f0", "36", "38"] {
        let mut transport = Transport { stream: &bytes(first), piece: 1 };
        assert!(transport.read(&mut FrameReader::new(MQTT_RX_MAX)).is_err(), "{first}");
    }
}

#[test]
fn drops_a_packet_of_the_greatest_length_without_a_buffer_for_it() {
    let mut reader = FrameReader::new(MQTT_RX_MAX);
    let mut transport = Transport { stream: &bytes("30ffffff7f"), piece: 5 };
    assert_eq!(transport.read(&mut reader), Ok(Status::NeedMore));
    assert!(reader.space().unwrap().len() <= 256);
}

#[test]
fn clear_starts_a_new_stream() {
    let mut reader = FrameReader::new(MQTT_RX_MAX);
    let mut transport = Transport { stream: &bytes(REPLY)[..100], piece: 100 };
    assert_eq!(transport.read(&mut reader), Ok(Status::NeedMore));
    reader.clear();
    let mut transport = Transport { stream: &bytes(REPLY), piece: 100 };
    assert_eq!(transport.read(&mut reader), Ok(Status::Packet));
    assert_eq!(reader.packet(), bytes(REPLY));
}
