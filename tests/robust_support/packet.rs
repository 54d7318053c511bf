//! MQTT packets as a broker makes them, and as it should not.

use std::io::{self, Read};

pub const CONNECT: u8 = 0x10;
pub const PUBLISH_AT_LEAST_ONCE: u8 = 0x32;
pub const PUBLISH_AT_MOST_ONCE: u8 = 0x30;
pub const PUBLISH_EXACTLY_ONCE: u8 = 0x34;
/// The flag of a PUBLISH that may have been sent before.
pub const DUP: u8 = 0x08;
pub const PUBACK: u8 = 0x40;
pub const PUBREC: u8 = 0x50;
pub const PUBREL: u8 = 0x62;
pub const PUBCOMP: u8 = 0x70;
pub const SUBSCRIBE: u8 = 0x82;
pub const UNSUBSCRIBE: u8 = 0xa2;
pub const UNSUBACK: u8 = 0xb0;
pub const PINGREQ: u8 = 0xc0;
pub const DISCONNECT: u8 = 0xe0;

pub const CONNACK: [u8; 4] = [0x20, 2, 0, 0];
/// The broker still has the session.
pub const CONNACK_SESSION_PRESENT: [u8; 4] = [0x20, 2, 1, 0];
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

    /// The packet id of a SUBSCRIBE, UNSUBSCRIBE or acknowledgement.
    pub fn id(&self) -> [u8; 2] {
        [self.body[0], self.body[1]]
    }

    /// The only filter of a SUBSCRIBE or UNSUBSCRIBE.
    pub fn filter(&self) -> &str {
        let end = 4 + usize::from(u16::from_be_bytes([self.body[2], self.body[3]]));
        std::str::from_utf8(&self.body[4..end]).expect("a filter in UTF-8")
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

/// A CONNECT of MQTT 3.1.1 without a will.
pub struct Connect {
    pub flags: u8,
    pub keep_alive_s: u16,
    pub client_id: String,
    pub user_name: String,
    pub password: String,
}

impl Connect {
    pub fn parse(packet: &Packet) -> Self {
        let (protocol, rest) = packet.body.split_at(7);
        assert_eq!(protocol, b"\0\x04MQTT\x04");
        let mut texts = &rest[3..];
        let mut text = || {
            let (length, behind) = texts.split_at(2);
            let (text, behind) = behind.split_at(usize::from(u16::from_be_bytes([length[0], length[1]])));
            texts = behind;
            String::from_utf8(text.to_vec()).expect("a text in UTF-8")
        };
        Self {
            flags: rest[0],
            keep_alive_s: u16::from_be_bytes([rest[1], rest[2]]),
            client_id: text(),
            user_name: text(),
            password: text(),
        }
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

pub fn suback_refusing(id: [u8; 2]) -> Vec<u8> {
    vec![0x90, 3, id[0], id[1], 0x80]
}

/// PUBACK, PUBREC, PUBREL, PUBCOMP or UNSUBACK.
pub fn acknowledgement(first: u8, id: [u8; 2]) -> Vec<u8> {
    vec![first, 2, id[0], id[1]]
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

/// A PUBLISH with a packet id; `first`: with its flags.
pub fn publish_with_id(first: u8, topic: &str, id: [u8; 2], payload: &[u8]) -> Vec<u8> {
    let length = (topic.len() as u16).to_be_bytes();
    packet(first, &[&length[..], topic.as_bytes(), &id, payload].concat())
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
