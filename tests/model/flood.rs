//! Many messages, one after the other for long.

use crate::device::{Device, RECV_PROP_REPLY, connected, request};
use crate::support::broker::Broker;
use crate::support::network::Network;
use crate::support::{SOON, topic};

const MANY_POSTS: i32 = 100_000;

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
