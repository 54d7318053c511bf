//! The token made by the phone, on the wire.

use super::logs::lines;
use super::world::*;
use crate::binding::Token;

const TOKEN: Token = Token::new([0xA1; 16]);
const HEX: &str = "A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1";

/// A device that was handed the token before it was connected.
fn provisioned() -> World {
    let mut world = World::new();
    world.engine.set_phone_token(TOKEN, world.now);
    world
}

fn reported(world: &World) -> Vec<(u64, bool)> {
    let reports = world.published("enrollee/match");
    reports.into_iter().map(|(at, report)| (at, report.contains(HEX))).collect()
}

#[test]
fn it_is_the_first_report_and_the_cloud_gets_it_once() {
    let mut world = provisioned();
    world.run(0);
    let payload = format!(
        r#"{{"id":"0","version":"1.0","method":"thing.awss.enrollee.match","params":{{"token":"{HEX}"}}}}"#
    );
    assert_eq!(world.published("enrollee/match"), [(1_000, payload)]);
    world.run(60_000);
    world.cut();
    world.run(60_000);
    assert_eq!(reported(&world), [(1_000, true), (2_000, false)]);
    assert!(world.engine.take_phone_token().is_none());
}

#[test]
fn it_outlives_failed_connects() {
    let mut world = provisioned();
    world.cloud.reachable = false;
    world.run(100_000);
    world.cloud.reachable = true;
    world.cloud.connack_code = 3;
    world.run(100_000);
    world.cloud.connack_code = 0;
    world.run(100_000);
    assert!(world.cloud.tokens.contains(HEX));
    assert!(reported(&world)[0].1);
}

#[test]
fn it_waits_for_the_unbind() {
    let mut world = World::with_reset_flag(true);
    world.cloud.reply_code = 500;
    world.engine.set_phone_token(TOKEN, world.now);
    world.run(10_000);
    assert!(world.published("enrollee/match").is_empty());
    world.cloud.reply_code = 200;
    world.run(3_000);
    assert!(reported(&world)[0].1);
}

#[test]
fn no_datagram_has_it() {
    let mut world = provisioned();
    world.cloud.ignores_reports = 2;
    for mid in 0..200 {
        world.phone(&query(mid, r#"{"id":1}"#));
        world.run(500);
    }
    assert!(world.broadcasts().len() > 1);
    for (_, _, bytes) in &world.lan {
        assert!(!String::from_utf8_lossy(bytes).contains(HEX));
    }
    let first = &world.lan[0].2;
    assert!(first.ends_with(br#"{"id":1,"code":400,"data":{}}"#), "{}", String::from_utf8_lossy(first));
}

#[test]
fn it_is_reported_to_a_cloud_that_has_refused_it_before() {
    let mut world = provisioned();
    world.cloud.reply_code = 460;
    world.run(10_000);
    world.cloud.reply_code = 200;
    world.engine.start_binding(world.now);
    world.run(0);
    assert!(world.cloud.tokens.contains(HEX));
}

#[test]
fn one_that_is_taken_away_is_not_reported() {
    let mut world = provisioned();
    assert!(world.engine.take_phone_token() == Some(TOKEN));
    world.run(60_000);
    assert!(reported(&world).iter().all(|(_, is_it)| !is_it));
}

#[test]
fn its_failures_are_told_like_the_others() {
    let of = |act: fn(&mut World)| {
        let mut world = provisioned();
        let lines = lines(|| {
            act(&mut world);
            world.engine.stop_binding();
            world.run(0);
        });
        let errors = lines.into_iter().filter(|(level, _)| *level == log::Level::Error);
        errors.map(|(_, line)| line).collect::<Vec<_>>()
    };
    let kept = ": the phone's token is kept for the next connection or bind start";
    let silent = of(|world| {
        world.cloud.ignores_reports = 2;
        world.run(60_000);
    });
    let no_reply = "bind: report: no reply on .../match_reply after 2 tries of 30000 ms";
    assert_eq!(silent, [format!("{no_reply}{kept}")]);
    let refusing = of(|world| {
        world.cloud.reply_code = 460;
        world.run(1_000);
    });
    let refused = "bind: report: the cloud refused the token with code 460 (m) after 2 tries";
    assert_eq!(refusing, [format!("{refused}{kept}")]);
}
