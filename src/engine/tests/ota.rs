//! Firmware and configurations.

use mqttrs::{Packet, QosPid};

use super::world::*;
use crate::engine::Event;
use crate::error::Error;
use crate::ota::{Kind, Next, OtaEvent, Report, Step};

const MD5: &str = "900150983cd24fb0d6963f7d28e17f72";

fn world() -> World {
    let mut world = World::new();
    world.engine.start_ota().unwrap();
    world.settle();
    world.events.clear();
    world
}

fn firmware(version: &str) -> String {
    format!(
        r#"{{"message":"success","data":{{"version":"{version}","url":"http://a/b","size":3,"md5":"{MD5}"}}}}"#
    )
}

fn config(id: &str) -> String {
    format!(
        r#"{{"configId":"{id}","configSize":3,"sign":"{MD5}","signMethod":"Md5","url":"http://a/c","getType":"file"}}"#
    )
}

/// The cloud publishes on `/ota/device/{purpose}/{pk}/{dn}`.
fn publish(world: &mut World, purpose: &str, payload: &str) {
    let topic = format!("/ota/device/{purpose}/{PK}/{DN}");
    let mut packet = vec![0; topic.len() + payload.len() + 16];
    let publish = mqttrs::Publish {
        dup: false,
        qospid: QosPid::AtMostOnce,
        retain: false,
        topic_name: &topic,
        payload: payload.as_bytes(),
    };
    let len = mqttrs::encode_slice(&Packet::Publish(publish), &mut packet).unwrap();
    world.send(&packet[..len]);
    world.settle();
}

