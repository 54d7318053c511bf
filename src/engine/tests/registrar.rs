//! A device in a network helps others to join it.

use serde_json::{Value, json};

use super::logs::lines;
use super::world::*;
use crate::engine::RegistrarAction;
use crate::identity::Identity;
use crate::provision::air::zero_config::enrollee::Enrollee;
use crate::provision::credentials::{Credentials, Ssid};
use crate::provision::crypto::{Key, RANDOM_LEN, check_password};
use crate::provision::frame::{Frame, LinkType};

const FOUND: &str = "thing/awss/enrollee/found";
const CHECKIN_REPLY: &str = "thing/awss/enrollee/checkin_reply";
const CIPHER_GET: &str = "thing/cipher/get";
const DWELL_MS: u64 = 240;
const SEND_GAP_MS: u64 = 225;
const NEW_DEVICE: (&str, &str) = ("a1X2bEnP82z", "test_06");
const PASSWORD: &str = "p4ssword";
const SECRET: &[u8] = b"7jluWm1zql7bt8qK";
/// The key that the cloud makes of the secret and the new device's random bytes.
const KEY: &str = "A6DA44BCE4F0EA0D7F7D7D70193386B6";
const BSSID: [u8; 6] = [0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33];

impl World {
    /// Does what the registrar wants; the device is in a network.
    pub fn serve_registrar(&mut self) {
        while let Some(action) = self.engine.poll_registrar(self.now) {
            if matches!(action, RegistrarAction::LookUpNetwork) {
                let password = check_password(PASSWORD.as_bytes()).unwrap();
                let network = Credentials::new(Ssid::new(b"linkkit-lab").unwrap(), password, Some(BSSID));
                self.engine.registrar().unwrap().set_network(Some(network));
            }
            self.radio.push((self.now.as_millis(), action));
        }
    }
}

fn world() -> World {
    let mut world = World::new();
    world.engine.start_registrar(DWELL_MS, world.now).unwrap();
    world
}

fn connected() -> World {
    let mut world = world();
    world.run(1_000);
    world
}

fn random() -> [u8; RANDOM_LEN] {
    core::array::from_fn(|n| 0xA0 + u8::try_from(n).unwrap())
}

fn enrollee_frame() -> Vec<u8> {
    let (product_key, device_name) = NEW_DEVICE;
    let identity = Identity::unregistered(product_key, device_name).unwrap();
    let random = core::array::from_fn(|n| 0xA0 + u8::try_from(n).unwrap());
    let enrollee =
        Enrollee::new(&identity, b"7jluWm1zql7bt8qK", &random, &[0x18, 0xFE, 0x34, 0, 0, 2]).unwrap();
    enrollee.frame().to_vec()
}

fn hear(world: &mut World) {
    let bytes = enrollee_frame();
    let frame = Frame::new(&bytes, LinkType::None, false, -40).unwrap();
    world.engine.registrar().unwrap().frame(&frame);
    world.run(0);
}

fn check_in(world: &mut World) {
    let (product_key, device_name) = NEW_DEVICE;
    let params = json!({ "productKey": product_key, "deviceName": device_name, "timeout": 60 });
    let request =
        json!({ "id": "123", "version": "1.0", "params": params, "method": "thing.awss.enrollee.checkin" });
    world.publish("thing/awss/enrollee/checkin", &request.to_string());
    world.run(0);
}

fn give_key(world: &mut World) {
    let (product_key, device_name) = NEW_DEVICE;
    let data = json!({ "productKey": product_key, "deviceName": device_name, "secret": KEY });
    world.publish("thing/cipher/get_reply", &json!({ "id": "2", "code": 200, "data": data }).to_string());
    world.run(0);
}

fn frames(world: &World) -> Vec<Vec<u8>> {
    let frame = |(_, action): &(u64, RegistrarAction)| match action {
        RegistrarAction::SendProbeRequest(frame) => Some(frame.to_vec()),
        _ => None,
    };
    world.radio.iter().filter_map(frame).collect()
}

/// When the port was told to hand on frames, and when not.
fn turns(world: &World) -> Vec<(u64, bool)> {
    let turn = |(at, action): &(u64, RegistrarAction)| match action {
        RegistrarAction::Listen(is_on) => Some((*at, *is_on)),
        _ => None,
    };
    world.radio.iter().filter_map(turn).collect()
}

fn payloads(world: &World, suffix: &str) -> Vec<String> {
    world.published(suffix).into_iter().map(|(_, payload)| payload).collect()
}

