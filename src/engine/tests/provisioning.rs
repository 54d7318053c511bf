//! A station that goes through an engine.

use zeroize::Zeroizing;

use super::world::*;
use crate::coap;
use crate::entropy::{Entropy, StoredSeed};
use crate::identity::Identity;
use crate::provision::{Action, Provisioning, Setup, Station};

const HEX: &str = "B52C577E55DE6B3CAF5B0C882410D8BF";
/// Behind `/sys/`.
const SWITCH_AP: &str = "awss/device/softap/switchap";
const JOINED_INFO: &str = "awss/device/connectap/info/get";
const DEVICE_INFO: &str = "device/info/get";

fn station() -> Box<Station> {
    let (entropy, _) = Entropy::new(b"another", &StoredSeed::empty(), &port()).unwrap();
    let setup = Setup {
        identity: Identity::unregistered(PK, DN).unwrap(),
        product_secret: Zeroizing::new("7jluWm1zql7bt8qK".try_into().unwrap()),
        mac: MAC.try_into().unwrap(),
        provisioning: Box::new(Provisioning::new()),
        coap: Box::new(coap::Server::new(0)),
        entropy,
    };
    Box::new(Station::new(setup).unwrap())
}

/// A phone's NON GET.
fn get(path: &str, message_id: u16, payload: &str) -> Vec<u8> {
    let mut packet = coap_lite::Packet::new();
    packet.header.set_type(coap_lite::MessageType::NonConfirmable);
    packet.header.code = coap_lite::MessageClass::Request(coap_lite::RequestType::Get);
    packet.header.message_id = message_id;
    for segment in ["sys"].into_iter().chain(path.split('/')) {
        packet.add_option(coap_lite::CoapOption::UriPath, segment.as_bytes().to_vec());
    }
    packet.payload = payload.as_bytes().to_vec();
    packet.to_bytes().unwrap()
}

/// A station that has just joined what a phone with a token has asked for.
fn joined(world: &World) -> Box<Station> {
    let (mut station, now) = (station(), world.now);
    let name = station.ap_name().unwrap();
    station.provisioning().start_device_ap(name, now).unwrap();
    while station.poll_action(now).is_some() {}
    station.provisioning().ap_opened(true, now);
    let request = format!(
        r#"{{"id":1,"params":{{"ssid":"linkkit-lab","random":"101112131415161718191a1b1c1d1e1f","passwd":"19C5EDB2FAD010A965B0F628F338AFF1","token":"{HEX}"}}}}"#
    );
    let now = now.plus(1_000);
    station.take_datagram(PHONE, &get(SWITCH_AP, 1, &request), now);
    while station.poll_datagram().is_some() {}
    let now = now.plus(2_000);
    while station.poll_action(now).is_some() {}
    station.provisioning().connected(true, now);
    while station.poll_action(now).is_some() {}
    station
}

fn swap(world: &mut World, station: Option<Box<Station>>) -> Option<Box<Station>> {
    let mut station = station;
    world.engine.swap_station(&mut station, world.now).unwrap();
    station
}

/// Lets time pass for the engine and the station.
fn run(world: &mut World, ms: u64) -> Vec<Action> {
    let mut actions = Vec::new();
    for _ in 0..ms.div_ceil(50) {
        while let Some(action) = world.engine.poll_provisioning(world.now) {
            actions.push(action);
        }
        world.run(50);
    }
    actions
}

fn first_report(world: &World) -> String {
    world.published("enrollee/match").into_iter().next().unwrap().1
}

#[test]
fn the_token_of_a_phone_is_the_first_report_after_connect() {
    let mut world = World::new();
    let station = joined(&world);
    world.now = world.now.plus(3_000);
    assert!(swap(&mut world, Some(station)).is_none());
    world.run(0);
    assert!(first_report(&world).contains(HEX));
    run(&mut world, 60_000);
    let with_it = world.published("enrollee/match").into_iter().filter(|(_, report)| report.contains(HEX));
    assert_eq!(with_it.count(), 1);
}

#[test]
fn a_join_within_a_session_is_reported_too() {
    let mut world = World::new();
    world.cloud.reachable = false;
    swap(&mut world, Some(station()));
    let now = world.now;
    let engine_station = world.engine.station().unwrap();
    let name = engine_station.ap_name().unwrap();
    engine_station.provisioning().start_device_ap(name, now).unwrap();
    run(&mut world, 100);
    let now = world.now;
    world.engine.station().unwrap().provisioning().ap_opened(true, now);
    run(&mut world, 1_000);
    let request = format!(
        r#"{{"id":1,"params":{{"ssid":"lab","random":"101112131415161718191a1b1c1d1e1f","token":"{HEX}"}}}}"#
    );
    assert_eq!(world.phone(&get(SWITCH_AP, 1, &request)).len(), 1);
    let actions = run(&mut world, 3_000);
    assert!(actions.iter().any(|action| matches!(action, Action::Connect(wanted) if wanted.token.is_none())));
    let now = world.now;
    world.engine.station().unwrap().provisioning().connected(true, now);
    run(&mut world, 1_000);
    world.cloud.reachable = true;
    run(&mut world, 100_000);
    assert!(first_report(&world).contains(HEX));
}

