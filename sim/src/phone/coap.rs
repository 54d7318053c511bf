//! The CoAP messages that a phone builds and reads.
//!
//! `coap-lite` does the coding; [`decode`] rejects first what it lets through and RFC 7252 forbids.

use anyhow::{Result, anyhow, bail};
use coap_lite::{CoapOption, ContentFormat, MessageClass, MessageType, Packet, RequestType, ResponseType};
use serde::Serialize;
use serde_json::{Value, json};

/// Where every device answers.
pub const INFO_PATH: &str = "/sys/device/info/get";
/// Where a device on its own access point takes the credentials of a network.
pub const SWITCHAP_PATH: &str = "/sys/awss/device/softap/switchap";
/// Where a device broadcasts its token.
pub const NOTIFY_PATH: &str = "/sys/device/info/notify";
/// Where a device announces that it has joined a network.
pub const JOINED_PATH: &str = "/sys/awss/event/connectap/notify";
/// Larger than any message of these protocols; what does not fit is cut by the system and fails to parse.
pub const MAX_DATAGRAM: usize = 2048;

const HEADER_LENGTH: usize = 4;
const PAYLOAD_MARKER: u8 = 0xFF;

/// Identifies a query: the answer carries the same token, an acknowledgement the same message id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryIdentity {
    /// CoAP message id.
    pub message_id: u16,
    /// CoAP token.
    pub token: [u8; 4],
}

/// GET with a payload.
pub fn get(kind: MessageType, identity: &QueryIdentity, path: &str, payload: Vec<u8>) -> Result<Vec<u8>> {
    let mut packet = Packet::new();
    packet.header.set_type(kind);
    packet.header.code = MessageClass::Request(RequestType::Get);
    packet.header.message_id = identity.message_id;
    packet.set_token(identity.token.to_vec());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        packet.add_option(CoapOption::UriPath, segment.as_bytes().to_vec());
    }
    packet.payload = payload;
    encode(&packet)
}

/// The payload by which the app asks for a token.
pub fn query_payload() -> Result<Vec<u8>> {
    request_payload("device.info.get", &json!({}))
}

/// The payload of an app's request.
pub fn request_payload(method: &str, params: &impl Serialize) -> Result<Vec<u8>> {
    #[derive(Serialize)]
    struct RequestPayload<'a, P> {
        id: u32,
        version: &'static str,
        method: &'a str,
        params: &'a P,
    }
    Ok(serde_json::to_vec(&RequestPayload { id: 123, version: "1.0", method, params })?)
}

/// What a phone answers to a notify: NON 2.05 with the notify's token, naming the notify's `id`.
pub fn notify_answer(notify: &Packet, id: &Value, message_id: u16) -> Result<Vec<u8>> {
    #[derive(Serialize)]
    struct AnswerPayload<'a> {
        id: &'a Value,
        code: u16,
        data: Value,
    }
    let mut packet = Packet::new();
    packet.header.set_type(MessageType::NonConfirmable);
    packet.header.code = MessageClass::Response(ResponseType::Content);
    packet.header.message_id = message_id;
    packet.set_token(notify.get_token().to_vec());
    packet.set_content_format(ContentFormat::ApplicationJSON);
    packet.payload = serde_json::to_vec(&AnswerPayload { id, code: 200, data: json!({}) })?;
    encode(&packet)
}

/// The empty acknowledgement of a confirmable message.
pub fn acknowledgement(message_id: u16) -> Result<Vec<u8>> {
    let mut packet = Packet::new();
    packet.header.set_type(MessageType::Acknowledgement);
    packet.header.code = MessageClass::Empty;
    packet.header.message_id = message_id;
    encode(&packet)
}

fn encode(packet: &Packet) -> Result<Vec<u8>> {
    packet.to_bytes().map_err(|error| anyhow!("cannot encode a CoAP message: {error}"))
}

/// Reads a datagram.
pub fn decode(datagram: &[u8]) -> Result<Packet> {
    let packet = Packet::from_bytes(datagram).map_err(|error| anyhow!("not a CoAP message: {error}"))?;
    if packet.header.get_version() != 1 {
        bail!("CoAP version {} instead of 1", packet.header.get_version());
    }
    if packet.header.code == MessageClass::Empty && datagram.len() != HEADER_LENGTH {
        bail!("an empty CoAP message of {} bytes", datagram.len());
    }
    if packet.payload.is_empty() && datagram.len() > HEADER_LENGTH && ends_in_marker(&packet, datagram) {
        bail!("a CoAP payload marker without a payload");
    }
    Ok(packet)
}

