//! The phone's side of the local network: CoAP.

use std::net::{Ipv4Addr, SocketAddrV4};

use coap_lite::{CoapOption, MessageClass, MessageType, Packet, RequestType, ResponseType};

pub const PHONE: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(192, 168, 4, 2), 39_472);

/// Of RFC 7641: to be told of changes.
const OBSERVE: u32 = 0;
const PATHS: [&str; 8] = [
    "sys/awss/device/softap/switchap",
    "sys/awss/device/connectap/info/get",
    "sys/a1X2bEnP82z/test_06/awss/device/connectap/info/get",
    "sys/a1X2bEnP82z/test_06/awss/device/switchap",
    "sys/a1X2bEnP82z/test_06/awss/event/wifilist/get",
    "sys/a1X2bEnP82z/test_06/awss/device/info/get",
    "sys/awss/device/info/get",
    "sys/device/info/get",
];

/// What phones count.
#[derive(Default)]
pub struct Lan {
    message_id: u16,
}

impl Lan {
    /// A request of one of eight paths. `how`, from the lowest bit: confirmable, observing, `text` alone and not as
    /// the members of `params`, sent again, with another method.
    pub fn request(&mut self, path: u8, how: u8, text: &[u8]) -> Vec<u8> {
        let is_set = |bit: u8| how & 1 << bit != 0;
        if !is_set(3) {
            self.message_id = self.message_id.wrapping_add(1);
        }
        let mut packet = Packet::new();
        packet.header.set_type(if is_set(0) {
            MessageType::Confirmable
        } else {
            MessageType::NonConfirmable
        });
        let method = if is_set(4) { RequestType::Post } else { RequestType::Get };
        packet.header.code = MessageClass::Request(method);
        packet.header.message_id = self.message_id;
        packet.set_token(self.message_id.to_be_bytes().to_vec());
        if is_set(1) {
            packet.set_observe_value(OBSERVE);
        }
        for segment in PATHS[usize::from(path & 7)].split('/') {
            packet.add_option(CoapOption::UriPath, segment.into());
        }
        packet.payload = if is_set(2) {
            text.to_vec()
        } else {
            [br#"{"id":"1","version":"1.0","method":"awss","params":{"#.as_slice(), text, b"}}"].concat()
        };
        bytes(&packet)
    }
}

pub fn acknowledgement(sent: &Packet) -> Vec<u8> {
    empty(sent, MessageType::Acknowledgement)
}

pub fn reset(sent: &Packet) -> Vec<u8> {
    empty(sent, MessageType::Reset)
}

fn empty(sent: &Packet, kind: MessageType) -> Vec<u8> {
    let mut packet = Packet::new();
    packet.header.set_type(kind);
    packet.header.code = MessageClass::Empty;
    packet.header.message_id = sent.header.message_id;
    bytes(&packet)
}

/// A response to `sent`.
pub fn answer(sent: &Packet, id: u8, code: u8) -> Vec<u8> {
    let mut packet = Packet::new();
    packet.header.set_type(MessageType::NonConfirmable);
    packet.header.code = MessageClass::Response(ResponseType::Content);
    packet.header.message_id = sent.header.message_id;
    packet.set_token(sent.get_token().to_vec());
    packet.payload = format!(r#"{{"id":{id},"code":{code},"data":{{}}}}"#).into_bytes();
    bytes(&packet)
}

fn bytes(packet: &Packet) -> Vec<u8> {
    packet.to_bytes().expect("a message")
}
