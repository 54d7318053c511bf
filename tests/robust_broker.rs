//! A broker that breaks the rules of MQTT, or of the cloud, against a real device. Whatever it does,
//! the device comes back and reports its token.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use robust_support::device::{Device, Farewell};
use robust_support::packet;
use robust_support::rogue::{Report, RogueBroker, Session};
use support::network::Network;
use support::topic;

mod robust_support;
mod support;

/// Devices that are attacked at the same time; each waits for its back-off most of the time.
const LANES: usize = 16;
/// Time for the device to hang up on a broken packet.
const REFUSAL_TIME: Duration = Duration::from_secs(3);
/// Longest close that the documentation of `IOT_Linkkit_Close` allows, ms.
const LONGEST_CLOSE_MS: i64 = 6_000;
/// What a yield of 200 ms may take on a loaded machine.
const LONGEST_YIELD_MS: i64 = 1_500;

/// What bytes of a broker stand in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Connack,
    Suback,
    /// Sent once the connection is up and the token reported.
    Reply,
}

/// Who ends the connection.
#[derive(Clone, Copy, Debug)]
enum HangsUp {
    Device,
    Broker,
}

#[derive(Clone, Debug)]
struct Attack {
    instead_of: Step,
    bytes: Vec<u8>,
    hangs_up: HangsUp,
}

impl Attack {
    /// On a device that proves first that it is well.
    fn carry_out(&self, broker: &RogueBroker) {
        let (mut session, _) = broker.accept_until_report();
        if !matches!(self.instead_of, Step::Reply) {
            drop(session);
            session = broker.accept();
        }
        if matches!(self.instead_of, Step::Suback) {
            session.send(&packet::CONNACK);
            session.expect_subscribe();
        }
        session.send(&self.bytes);
        if matches!(self.hangs_up, HangsUp::Device) {
            assert!(session.is_hung_up(REFUSAL_TIME), "the device puts up with {self:x?}");
        }
    }
}

/// Carries out every attack, many at a time. Each device is then bound and closed.
fn carry_out(attacks: &[Attack]) {
    thread::scope(|scope| {
        for lane in 0..LANES {
            let attacks = attacks.iter().skip(lane).step_by(LANES);
            scope.spawn(move || {
                let network = Network::new();
                let broker = RogueBroker::listen(&network);
                let device = Device::start(&network);
                for attack in attacks {
                    broker.expect_recovery_from(format!("{attack:x?}"));
                    attack.carry_out(&broker);
                }
                assert_binds(&broker, device);
            });
        }
    });
}

/// The device comes back, reports, takes the reply in, and closes without a trace.
fn assert_binds(broker: &RogueBroker, mut device: Device) {
    let (mut session, report) = broker.accept_until_report();
    assert_takes_reply(&mut session, &report, &mut device);
    assert_clean(&device.close());
}

fn assert_takes_reply(session: &mut Session, report: &Report, device: &mut Device) {
    session.confirm(report);
    device.wait_for("awss_report_token_reply");
}

fn assert_clean(farewell: &Farewell) {
    farewell.counts.assert_nothing_held();
    assert!(farewell.close_ms <= LONGEST_CLOSE_MS, "{farewell:?}");
    assert!(farewell.longest_yield_ms <= LONGEST_YIELD_MS, "{farewell:?}");
}

#[test]
fn hangs_up_on_packets_that_no_broker_may_send() {
    let steps = [Step::Connack, Step::Suback, Step::Reply];
    let attacks: Vec<_> = robust_support::malformed::packets()
        .into_iter()
        .flat_map(|bytes| {
            steps.map(|instead_of| Attack { instead_of, bytes: bytes.clone(), hangs_up: HangsUp::Device })
        })
        .collect();
    carry_out(&attacks);
}