/// All subscriptions of the device.
fn filters(world: &World) -> Vec<(String, mqttrs::QoS)> {
    let mut filters = Vec::new();
    for (_, packet) in &world.uplink {
        if let Ok(Some(mqttrs::Packet::Subscribe(subscribe))) = mqttrs::decode_slice(packet) {
            filters.extend(subscribe.topics.iter().map(|topic| (topic.topic_path.to_string(), topic.qos)));
        }
    }
    filters
}

#[test]
fn a_new_device_is_told_of_the_network_by_the_clouds_leave() {
    let mut world = connected();
    hear(&mut world);
    let found: Value = serde_json::from_str(&payloads(&world, FOUND)[0]).unwrap();
    assert_eq!(found["params"]["ssid"], "linkkit-lab");
    assert_eq!(found["params"]["bssid"], "D8:FE:E3:11:22:33");
    world.publish("thing/awss/enrollee/found_reply", r#"{"id":"1","code":200,"data":[]}"#);
    assert!(payloads(&world, CIPHER_GET).is_empty());
    check_in(&mut world);
    assert_eq!(payloads(&world, CHECKIN_REPLY), [r#"{"id":123,"code":200,"data":{}}"#]);
    let asked: Value = serde_json::from_str(&payloads(&world, CIPHER_GET)[0]).unwrap();
    assert_eq!(asked["params"]["random"], "A0A1A2A3A4A5A6A7A8A9AAABACADAEAF");
    assert!(frames(&world).is_empty());
    give_key(&mut world);
    world.run(10 * SEND_GAP_MS);
    let sent = frames(&world);
    assert_eq!(sent.len(), 11);
    let key = Key::new(SECRET, &random());
    let encrypted = key.encrypt_raw_password(&check_password(PASSWORD.as_bytes()).unwrap());
    assert!(sent.iter().all(|frame| frame.windows(encrypted.len()).any(|part| *part == *encrypted)));
    assert_eq!(sent[0][10..16], [0xB0, 0xF8, 0x93, 0x15, 0xBF, 0x21]);
}

#[test]
fn publishes_are_acknowledged_and_as_long_as_their_text() {
    let mut world = connected();
    hear(&mut world);
    check_in(&mut world);
    for suffix in [FOUND, CHECKIN_REPLY, CIPHER_GET] {
        assert!(payloads(&world, suffix)[0].ends_with('}'), "{suffix}");
        let is_it = |(_, packet): &&(_, Vec<u8>)| match mqttrs::decode_slice(packet) {
            Ok(Some(mqttrs::Packet::Publish(publish))) => publish.topic_name.ends_with(suffix),
            _ => false,
        };
        let (_, packet) = world.uplink.iter().find(is_it).unwrap();
        assert_eq!(packet[0], 0x32, "{suffix} is not of QoS 1");
    }
}

#[test]
fn the_three_topics_are_subscribed_where_it_is_started() {
    let suffixes =
        ["thing/awss/enrollee/checkin", "thing/awss/enrollee/found_reply", "thing/cipher/get_reply"];
    let all = filters(&connected());
    for suffix in suffixes {
        let topic = format!("/sys/{PK}/{DN}/{suffix}");
        assert!(all.contains(&(topic, mqttrs::QoS::AtMostOnce)), "{suffix}: {all:?}");
    }
    let mut other = World::new();
    other.run(1_000);
    assert_eq!(filters(&other).len(), LOCAL_SUBSCRIPTIONS);
    for suffix in suffixes {
        other.publish(suffix, "{}");
    }
    other.run(10_000);
    assert!(other.radio.is_empty() && payloads(&other, CHECKIN_REPLY).is_empty());
}

#[test]
fn it_listens_by_turns_from_the_connection_to_the_close() {
    let mut world = world();
    world.cloud.reachable = false;
    world.run(1_000);
    assert!(world.radio.is_empty());
    world.cloud.reachable = true;
    world.run(60_000);
    let seen = turns(&world);
    assert!(seen.len() > 5, "{seen:?}");
    for pair in seen.windows(2) {
        assert_eq!((pair[1].0 - pair[0].0, pair[1].1), (6_400, !pair[0].1), "{seen:?}");
    }
    // Offline it goes on.
    let before = seen.len();
    world.cloud.reachable = false;
    world.cut();
    world.run(60_000);
    assert!(turns(&world).len() > before + 5);
    world.engine.stop();
    world.run(60_000);
    assert!(!turns(&world).last().unwrap().1);
    let after = turns(&world).len();
    world.run(60_000);
    assert_eq!(turns(&world).len(), after);
}

#[test]
fn what_is_heard_offline_is_told_later() {
    let mut world = connected();
    world.cloud.reachable = false;
    world.cut();
    world.run(5_000);
    hear(&mut world);
    world.run(1_000);
    assert!(payloads(&world, FOUND).is_empty());
    world.cloud.reachable = true;
    world.run(100_000);
    assert_eq!(payloads(&world, FOUND).len(), 1);
}

#[test]
fn a_device_is_served_on_while_the_cloud_is_away() {
    let mut world = connected();
    hear(&mut world);
    check_in(&mut world);
    give_key(&mut world);
    world.cloud.reachable = false;
    world.cut();
    let before = frames(&world).len();
    world.run(10 * SEND_GAP_MS);
    assert_eq!(frames(&world).len(), before + 10);
}

#[test]
fn it_stops_with_binding() {
    let mut world = connected();
    hear(&mut world);
    check_in(&mut world);
    give_key(&mut world);
    world.engine.stop_binding();
    let before = frames(&world).len();
    world.run(60_000);
    assert_eq!(frames(&world).len(), before);
    assert!(!turns(&world).last().unwrap().1);
    world.cut();
    world.run(10_000);
    assert!(!turns(&world).last().unwrap().1, "binding is stopped still");
    world.engine.start_binding(world.now);
    world.run(0);
    assert!(turns(&world).last().unwrap().1);
    hear(&mut world);
    assert_eq!(payloads(&world, FOUND).len(), 2);
}

#[test]
fn a_device_that_announces_that_it_has_joined_is_sent_nothing_more() {
    let mut world = connected();
    hear(&mut world);
    check_in(&mut world);
    give_key(&mut world);
    let announcement = |device_name: &str| {
        let params = json!({ "productKey": NEW_DEVICE.0, "deviceName": device_name, "ip": "10.0.0.60" });
        let mut packet = coap_lite::Packet::new();
        packet.header.set_type(coap_lite::MessageType::NonConfirmable);
        packet.header.code = coap_lite::MessageClass::Request(coap_lite::RequestType::Post);
        for segment in ["sys", "awss", "event", "connectap", "notify"] {
            packet.add_option(coap_lite::CoapOption::UriPath, segment.as_bytes().to_vec());
        }
        packet.payload =
            json!({ "id": "1", "version": "1.0", "method": "awss.event.connectap.notify", "params": params })
                .to_string()
                .into_bytes();
        packet.to_bytes().unwrap()
    };
    assert!(world.phone(&announcement("test_07")).is_empty());
    world.run(SEND_GAP_MS);
    assert_eq!(frames(&world).len(), 2);
    assert!(world.phone(&announcement("test_06")).is_empty());
    world.run(60_000);
    assert_eq!(frames(&world).len(), 2);
}

#[test]
fn nonsense_of_the_cloud_costs_a_line_each() {
    let mut world = connected();
    for suffix in ["thing/awss/enrollee/checkin", "thing/awss/enrollee/found_reply", "thing/cipher/get_reply"]
    {
        for payload in ["", "{", "no json", "[]", "7"] {
            let lines = lines(|| {
                world.publish(suffix, payload);
                world.settle();
            });
            let warnings = lines.iter().filter(|(level, _)| *level == log::Level::Warn).count();
            assert_eq!(warnings, 1, "{suffix} {payload:?}: {lines:?}");
        }
    }
    assert!(payloads(&world, CHECKIN_REPLY).is_empty());
    hear(&mut world);
    assert_eq!(payloads(&world, FOUND).len(), 1);
}

#[test]
fn a_device_without_an_address_helps_nobody() {
    let mut world = World::with_mac("");
    world.engine.start_registrar(DWELL_MS, world.now).unwrap();
    world.run(10_000);
    assert!(world.engine.registrar().is_none() && world.radio.is_empty());
    assert_eq!(filters(&world).len(), LOCAL_SUBSCRIPTIONS);
}

#[test]
fn no_line_has_the_password_or_the_key() {
    let lines = lines(|| {
        let mut world = connected();
        hear(&mut world);
        check_in(&mut world);
        give_key(&mut world);
        world.run(60_000);
    });
    assert!(lines.iter().any(|(_, line)| line.contains("test_06 wants to join")));
    for (_, line) in &lines {
        assert!(!line.contains(PASSWORD) && !line.to_uppercase().contains(KEY), "{line}");
    }
}
