//! The server through its public interface, in virtual time. Datagrams in hex are from captures of
//! the C SDK unless a test says otherwise.

#![allow(clippy::arithmetic_side_effects)]

use super::*;
use crate::time::Instant;

mod announcements;
#[cfg(feature = "provision")]
mod confirmable;
mod duplicates;
mod malformed;
mod mutations;
mod rate_limit;
mod requests;
mod responses;

const QUERY_PATH: &str = "/sys/device/info/get";

/// CON GET /sys/device/info/get, message id 23f6, token 3959cc4b.
const CON_QUERY: &str = "440123f63959cc4bb37379730664657669636504696e666f036765741132ff\
    7b226964223a2022313233222c202276657273696f6e223a2022312e30222c20226d6574686f64223a20\
    226465766963652e696e666f2e676574222c2022706172616d73223a207b7d7d";
/// NON POST /sys/device/info/notify, message id 0001, token 04030201.
const NOTIFY: &str = "5402000104030201b37379730664657669636504696e666f066e6f746966791132ff\
    7b226964223a2231222c2276657273696f6e223a22312e30222c226d6574686f64223a226465766963652e\
    696e666f2e6e6f74696679222c22706172616d73223a7b2261777373566572223a7b22736d617274636f6e\
    666967223a22322e30222c227a636f6e666967223a22322e30222c22726f75746572223a22322e30222c22\
    6170223a22322e30222c22736f66746170223a22322e30227d2c2270726f647563744b6579223a22613147\
    516338694a4f5749222c226465766963654e616d65223a22676174657761795f746573743031222c226d61\
    63223a2242303a46383a39333a31353a42463a3231222c226970223a2231302e302e302e3539222c226369\
    7068657254797065223a332c22746f6b656e223a2243423339414337304237453241443846333345463537\
    3941313330433541433722\
    2c2272656d61696e54696d65223a34343639392c2274797065223a307d7d";
/// NON 2.05 of a phone to the notify with token 17030201.
const NOTIFY_ANSWER: &str =
    "5445001417030201c132ff7b226964223a223230222c22636f6465223a3230302c2264617461223a7b7d7d";
const NOTIFY_ANSWER_JSON: &[u8] = br#"{"id":"20","code":200,"data":{}}"#;

/// No datagram.
const SILENCE: &[u8] = &[];

/// The bytes of `hex`; blanks do not count.
fn hex(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> =
        hex.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16).unwrap()).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

/// A CON GET with these options and no payload, message id 1234, no token.
fn con_get(options: &[u8]) -> Vec<u8> {
    [&[0x40, 0x01, 0x12, 0x34], options].concat()
}

/// `/sys/device/info/get`
fn query_path() -> Vec<u8> {
    hex("b3737973 06646576696365 04696e666f 03676574")
}

/// The NON of a CON and the other way round.
fn other_type(mut datagram: Vec<u8>) -> Vec<u8> {
    datagram[0] ^= 0x10;
    datagram
}

fn with_message_id(mut datagram: Vec<u8>, message_id: u16) -> Vec<u8> {
    datagram[2..4].copy_from_slice(&message_id.to_be_bytes());
    datagram
}

fn phone() -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 100), 39472)
}

/// A server with the two resources of a device.
struct Bench {
    server: Server,
    now: Instant,
}

impl Bench {
    fn new() -> Self {
        let mut server = Server::new(1);
        server.register(QUERY_PATH).unwrap();
        server.register("/sys/a1GQc8iJOWI/gateway_test01/device/info/get").unwrap();
        Self { server, now: Instant::from_millis(1_000_000) }
    }

    fn wait(&mut self, ms: u64) {
        self.now = self.now.plus(ms);
    }

    fn receive(&mut self, bytes: &[u8]) -> Inbound {
        self.receive_from(phone(), bytes)
    }

    fn receive_from(&mut self, from: SocketAddrV4, bytes: &[u8]) -> Inbound {
        self.server.handle_datagram(from, bytes, self.now)
    }

    /// The id of the request that `bytes` make.
    fn request(&mut self, bytes: &[u8]) -> RequestId {
        match self.receive(bytes) {
            Inbound::Request(request) => request.id,
            other => panic!("not a request but {other:?}"),
        }
    }

    fn answer(&mut self, request: &RequestId, payload: &[u8]) {
        self.server.answer(request, payload, self.now).unwrap();
    }

    /// All that goes out.
    fn sent(&mut self) -> Vec<Datagram> {
        core::iter::from_fn(|| self.server.poll_datagram()).collect()
    }

    /// What goes out to the phone: at most one datagram; empty for none.
    fn reply(&mut self) -> Vec<u8> {
        let mut sent = self.sent();
        assert!(sent.len() <= 1, "{sent:?}");
        let Some(Datagram { to, bytes }) = sent.pop() else { return Vec::new() };
        assert_eq!(to, phone());
        bytes
    }

    /// What goes out when `bytes`, which are not for the owner, come in.
    fn reaction(&mut self, bytes: &[u8]) -> Vec<u8> {
        assert_eq!(self.receive(bytes), Inbound::Nothing);
        self.reply()
    }
}
