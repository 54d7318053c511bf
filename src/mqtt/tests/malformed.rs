//! The defects found in mqttrs 0.4.1 (M1 to M15), none of which is here, and other packets that a broker must
//! not send.

use super::*;
use crate::{error::Error, knobs::MQTT_RX_MAX};

const LENGTH: &str = "remaining length impossible for the packet type";
const NOT_ITS_LENGTH: &str = "packet length differs from its remaining length";
const OF_A_CLIENT: &str = "packet type that only a client may send";
const TOPIC_NAME: &str = "PUBLISH with a topic name that is empty or has a wildcard or U+0000";
const NO_ID: &str = "packet ends within its packet id";
const ID_0: &str = "packet id 0";

/// Packets that mqttrs takes amiss, by defect, with what they are here.
const REFUSED: &[(&str, &str, &[&str])] = &[
    (
        "M1: index out of bounds in short fields",
        LENGTH,
        &["4000", "400101", "2000", "200100", "9000", "900100", "b000", "500100", "6200", "7000"],
    ),
    ("M2: index out of bounds for want of a packet id", LENGTH, &["3203000161", "320400016100"]),
    ("M3: fields read from the next packet", NOT_ITS_LENGTH, &["4000d000"]),
    ("M3", NOT_ITS_LENGTH, &["20000000", "40010005", "90000007"]),
    ("M4: slice that ends before it begins", NOT_ITS_LENGTH, &["30030002414243", "3203000161d000"]),
    ("M4", "PUBLISH ends within its topic name", &["3003000241"]),
    (
        "M5: fixed arrays that overflow",
        OF_A_CLIENT,
        &["82b1020001012c", "1014000b61616161616161616161610402003c000161"],
    ),
    (
        "M6: index out of bounds in packets of a client",
        OF_A_CLIENT,
        &["8200", "a200", "82050001000161", "100600044d515454", "100700044d51545404"],
    ),
    ("M7: DUP with QoS 0", "PUBLISH with QoS 0 and DUP", &["3803000161"]),
    ("M8: topic names", TOPIC_NAME, &["30050003612f23", "300300012b", "3003000100"]),
    ("M8", LENGTH, &["30020000"]),
    ("M8", TOPIC_NAME, &["3003000078"]),
    ("M9: trailing bytes", LENGTH, &["d00100", "40030001ff", "2003000000", "b00400010002"]),
    ("M10: reserved bits", "CONNACK with reserved flags", &["2002fe00"]),
    ("M10", "CONNACK with an error and Session Present", &["20020105"]),
    ("M10", OF_A_CLIENT, &["100d00044d5154540403003c000161", "101000044d5154540442003c000161000162"]),
    ("M11: empty lists", OF_A_CLIENT, &["82020001"]),
    ("M11", LENGTH, &["90020001"]),
    ("M12: more return codes than filters", LENGTH, &["90080001000000000000", "900400010000"]),
    ("M13: reserved types and flags", "reserved packet type", &["f07f", "0000"]),
    ("M13", "reserved flags in the fixed header", &["417f00"]),
    ("M13", NOT_ITS_LENGTH, &["30ffffff7f"]),
    ("packet id 0", ID_0, &["40020000", "9003000000", "b0020000", "62020000"]),
    ("packet id 0", ID_0, &["32050001610000", "34050001610000"]),
    ("no packet id", NO_ID, &["32060003616263 01", "34060004616263 64"]),
    ("QoS 3", "PUBLISH with QoS 3", &["3605000161 0001"]),
    ("not UTF-8", "PUBLISH with a topic name not UTF-8", &["300300 01ff", "3005 0003 eda080"]),
    ("return codes", "SUBACK with a reserved return code", &["9003000103", "900300017f", "9003000181"]),
    ("return codes", "CONNACK with a reserved return code", &["20020006", "200200ff"]),
    ("no packet", "empty packet", &[""]),
    ("no packet", "fixed header cut short", &["d0", "30ff"]),
    ("no packet", "remaining length of more than 4 bytes", &["30808080 80"]),
    ("two packets", NOT_ITS_LENGTH, &["d000d000"]),
];

#[test]
fn m1_to_m13_what_mqttrs_takes_amiss_is_refused_by_name() {
    for (defect, reason, packets) in REFUSED {
        for packet in packets.iter().map(|packet| bytes(packet)) {
            let refused = |result: Result<(), Violation>| {
                assert_eq!(result.map_err(Violation::reason), Err(*reason), "{defect}: {packet:02x?}");
            };
            refused(decode::decode(&packet).map(drop));
            refused(connected().handle_packet(&packet, at(1)).map(drop));
        }
    }
}

#[test]
fn m3_m4_m9_the_reader_takes_no_byte_of_the_next_packet() {
    // Each is followed by a whole PINGRESP, which is to come out whole.
    for packet in ["40020005", "9003000700", "30050001610102", "20020000"] {
        let stream = bytes(&format!("{packet}d000"));
        let mut reader = FrameReader::new(MQTT_RX_MAX);
        assert_eq!(read(&mut reader, &stream), Ok((Status::Packet, bytes(packet).len())));
        assert_eq!(reader.packet(), bytes(packet));
        reader.clear();
        let rest = &stream[bytes(packet).len()..];
        assert_eq!(read(&mut reader, rest), Ok((Status::Packet, 2)));
    }
}

