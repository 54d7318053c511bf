//! A phone's CoAP messages as hex digits of datagrams.

use coap_lite::{CoapOption, MessageClass, MessageType, Packet, RequestType, ResponseType};
use serde_json::Value;

use crate::script::{Line, Trace};

/// Where it sends from.
pub const PHONE: &str = "10.0.0.100 5683";

/// GET with a payload, the only method that is served.
pub fn get(kind: MessageType, message_id: u16, path: &str, payload: &str) -> String {
    datagram(&request(kind, message_id, path, payload))
}

/// The same of a phone that wants to be told more.
pub fn observe(message_id: u16, path: &str, payload: &str) -> String {
    let mut packet = request(MessageType::NonConfirmable, message_id, path, payload);
    packet.add_option(CoapOption::Observe, vec![]);
    datagram(&packet)
}

fn request(kind: MessageType, message_id: u16, path: &str, payload: &str) -> Packet {
    let mut packet = Packet::new();
    packet.header.set_type(kind);
    packet.header.code = MessageClass::Request(RequestType::Get);
    packet.header.message_id = message_id;
    packet.set_token(b"fone".to_vec());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        packet.add_option(CoapOption::UriPath, segment.into());
    }
    packet.payload = payload.into();
    packet
}

/// The acknowledgement of a confirmable message.
pub fn ack(message_id: u16) -> String {
    let mut packet = Packet::new();
    packet.header.set_type(MessageType::Acknowledgement);
    packet.header.code = MessageClass::Empty;
    packet.header.message_id = message_id;
    datagram(&packet)
}

/// The answer to an announcement: its CoAP token, and the alink id and code.
pub fn answer(announcement: &Packet, id: u32, code: u32) -> String {
    let mut packet = Packet::new();
    packet.header.set_type(MessageType::NonConfirmable);
    packet.header.code = MessageClass::Response(ResponseType::Content);
    packet.header.message_id = announcement.header.message_id;
    packet.set_token(announcement.get_token().to_vec());
    packet.payload = format!(r#"{{"id":{id},"code":{code},"data":{{}}}}"#).into_bytes();
    datagram(&packet)
}

fn datagram(packet: &Packet) -> String {
    let bytes = packet.to_bytes().expect("a message");
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("datagram {PHONE} {digits}")
}

/// A datagram of the device.
pub struct Sent {
    /// Since the beginning, ms.
    pub at: u64,
    /// Address and port.
    pub to: String,
    pub packet: Packet,
}

impl Sent {
    fn read(line: &Line) -> Self {
        let (to, digits) = line.what["sent ".len()..].split_once(' ').expect("a destination");
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).expect("hex");
        let bytes: Vec<u8> = digits.as_bytes().chunks(2).map(byte).collect();
        Self { at: line.at, to: to.to_owned(), packet: Packet::from_bytes(&bytes).expect("CoAP") }
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.packet.payload).expect("JSON")
    }
}

/// All that the device has sent.
pub fn sent(trace: &Trace) -> Vec<Sent> {
    trace.all("sent ").into_iter().map(Sent::read).collect()
}
