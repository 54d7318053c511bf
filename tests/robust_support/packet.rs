//! MQTT packets as a broker makes them, and as it should not.

use std::io::{self, Read};

pub const CONNECT: u8 = 0x10;
pub const PUBLISH_AT_LEAST_ONCE: u8 = 0x32;
pub const PUBLISH_AT_MOST_ONCE: u8 = 0x30;
pub const SUBSCRIBE: u8 = 0x82;
pub const PINGREQ: u8 = 0xc0;

pub const CONNACK: [u8; 4] = [0x20, 2, 0, 0];
pub const PINGRESP: [u8; 2] = [0xd0, 0];

/// One packet of the device.
pub struct Packet {
    pub first: u8,
    pub body: Vec<u8>,
}

impl Packet {
    pub fn read(stream: &mut impl Read) -> io::Result<Self> {
        let first = read_byte(stream)?;
        let (mut length, mut shift) = (0_usize, 0);
        loop {
            let byte = read_byte(stream)?;
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        Ok(Self { first, body })
    }

    /// The packet id of a SUBSCRIBE.
    pub fn id(&self) -> [u8; 2] {
        [self.body[0], self.body[1]]
    }

    /// Topic, packet id and payload of a PUBLISH.
    pub fn publish(&self) -> (&str, Option<[u8; 2]>, &str) {
        let topic_end = 2 + usize::from(u16::from_be_bytes([self.body[0], self.body[1]]));
        let topic = std::str::from_utf8(&self.body[2..topic_end]).expect("a topic in UTF-8");
        let rest = &self.body[topic_end..];
        let (id, payload) = match self.first & 0x06 {
            0 => (None, rest),
            _ => (Some([rest[0], rest[1]]), &rest[2..]),
        };
        (topic, id, std::str::from_utf8(payload).expect("a payload in UTF-8"))
    }
}

fn read_byte(stream: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    stream.read_exact(&mut byte)?;
    Ok(byte[0])
}

pub fn suback(id: [u8; 2]) -> Vec<u8> {
    vec![0x90, 3, id[0], id[1], 1]
}

pub fn puback(id: [u8; 2]) -> Vec<u8> {
    vec![0x40, 2, id[0], id[1]]
}

pub fn publish(topic: &str, payload: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(2 + topic.len() + payload.len());
    body.extend((topic.len() as u16).to_be_bytes());
    body.extend(topic.as_bytes());
    body.extend(payload);
    packet(PUBLISH_AT_MOST_ONCE, &body)
}

pub fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = fixed_header(first, body.len());
    packet.extend(body);
    packet
}

pub fn fixed_header(first: u8, mut length: usize) -> Vec<u8> {
    let mut header = vec![first];
    loop {
        let byte = (length & 0x7f) as u8;
        length >>= 7;
        header.push(if length == 0 { byte } else { byte | 0x80 });
        if length == 0 {
            return header;
        }
    }
}
