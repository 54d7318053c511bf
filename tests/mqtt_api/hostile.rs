//! A broker that breaks the rules, against an application. Whatever it does, the client comes back.

use std::thread;
use std::time::{Duration, Instant};

use crate::application::Application;
use crate::robust_support::malformed::{self, bytes};
use crate::robust_support::packet::{
    self, PUBACK, PUBLISH_AT_LEAST_ONCE, PUBLISH_AT_MOST_ONCE, PUBLISH_EXACTLY_ONCE, PUBREC, PUBREL,
    SUBSCRIBE, UNSUBACK,
};
use crate::robust_support::rogue::{RogueBroker, Session};
use crate::support::network::Network;

/// Applications that are attacked at the same time; each waits for its back-off most of the time.
const LANES: usize = 12;
/// Time for the device to hang up on a broken packet.
const REFUSAL_TIME: Duration = Duration::from_secs(3);

/// Who ends the connection.
#[derive(Clone, Copy, Debug)]
enum HangsUp {
    Device,
    Broker,
}

#[derive(Debug)]
struct Attack {
    bytes: Vec<u8>,
    hangs_up: HangsUp,
}

/// Lets the device in and answers its two subscriptions.
fn let_in(broker: &RogueBroker) -> Session {
    let mut session = broker.accept();
    session.send(&packet::CONNACK);
    for _ in 0..2 {
        let asking = session.expect(SUBSCRIBE);
        session.serve(&asking);
    }
    session
}

/// Carries out every attack, many at a time. Each application then hears a message of each quality.
fn carry_out(attacks: &[Attack]) {
    thread::scope(|scope| {
        for lane in 0..LANES {
            let attacks = attacks.iter().skip(lane).step_by(LANES);
            scope.spawn(move || {
                let network = Network::new();
                let broker = RogueBroker::listen(&network);
                let mut application = Application::start(&network);
                application.ok("subscribe /a 2 a");
                application.ok("subscribe /+/b 1 b");
                application.begin("construct observer=observer");
                let mut session = let_in(&broker);
                assert_eq!(application.finish("construct observer=observer"), 1);
                for attack in attacks {
                    broker.expect_recovery_from(format!("{attack:x?}"));
                    session.send(&attack.bytes);
                    if matches!(attack.hangs_up, HangsUp::Device) {
                        assert!(session.is_hung_up(REFUSAL_TIME), "the device puts up with {attack:x?}");
                    }
                    drop(session);
                    session = let_in(&broker);
                }
                assert_well(application, session);
            });
        }
    });
}

fn assert_well(mut application: Application, mut session: Session) {
    for first in [PUBLISH_EXACTLY_ONCE, PUBLISH_AT_LEAST_ONCE] {
        session.send(&packet::publish_with_id(first, "/a", [7, 7], b"well"));
        application.hear(&format!("payload=well qos={}", (first & 0x06) / 2));
        session.read();
    }
    application.destroy_and_check();
}

#[test]
fn survives_a_connection_cut_at_any_byte() {
    let whole = [
        packet::suback([0, 1]),
        packet::suback_refusing([0, 2]),
        packet::publish("/a", b"t"),
        packet::publish_with_id(PUBLISH_AT_LEAST_ONCE, "/a", [0, 8], b"t"),
        packet::publish_with_id(PUBLISH_EXACTLY_ONCE, "/x/b", [0, 9], b"t"),
        packet::acknowledgement(PUBREL, [0, 9]),
        packet::acknowledgement(PUBACK, [0, 9]),
        packet::acknowledgement(UNSUBACK, [0, 9]),
        packet::PINGRESP.to_vec(),
        // Longer than what is taken in.
        packet::publish_with_id(PUBLISH_EXACTLY_ONCE, "/a", [0, 9], &[b'x'; 1_100]),
    ];
    let attack = |bytes: &[u8]| Attack { bytes: bytes.to_vec(), hangs_up: HangsUp::Broker };
    let ends = |bytes: Vec<u8>| (1..=bytes.len().min(16)).map(move |end| attack(&bytes[..end]));
    carry_out(&whole.into_iter().flat_map(ends).collect::<Vec<_>>());
}

/// What no broker may send to a client that has subscribed and sent nothing else.
const FORBIDDEN: &[&str] = &[
    // PUBREL without its flag, of packet id 0, cut short, too long.
    "60020009",
    "62020000",
    "620100",
    "6203000900",
    // PUBREC and PUBCOMP: nothing is published with QoS 2.
    "50020009",
    "70020009",
    // QoS 2 with packet id 0, or without one.
    "3406000 22f610000",
    "340400022f61",
    // Two codes for one filter, and a code that is none.
    "9004000100 00",
    "9003000104",
];

#[test]
fn hangs_up_on_what_no_broker_may_send() {
    let attack = |bytes: Vec<u8>| Attack { bytes, hangs_up: HangsUp::Device };
    let malformed = malformed::packets().into_iter().step_by(3);
    let forbidden = FORBIDDEN.iter().map(|digits| bytes(digits));
    carry_out(&malformed.chain(forbidden).map(attack).collect::<Vec<_>>());
}

