//! The guide's section 1, step by step, on the wire.

use super::world::*;
use crate::engine::Event;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn connect_and_first_subscribe_are_the_c_sdks_bytes() {
    let mut world = World::new();
    world.settle();
    let connect = hex(concat!(
        "10e00100044d51545404c0003c0076613147516338694a4f57492e676174657761795f7465737430317c",
        "74696d657374616d703d323532343630383030303030302c5f763d73646b2d632d332e302e312c736563",
        "7572656d6f64653d332c7369676e6d6574686f643d686d61637368613235362c6c616e3d432c67773d30",
        "2c6578743d307c001a676174657761795f74657374303126613147516338694a4f574900403632323030",
        "31424532353634354430363541383942323144454330424344354145343946363533464444353038334135",
        "3932443235453730314244423332324500"
    ));
    assert_eq!(world.uplink[0].1, connect[..connect.len() - 1]);
    let mut subscribe = hex(concat!(
        "82440003003f2f7379732f613147516338694a4f57492f676174657761795f7465737430312f7468696e672f",
        "617773732f656e726f6c6c65652f6d617463685f7265706c7900"
    ));
    // The C SDK has used two packet ids before.
    subscribe[2..4].copy_from_slice(&world.uplink[1].1[2..4]);
    assert_eq!(world.uplink[1].1, subscribe);
}

#[test]
fn a_device_reports_then_broadcasts() {
    let mut world = World::new();
    world.run(44_000);
    let reports = world.published("enrollee/match");
    let [(1_000, report)] = reports.as_slice() else { panic!("{reports:?}") };
    let token = world.cloud.tokens.iter().next().unwrap().clone();
    assert_eq!(
        *report,
        format!(
            r#"{{"id":"0","version":"1.0","method":"thing.awss.enrollee.match","params":{{"token":"{token}"}}}}"#
        )
    );
    assert_eq!(world.events, [Event::Connected, Event::BindNotify]);
    let broadcasts = world.broadcasts();
    assert_eq!(broadcasts.len(), 30);
    let ips = ["255.255.255.255", "10.255.255.255", "10.0.255.255", "10.0.0.255"];
    for (n, (at, to, message)) in broadcasts.iter().enumerate() {
        assert_eq!(to.to_string(), ips[n % 4]);
        let elapsed = 50 * n as u64 * (n as u64 + 1);
        assert_eq!(at - 1_000, elapsed);
        assert_eq!(message["id"], (n + 1).to_string());
        assert_eq!(message["params"]["token"], token);
        assert_eq!(message["params"]["remainTime"], 45_000 - elapsed);
    }
}

#[test]
fn a_broadcast_is_the_c_sdks_bytes_but_for_message_id_and_token() {
    let mut world = World::new();
    world.run(0);
    let (_, to, bytes) = &world.lan[0];
    assert_eq!(to.port(), 5683);
    let mut expected = vec![0x54, 0x02];
    expected.extend(&bytes[2..8]);
    expected.extend(b"\xb3sys\x06device\x04info\x06notify\x11\x32\xff");
    let token = world.cloud.tokens.iter().next().unwrap();
    expected.extend(
        format!(
            concat!(
                r#"{{"id":"1","version":"1.0","method":"device.info.notify","params":{{"awssVer":{{"smartconfig":"2.0","#,
                r#""zconfig":"2.0","router":"2.0","ap":"2.0","softap":"2.0"}},"productKey":"a1GQc8iJOWI","#,
                r#""deviceName":"gateway_test01","mac":"B0:F8:93:15:BF:21","ip":"10.0.0.59","cipherType":3,"#,
                r#""token":"{}","remainTime":45000,"type":0}}}}"#
            ),
            token
        )
        .bytes(),
    );
    assert_eq!(*bytes, expected, "{}", String::from_utf8_lossy(bytes));
}

#[test]
fn a_phone_that_answers_a_broadcast_ends_the_series() {
    let mut world = World::new();
    world.run(300);
    let sent = world.broadcasts().len();
    let (_, _, notify) = world.lan.last().unwrap().clone();
    let mut answer = vec![0x54, 0x45];
    answer.extend(&notify[2..8]);
    answer.extend(b"\xc1\x32\xff{\"id\":\"3\",\"code\":200,\"data\":{}}");
    world.phone(&answer);
    world.run(44_000);
    assert_eq!(world.broadcasts().len(), sent);
    assert_eq!(world.published("enrollee/match").len(), 2);
    // The same answer once more has no effect.
    world.phone(&answer);
    world.run(44_000);
    assert_eq!(world.published("enrollee/match").len(), 2);
}

