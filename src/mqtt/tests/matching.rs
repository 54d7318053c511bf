//! The table of filters against matchers that look at every one of them.

use std::collections::BTreeMap;

use super::{subscriptions::LOOKED_AT, *};

/// xorshift32, so that a failure can be repeated.
struct Dice(u32);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 % sides
    }

    /// One of few levels, among them bytes on either side of `#`, `+` and `/`.
    fn level(&mut self) -> &'static str {
        ["", "a", "b", "ab", "!", "$", "$SYS", "~", "-", "0", "中"][self.roll(11) as usize]
    }

    fn name(&mut self) -> String {
        let depth = 1 + self.roll(4);
        let name = (0..depth).map(|_| self.level()).collect::<Vec<_>>().join("/");
        if name.is_empty() { "a".to_owned() } else { name }
    }

    fn filter(&mut self) -> String {
        let name = self.name();
        let mut levels: Vec<_> =
            name.split('/').map(|level| if self.roll(3) == 0 { "+" } else { level }).collect();
        if self.roll(3) == 0 {
            levels.push("#");
        } else if self.roll(12) == 0 {
            levels = vec!["#"];
        }
        levels.join("/")
    }
}

/// The rules of §4.7 once more, by recursion.
fn covers(filter: &[&str], name: &[&str]) -> bool {
    match (filter, name) {
        ([], []) | (["#"], _) => true,
        (["+", filter @ ..], [_, name @ ..]) => covers(filter, name),
        ([level, filter @ ..], [named, name @ ..]) => level == named && covers(filter, name),
        _ => false,
    }
}

fn is_covered(filter: &str, name: &str) -> bool {
    if name.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    covers(&filter.split('/').collect::<Vec<_>>(), &name.split('/').collect::<Vec<_>>())
}

#[test]
fn finds_what_looking_at_every_filter_finds() {
    let mut matches = 0;
    for seed in 1..=60_u32 {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9));
        let mut client = connected();
        // Who subscribed to which filter, in order.
        let mut held = BTreeMap::new();
        for number in 1..=(20 + seed as usize * 3) {
            let filter = dice.filter();
            if dice.roll(5) == 0 {
                client.unsubscribe(&filter, at(0)).unwrap();
                held.retain(|_, held| *held != filter);
            } else {
                client.subscribe(&filter, Qos::AtMostOnce, recipient(number), at(0)).unwrap();
                held.insert(number, filter);
            }
            sent(&mut client);
        }
        for _ in 0..60 {
            let name = dice.name();
            let mut delivery = client.delivery();
            let found: Vec<_> = core::iter::from_fn(|| client.next_recipient(&name, &mut delivery))
                .map(|recipient| recipient.context)
                .collect();
            let expected: Vec<_> =
                held.iter().filter(|(_, held)| is_covered(held, &name)).map(|(number, _)| *number).collect();
            assert_eq!(found, expected, "seed {seed}, {name}, {held:?}");
            matches += found.len();
            for filter in held.values() {
                assert_eq!(topic::matches(filter, &name), is_covered(filter, &name), "{filter} {name}");
            }
        }
    }
    assert!(matches > 10_000, "{matches}");
}

#[test]
fn looks_at_few_of_many() {
    let mut client = connected();
    for n in 0..1_000 {
        client
            .subscribe(&format!("/sys/pk/dn/thing/service/{n}"), Qos::AtMostOnce, recipient(n), at(0))
            .unwrap();
        sent(&mut client);
    }
    for name in [
        "/sys/pk/dn/thing/service/500",
        "/sys/pk/dn/thing/service/0",
        "/sys/pk/dn/thing/service/999",
        "/sys/pk/dn/thing/service",
        "/sys/pk/dn/thing/service/500/more",
        "/nobody",
        "nobody",
        "zzz",
    ] {
        let before = LOOKED_AT.get();
        let found = client.next_recipient(name, &mut client.delivery());
        let looked_at = LOOKED_AT.get() - before;
        assert_eq!(found.is_some(), name.len() > 24 && name.len() < 30, "{name}");
        assert!(looked_at <= 60, "{name}: {looked_at}");
    }
}

#[test]
fn as_many_levels_as_a_filter_can_have() {
    let mut client = connected();
    let deepest = ["+"; 128].join("/");
    client.subscribe(&deepest, Qos::AtMostOnce, recipient(1), at(0)).unwrap();
    client.subscribe(&format!("{}/#", ["a"; 127].join("/")), Qos::AtMostOnce, recipient(2), at(0)).unwrap();
    for (levels, expected) in [(128, vec![1, 2]), (127, vec![2]), (129, vec![2]), (30_000, vec![2])] {
        let name = vec!["a"; levels].join("/");
        let mut delivery = client.delivery();
        let found: Vec<_> = core::iter::from_fn(|| client.next_recipient(&name, &mut delivery))
            .map(|recipient| recipient.context)
            .collect();
        assert_eq!(found, expected, "{levels}");
    }
}
