//! The cloud has the device join another network.

use serde_json::{Value, json};

use super::logs::lines;
use super::world::*;
use crate::provision::NetworkSwitch;
use crate::provision::tests::connect_line;

const SWITCH_AP: &str = "thing/awss/device/switchap";
const REPLY: &str = "thing/awss/device/switchap_reply";
const PASSWORD: &str = "p4ss w\"rd";

/// A request for `linkkit-lab`; `members` come on top.
fn request(members: &Value) -> String {
    let mut params = json!({ "ssid": "linkkit-lab", "passwd": PASSWORD, "bssid": "d8:fe:e3:11:22:33" });
    params.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    json!({ "id": "17", "version": "1.0", "method": "thing.awss.device.switchap", "params": params })
        .to_string()
}

/// A device that is connected and bound, asked so.
fn asked(members: &Value) -> World {
    let mut world = World::new();
    world.run(5_000);
    world.publish(SWITCH_AP, &request(members));
    world.settle();
    world
}

fn replies(world: &World) -> Vec<String> {
    world.published(REPLY).into_iter().map(|(_, payload)| payload).collect()
}

/// How an action reads.
fn line(switch: NetworkSwitch) -> String {
    match switch {
        NetworkSwitch::Connect(wanted) => connect_line(&wanted),
        NetworkSwitch::Reboot => "Reboot".into(),
    }
}

fn poll(world: &mut World) -> Option<String> {
    world.engine.poll_network_switch(world.now).map(line)
}

#[test]
fn answers_then_joins_then_restarts() {
    let mut world = asked(&json!({}));
    assert_eq!(replies(&world), [r#"{"id":17,"code":200,"data":{}}"#]);
    world.run(999);
    assert_eq!(poll(&mut world), None);
    assert_eq!(world.engine.poll_timeout(), Some(world.now.plus(1)));
    world.now = world.now.plus(1);
    let connect = format!("Connect_Ap linkkit-lab {PASSWORD} [d8, fe, e3, 11, 22, 33] 255 255 0");
    assert_eq!(poll(&mut world), Some(connect));
    assert_eq!(poll(&mut world), None);
    world.engine.network_switched(true, world.now);
    world.run(999);
    assert_eq!(poll(&mut world), None);
    world.now = world.now.plus(1);
    assert_eq!(poll(&mut world).as_deref(), Some("Reboot"));
    assert_eq!(poll(&mut world), None);
}

#[test]
fn a_network_that_the_device_is_in_leads_to_no_restart() {
    let mut world = asked(&json!({}));
    world.now = world.now.plus(1_000);
    assert!(poll(&mut world).is_some());
    world.engine.network_switched(false, world.now);
    world.run(60_000);
    assert_eq!(poll(&mut world), None);
    // The next request is carried out.
    world.publish(SWITCH_AP, &request(&json!({})));
    world.now = world.now.plus(1_000);
    assert!(poll(&mut world).is_some());
}

#[test]
fn the_cloud_may_have_it_wait() {
    for (members, delay_ms) in [
        (json!({ "switchMode": "0", "timeout": "7D0" }), 2_000),
        (json!({ "switchMode": 0, "timeout": "0x1388" }), 5_000),
        (json!({ "switchMode": "0", "timeout": 2000 }), 0x2000),
        (json!({ "switchMode": "0", "timeout": "3E7" }), 1_000),
        (json!({ "switchMode": "0" }), 1_000),
        (json!({ "switchMode": "1", "timeout": "7D0" }), 1_000),
        (json!({ "timeout": "no number" }), 1_000),
    ] {
        let mut world = asked(&members);
        world.run(delay_ms - 1);
        assert_eq!(poll(&mut world), None, "{members}");
        world.now = world.now.plus(1);
        assert!(poll(&mut world).is_some(), "{members}");
    }
}

#[test]
fn what_cannot_be_carried_out_is_refused() {
    for members in [
        json!({ "ssid": "" }),
        json!({ "ssid": 7 }),
        json!({ "ssid": null }),
        json!({ "ssid": "a\0b" }),
        json!({ "ssid": "s".repeat(33) }),
        json!({ "passwd": "" }),
        json!({ "passwd": 12_345_678 }),
        json!({ "passwd": "p".repeat(65) }),
        json!({ "passwd": "p\0ssword" }),
        json!({ "switchMode": {} }),
        json!({ "switchMode": "0", "timeout": "" }),
        json!({ "switchMode": "0", "timeout": "2s" }),
        json!({ "switchMode": "0", "timeout": "-1" }),
        json!({ "switchMode": "0", "timeout": "+1" }),
        json!({ "switchMode": "0", "timeout": "100000000" }),
        json!({ "switchMode": "0", "timeout": [] }),
    ] {
        let mut world = asked(&members);
        assert_eq!(replies(&world), [r#"{"id":17,"code":400,"data":{}}"#], "{members}");
        world.now = world.now.plus(100_000);
        assert_eq!(poll(&mut world), None, "{members}");
    }
    let mut world = asked(&json!({}));
    world.publish(SWITCH_AP, r#"{"id":"x","params":{"ssid":"a","ssid":"b","passwd":"12345678"}}"#);
    world.settle();
    assert_eq!(replies(&world)[1], r#"{"id":"x","code":400,"data":{}}"#);
}

#[test]
fn what_cannot_be_read_is_not_answered() {
    for payload in ["", "{}", "[]", "no json", r#"{"params":{"ssid":"lab","passwd":"12345678"}}"#] {
        let mut world = World::new();
        world.run(5_000);
        world.publish(SWITCH_AP, payload);
        world.settle();
        assert!(replies(&world).is_empty(), "{payload}");
        world.now = world.now.plus(100_000);
        assert_eq!(poll(&mut world), None);
    }
}

#[test]
fn a_bssid_that_is_none_counts_as_missing() {
    for bssid in [json!("d8:fe:e3:11:22"), json!("no"), json!(7), json!("00:00:00:00:00:00")] {
        let mut world = asked(&json!({ "bssid": bssid }));
        world.now = world.now.plus(1_000);
        assert!(poll(&mut world).unwrap().contains("[00, 00, 00, 00, 00, 00]"), "{bssid}");
    }
}

#[test]
fn the_newer_of_two_requests_counts_until_the_join() {
    let mut world = asked(&json!({ "switchMode": "0", "timeout": "FFFF" }));
    world.publish(SWITCH_AP, &request(&json!({ "ssid": "other" })));
    world.now = world.now.plus(1_000);
    assert!(poll(&mut world).unwrap().contains("other"));
    for _ in 0..2 {
        world.publish(SWITCH_AP, &request(&json!({})));
        world.settle();
        assert!(replies(&world).last().unwrap().contains(r#""code":400"#));
        world.engine.network_switched(true, world.now);
    }
    world.now = world.now.plus(1_000);
    assert_eq!(poll(&mut world).as_deref(), Some("Reboot"));
}

#[test]
fn no_line_has_the_password() {
    for members in [json!({}), json!({ "ssid": "" }), json!({ "timeout": "x", "switchMode": "0" })] {
        let lines = lines(|| {
            let mut world = asked(&members);
            world.run(900);
            world.now = world.now.plus(100);
            poll(&mut world);
        });
        assert!(lines.iter().all(|(_, line)| !line.contains("p4ss")));
        assert!(
            lines.iter().any(|(_, line)| line.contains("join another network") || line.contains("refused"))
        );
    }
}
