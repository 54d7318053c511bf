//! mqttrs must take what the client accepts, and what it sends, for the same.

use linkkit_core::mqtt::{DroppedMessage, Incoming, Qos, topic};
use mqttrs::{ConnectReturnCode, Packet, QosPid, decode_slice};

/// The packet was accepted as `incoming`.
pub fn assert_read_alike(packet: &[u8], incoming: &Incoming<'_>) {
    match (read(packet), incoming) {
        (Packet::Connack(connack), Incoming::Connected { session_present }) => {
            assert_eq!(connack.code, ConnectReturnCode::Accepted);
            assert!(connack.session_present || !session_present);
        }
        (Packet::Connack(connack), Incoming::Refused(refusal)) => {
            assert_eq!(*refusal as u8 + 1, connack.code as u8);
        }
        (Packet::Publish(publish), Incoming::Message(message)) => {
            assert_eq!(publish.topic_name, message.topic);
            assert!(topic::is_valid_name(message.topic));
            assert_eq!(publish.payload, message.payload);
            assert_eq!((publish.dup, publish.retain), (message.dup, message.retain));
            assert_eq!(qos_and_id(publish.qospid), (message.qos, message.packet_id));
        }
        (Packet::Publish(publish), Incoming::Nothing) => {
            assert!(matches!(publish.qospid, QosPid::ExactlyOnce(_)), "a message is lost");
        }
        (Packet::Suback(suback), Incoming::SubscriptionsChanged) => {
            assert_eq!(suback.return_codes.len(), 1);
        }
        (Packet::Unsuback(_), Incoming::SubscriptionsChanged) => {}
        (Packet::Puback(_) | Packet::Pubrel(_) | Packet::Pingresp, Incoming::Nothing) => {}
        (theirs, ours) => panic!("{packet:02x?} is {theirs:?}, and was taken for {ours:?}"),
    }
}

/// The packet was too long, and is to be answered as `message`.
pub fn assert_dropped_rightly(packet: &[u8], message: Option<DroppedMessage>) {
    // What is dropped may be wrong beyond that.
    if let Ok(Some(Packet::Publish(publish))) = decode_slice(packet) {
        let expected = qos_and_id(publish.qospid);
        let found = message.map_or((Qos::AtMostOnce, None), |message| (message.qos, Some(message.packet_id)));
        assert_eq!(found, expected);
    }
}

/// A packet that the client has written.
pub fn assert_is_of_client(packet: &[u8]) {
    match read(packet) {
        Packet::Publish(publish) => assert!(topic::is_valid_name(publish.topic_name)),
        Packet::Subscribe(subscribe) => assert_eq!(subscribe.topics.len(), 1),
        Packet::Unsubscribe(unsubscribe) => assert_eq!(unsubscribe.topics.len(), 1),
        Packet::Connect(_) | Packet::Puback(_) | Packet::Pubrec(_) | Packet::Pubcomp(_) => {}
        Packet::Pingreq | Packet::Disconnect => {}
        other => panic!("a client sends no {other:?}"),
    }
}

/// The packet id of a PUBLISH that has one.
pub fn packet_id_of_publish(packet: &[u8]) -> u16 {
    let Packet::Publish(publish) = read(packet) else { panic!("no PUBLISH: {packet:02x?}") };
    qos_and_id(publish.qospid).1.expect("a packet id")
}

/// The packet id of a PUBREL.
pub fn packet_id_of_pubrel(packet: &[u8]) -> u16 {
    let Packet::Pubrel(id) = read(packet) else { panic!("no PUBREL: {packet:02x?}") };
    id.get()
}

/// Whether a CONNACK says that the broker has the session.
pub fn session_is_present(packet: &[u8]) -> bool {
    let Packet::Connack(connack) = read(packet) else { panic!("no CONNACK: {packet:02x?}") };
    connack.session_present
}

/// The first packet of the stream that the client writes, and what follows it.
pub fn cut(stream: &[u8]) -> (&[u8], &[u8]) {
    let (mut length, mut end) = (0, 1);
    loop {
        let byte = stream[end];
        length |= usize::from(byte & 0x7f) << (7 * (end - 1));
        end += 1;
        if byte & 0x80 == 0 {
            return stream.split_at(end + length);
        }
    }
}

fn read(packet: &[u8]) -> Packet<'_> {
    match decode_slice(packet) {
        Ok(Some(read)) => read,
        other => panic!("mqttrs reads {packet:02x?} as {other:?}"),
    }
}

fn qos_and_id(qos: QosPid) -> (Qos, Option<u16>) {
    match qos {
        QosPid::AtMostOnce => (Qos::AtMostOnce, None),
        QosPid::AtLeastOnce(id) => (Qos::AtLeastOnce, Some(id.get())),
        QosPid::ExactlyOnce(id) => (Qos::ExactlyOnce, Some(id.get())),
    }
}
