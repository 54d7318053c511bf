//! A broker that sends garbage: nothing panics, nothing loops, and mqttrs takes what is accepted for
//! the same.

use super::*;
use crate::knobs::MQTT_RX_MAX;
use crate::mqtt::decode::{Publish, Received, decode};

const PACKETS: [&str; 9] = [
    CONNACK,
    CONNACK_SESSION_PRESENT,
    REPLY,
    "40020001",
    "9003000100",
    "32070002 2f61 0001 78",
    "34070002 2f61 0001 78",
    "62020001",
    "d000",
];

fn assert_read_as_mqttrs_does(packet: &[u8]) {
    use mqttrs::{Packet, QosPid, SubscribeReturnCodes};
    let Ok(ours) = decode(packet) else { return };
    let theirs = match mqttrs::decode_slice(packet).unwrap().unwrap() {
        Packet::Connack(connack) => {
            let Received::Connack { session_present, refusal } = ours else { panic!("{packet:02x?}") };
            assert_eq!(session_present, connack.session_present);
            assert_eq!(refusal.map_or(0, |refusal| refusal as u8 + 1), connack.code as u8);
            return;
        }
        Packet::Publish(publish) => {
            let (qos, packet_id) = match publish.qospid {
                QosPid::AtMostOnce => (Qos::AtMostOnce, None),
                QosPid::AtLeastOnce(pid) => (Qos::AtLeastOnce, Some(pid.get())),
                QosPid::ExactlyOnce(pid) => (Qos::ExactlyOnce, Some(pid.get())),
            };
            Received::Publish(Publish {
                topic: publish.topic_name,
                payload: publish.payload,
                qos,
                dup: publish.dup,
                retain: publish.retain,
                packet_id,
            })
        }
        Packet::Pubrel(pid) => Received::Pubrel { packet_id: pid.get() },
        Packet::Puback(pid) => Received::Puback { packet_id: pid.get() },
        Packet::Suback(suback) => Received::Suback {
            packet_id: suback.pid.get(),
            granted: matches!(*suback.return_codes, [SubscribeReturnCodes::Success(_)]),
        },
        Packet::Unsuback(pid) => Received::Unsuback { packet_id: pid.get() },
        Packet::Pingresp => Received::Pingresp,
        other => panic!("{other:?}"),
    };
    assert_eq!(ours, theirs, "{packet:02x?}");
}

/// Feeds `stream` to a reader and its packets to `client`, until the first violation.
fn feed(client: &mut Client, stream: &[u8]) {
    let mut reader = FrameReader::new(MQTT_RX_MAX);
    let mut rest = stream;
    // Each turn takes a byte or ends.
    for _ in 0..=stream.len() {
        let Ok(space) = reader.space() else { return };
        let n = space.len().min(rest.len());
        space[..n].copy_from_slice(&rest[..n]);
        rest = &rest[n..];
        match reader.advance(n) {
            Ok(Status::Packet) => {
                match client.handle_packet(reader.packet(), at(1)) {
                    Ok(Incoming::Message(Message { topic, payload, .. })) => {
                        let packet = reader.packet();
                        assert!(topic::is_valid_name(topic));
                        assert!(packet.ends_with(payload) && topic.len() + payload.len() < packet.len());
                    }
                    Ok(_) => {}
                    Err(_) => return,
                }
                reader.clear();
            }
            Ok(Status::NeedMore) if n == 0 => return,
            Ok(_) => {}
            Err(_) => return,
        }
    }
    panic!("the reader does not come to an end");
}

/// Feeds `stream` to clients in different states.
fn feed_all(stream: &[u8]) {
    let mut awaiting = Client::new(Config::default());
    awaiting.start(at(0));
    awaiting.connecting();
    awaiting.connection_opened(&CREDENTIALS, at(0)).unwrap();
    feed(&mut awaiting, stream);

    let mut client = connected();
    client.subscribe("/a", Qos::AtMostOnce, None, at(0)).unwrap();
    client.publish("/a", b"", Qos::AtLeastOnce, at(0)).unwrap();
    feed(&mut client, stream);
}

#[test]
fn every_truncation() {
    for packet in PACKETS.map(bytes) {
        for length in 0..packet.len() {
            feed_all(&packet[..length]);
            // The rest of the packet is another one's beginning.
            feed_all(&[&packet[..length], &bytes(REPLY)[..]].concat());
            if length > 0 {
                assert!(decode(&packet[..length]).is_err(), "truncated packet passed");
            }
        }
    }
}

#[test]
fn every_change_of_one_byte() {
    for packet in PACKETS.map(bytes) {
        for index in 0..packet.len() {
            for value in 0..=u8::MAX {
                let mut mutant = packet.clone();
                mutant[index] = value;
                feed_all(&mutant);
                assert_read_as_mqttrs_does(&mutant);
            }
        }
    }
}

#[test]
fn noise() {
    // xorshift32, so that a failure can be repeated.
    let mut state = 0x2545_f491_u32;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    };
    for _ in 0..20_000 {
        let mut noise: Vec<u8> = (0..random() % 24).map(|_| random() as u8).collect();
        // Mostly a first byte that passes and a length that fits, to get further in.
        if let [first, length, body @ ..] = &mut noise[..] {
            *first = [0x20, 0x30, 0x31, 0x32, 0x3b, 0x34, 0x40, 0x62, 0x90, 0xb0][(random() % 10) as usize];
            *length = body.len() as u8;
            if let [high, low, ..] = body {
                (*high, *low) = (0, *low % 8);
            }
        }
        feed_all(&noise);
        assert_read_as_mqttrs_does(&noise);
    }
}
