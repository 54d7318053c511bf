//! `exchange.rs` against a device that is a few lines of script on the loopback interface.

use std::net::Ipv4Addr;
use std::sync::mpsc;
use std::thread;

use super::*;
use crate::phone::coap::INFO_PATH;

const ANSWER: &[u8] = br#"{"id":123,"code":400,"data":{}}"#;

/// Answers each query by `script`, which gets the query's number and bytes and says what to send.
fn device(script: impl Fn(usize, &[u8]) -> Vec<Vec<u8>> + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 512];
        for number in 0.. {
            let Ok((length, phone)) = socket.recv_from(&mut buffer) else { return };
            for datagram in script(number, &buffer[..length]) {
                socket.send_to(&datagram, phone).unwrap();
            }
        }
    });
    address
}

/// A response to `query` of the given first byte and code, with the query's message id and token.
fn response(first_byte: u8, code: u8, query: &[u8], payload: &[u8]) -> Vec<u8> {
    [&[first_byte, code], &query[2..8], &[0xFF], payload].concat()
}

fn empty_ack(query: &[u8]) -> Vec<u8> {
    vec![0x60, 0x00, query[2], query[3]]
}

fn ask(device: SocketAddr) -> Result<Reply> {
    let policy = RetryPolicy { ack_timeout_ms: 50, max_retransmit: 2 };
    Requester::new(device, policy)?.get(INFO_PATH, coap::query_payload()?)
}

#[test]
fn a_piggybacked_answer_is_taken() {
    let reply = ask(device(|_, query| vec![response(0x64, 0x45, query, ANSWER)])).unwrap();
    assert_eq!((reply.payload.as_slice(), reply.repetitions), (ANSWER, 0));
}

#[test]
fn the_c_sdks_acknowledgement_and_separate_answer_are_taken() {
    let reply = ask(device(|_, query| vec![empty_ack(query), response(0x54, 0x45, query, ANSWER)])).unwrap();
    assert_eq!(reply.payload, ANSWER);
}

#[test]
fn a_confirmable_answer_is_acknowledged_and_so_are_its_repetitions() {
    let (acks, heard) = mpsc::channel();
    let confirmable = |query: &[u8]| {
        let mut answer = response(0x44, 0x45, query, ANSWER);
        answer[2..4].copy_from_slice(&[0xAB, 0xCD]);
        answer
    };
    let device = device(move |number, datagram| {
        if number == 0 {
            return vec![empty_ack(datagram), confirmable(datagram), confirmable(datagram)];
        }
        acks.send(datagram.to_vec()).unwrap();
        Vec::new()
    });
    let policy = RetryPolicy { ack_timeout_ms: 60_000, max_retransmit: 0 };
    let mut requester = Requester::new(device, policy).unwrap();
    assert_eq!(requester.get(INFO_PATH, Vec::new()).unwrap().payload, ANSWER);
    thread::spawn(move || requester.acknowledge_repetitions(Instant::now() + Duration::from_secs(60)));
    for _ in 0..2 {
        let ack = heard.recv_timeout(Duration::from_secs(60)).unwrap();
        assert_eq!(ack, [0x60, 0x00, 0xAB, 0xCD]);
    }
}

#[test]
fn a_lost_query_is_repeated_unchanged() {
    let first = std::sync::Mutex::new(Vec::new());
    let reply = ask(device(move |number, query| {
        if number == 0 {
            *first.lock().unwrap() = query.to_vec();
            return Vec::new();
        }
        assert_eq!(*first.lock().unwrap(), query);
        vec![response(0x64, 0x45, query, ANSWER)]
    }))
    .unwrap();
    assert_eq!(reply.repetitions, 1);
}

#[test]
fn answers_to_others_and_rubbish_are_passed_over() {
    let reply = ask(device(|_, query| {
        let mut stranger = response(0x64, 0x45, query, br#"{"id":123,"code":500}"#);
        stranger[7] ^= 1;
        vec![b"rubbish".to_vec(), Vec::new(), stranger, response(0x64, 0x45, query, ANSWER)]
    }));
    assert_eq!(reply.unwrap().payload, ANSWER);
}

#[test]
fn errors_resets_and_silence_are_failures() {
    let not_found = ask(device(|_, query| vec![response(0x64, 0x84, query, b"x")])).unwrap_err();
    assert!(not_found.to_string().contains("4.04"), "{not_found}");
    let reset = ask(device(|_, query| vec![vec![0x70, 0x00, query[2], query[3]]])).unwrap_err();
    assert!(reset.to_string().contains("rejects"), "{reset}");
    let silent = ask(device(|_, _| Vec::new())).unwrap_err();
    assert!(silent.to_string().contains("does not answer"), "{silent}");
}
