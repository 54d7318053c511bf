//! Device, cloud and phones over a network that fails, each run made from one number.

use std::collections::HashSet;

use chacha20::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use super::world::*;

/// One minute of trouble, then quiet: the invariants hold throughout and the device binds at the end.
fn run(seed: u64) {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let mut roll = |sides: u32| dice.next_u32() % sides;
    let mut world = World::with_reset_flag(roll(4) == 0);
    let mut given = HashSet::new();
    let mut mid = 0;
    for _ in 0..roll(120) {
        match roll(12) {
            0 => world.cut(),
            1 => world.cloud.reachable = roll(3) > 0,
            2 => world.cloud.keeps_session = roll(2) == 0,
            3 => world.cloud.ignores_reports = roll(4),
            4 => world.cloud.reply_code = if roll(3) == 0 { 500 } else { 200 },
            5 => world.cloud.refuses = (roll(3) == 0).then_some("reply"),
            6 => world.engine.start_binding(world.now),
            7 if roll(4) == 0 => {
                world.reset_flag = true;
                world.engine.report_reset(world.now);
            }
            8 => world.publish("thing/awss/enrollee/match_reply", r#"{"id":"99999","code":200}"#),
            _ => {
                mid += 1;
                if let Some(token) = world.phone_asks(mid) {
                    assert!(
                        world.cloud.tokens.contains(&token),
                        "seed {seed}: a token the cloud does not know"
                    );
                    assert!(given.insert(token), "seed {seed}: a token given twice");
                    assert!(!world.engine.is_reset_pending(), "seed {seed}: a token before the unbind");
                }
            }
        }
        world.run(u64::from(roll(3_000)));
        assert_eq!(world.reset_flag, world.engine.is_reset_pending(), "seed {seed}");
    }
    world.cloud.reachable = true;
    world.cloud.ignores_reports = 0;
    world.cloud.reply_code = 200;
    world.cloud.refuses = None;
    world.run(200_000);
    world.phone_asks(60_001);
    world.run(3_000);
    let token = world.phone_asks(60_002);
    assert!(token.is_some_and(|token| given.insert(token)), "seed {seed}: not bound at the end");
}

#[test]
fn a_thousand_runs_keep_the_promises() {
    for seed in 0..1_000 {
        run(seed);
    }
}
