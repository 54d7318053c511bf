//! Our announcements and those of others.

use super::*;
use crate::error::Error;
use crate::knobs::COAP_OUTBOX_MAX;

const BROADCAST: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::BROADCAST, PORT);
const TOKEN: [u8; 4] = [4, 3, 2, 1];

fn payload_of(datagram: &[u8]) -> &[u8] {
    let marker = datagram.iter().position(|byte| *byte == 0xFF).unwrap();
    &datagram[marker + 1..]
}

#[test]
fn an_announcement_is_byte_equal_to_the_c_sdks() {
    let mut bench = Bench::new();
    let expected = hex(NOTIFY);
    bench.server.announce(Announcement::Bindable, BROADCAST, TOKEN, payload_of(&expected)).unwrap();
    assert_eq!(bench.sent(), [Datagram { to: BROADCAST, bytes: expected }]);
}

#[test]
fn message_ids_count_up_and_wrap() {
    let mut server = Server::new(0xFFFF);
    for expected in [0xFFFF, 0, 1] {
        server.announce(Announcement::Bindable, BROADCAST, TOKEN, b"{}").unwrap();
        let bytes = server.poll_datagram().unwrap().bytes;
        assert_eq!(u16::from_be_bytes([bytes[2], bytes[3]]), expected);
    }
}

#[test]
fn announcements_of_others_and_our_own_are_ignored() {
    let mut bench = Bench::new();
    bench.server.set_live_announcement(Announcement::Bindable, Some(TOKEN));
    for _ in 0..2 {
        assert_eq!(bench.reaction(&hex(NOTIFY)), SILENCE);
    }
    // Confirmable, it is a request like any other.
    assert_eq!(bench.reaction(&other_type(hex(NOTIFY))), hex("6484 0001 04030201"));
}

#[test]
fn announcements_of_others_cost_nothing() {
    let mut bench = Bench::new();
    for message_id in 0..1000 {
        assert_eq!(bench.reaction(&with_message_id(hex(NOTIFY), message_id)), SILENCE);
    }
    bench.request(&hex(CON_QUERY));
}

#[test]
fn the_outbox_is_bounded() {
    let mut bench = Bench::new();
    for _ in 0..COAP_OUTBOX_MAX {
        bench.server.announce(Announcement::Bindable, BROADCAST, TOKEN, b"{}").unwrap();
    }
    assert_eq!(bench.server.announce(Announcement::Bindable, BROADCAST, TOKEN, b"{}"), Err(Error::Full));
    let request = bench.request(&hex(CON_QUERY));
    assert_eq!(bench.server.answer(&request, b"{}", bench.now), Err(Error::Full));
    assert_eq!(bench.sent().len(), COAP_OUTBOX_MAX);
    // The answer was kept.
    assert_eq!(bench.reaction(&hex(CON_QUERY)), hex("6445 23f6 3959cc4b c132 ff7b7d"));
}

#[cfg(feature = "provision")]
#[test]
fn two_series_are_answered_apart() {
    let mut bench = Bench::new();
    let answered = |bench: &mut Bench, live: [u8; 4]| match bench
        .receive(&[&hex("5445 0014"), live.as_slice(), b"\xFF{}"].concat())
    {
        Inbound::AnnouncementAnswered { announcement, .. } => Some(announcement),
        _ => None,
    };
    bench.server.set_live_announcement(Announcement::Bindable, Some([1; 4]));
    bench.server.set_live_announcement(Announcement::Joined, Some([2; 4]));
    assert_eq!(answered(&mut bench, [1; 4]), Some(Announcement::Bindable));
    assert_eq!(answered(&mut bench, [2; 4]), Some(Announcement::Joined));
    assert_eq!(answered(&mut bench, [3; 4]), None);
    bench.server.set_live_announcement(Announcement::Bindable, None);
    assert_eq!(answered(&mut bench, [1; 4]), None);
    assert_eq!(answered(&mut bench, [2; 4]), Some(Announcement::Joined));
}

#[cfg(feature = "provision")]
#[test]
fn announcements_of_devices_that_have_joined_are_not_answered() {
    let mut bench = Bench::new();
    bench.server.announce(Announcement::Joined, BROADCAST, TOKEN, b"{}").unwrap();
    let bytes = bench.sent().pop().unwrap().bytes;
    let theirs = coap_lite::Packet::from_bytes(&bytes).unwrap();
    let path: Vec<_> = theirs.get_option(coap_lite::CoapOption::UriPath).unwrap().iter().flatten().collect();
    assert_eq!(path.len(), "/sys/awss/event/connectap/notify".len() - 5);
    for message_id in 0..1000 {
        let inbound = bench.receive(&with_message_id(bytes.clone(), message_id));
        #[cfg(feature = "registrar")]
        assert_eq!(inbound, Inbound::OtherDeviceJoined { payload: b"{}".to_vec() });
        #[cfg(not(feature = "registrar"))]
        assert_eq!(inbound, Inbound::Nothing);
        assert_eq!(bench.reply(), SILENCE);
    }
    bench.request(&hex(CON_QUERY));
}
