//! What goes wrong, and that the device binds afterwards.

use super::world::*;
use crate::engine::Event;

/// The device is as good as new: a phone that asks twice gets a token.
fn assert_binds(world: &mut World) {
    world.cloud.ignores_reports = 0;
    world.run(130_000);
    world.phone_asks(60_001);
    world.run(3_000);
    let token = world.phone_asks(60_002).expect("no token");
    assert!(world.cloud.tokens.contains(&token));
}

#[test]
fn a_refused_subscription_is_retried_and_nothing_is_reported_before() {
    let mut world = World::new();
    world.cloud.refuses = Some("match_reply");
    world.run(60_000);
    assert!(world.published("enrollee/match").is_empty());
    let subscribes = world.uplink.iter().filter(|(_, packet)| packet[0] == 0x82).count();
    assert!(subscribes > 4, "{subscribes}");
    world.cloud.refuses = None;
    assert_binds(&mut world);
}

#[test]
fn a_refused_connect_is_told_and_retried() {
    let mut world = World::new();
    world.cloud.connack_code = 5;
    world.settle();
    assert!(!world.engine.is_connected());
    assert_eq!(world.engine.refusal(), Some(crate::mqtt::ConnectRefusal::NotAuthorized));
    assert!(world.events.is_empty());
    world.cloud.connack_code = 0;
    assert_binds(&mut world);
}

#[test]
fn a_new_start_forgets_the_refusal() {
    let mut world = World::new();
    world.cloud.connack_code = 4;
    world.settle();
    world.engine.stop();
    world.engine.start(world.now);
    assert_eq!(world.engine.refusal(), None);
}

#[test]
fn an_unreachable_server_is_tried_with_growing_pauses() {
    let mut world = World::new();
    world.cloud.reachable = false;
    world.run(600_000);
    assert!(world.uplink.is_empty());
    world.cloud.reachable = true;
    assert_binds(&mut world);
}

#[test]
fn a_lost_session_is_subscribed_again() {
    let mut world = World::new();
    world.run(1_000);
    let subscribes = |world: &World| world.uplink.iter().filter(|(_, packet)| packet[0] == 0x82).count();
    assert_eq!(subscribes(&world), LOCAL_SUBSCRIPTIONS);
    world.cut();
    world.run(2_000);
    assert_eq!(subscribes(&world), LOCAL_SUBSCRIPTIONS, "the broker has kept the session");
    world.cloud.keeps_session = false;
    world.cut();
    world.run(4_000);
    assert_eq!(subscribes(&world), 2 * LOCAL_SUBSCRIPTIONS);
    assert_eq!(world.events[..2], [Event::Connected, Event::BindNotify]);
    assert_eq!(world.events[2..], [Event::Disconnected, Event::Connected].repeat(2));
    assert_binds(&mut world);
}

#[test]
fn an_unanswered_report_is_repeated_with_the_same_token_after_a_reconnect() {
    let mut world = World::new();
    world.cloud.ignores_reports = 1;
    world.run(10_000);
    world.cut();
    world.run(5_000);
    let reports = world.published("enrollee/match");
    assert_eq!(reports.len(), 2);
    let token = |report: &str| report.split("\"token\":").nth(1).map(str::to_owned);
    assert_eq!(token(&reports[0].1), token(&reports[1].1));
    assert_binds(&mut world);
}

#[test]
fn a_cut_at_every_moment_of_binding_is_survived() {
    for ms in (0..2_000).step_by(20).chain((2_000..60_000).step_by(1_777)) {
        let mut world = World::with_reset_flag(ms % 40 == 0);
        world.cloud.keeps_session = ms % 3 == 0;
        world.cloud.ignores_reports = (ms % 5) as u32;
        world.run(ms);
        world.cut();
        assert_binds(&mut world);
    }
}

#[test]
fn malformed_messages_from_the_cloud_change_nothing() {
    let deep = format!(r#"{{"id":"0","code":200,"data":{}1{}}}"#, "[".repeat(300), "]".repeat(300));
    for payload in [
        "",
        "{",
        "null",
        "[]",
        r#"{"id":"0"}"#,
        r#"{"code":200}"#,
        r#"{"id":{},"code":200}"#,
        r#"{"id":"0","code":"ok"}"#,
        r#"{"id":"0","code":1e999}"#,
        r#"{"id":99999999999999999999,"code":200}"#,
        r#"{"id":"-1","code":200}"#,
        r#"{"id":"17","code":200}"#,
    ] {
        let mut world = World::new();
        world.cloud.ignores_reports = 1;
        world.run(1_000);
        for suffix in ["thing/awss/enrollee/match_reply", "thing/reset_reply", "_thing/event/notify"] {
            world.publish(suffix, payload);
        }
        assert_eq!(world.phone_asks(1), None, "{payload}");
        world.publish("thing/awss/enrollee/match_reply", &deep);
        assert!(world.phone_asks(2).is_some(), "{payload}");
    }
}

#[test]
fn garbage_from_the_broker_costs_the_connection_only() {
    for garbage in [
        &[0x00, 0x00][..],
        &[0xFF, 0x00],
        &[0x40, 0x01, 0x01],
        &[0x30, 0x80, 0x80, 0x80, 0x80, 0x01],
        &[0x20, 2, 0, 0],
    ] {
        let mut world = World::new();
        world.run(100);
        world.send(garbage);
        world.settle();
        assert!(world.engine.is_connected() || world.events.contains(&Event::Disconnected), "{garbage:x?}");
        assert_binds(&mut world);
    }
}

#[test]
fn every_mutation_of_a_connection_is_survived() {
    let publish = b"\x30\x0b\x00\x05/sys/{\"id\"";
    for at in 0..publish.len() {
        for bit in 0..8 {
            let mut bytes = publish.to_vec();
            bytes[at] ^= 1 << bit;
            let mut world = World::new();
            world.run(10);
            world.send(&bytes);
            assert_binds(&mut world);
        }
    }
}

#[test]
fn a_flood_of_queries_is_bounded_and_leaves_the_device_working() {
    let mut world = World::new();
    world.run(2_000);
    let before = world.lan.len();
    for mid in 0..5_000 {
        world.phone(&query(mid, r#"{"id":1}"#));
        world.run(1);
    }
    let answers = world.lan[before..].iter().filter(|(_, to, _)| *to == PHONE).count();
    assert!(answers <= 10 + 5 * 10, "{answers}");
    assert!(world.published("enrollee/match").len() <= 8);
    assert_binds(&mut world);
}