#[test]
fn packets_longer_than_the_read_buffer_are_dropped_and_the_connection_lives() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut application = Application::start(&network);
    application.ok("subscribe /a 2 a");
    let mut session = application.construct_at(&broker, "read=300 observer=observer");
    let asking = session.expect(SUBSCRIBE);
    session.serve(&asking);
    application.hear("@event SUBCRIBE_SUCCESS");
    let long = [b'x'; 2_000];
    session.send(&packet::publish("/a", &long));
    application.hear_event_of("BUFFER_OVERFLOW", [0, 0]);
    // Acknowledged all the same, or it would come again for ever.
    session.send(&packet::publish_with_id(PUBLISH_AT_LEAST_ONCE, "/a", [0, 1], &long));
    assert_eq!(session.expect(PUBACK).id(), [0, 1]);
    application.hear_event_of("BUFFER_OVERFLOW", [0, 0]);
    session.send(&packet::publish_with_id(PUBLISH_EXACTLY_ONCE, "/a", [0, 2], &long));
    assert_eq!(session.expect(PUBREC).id(), [0, 2]);
    application.hear_event_of("BUFFER_OVERFLOW", [0, 0]);
    session.send(&packet::acknowledgement(PUBREL, [0, 2]));
    session.expect(packet::PUBCOMP);
    // The longest that fits: topic and its length take 4 bytes.
    session.send(&packet::publish("/a", &long[..296]));
    application.hear_message("a", "topic=/a bytes=296 qos=0 dup=0 retain=0 id=0");
    session.send(&packet::publish("/a", &long[..297]));
    application.hear_event_of("BUFFER_OVERFLOW", [0, 0]);
    assert!(application.lines_with("@event DISCONNECT").is_empty(), "{}", application.log_text());
    application.destroy_and_check();
}

#[test]
fn buffers_are_as_long_as_was_asked_for() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut application = Application::start(&network);
    application.ok("subscribe /a 0 a");
    let mut session = application.construct_at(&broker, "read=20000 write=20000");
    let asking = session.expect(SUBSCRIBE);
    session.serve(&asking);
    session.send(&packet::publish("/a", &[b'x'; 19_000]));
    application.hear_message("a", "topic=/a bytes=19000 qos=0 dup=0 retain=0 id=0");
    application.ok("publish_long /a 0 19000");
    assert_eq!(session.expect(PUBLISH_AT_MOST_ONCE).publish().2.len(), 19_000);
    assert_eq!(application.call("publish_long /a 0 20000"), -21);
    application.destroy_and_check();
}

#[test]
fn a_broker_that_stops_reading_is_given_up_and_publish_returns() {
    let network = Network::new();
    let broker = RogueBroker::listen_with_little_room(&network);
    let mut application = Application::start(&network);
    application.ok("subscribe /a 1 a");
    let mut session = application.construct_at(&broker, "observer=observer");
    let asking = session.expect(SUBSCRIBE);
    session.serve(&asking);
    application.begin("publish_until_slow /out 0 1000");
    let took = application.finish("publish_until_slow /out 0 1000");
    assert!((4_500..6_500).contains(&took), "{took} ms\n{}", application.log_text());
    application.hear("mqtt: connection dropped: the peer takes nothing");
    application.hear("@event DISCONNECT");
    drop(session);
    let mut session = broker.accept();
    session.send(&packet::CONNACK);
    let asking = session.expect(SUBSCRIBE);
    session.serve(&asking);
    application.hear("@event RECONNECT");
    session.send(&packet::publish_with_id(PUBLISH_AT_LEAST_ONCE, "/a", [0, 1], b"back"));
    application.hear_message("a", "topic=/a payload=back qos=1 dup=0 retain=0 id=1");
    session.expect(PUBACK);
    application.destroy_and_check();
}

#[test]
fn a_broker_that_does_not_answer_pingreq_is_given_up() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    // Its interval is 1 s for the device; for a client alone 30 s would be the least.
    let mut application = Application::start_impatient(&network);
    application.ok("open");
    application.begin("connect");
    let mut session = broker.accept();
    session.send(&packet::CONNACK);
    let mut last_answer = Instant::now();
    loop {
        let packet = session.read();
        if packet.first == packet::PINGREQ {
            break;
        }
        session.serve(&packet);
        last_answer = Instant::now();
    }
    assert_eq!(application.finish("connect"), 0, "{}", application.log_text());
    assert!(session.is_hung_up(Duration::from_secs(5)), "{}", application.log_text());
    // One interval of silence, and one for the answer.
    let silence = last_answer.elapsed().as_millis();
    assert!((1_900..3_500).contains(&silence), "{silence} ms\n{}", application.log_text());
    application.hear("@ITE_DISCONNECTED");
    assert_eq!(application.call("state"), 0);
    let session = broker.accept();
    drop(session);
    application.ok("close");
    application.counts().assert_nothing_held();
}