#[test]
fn m12_long_filters_are_refused() {
    let mut client = connected();
    let long = "x".repeat(257);
    assert_eq!(client.subscribe(&long, Qos::AtMostOnce, None, at(0)), Err(Error::TooLong));
    assert_eq!(client.unsubscribe(&long, at(0)), Err(Error::TooLong));
    client.subscribe(&long[..256], Qos::AtMostOnce, None, at(0)).unwrap();
}

#[test]
fn m13_what_cannot_come_to_good_is_refused_at_its_first_wrong_byte() {
    for (stream, taken) in
        [("f07f", 1), ("417f00", 1), ("82b102", 1), ("d07f", 2), ("40030001ff", 2), ("30ffffffff", 5)]
    {
        let stream = bytes(stream);
        let mut reader = FrameReader::new(MQTT_RX_MAX);
        let refused = (0..=stream.len()).find(|length| {
            reader.clear();
            read(&mut reader, &stream[..*length]).is_err()
        });
        assert_eq!(refused, Some(taken), "{stream:02x?}");
    }
    // 256 MB: neither waited for in one piece nor given memory.
    let mut reader = FrameReader::new(MQTT_RX_MAX);
    assert_eq!(read(&mut reader, &bytes("30ffffff7f")), Ok((Status::NeedMore, 5)));
    assert!(reader.wanted() <= 64);
}

#[test]
fn m14_the_reader_tells_the_length_of_a_packet() {
    for packet in [REPLY, "d000", "d08000", "32050001610001"] {
        let packet = bytes(packet);
        let stream = [&packet[..], b"more"].concat();
        let mut reader = FrameReader::new(MQTT_RX_MAX);
        assert_eq!(read(&mut reader, &stream), Ok((Status::Packet, packet.len())));
        assert_eq!(reader.packet(), packet);
    }
}

#[test]
fn m15_fields_that_cannot_be_written_are_refused() {
    let mut client = connected();
    // 65539 bytes would be written as 3, with the rest as payload.
    for (name, error) in [
        ("x".repeat(65_539), Error::TooLong),
        ("/+".to_owned(), Error::Malformed),
        (String::new(), Error::Malformed),
    ] {
        assert_eq!(client.publish(&name, b"", Qos::AtMostOnce, at(0)), Err(error));
        assert_eq!(client.publish(&name, b"", Qos::AtLeastOnce, at(0)), Err(error));
    }
    assert!(sent(&mut client).is_empty());
}

/// Has `reader` take one packet from `stream`, and gives how many bytes it took.
fn read(reader: &mut FrameReader, stream: &[u8]) -> Result<(Status, usize), Violation> {
    let mut taken = 0;
    loop {
        let space = reader.space().unwrap();
        let n = space.len().min(stream.len() - taken);
        space[..n].copy_from_slice(&stream[taken..taken + n]);
        taken += n;
        match reader.advance(n)? {
            Status::NeedMore if n > 0 => {}
            status => return Ok((status, taken)),
        }
    }
}

#[test]
fn well_formed_packets_pass() {
    for packet in [
        CONNACK,
        CONNACK_SESSION_PRESENT,
        "20020005",
        REPLY,
        "3003000161",
        "3103000161",
        "32050001610001",
        "3a050001610001",
        "34050001610001",
        "3c050001610001",
        "62020001",
        "40020001",
        "9003000102",
        "9003000180",
        "b002ffff",
        "d000",
        // A remaining length in more bytes than it needs is not forbidden.
        "d08000",
    ] {
        assert!(decode::decode(&bytes(packet)).is_ok(), "{packet}");
    }
}

#[test]
fn what_does_not_fit_the_state_is_a_violation() {
    let mut awaiting = Client::new(Config::default());
    awaiting.start(at(0));
    awaiting.connecting();
    awaiting.connection_opened(&CREDENTIALS, at(0)).unwrap();
    for packet in [REPLY, "d000", "9003000100"] {
        assert!(awaiting.handle_packet(&bytes(packet), at(1)).is_err(), "{packet}");
    }
    for (packet, reason) in [
        (CONNACK, "second CONNACK"),
        ("50020001", "answer to a QoS 2 message that was never sent"),
        ("70020001", "answer to a QoS 2 message that was never sent"),
    ] {
        let violation = connected().handle_packet(&bytes(packet), at(1)).unwrap_err();
        assert_eq!((violation.reason(), violation.to_string()), (reason, reason.to_owned()));
    }
    assert!(Client::new(Config::default()).handle_packet(&bytes(CONNACK), at(1)).is_err());
}

#[test]
fn unknown_packet_ids_are_ignored() {
    let mut client = connected();
    client.subscribe("/a", Qos::AtMostOnce, None, at(0)).unwrap();
    client.publish("/a", b"", Qos::AtLeastOnce, at(0)).unwrap();
    // 1 is the SUBSCRIBE, 2 the PUBLISH; each is answered by the wrong packet.
    for packet in
        ["40020001", "b0020001", "9003000200", "b0020002", "40020003", "9003000380", "b0020003", "d000"]
    {
        receive(&mut client, packet, at(1));
    }
    assert_eq!(client.subscription("/a"), Some(SubscriptionState::Pending));
    assert!(client.is_connected());
}
