//! Many reports: from many threads, and one after the other for long.

use std::collections::{BTreeMap, BTreeSet};

use crate::device::{Device, RECV_PROP_REPLY, connected, request};
use crate::support::broker::Broker;
use crate::support::network::Network;
use crate::support::{SOON, topic};

const THREADS: usize = 10;
const POSTS: usize = 100;
const MANY_POSTS: i32 = 100_000;

#[test]
fn ten_threads_report_at_once_and_each_report_has_its_id() {
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    let before = device.id("report 0 {}");
    let command = format!("post_beside_yield {THREADS} {POSTS}");
    device.begin(&command);
    assert_eq!(device.finish_within(&command, 2 * SOON), 0, "{}", device.log_text());
    let posted: BTreeMap<(u64, u64), i32> =
        device.lines_with("@posted ").iter().map(|line| posted(&line.what)).collect();
    assert_eq!(posted.len(), THREADS * POSTS);
    let ids: BTreeSet<i32> = posted.values().copied().collect();
    let all = before + 1..=before + i32::try_from(THREADS * POSTS).expect("few");
    let refused = posted.values().filter(|id| **id == -1).count();
    let first = device.lines_with("[err]").first().map(|line| line.what.clone());
    assert_eq!(refused, 0, "{first:?}");
    assert_eq!(ids, all.collect(), "ids lost or doubled");
    cloud.nth("thing/event/property/post", THREADS * POSTS, SOON);
    let mut last_of_thread = [None; THREADS];
    for message in cloud.messages("thing/event/property/post").iter().skip(1) {
        let json = message.what.json();
        let of = |key: &str| json["params"][key].as_u64().expect("a number");
        let (thread, number) = (of("thread"), of("number"));
        assert_eq!(message.what.id(), posted[&(thread, number)].to_string());
        let last = &mut last_of_thread[usize::try_from(thread).expect("few")];
        assert!(last.is_none_or(|last| last + 1 == number), "thread {thread}: {number} after {last:?}");
        *last = Some(number);
    }
    device.close_and_check();
}

/// Thread, number and id of a line of `post_beside_yield`.
fn posted(line: &str) -> ((u64, u64), i32) {
    let numbers: Vec<i64> = line.split(' ').skip(1).map(|number| number.parse().expect("a number")).collect();
    let [thread, number, id] = numbers[..] else { panic!("three numbers: {line}") };
    (
        (thread.try_into().expect("a thread"), number.try_into().expect("a number")),
        id.try_into().expect("an id"),
    )
}

#[test]
fn memory_stays_as_it_is_over_many_reports() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut device = Device::start(&network).connected();
    device.hear("@connected");
    device.ok("set_log_level 0");
    // What is allocated for good is there after the first ones.
    device.id("post_many 1000");
    let before = device.counts();
    let command = format!("post_many {MANY_POSTS}");
    device.begin(&command);
    let last = device.finish_within(&command, 4 * SOON);
    assert!(last > MANY_POSTS, "{last}\n{}", device.log_text());
    let after = device.counts();
    let grown = after.get("peak_bytes") - before.get("peak_bytes");
    assert!(grown < 1024, "{before:?} {after:?}");
    assert_eq!(after.get("blocks"), before.get("blocks"), "{before:?} {after:?}");
    device.close_and_check();
}

#[test]
fn memory_stays_as_it_is_over_many_requests() {
    const REQUESTS: usize = 2_000;
    let network = Network::new();
    let (_broker, cloud, mut device) = connected(&network, &[]);
    device.ok(r#"answers service 0 {"Result":1}"#);
    device.ok(r#"answers get 0 {"a":1}"#);
    let serve = |device: &mut Device| {
        for suffix in ["thing/service/Hello", "thing/service/property/get", "thing/service/property/set"] {
            let params = if suffix.ends_with("get") { r#"["a"]"# } else { r#"{"a":1}"# };
            for n in 0..REQUESTS / 3 {
                cloud.publish(&topic(suffix), request(&n.to_string(), suffix, params));
            }
        }
        device.catch_up(&cloud);
        device.counts()
    };
    let before = serve(&mut device);
    let after = serve(&mut device);
    let grown = after.get("peak_bytes") - before.get("peak_bytes");
    assert!(grown < 1024, "{before:?} {after:?}");
    device.close_and_check();
}

#[test]
fn replies_that_never_come_take_bounded_memory() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut device = Device::start(&network).with(&[(RECV_PROP_REPLY, 1)]).connected();
    device.hear("@connected");
    device.ok("set_log_level 0");
    let before = device.counts();
    for _ in 0..20 {
        // Ends early when the device takes no more.
        device.call("post_many 500");
    }
    let after = device.counts();
    let grown = after.get("peak_bytes") - before.get("peak_bytes");
    assert!(grown < 16 * 1024, "{before:?} {after:?}");
    device.close_and_check();
}
