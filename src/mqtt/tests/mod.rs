//! One file per behaviour. The packets are written down in hex, as they are on the wire; those of real
//! traffic were captured from the C SDK 3.0.1 and its broker.

#![allow(clippy::arithmetic_side_effects)]

mod cut_connections;
mod delivering;
mod encoding;
mod exactly_once;
mod framing;
mod keeping_alive;
mod malformed;
mod many_filters;
mod matching;
mod mutations;
mod outcomes;
mod over_long;
mod publishing;
mod reconnecting;
mod soak;
mod subscribing;
mod topics;

use super::*;
use crate::time::Instant;

/// CONNACK 0 of a broker without and with the session.
const CONNACK: &str = "20020000";
const CONNACK_SESSION_PRESENT: &str = "20020100";

const REPLY_TOPIC: &str = "/sys/a1GQc8iJOWI/gateway_test01/thing/awss/enrollee/match_reply";
/// A QoS 0 message to [`REPLY_TOPIC`], and its payload.
const REPLY: &str = "30a901003f2f7379732f613147516338694a4f57492f676174657761795f7465737430312f7468696e672f617773732f656e726f6c6c65652f6d617463685f7265706c797b226964223a2230222c22636f6465223a3230302c2264617461223a7b7d2c226d657373616765223a2273756363657373222c226d6574686f64223a227468696e672e617773732e656e726f6c6c65652e6d61746368222c2276657273696f6e223a22312e30227d";
const REPLY_PAYLOAD: &[u8] = br#"{"id":"0","code":200,"data":{},"message":"success","method":"thing.awss.enrollee.match","version":"1.0"}"#;

const CREDENTIALS: Credentials<'static> = Credentials {
    client_id: "a1GQc8iJOWI.gateway_test01|timestamp=2524608000000,_v=sdk-c-3.0.1,securemode=3,signmethod=hmacsha256,lan=C,gw=0,ext=0|",
    username: "gateway_test01&a1GQc8iJOWI",
    password: "622001BE25645D065A89B21DEC0BCD5AE49F653FDD5083A592D25E701BDB322E",
};

fn at(ms: u64) -> Instant {
    Instant::from_millis(ms)
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<char> = hex.chars().filter(|c| !c.is_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// All that `client` has to write.
fn sent(client: &mut Client) -> Vec<u8> {
    let (mut all, mut buffer) = (Vec::new(), Vec::new());
    while client.swap_transmit(&mut buffer) {
        all.append(&mut buffer);
    }
    all
}

/// The packets that `client` has to write, in hex.
fn sent_packets(client: &mut Client) -> Vec<String> {
    let mut stream = &sent(client)[..];
    let mut packets = Vec::new();
    while !stream.is_empty() {
        let (remaining, size) = gate::remaining_length(&stream[1..]).unwrap().unwrap();
        let (packet, rest) = stream.split_at(1 + size + remaining);
        packets.push(hex(packet));
        stream = rest;
    }
    packets
}

/// Hands `packet`, in hex, to `client`, who is to make nothing of it that the test would look at.
fn receive(client: &mut Client, packet: &str, now: Instant) {
    client.handle_packet(&bytes(packet), now).unwrap();
}

/// Bytes of heap that a table takes.
pub(super) fn size_of_table<T>(table: &Vec<T>) -> usize {
    table.capacity() * size_of::<T>()
}

impl Client {
    /// Bytes of heap that the client takes.
    fn heap_bytes(&self) -> usize {
        self.transmit.capacity() + self.in_flight.heap_bytes() + self.subscriptions.heap_bytes()
    }
}

/// Hands a QoS 1 message with `packet_id` to `client`, which acknowledges it.
fn take_and_acknowledge(client: &mut Client, packet_id: u16, now: Instant) {
    let acknowledgement = take(client, &format!("32050001 61 {packet_id:04x}"), now).unwrap();
    client.acknowledge(acknowledgement);
}

/// Hands a message to `client` and gives what is owed for it; `None`: it was not delivered.
fn take(client: &mut Client, packet: &str, now: Instant) -> Option<Acknowledgement> {
    match client.handle_packet(&bytes(packet), now).unwrap() {
        Incoming::Message(Message { acknowledgement, .. }) => acknowledgement,
        _ => None,
    }
}

/// A recipient like no other.
fn recipient(number: usize) -> Option<Recipient> {
    Some(Recipient { function: 0x0800_0000, context: number })
}

fn outcomes(client: &mut Client) -> Vec<Outcome> {
    core::iter::from_fn(|| client.poll_outcome()).collect()
}

/// Opens a connection, which the broker answers by `connack`. What the client then sends is left.
fn connect(client: &mut Client, connack: &str, now: Instant) {
    client.connecting();
    client.connection_opened(&CREDENTIALS, now).unwrap();
    sent(client);
    receive(client, connack, now);
}

/// A client connected at time 0 to a broker that knew no session.
fn connected() -> Client {
    let mut client = Client::new(Config::default());
    client.start(at(0));
    connect(&mut client, CONNACK, at(0));
    client
}
