//! A hundred thousand datagrams that are almost CoAP, against a real device.

use std::fs;
use std::net::{Ipv4Addr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use robust_support::device::Device;
use robust_support::malformed::bytes;
use robust_support::mutation::{Random, mutate};
use robust_support::rogue::RogueBroker;
use support::coap::PORT;
use support::network::Network;

mod robust_support;
mod support;

const DATAGRAMS: usize = 100_000;
/// So many that they fit into the receive buffer of the device's socket.
const BATCH: usize = 100;
/// Addresses they come from: more than the device keeps an account of.
const SENDERS: u8 = 32;
const SEED: u64 = 0x6c69_6e6b_6b69_7401;
/// What the answers kept for repeated requests may take, bytes.
const KEPT_ANSWERS: i64 = 4 * 512;

/// A phone's query, CON, as captured.
const QUERY: &str = "440123f63959cc4bb37379730664657669636504696e666f036765741132ff7b226964223a2022313233222c\
                     202276657273696f6e223a2022312e30222c20226d6574686f64223a20226465766963652e696e666f2e6765\
                     74222c2022706172616d73223a207b7d7d";
/// The same for this device alone, NON.
const OWN_QUERY: &str = "540123f73959cc4cb37379730b613147516338694a4f57490d016761746577\
                         61795f74657374303106646576696365\
                         04696e666f03676574ff7b226964223a397d";
/// A phone's answer to a broadcast, as captured.
const NOTIFY_ANSWER: &str =
    "5445001417030201c132ff7b226964223a223230222c22636f6465223a3230302c2264617461223a7b7d7d";
/// A device's broadcast, cut behind its first key.
const NOTIFY: &str =
    "5402000104030201b37379730664657669636504696e666f066e6f746966791132ff7b226964223a2231227d";
/// A ping; a query with Observe, Accept and Block2; an empty acknowledgement; a reset.
const OTHERS: [&str; 4] = [
    "40000001",
    "4401aaaa01020304603373797306646576696365 04696e666f03676574613250c2",
    "60000002",
    "70000003",
];

#[test]
fn survives_a_flood_of_mutated_datagrams_without_growing() {
    let network = Network::new();
    let broker = RogueBroker::listen(&network);
    let mut device = Device::start(&network);
    let (mut session, report) = broker.accept_until_report();
    session.confirm(&report);
    device.wait_for("awss_report_token_reply");
    let cloud = thread::spawn(move || session.serve_to_the_end());

    let mut random = Random::new(SEED);
    network.device.run(|| flood(DATAGRAMS / 10, &mut random));
    let before = device.counts();
    network.device.run(|| flood(DATAGRAMS, &mut random));
    let after = device.counts();

    assert!(network.device.run(is_token_given), "no phone gets a token:\n{}", device.log_text());
    let grown = |name| after.get(name) - before.get(name);
    assert!(grown("bytes") < KEPT_ANSWERS && grown("blocks") <= 8, "{before:?} grew to {after:?}");
    assert!(grown("peak_bytes") < 8 * KEPT_ANSWERS, "{before:?} grew to {after:?}");
    assert!(device.lines_with("@disconnected").is_empty(), "{}", device.log_text());
    device.close().counts.assert_nothing_held();
    cloud.join().expect("the cloud saw nothing strange");
}

/// Sends from addresses of the device's loopback, no faster than the device takes them in.
fn flood(count: usize, random: &mut Random) {
    let originals: Vec<Vec<u8>> =
        [QUERY, OWN_QUERY, NOTIFY_ANSWER, NOTIFY].into_iter().chain(OTHERS).map(bytes).collect();
    let originals: Vec<&[u8]> = originals.iter().map(Vec::as_slice).collect();
    let senders: Vec<_> = (1..=SENDERS).map(|n| bind(Ipv4Addr::new(127, 0, 2, n))).collect();
    let dropped_before = device_socket().dropped;
    for sent in 0..count {
        let datagram = mutate(&originals, random);
        let sender = &senders[random.below(senders.len())];
        sender.send_to(&datagram, (Ipv4Addr::LOCALHOST, PORT)).expect("the device's socket is open");
        if sent % BATCH == BATCH - 1 {
            wait_until_taken();
        }
    }
    wait_until_taken();
    assert_eq!(device_socket().dropped, dropped_before, "the device has to take every datagram in");
}

fn is_token_given() -> bool {
    let phone = bind(Ipv4Addr::new(127, 0, 3, 1));
    phone.set_read_timeout(Some(Duration::from_millis(300))).expect("a timeout that is not 0");
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut query = bytes(QUERY);
    let mut answer = [0; 2048];
    while Instant::now() < deadline {
        query[3] = query[3].wrapping_add(1);
        phone.send_to(&query, (Ipv4Addr::LOCALHOST, PORT)).expect("the device's socket is open");
        let answered = phone.recv(&mut answer).map(|length| String::from_utf8_lossy(&answer[..length]));
        if answered.is_ok_and(|text| text.contains(r#""code":200"#) && text.contains(r#""token":"#)) {
            return true;
        }
        thread::sleep(Duration::from_millis(100));
    }
    false
}

fn bind(address: Ipv4Addr) -> UdpSocket {
    UdpSocket::bind((address, 0)).expect("an address of the loopback")
}

/// The device's socket as the kernel sees it.
struct DeviceSocket {
    waiting_bytes: u64,
    dropped: u64,
}

/// In the namespace of the calling thread.
fn device_socket() -> DeviceSocket {
    let table = fs::read_to_string("/proc/thread-self/net/udp").expect("the kernel's table of UDP sockets");
    let port = format!(":{PORT:04X}");
    let is_device =
        |row: &&str| row.split_whitespace().nth(1).is_some_and(|address| address.ends_with(&port));
    let row: Vec<&str> =
        table.lines().find(is_device).expect("the device's socket").split_whitespace().collect();
    let (_, waiting) = row[4].split_once(':').expect("two queues");
    DeviceSocket {
        waiting_bytes: u64::from_str_radix(waiting, 16).expect("hexadecimal"),
        dropped: row[row.len() - 1].parse().expect("a number"),
    }
}

fn wait_until_taken() {
    let deadline = Instant::now() + Duration::from_secs(10);
    while device_socket().waiting_bytes > 0 {
        assert!(Instant::now() < deadline, "the device takes no datagrams any more");
        thread::sleep(Duration::from_micros(200));
    }
}
