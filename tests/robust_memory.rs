//! What the library takes of the port, and that it gives everything back.

use std::thread;
use std::time::Duration;

use robust_support::device::Device;
use robust_support::malformed::bytes;
use robust_support::rogue::RogueBroker;
use support::SOON;
use support::coap::Listener;
use support::network::Network;

mod robust_support;
mod support;

/// Longer than the time between two PINGREQs.
const IDLE: Duration = Duration::from_secs(33);
/// The C SDK's peak for connect and bind, bytes.
const PEAK_OF_C_SDK: i64 = 6_248;

#[test]
fn an_idle_device_allocates_nothing_and_a_closed_one_holds_nothing() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let phone = Listener::new(&network);
    let mut device = Device::start_quiet(&network);
    let (mut session, report) = broker.accept_until_report();
    session.confirm(&report);
    let cloud = thread::spawn(move || session.serve_to_the_end());
    answer_broadcast(&phone);
    // The next token is reported within a second, and the last datagram answered.
    thread::sleep(Duration::from_secs(2));

    let before = device.counts();
    thread::sleep(IDLE);
    let after = device.counts();
    assert_eq!(after.get("allocations"), before.get("allocations"), "{before:?} {after:?}");
    assert_eq!(after.get("bytes"), before.get("bytes"), "{before:?} {after:?}");
    assert!(after.get("peak_bytes") < PEAK_OF_C_SDK, "{after:?}");
    assert_eq!((after.get("threads"), after.get("tcp_sockets"), after.get("udp_sockets")), (1, 1, 1));
    device.close().counts.assert_nothing_held();
    cloud.join().expect("the cloud saw nothing strange");
}

/// As a phone that binds does: the device then stops broadcasting.
fn answer_broadcast(phone: &Listener) {
    let broadcast = phone.receive(SOON).expect("a broadcast of the device");
    let token_length = usize::from(broadcast.bytes[0] & 0x0f);
    let token = &broadcast.bytes[4..4 + token_length];
    let answer = [&[0x50 | broadcast.bytes[0] & 0x0f, 0x45, 0, 1], token, &bytes("c132ff")].concat();
    phone.send(&[&answer, &br#"{"id":123,"code":200,"data":{}}"#[..]].concat()).expect("the device listens");
}