/// Without a payload the last byte belongs to the token or an option, unless it is one byte too many.
fn ends_in_marker(packet: &Packet, datagram: &[u8]) -> bool {
    datagram.last() == Some(&PAYLOAD_MARKER)
        && packet.to_bytes_unlimited().is_ok_and(|bytes| bytes.len() < datagram.len())
}

/// The Uri-Path as text, with a leading slash.
pub fn path(packet: &Packet) -> String {
    let segments = packet.get_option(CoapOption::UriPath).into_iter().flatten();
    segments.map(|segment| format!("/{}", String::from_utf8_lossy(segment))).collect()
}

/// Whether this is a device's broadcast on `notify_path`.
pub fn is_notify(packet: &Packet, notify_path: &str) -> bool {
    packet.header.code == MessageClass::Request(RequestType::Post) && path(packet) == notify_path
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Head of the first broadcast of a C SDK 3.0.1, as captured, with a payload of our own.
    fn captured_notify() -> Vec<u8> {
        let head = b"\x54\x02\x00\x01\x04\x03\x02\x01\xb3sys\x06device\x04info\x06notify\x112\xff";
        [head.as_slice(), br#"{"id":"1"}"#].concat()
    }

    #[test]
    fn a_query_has_the_bytes_of_the_app() {
        let identity = QueryIdentity { message_id: 0x1234, token: [1, 2, 3, 4] };
        let query = |kind| get(kind, &identity, INFO_PATH, query_payload().unwrap()).unwrap();
        let bytes = query(MessageType::Confirmable);
        let expected = [
            b"\x44\x01\x12\x34\x01\x02\x03\x04\xb3sys\x06device\x04info\x03get\xff".as_slice(),
            br#"{"id":123,"version":"1.0","method":"device.info.get","params":{}}"#,
        ];
        assert_eq!(bytes, expected.concat());
        assert_eq!(query(MessageType::NonConfirmable)[0], 0x54);
    }

    #[test]
    fn a_captured_notify_is_read() {
        let packet = decode(&captured_notify()).unwrap();
        assert!(is_notify(&packet, NOTIFY_PATH) && !is_notify(&packet, JOINED_PATH));
        assert_eq!(packet.header.message_id, 1);
        assert_eq!(packet.get_token(), [4, 3, 2, 1]);
        assert_eq!(packet.payload, br#"{"id":"1"}"#);
        assert_eq!(packet.get_content_format(), Some(ContentFormat::ApplicationJSON));
    }

    #[test]
    fn a_captured_answer_is_read() {
        let head = b"\x54\x45\x12\x34\x01\x02\x03\x04\xc12\xff";
        let packet = decode(&[head.as_slice(), br#"{"id":123,"code":200}"#].concat()).unwrap();
        assert_eq!(packet.header.code, MessageClass::Response(ResponseType::Content));
        assert_eq!(packet.get_token(), [1, 2, 3, 4]);
        assert!(!is_notify(&packet, NOTIFY_PATH));
    }

    #[test]
    fn the_answer_to_a_notify_has_its_token_and_id() {
        let notify = decode(&captured_notify()).unwrap();
        let bytes = notify_answer(&notify, &json!("1"), 0x0009).unwrap();
        let expected =
            [b"\x54\x45\x00\x09\x04\x03\x02\x01\xc12\xff".as_slice(), br#"{"id":"1","code":200,"data":{}}"#];
        assert_eq!(bytes, expected.concat());
    }

    #[test]
    fn an_acknowledgement_is_four_bytes() {
        assert_eq!(acknowledgement(0x1234).unwrap(), [0x60, 0x00, 0x12, 0x34]);
    }

    #[test]
    fn malformed_datagrams_are_errors() {
        let cases: [&[u8]; 8] = [
            b"",
            b"\x40\x01\x00",
            b"\x00\x01\x00\x01",
            b"\x80\x01\x00\x01",
            b"\x40\x00\x00\x01\xb1a",
            b"\x40\x01\x00\x01\xff",
            b"\x44\x01\x00\x01\x01",
            b"\x4f\x01\x00\x01",
        ];
        for datagram in cases {
            assert!(decode(datagram).is_err(), "{datagram:02x?}");
        }
        assert!(decode(b"\x41\x01\x00\x01\xff").is_ok(), "a token may end in 0xff");
        assert!(decode(b"\x40\x01\x00\x01\xb1\xff").is_ok(), "so may an option");
    }
}