#[test]
fn survives_a_connection_cut_at_any_byte() {
    let reply = packet::publish(&topic("thing/awss/enrollee/match_reply"), br#"{"id":"0","code":200}"#);
    let good = [
        (Step::Connack, packet::CONNACK.to_vec()),
        (Step::Suback, packet::suback([0, 1])),
        (Step::Reply, reply),
    ];
    let malformed = robust_support::malformed::packets().into_iter().map(|bytes| (Step::Reply, bytes));
    let mut cuts = BTreeSet::new();
    for (step, bytes) in good.into_iter().chain(malformed) {
        cuts.extend((0..bytes.len().min(128)).map(|end| (step, bytes[..end].to_vec())));
    }
    let attack = |(instead_of, bytes)| Attack { instead_of, bytes, hangs_up: HangsUp::Broker };
    carry_out(&cuts.into_iter().map(attack).collect::<Vec<_>>());
}

#[test]
fn ignores_replies_that_are_not_what_they_should_be() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut device = Device::start(&network);
    let (mut session, report) = broker.accept_until_report();
    let id = &report.id;
    let deep = |open: &str, close: &str| {
        format!(r#"{{"id":"{id}","code":{}200{}}}"#, open.repeat(150), close.repeat(150)).into_bytes()
    };
    let text = |text: &str| text.replace('#', id).into_bytes();
    let replies = [
        text(""),
        text("{"),
        text("null"),
        text("[]"),
        text(r##"{"id":"#"}"##),
        text(r##"{"id":"#","code":null}"##),
        text(r##"{"id":"#","code":[200]}"##),
        text(r##"{"id":"#","code":{"code":200}}"##),
        text(r##"{"id":"#","code":2e2}"##),
        text(r##"{"id":"#","code":1e999999}"##),
        text(r##"{"id":"#","code":99999999999999999999999999}"##),
        text(r##"{"id":99999999999999999999999999,"code":200}"##),
        text(r##"{"id":["#"],"code":200}"##),
        text(r##"{"id":"#","code":200,"message":["x"]}"##),
        text(r##"{"id":"#","id":"#","code":200}"##),
        text(r##"{"id":"#","code":200}}"##),
        text(r##"{"id":"#","code":200"##),
        [&text(r##"{"id":"#","code":200,"message":""##)[..], b"\xff\xfe\"}"].concat(),
        [&text(r##"{"id":"#","code":200,"\xc0\x80":"##)[..], b"\xc0\x80}"].concat(),
        [b"\0\0\0\0".to_vec(), text(r##"{"id":"#","code":200}"##)].concat(),
        deep("[", "]"),
        deep(r#"{"a":"#, "}"),
        [b'['; 900].to_vec(),
    ];
    for reply in &replies {
        session.send(&packet::publish(&report.reply_topic(), reply));
    }
    session.send(&packet::publish(&report.reply_topic(), b"{\"id\":\"the last\",\"code\":200}"));
    device.wait_for("match_reply is not the JSON it should be");
    session.confirm(&report);
    let accepted = device.wait_for("awss_report_token_reply");
    let refused = device.lines_with("is not the JSON it should be").len();
    assert!(refused >= replies.len(), "{refused} of {} refused:\n{}", replies.len(), device.log_text());
    assert_eq!(device.lines_with("awss_report_token_reply").len(), 1, "{accepted:?}\n{}", device.log_text());
    assert!(device.lines_with("@disconnected").is_empty(), "{}", device.log_text());
    assert_clean(&device.close());
}

#[test]
fn skips_messages_that_are_too_long() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut device = Device::start(&network);
    let (mut session, report) = broker.accept_until_report();
    let before = device.counts();
    for length in [2_000, 100_000] {
        session.send(&packet::publish(&report.reply_topic(), &vec![b'x'; length]));
    }
    assert_takes_reply(&mut session, &report, &mut device);
    assert!(device.lines_with("@disconnected").is_empty(), "{}", device.log_text());
    let grown = device.counts().get("peak_bytes") - before.get("peak_bytes");
    assert!(grown < 10_000, "{grown} bytes more were held for a message that is thrown away");
    assert_clean(&device.close());
}

#[test]
fn gives_up_a_broker_that_does_not_answer_connect() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let device = Device::start(&network);
    let begin = Instant::now();
    let mut session = broker.accept();
    assert!(session.is_hung_up(Duration::from_secs(8)), "the device waits for CONNACK for ever");
    assert!(begin.elapsed() >= Duration::from_secs(4), "given up after {:?}", begin.elapsed());
    assert_binds(&broker, device);
}

#[test]
fn binds_over_a_line_that_gives_a_byte_every_50_ms() {
    const GAP: Duration = Duration::from_millis(50);
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut device = Device::start(&network);
    let mut session = broker.accept();
    session.trickle(&packet::CONNACK, GAP).expect("the device reads");
    let subscriptions = [(); 3].map(|()| session.expect_subscribe());
    for id in subscriptions {
        session.trickle(&packet::suback(id), GAP).expect("the device reads");
    }
    let report = session.expect_report();
    let reply = packet::publish(&report.reply_topic(), report.confirmation().as_bytes());
    session.trickle(&reply, GAP).expect("the device reads");
    device.wait_for("awss_report_token_reply");
    assert!(device.lines_with("@disconnected").is_empty(), "{}", device.log_text());
    assert_clean(&device.close());
}

#[test]
fn a_packet_without_end_delays_neither_yield_nor_close() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let device = Device::start(&network);
    let (mut session, _) = broker.accept_until_report();
    let stop = Instant::now() + Duration::from_secs(12);
    let trickle = thread::spawn(move || {
        session.send(&packet::fixed_header(packet::PUBLISH_AT_MOST_ONCE, 0x0fff_ffff));
        while Instant::now() < stop && session.trickle(b"x", Duration::from_millis(20)).is_ok() {}
    });
    thread::sleep(Duration::from_secs(2));
    let farewell = device.close();
    assert!(Instant::now() < stop, "close waited for the packet to end: {farewell:?}");
    assert_clean(&farewell);
    trickle.join().expect("the trickle ends");
}

#[test]
fn gives_up_a_broker_that_stops_reading() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut device = Device::start(&network);
    let (mut session, _) = broker.accept_until_report();
    let before = device.counts();
    // The device answers each, until nothing fits into the sockets between any more.
    let event = br#"{"id":"1","version":"1.0","params":{"identifier":"awss.BindNotify","value":{}}}"#;
    let event = packet::publish(&topic("_thing/event/notify"), event);
    let deadline = Instant::now() + Duration::from_secs(30);
    while session.send_regardless(&event).is_ok() {
        assert!(Instant::now() < deadline, "the device goes on with a broker that takes nothing");
    }
    drop(session);
    let grown = device.counts().get("peak_bytes") - before.get("peak_bytes");
    assert!(grown < 16_384, "{grown} bytes more were held for a broker that takes nothing");
    let (mut session, report) = broker.accept_until_report();
    assert_takes_reply(&mut session, &report, &mut device);
    device.close().counts.assert_nothing_held();
}
