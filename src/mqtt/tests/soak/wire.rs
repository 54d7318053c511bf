//! Packets as a broker sees them. Messages carry their number, 8 bytes, and padding.

#[derive(Debug)]
pub enum FromDevice<'p> {
    Connect { clean_session: bool },
    Subscribe { packet_id: u16, filter: &'p str, qos: u8 },
    Unsubscribe { packet_id: u16, filter: &'p str },
    Publish { packet_id: Option<u16>, number: u64, dup: bool },
    Puback { packet_id: u16 },
    Pubrec { packet_id: u16 },
    Pubcomp { packet_id: u16 },
    Pingreq,
    Disconnect,
}

/// A packet without its length.
pub struct Packet<'s> {
    first: u8,
    body: &'s [u8],
}

/// The first packet of `stream`, and what follows; `None`: it is not complete.
pub fn cut(stream: &[u8]) -> Option<(Packet<'_>, &[u8])> {
    let (&first, mut rest) = stream.split_first()?;
    let (mut length, mut shift) = (0, 0);
    loop {
        let (&byte, behind) = rest.split_first()?;
        rest = behind;
        length |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
    }
    let (body, behind) = rest.split_at_checked(length)?;
    Some((Packet { first, body }, behind))
}

pub fn parse(packet: Packet<'_>) -> FromDevice<'_> {
    let Packet { first, body } = packet;
    let packet_id = || u16::from_be_bytes([body[0], body[1]]);
    match first {
        0x10 => FromDevice::Connect { clean_session: body[7] & 2 != 0 },
        0x82 => {
            let (filter, qos) = text(&body[2..]);
            FromDevice::Subscribe { packet_id: packet_id(), filter, qos: qos[0] }
        }
        0xa2 => FromDevice::Unsubscribe { packet_id: packet_id(), filter: text(&body[2..]).0 },
        0x30 => FromDevice::Publish { packet_id: None, number: number(text(body).1), dup: false },
        0x32 | 0x3a => {
            let rest = text(body).1;
            let packet_id = Some(u16::from_be_bytes([rest[0], rest[1]]));
            FromDevice::Publish { packet_id, number: number(&rest[2..]), dup: first == 0x3a }
        }
        0x40 => FromDevice::Puback { packet_id: packet_id() },
        0x50 => FromDevice::Pubrec { packet_id: packet_id() },
        0x70 => FromDevice::Pubcomp { packet_id: packet_id() },
        0xc0 => FromDevice::Pingreq,
        0xe0 => FromDevice::Disconnect,
        _ => panic!("a packet that no client may send: {first:02x} {body:02x?}"),
    }
}

/// The number in a payload.
pub fn number(payload: &[u8]) -> u64 {
    u64::from_be_bytes(payload[..8].try_into().unwrap())
}

/// A packet that holds no more than a packet id.
pub fn short(first: u8, packet_id: u16) -> [u8; 4] {
    let [high, low] = packet_id.to_be_bytes();
    [first, 2, high, low]
}

pub fn publish(topic: &str, packet_id: Option<u16>, flags: u8, number: u64, padding: usize) -> Vec<u8> {
    let id_length = packet_id.map_or(0, |_| 2);
    let remaining = 2 + topic.len() + id_length + 8 + padding;
    let mut packet = vec![0x30 | flags, (remaining & 0x7f) as u8 | 0x80, (remaining >> 7) as u8];
    packet.extend((topic.len() as u16).to_be_bytes());
    packet.extend(topic.as_bytes());
    packet.extend(packet_id.into_iter().flat_map(u16::to_be_bytes));
    packet.extend(number.to_be_bytes());
    packet.resize(3 + remaining, b'.');
    packet
}

fn text(bytes: &[u8]) -> (&str, &[u8]) {
    let length = usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
    (str::from_utf8(&bytes[2..2 + length]).unwrap(), &bytes[2 + length..])
}
