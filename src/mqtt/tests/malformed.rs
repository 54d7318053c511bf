//! The defects of mqttrs 0.4.1 (M1 to M15), each shut out before it: see the hex in the table.
//!
//! M12 (filters) and M15 are about what we send: `encoding`. M14, no length of what was decoded, is
//! met by `framing`, which hands over single packets.

use super::*;

/// Packets that must not reach mqttrs.
const REFUSED: &[(&str, &[&str])] = &[
    (
        "M1: short fields",
        &["4000", "400101", "2000", "200100", "9000", "900100", "b000", "500100", "6200", "7000"],
    ),
    ("M2: QoS 1 without packet id", &["3203000161", "320400016100"]),
    ("M3: fields from the next packet", &["4000d000", "20000000", "40010005", "90000007"]),
    ("M4: topic name beyond the packet", &["30030002414243", "3203000161d000", "3003000241"]),
    (
        "M5: SUBSCRIBE and CONNECT that overflow",
        &["82b1020001012c", "1014000b61616161616161616161610402003c000161"],
    ),
    (
        "M6: truncated client packets",
        &["8200", "a200", "82050001000161", "100600044d515454", "100700044d51545404"],
    ),
    ("M7: DUP with QoS 0", &["3803000161"]),
    (
        "M8: topic names",
        &["30050003612f23", "300300012b", "3003000100", "30020000", "300300 01ff", "3005 0003 eda080"],
    ),
    ("M9: wrong lengths", &["d00100", "40030001ff", "2003000000", "b00400010002"]),
    (
        "M10: reserved bits",
        &[
            "2002fe00",
            "20020105",
            "20020006",
            "100d00044d5154540403003c000161",
            "101000044d5154540442003c000161000162",
        ],
    ),
    ("M11: empty lists", &["82020001", "90020001"]),
    ("M12: more return codes than filters", &["90080001000000000000", "900400010000"]),
    ("M13: types and flags", &["f07f", "417f00", "0000", "30ffffff7f"]),
    ("packet id 0", &["40020000", "9003000000", "b0020000", "32050001610000"]),
    ("reserved return code", &["9003000103", "900300017f", "9003000181"]),
    ("no packet", &["", "d0", "30ff", "3080808080"]),
    ("two packets", &["d000d000"]),
];

#[test]
fn malformed_packets_do_not_pass() {
    for (defect, packets) in REFUSED {
        for packet in *packets {
            assert!(decode::decode(&bytes(packet)).is_err(), "{defect}: {packet}");
            assert!(connected().handle_packet(&bytes(packet), at(1)).is_err(), "{defect}: {packet}");
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