fn version(event: Option<OtaEvent>) -> String {
    match event {
        Some(OtaEvent::Firmware { version }) => version.as_str().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn subscribes_in_the_order_of_the_c_sdk() {
    let world = world();
    let filters: Vec<_> = world
        .uplink
        .iter()
        .filter_map(|(_, packet)| match mqttrs::decode_slice(packet) {
            Ok(Some(Packet::Subscribe(subscribe))) => {
                Some((subscribe.topics[0].topic_path.to_string(), subscribe.topics[0].qos as u8))
            }
            _ => None,
        })
        .collect();
    let start = filters.iter().position(|(filter, _)| filter.starts_with("/ota/")).unwrap();
    let expected = [
        (format!("/ota/device/request/{PK}/{DN}"), 1),
        (format!("/ota/device/upgrade/{PK}/{DN}"), 1),
        (format!("/sys/{PK}/{DN}/thing/config/get_reply"), 0),
        (format!("/sys/{PK}/{DN}/thing/config/push"), 0),
    ];
    assert_eq!(filters[start..][..4], expected);
}

#[test]
fn tells_of_the_latest_firmware_and_downloads_that() {
    let mut world = world();
    assert!(matches!(world.engine.begin_download(Kind::Firmware), Err(Error::WrongState)));
    publish(&mut world, "upgrade", &firmware("1"));
    publish(&mut world, "request", &firmware("2"));
    assert_eq!(world.events, [Event::Ota, Event::Ota]);
    assert_eq!(version(world.engine.take_ota_event()), "2");
    assert_eq!(world.engine.take_ota_event(), None);
    assert!(matches!(world.engine.begin_download(Kind::Config), Err(Error::WrongState)));
    let download = world.engine.begin_download(Kind::Firmware).unwrap();
    assert_eq!((download.next(), download.server()), (Next::Connect { after_ms: 0 }, Ok(("a", None))));
    world.engine.end_download();
    assert!(matches!(world.engine.begin_download(Kind::Firmware), Err(Error::WrongState)));
}

#[test]
fn while_one_downloads_others_are_ignored() {
    let mut world = world();
    publish(&mut world, "upgrade", &firmware("1"));
    world.engine.begin_download(Kind::Firmware).unwrap();
    world.events.clear();
    publish(&mut world, "upgrade", &firmware("2"));
    world.publish("thing/config/push", &format!(r#"{{"id":"5","params":{}}}"#, config("c")));
    world.settle();
    assert_eq!(world.events, []);
    let refused = world.published("thing/config/push_reply");
    assert_eq!(refused.last().unwrap().1, r#"{"id":"5","code":400,"data":{}}"#);
    assert_eq!(world.engine.request_image("1", world.now), Err(Error::WrongState));
    assert_eq!(world.engine.request_config(world.now), Err(Error::WrongState));
    world.engine.end_download();
    publish(&mut world, "upgrade", &firmware("3"));
    assert_eq!(world.events, [Event::Ota]);
}

#[test]
fn a_firmware_and_a_configuration_wait_beside_each_other() {
    let mut world = world();
    publish(&mut world, "upgrade", &firmware("1"));
    world.publish("thing/config/push", &format!(r#"{{"id":"5","params":{}}}"#, config("c1")));
    world.publish("thing/config/get_reply", &format!(r#"{{"id":"0","code":200,"data":{}}}"#, config("c2")));
    world.settle();
    assert_eq!(world.events, [Event::Ota; 3]);
    assert_eq!(version(world.engine.take_ota_event()), "1");
    let event = world.engine.take_ota_event();
    assert!(matches!(event, Some(OtaEvent::Config { ref id, .. }) if id.as_c_str() == c"c2"), "{event:?}");
    assert_eq!(world.engine.take_ota_event(), None);
    for kind in [Kind::Firmware, Kind::Config] {
        world.engine.begin_download(kind).unwrap();
        world.engine.end_download();
    }
    assert_eq!(world.published("thing/config/push_reply"), []);
}

#[test]
fn a_configuration_that_is_of_no_use_is_refused_if_it_has_an_id() {
    let mut world = world();
    for (push, reply) in [
        (r#"{"id":"1","params":{}}"#, Some(r#"{"id":"1","code":400,"data":{}}"#)),
        (r#"{"id":2}"#, Some(r#"{"id":"2","code":400,"data":{}}"#)),
        (r#"{"params":{}}"#, None),
        ("x", None),
    ] {
        world.uplink.clear();
        world.publish("thing/config/push", push);
        world.settle();
        let replies = world.published("thing/config/push_reply");
        assert_eq!(replies.last().map(|(_, reply)| reply.as_str()), reply, "{push}");
    }
    assert_eq!(world.events, []);
}

#[test]
fn requests_and_progress_go_out_as_the_c_sdk_writes_them() {
    let mut world = world();
    world.engine.request_image("2.0", world.now).unwrap();
    world.engine.request_config(world.now).unwrap();
    let report = Report { step: Step::Fetched(7), description: "" };
    world.engine.report_progress(&report, world.now).unwrap();
    world.settle();
    let own = |purpose: &str| format!("/ota/device/{purpose}/{PK}/{DN}");
    let sent = |world: &World, topic: &str| world.published(topic).pop().unwrap().1;
    assert_eq!(sent(&world, &own("request")), r#"{"id":0,"params":{"version":"2.0"}}"#);
    assert_eq!(sent(&world, &own("progress")), r#"{"id":0,"params":{"step":"7","desc":""}}"#);
    assert!(sent(&world, "thing/config/get").starts_with(r#"{"id" : 0,"version":"1.0","params":{"#));

    assert_eq!(world.engine.request_image("", world.now), Err(Error::Malformed));
    assert_eq!(world.engine.request_image(&"1".repeat(65), world.now), Err(Error::TooLong));
    world.cloud.reachable = false;
    world.cut();
    assert_eq!(world.engine.request_image("1", world.now), Err(Error::Offline));
    assert_eq!(world.engine.request_config(world.now), Err(Error::Offline));
    assert_eq!(world.engine.report_progress(&report, world.now), Err(Error::Offline));
}

#[test]
fn an_application_that_does_not_yield_is_told_of_no_more_than_fits() {
    let mut world = world();
    let topic = format!("/ota/device/upgrade/{PK}/{DN}");
    let notice = firmware("1");
    for _ in 0..100 {
        world.engine.route_ota(&topic, notice.as_bytes(), world.now);
    }
    world.settle();
    assert!(world.events.len() < 100);
    assert_eq!(version(world.engine.take_ota_event()), "1");
}
