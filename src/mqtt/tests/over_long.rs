//! Messages that are longer than what is taken in.

use super::*;
use crate::knobs::MQTT_RX_MAX;

/// A PUBLISH to a topic of `topic` bytes with `remaining` bytes after the fixed header.
fn publish(first: u8, topic: usize, packet_id: Option<u16>, remaining: usize) -> Vec<u8> {
    let mut packet = vec![first, (remaining & 0x7f) as u8 | 0x80, (remaining >> 7) as u8];
    packet.extend((topic as u16).to_be_bytes());
    packet.resize(5 + topic, b't');
    packet.extend(packet_id.into_iter().flat_map(u16::to_be_bytes));
    packet.resize(3 + remaining, b'x');
    packet
}

/// What a reader makes of `packet`, `piece` bytes at a time.
fn read(packet: &[u8], piece: usize) -> Result<Status, Violation> {
    let mut reader = FrameReader::new(MQTT_RX_MAX);
    let mut rest = packet;
    loop {
        let space = reader.space().unwrap();
        let n = space.len().min(piece).min(rest.len());
        let (now, later) = rest.split_at(n);
        space[..n].copy_from_slice(now);
        rest = later;
        match reader.advance(n)? {
            Status::NeedMore => assert!(n > 0, "the packet is cut short"),
            status => {
                assert!(rest.is_empty());
                return Ok(status);
            }
        }
    }
}

#[test]
fn the_packet_id_is_caught_wherever_it_stands() {
    for topic in [1, 2, 57, 58, 59, 60, 61, 62, 63, 64, 65, 126, 500, MQTT_RX_MAX + 1] {
        for (first, qos) in [(0x32, Qos::AtLeastOnce), (0x34, Qos::ExactlyOnce), (0x3d, Qos::ExactlyOnce)] {
            let packet = publish(first, topic, Some(0x1234), MQTT_RX_MAX + 400);
            for piece in [1, 2, 3, 7, 63, 64, 1000] {
                let acknowledgement = Some(DroppedMessage { qos, packet_id: 0x1234 });
                let dropped = Status::Dropped { len: packet.len(), acknowledgement };
                assert_eq!(read(&packet, piece), Ok(dropped), "topic {topic}, piece {piece}");
            }
        }
    }
    let packet = publish(0x31, 2, None, MQTT_RX_MAX + 1);
    assert_eq!(read(&packet, 9), Ok(Status::Dropped { len: packet.len(), acknowledgement: None }));
    // At the very end.
    let packet = publish(0x32, MQTT_RX_MAX - 3, Some(7), MQTT_RX_MAX + 1);
    let acknowledgement = Some(DroppedMessage { qos: Qos::AtLeastOnce, packet_id: 7 });
    assert_eq!(read(&packet, 64), Ok(Status::Dropped { len: packet.len(), acknowledgement }));
}

#[test]
fn violations_are_found_all_the_same() {
    for (packet, reason) in [
        (publish(0x30, 0xffff, None, MQTT_RX_MAX + 1), "topic name"),
        (publish(0x32, MQTT_RX_MAX, Some(1), MQTT_RX_MAX + 2), "packet id"),
        (publish(0x32, 2, Some(0), MQTT_RX_MAX + 1), "packet id 0"),
    ] {
        for piece in [1, 64] {
            assert!(read(&packet, piece).is_err(), "{reason}");
        }
    }
}

#[test]
fn is_acknowledged() {
    let mut client = connected();
    client.packet_dropped(5000, None, at(1)).unwrap();
    assert!(sent(&mut client).is_empty());
    let dropped = |qos| Some(DroppedMessage { qos, packet_id: 9 });
    client.packet_dropped(5000, dropped(Qos::AtLeastOnce), at(1)).unwrap();
    assert_eq!(sent_packets(&mut client), ["40020009"]);
    for _ in 0..2 {
        client.packet_dropped(5000, dropped(Qos::ExactlyOnce), at(1)).unwrap();
        assert_eq!(sent_packets(&mut client), ["50020009"]);
    }
    receive(&mut client, "62020009", at(1));
    assert_eq!(sent_packets(&mut client), ["70020009"]);
}

#[test]
fn counts_as_a_sign_of_life() {
    let mut client = connected();
    client.publish("/a", b"", Qos::AtMostOnce, at(20)).unwrap();
    client.packet_dropped(5000, None, at(10)).unwrap();
    assert_eq!(client.poll_timeout().if_ever(), Some(at(10 + Config::default().ping_interval_ms)));
}

#[test]
fn has_no_place_before_connack() {
    let mut client = Client::new(Config::default());
    assert!(client.packet_dropped(5000, None, at(1)).is_err());
    client.start(at(0));
    client.connecting();
    client.connection_opened(&CREDENTIALS, at(0)).unwrap();
    assert!(client.packet_dropped(5000, None, at(1)).is_err());
}