#[test]
fn binding_and_the_station_are_served_on_one_port() {
    let mut world = World::new();
    let station = joined(&world);
    world.now = world.now.plus(3_000);
    swap(&mut world, Some(station));
    run(&mut world, 10_000);
    let data = |world: &mut World, path: &str, message_id| {
        let answers = world.phone(&get(path, message_id, r#"{"id":1}"#));
        let [answer] = answers.as_slice() else { return None };
        let start = answer.iter().position(|byte| *byte == 0xFF)? + 1;
        Some(serde_json::from_slice::<serde_json::Value>(&answer[start..]).unwrap()["data"].clone())
    };
    let binding = data(&mut world, DEVICE_INFO, 10).unwrap();
    assert!(binding["token"].is_string());
    let own = format!("{PK}/{DN}/{DEVICE_INFO}");
    assert!(data(&mut world, &own, 11).unwrap()["token"].is_string());
    for (message_id, path) in [(20, JOINED_INFO.to_owned()), (21, format!("{PK}/{DN}/{JOINED_INFO}"))] {
        let joined = data(&mut world, &path, message_id).unwrap();
        assert_eq!((&joined["ip"], joined.get("token")), (&serde_json::json!("10.0.0.59"), None));
    }
    // Both announce, each with a token of its own.
    for method in [BINDABLE, JOINED] {
        assert!(announced(&world, method).len() > 5, "{method}");
    }
    // An application that wants no binding can be told of networks all the same.
    world.engine.stop_binding();
    assert!(world.phone(&get(DEVICE_INFO, 30, r#"{"id":1}"#)).is_empty());
    assert!(data(&mut world, JOINED_INFO, 31).is_some());
}

const BINDABLE: &str = "device.info.notify";
const JOINED: &str = "awss.event.connectap.notify";

/// The announcements of this kind.
fn announced(world: &World, method: &str) -> Vec<Vec<u8>> {
    let all = world.lan.iter().map(|(.., bytes)| bytes);
    all.filter(|bytes| String::from_utf8_lossy(bytes).contains(method)).cloned().collect()
}

/// The CON answer of a phone to the last announcement of this kind.
fn answer_to(world: &World, method: &str) -> Vec<u8> {
    let last = announced(world, method).pop().unwrap();
    [&[0x44, 0x45, 0, 1], &last[4..8], &[0xFF], br#"{"id":123,"code":200}"#.as_slice()].concat()
}

#[test]
fn an_answer_ends_the_series_it_is_for() {
    for (answered, other) in [(JOINED, BINDABLE), (BINDABLE, JOINED)] {
        let mut world = World::new();
        let station = joined(&world);
        // Binding announces itself before the station is there.
        world.run(3_000);
        swap(&mut world, Some(station));
        run(&mut world, 2_000);
        let answer = answer_to(&world, answered);
        world.phone(&answer);
        let before = (announced(&world, answered).len(), announced(&world, other).len());
        run(&mut world, 10_000);
        assert_eq!(announced(&world, answered).len(), before.0, "{answered}");
        assert!(announced(&world, other).len() > before.1, "{other}");
    }
}

#[test]
fn a_series_of_binding_is_answerable_before_and_after() {
    let mut world = World::new();
    let station = joined(&world);
    world.run(3_000);
    let answer = answer_to(&world, BINDABLE);
    let mut station = Some(station);
    world.engine.swap_station(&mut station, world.now).unwrap();
    world.engine.swap_station(&mut station, world.now).unwrap();
    let mut station = station.unwrap();
    while station.poll_datagram().is_some() {}
    station.take_datagram(PHONE, &answer, world.now);
    let reset = [0x70, 0, 0, 1];
    assert_eq!(station.poll_datagram().unwrap().bytes, reset);
    world.engine.swap_station(&mut Some(station), world.now).unwrap();
    let answer = [&answer[..3], &[2], &answer[4..]].concat();
    assert_eq!(world.phone(&answer), [[0x60, 0, 0, 2]]);
}

#[test]
fn a_station_that_is_given_back_goes_on() {
    let mut world = World::new();
    let station = joined(&world);
    world.now = world.now.plus(3_000);
    swap(&mut world, Some(station));
    run(&mut world, 10_000);
    let mut station = swap(&mut world, None).unwrap();
    let now = world.now;
    assert!(world.engine.poll_provisioning(now).is_none() && world.engine.station().is_none());
    assert!(station.needs_network(now));
    let mut ask = |path: &str, message_id| {
        station.take_datagram(PHONE, &get(path, message_id, r#"{"id":1}"#), now);
        station.poll_datagram().unwrap().bytes
    };
    assert_eq!(ask(JOINED_INFO, 1_000)[1], 0x45);
    // Binding is over.
    assert_eq!(ask(DEVICE_INFO, 1_001)[1], 0x84);
    // The engine has its own server again.
    assert!(world.phone_asks(2_000).is_some());
}

// In the C SDK a series that begins while another runs may go on every 100 ms, and without end.
#[test]
pub(crate) fn a_series_of_binding_takes_the_place_of_the_one_that_runs() {
    let mut world = World::new();
    assert!(announced(&world, BINDABLE).is_empty());
    world.run(3_000);
    for _ in 0..5 {
        let now = world.now;
        world.engine.announce_binding(now).unwrap();
        world.run(50);
    }
    let before = announced(&world, BINDABLE).len();
    world.run(10_000);
    // Gaps of 100, 200, … 1 300 ms.
    let sent = announced(&world, BINDABLE).len() - before;
    assert!((12..=14).contains(&sent), "{sent}");
    let now = world.now;
    world.engine.stop_announcing_binding(now);
    let before = announced(&world, BINDABLE).len();
    world.run(10_000);
    assert_eq!(announced(&world, BINDABLE).len(), before);
}