#[test]
fn a_stranger_cannot_end_the_series_by_guessing_the_c_sdks_tokens() {
    let mut world = World::new();
    world.run(100);
    for token in 0x0102_0304_u32..0x0102_0400 {
        let mut answer = vec![0x54, 0x45, 0, 1];
        answer.extend(token.to_le_bytes());
        answer.extend(b"\xc1\x32\xff{\"id\":\"123\",\"code\":200,\"data\":{}}");
        world.phone(&answer);
    }
    world.run(44_000);
    assert_eq!(world.broadcasts().len(), 30);
}

#[test]
fn phones_that_ask_get_tokens_the_cloud_knows_and_none_twice() {
    let mut world = World::new();
    world.run(1_000);
    let mut given = Vec::new();
    for mid in 0..20 {
        given.extend(world.phone_asks(mid));
        world.run(600);
    }
    assert!(given.len() >= 10, "{given:?}");
    let unique: std::collections::HashSet<_> = given.iter().collect();
    assert_eq!(unique.len(), given.len());
    assert!(given.iter().all(|token| world.cloud.tokens.contains(token)));
}

#[test]
fn the_answer_comes_first_and_the_next_token_is_reported_after_it() {
    let mut world = World::new();
    world.run(2_000);
    let answer =
        world.phone(&query(7, r#"{"id":"9","version":"1.0","method":"device.info.get","params":{}}"#));
    assert_eq!(answer.len(), 1);
    assert_eq!(&answer[0][..8], b"\x54\x45\x00\x07\x39\x59\xcc\x4b");
    let text = String::from_utf8_lossy(&answer[0][11..]);
    assert!(text.starts_with(r#"{"id":9,"code":200,"data":{"awssVer":"#), "{text}");
    assert_eq!(world.published("enrollee/match").len(), 2);
    assert_eq!(world.cloud.tokens.len(), 2);
}

#[test]
fn a_duplicate_query_gets_the_same_answer_and_costs_no_token() {
    let mut world = World::new();
    world.run(2_000);
    let question = query(7, r#"{"id":1}"#);
    let first = world.phone(&question);
    world.run(3_000);
    assert_eq!(world.phone(&question), first);
    assert_eq!(world.published("enrollee/match").len(), 2);
}

#[test]
fn the_cloud_event_is_answered() {
    let mut world = World::new();
    world.run(100);
    world.publish(
        "_thing/event/notify",
        r#"{"id":"5","version":"1.0","params":{"identifier":"awss.BindNotify","value":{"Operation":"Bind"}}}"#,
    );
    world.settle();
    let replies = world.published("_thing/event/notify_reply");
    assert_eq!(replies.len(), 1);
    assert!(replies[0].1.contains(r#""id":"5""#) && replies[0].1.contains("awss.BindNotify"));
}

#[test]
fn an_unbind_at_boot_goes_before_any_token() {
    let mut world = World::with_reset_flag(true);
    world.cloud.reply_code = 500;
    world.run(10_000);
    assert_eq!(world.published("thing/reset").len(), 4);
    assert!(world.published("enrollee/match").is_empty());
    assert_eq!(world.phone_asks(1), None);
    world.cloud.reply_code = 200;
    world.run(3_000);
    assert!(!world.reset_flag);
    assert!(!world.engine.is_reset_pending());
    assert_eq!(world.events, [Event::Connected, Event::Reset, Event::BindNotify]);
    assert_eq!(world.published("enrollee/match").len(), 1);
}

#[test]
fn a_stopped_binding_is_silent_until_it_is_started_again() {
    let mut world = World::new();
    world.run(1_000);
    world.engine.stop_binding();
    let sent = (world.lan.len(), world.published("enrollee/match").len());
    assert!(world.phone(&query(1, r#"{"id":1}"#)).is_empty());
    world.cut();
    world.run(60_000);
    assert_eq!((world.lan.len(), world.published("enrollee/match").len()), sent);
    world.engine.start_binding(world.now);
    world.run(1_000);
    assert!(world.phone_asks(2).is_some());
}
