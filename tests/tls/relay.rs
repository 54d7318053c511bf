//! Stands between the device and the broker, passes TLS records on, and cuts a connection after a given
//! number of them.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::support::SOON;
use crate::support::network::{Network, SERVER};
use crate::support::timeline::{Seen, Timeline};
use crate::{BACK_PORT, PORT};

const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;
const CERTIFICATE: u8 = 11;

/// A record that has passed.
#[derive(Clone, Debug)]
pub struct Record {
    /// Of which connection, from 0.
    pub connection: usize,
    pub from_server: bool,
    content: u8,
    /// Handshake messages in it, where they can be read.
    messages: Vec<u8>,
}

pub struct Relay {
    /// Records after which the next connections are cut.
    cuts: Arc<Mutex<VecDeque<usize>>>,
    passed: Arc<Timeline<Record>>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Relay {
    /// Listens where the device connects to, in front of a broker at [`BACK_PORT`].
    pub fn start(network: &Network) -> Self {
        let listener = network.peers.run(|| TcpListener::bind((SERVER, PORT))).expect("the device's port");
        let relay = Self { cuts: Arc::default(), passed: Arc::new(Timeline::new()), open: Arc::default() };
        let (cuts, passed, open) =
            (Arc::clone(&relay.cuts), Arc::clone(&relay.passed), Arc::clone(&relay.open));
        network.peers.spawn(move || {
            for (number, device) in listener.incoming().enumerate() {
                let device = device.expect("a connection");
                let cut = cuts.lock().unwrap().pop_front();
                if cut == Some(0) {
                    continue;
                }
                let broker = TcpStream::connect((SERVER, BACK_PORT)).expect("the broker listens");
                for stream in [&device, &broker] {
                    stream.set_nodelay(true).expect("a connection");
                    open.lock().unwrap().push(stream.try_clone().expect("a connection"));
                }
                let passage =
                    Passage { connection: number, cut, count: Mutex::new(0), passed: Arc::clone(&passed) };
                pass(Arc::new(passage), device, broker);
            }
        });
        relay
    }

    /// Cuts the next connection when `records` of it have passed.
    pub fn cut_next_after(&self, records: usize) {
        self.cuts.lock().unwrap().push_back(records);
    }

    /// Cuts all connections.
    pub fn cut_now(&self) {
        for stream in self.open.lock().unwrap().drain(..) {
            // Fails where the other side has closed.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Records that have passed on the connection that came last and whose handshake is over.
    pub fn last_handshake(&self) -> Vec<Record> {
        let is_over = |record: &Record| record.content != HANDSHAKE && record.content != CHANGE_CIPHER_SPEC;
        let data: Seen<Record> = self.passed.find(0, SOON, is_over).expect("a whole handshake");
        let all = self.passed.all();
        let last = all.iter().rev().find(|seen| is_over(&seen.what)).unwrap_or(&data).what.connection;
        let of_last = all.into_iter().map(|seen| seen.what).filter(|record| record.connection == last);
        of_last.take_while(|record| !is_over(record)).collect()
    }
}

/// Has the server shown a certificate?
pub fn is_full(handshake: &[Record]) -> bool {
    handshake.iter().any(|record| record.from_server && record.messages.contains(&CERTIFICATE))
}

struct Passage {
    connection: usize,
    cut: Option<usize>,
    count: Mutex<usize>,
    passed: Arc<Timeline<Record>>,
}

fn pass(passage: Arc<Passage>, device: TcpStream, broker: TcpStream) {
    let backwards = Arc::clone(&passage);
    let ends = (broker.try_clone().expect("a connection"), device.try_clone().expect("a connection"));
    thread::spawn(move || backwards.pump(ends.0, ends.1, true));
    thread::spawn(move || passage.pump(device, broker, false));
}

impl Passage {
    /// Passes records on until one end closes, or it is time to cut; then both ends are closed.
    fn pump(&self, mut from: TcpStream, mut to: TcpStream, from_server: bool) {
        let mut is_encrypted = false;
        while let Ok(bytes) = read_record(&mut from) {
            let mut count = self.count.lock().unwrap();
            if self.cut.is_some_and(|cut| *count >= cut) {
                break;
            }
            let content = bytes[0];
            let messages =
                if content == HANDSHAKE && !is_encrypted { messages(&bytes[5..]) } else { Vec::new() };
            is_encrypted |= content == CHANGE_CIPHER_SPEC;
            if to.write_all(&bytes).is_err() {
                break;
            }
            *count += 1;
            self.passed.push(Record { connection: self.connection, from_server, content, messages });
            if self.cut == Some(*count) {
                break;
            }
        }
        // What was passed on last is to arrive before the end.
        thread::sleep(Duration::from_millis(10));
        for stream in [&from, &to] {
            // Fails where the other side has closed.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn read_record(from: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 5];
    from.read_exact(&mut bytes)?;
    let length = usize::from(u16::from_be_bytes([bytes[3], bytes[4]]));
    bytes.resize(5 + length, 0);
    from.read_exact(&mut bytes[5..])?;
    Ok(bytes)
}

/// The types of the handshake messages in a record.
fn messages(mut body: &[u8]) -> Vec<u8> {
    let mut types = Vec::new();
    while let [kind, a, b, c, rest @ ..] = body {
        types.push(*kind);
        let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        body = rest.get(length..).unwrap_or_default();
    }
    types
}
