//! `exchange.rs` against a device that is a few lines of script on the loopback interface.

use std::net::Ipv4Addr;
use std::thread;

use super::*;

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

fn ask(device: SocketAddr) -> Result<Exchange> {
    let policy = RetryPolicy { ack_timeout_ms: 50, max_retransmit: 2 };
    Querier::new(device, coap::INFO_PATH, policy)?.ask()
}

#[test]
fn a_piggybacked_answer_is_taken() {
    let exchange = ask(device(|_, query| vec![response(0x64, 0x45, query, ANSWER)])).unwrap();
    assert!(matches!(exchange.answer, InfoAnswer::NoTokenYet));
    assert_eq!(exchange.repetitions, 0);
}

#[test]
fn the_c_sdks_acknowledgement_and_separate_answer_are_taken() {
    let exchange =
        ask(device(|_, query| vec![empty_ack(query), response(0x54, 0x45, query, ANSWER)])).unwrap();
    assert!(matches!(exchange.answer, InfoAnswer::NoTokenYet));
}

#[test]
fn a_lost_query_is_repeated_unchanged() {
    let first = std::sync::Mutex::new(Vec::new());
    let exchange = ask(device(move |number, query| {
        if number == 0 {
            *first.lock().unwrap() = query.to_vec();
            return Vec::new();
        }
        assert_eq!(*first.lock().unwrap(), query);
        vec![response(0x64, 0x45, query, ANSWER)]
    }))
    .unwrap();
    assert_eq!(exchange.repetitions, 1);
}

#[test]
fn answers_to_others_and_rubbish_are_passed_over() {
    let exchange = ask(device(|_, query| {
        let mut stranger = response(0x64, 0x45, query, br#"{"id":123,"code":500}"#);
        stranger[7] ^= 1;
        vec![b"rubbish".to_vec(), Vec::new(), stranger, response(0x64, 0x45, query, ANSWER)]
    }));
    assert!(exchange.is_ok());
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
