//! `server.rs` as a client on the loopback interface sees it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use super::*;

const PATIENCE: Duration = Duration::from_secs(60);

struct Served {
    address: SocketAddr,
    target: String,
    events: Receiver<FileEvent>,
}

fn serve(content: Vec<u8>, cut_off: CutOff) -> Served {
    let file = ServedFile::new(content, cut_off).unwrap();
    let target = file.target.clone();
    let entrance = FileEntrance::open((Ipv4Addr::LOCALHOST, 0).into(), None, None).unwrap();
    let address = entrance.listener.local_addr().unwrap();
    assert_eq!(entrance.url(&file), format!("http://{address}{target}"));
    let (sender, events) = mpsc::channel();
    let observer: FileObserver = Arc::new(move |event| drop(sender.send(event)));
    FileServer::start(entrance, vec![file], observer).unwrap();
    Served { address, target, events }
}

impl Served {
    /// Head and body of the answer; `range` is a header's value, or empty.
    fn ask(&self, method: &str, target: &str, range: &str) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let range = if range.is_empty() { String::new() } else { format!("Range: {range}\r\n") };
        write!(stream, "{method} {target} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n{range}\r\n")
            .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let head = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap() + 4;
        let body = answer.split_off(head);
        (String::from_utf8(answer).unwrap().to_lowercase(), body)
    }

    fn event(&self) -> FileEvent {
        self.events.recv_timeout(PATIENCE).unwrap()
    }
}

/// Bytes that differ from place to place.
fn content(length: usize) -> Vec<u8> {
    (0..length).map(|place| (place % 251) as u8).collect()
}

#[test]
fn a_file_is_served_whole_and_in_parts() {
    let whole = content(100_000);
    let served = serve(whole.clone(), CutOff::default());
    let (head, body) = served.ask("GET", &served.target, "");
    assert!(head.starts_with("http/1.1 200 ") && head.contains("content-length: 100000\r\n"), "{head}");
    assert!(body == whole);
    let target = served.target.clone();
    assert_eq!(
        served.event(),
        FileEvent::Asked { method: "GET".into(), target, status: 200, range: 0..100_000 }
    );
    assert!(matches!(served.event(), FileEvent::Sent { is_end: true, .. }));

    for (range, expected, content_range) in [
        ("bytes=99990-", 99_990..100_000, "bytes 99990-99999/100000"),
        ("bytes=10-19", 10..20, "bytes 10-19/100000"),
        ("bytes=-7", 99_993..100_000, "bytes 99993-99999/100000"),
        ("bytes=99999-200000", 99_999..100_000, "bytes 99999-99999/100000"),
    ] {
        let (head, body) = served.ask("GET", &served.target, range);
        assert!(head.starts_with("http/1.1 206 "), "{range}: {head}");
        assert!(head.contains(&format!("content-range: {content_range}\r\n")), "{range}: {head}");
        assert!(body == whole[expected], "{range}");
    }
}

#[test]
fn what_cannot_be_served_is_refused() {
    let served = serve(content(10), CutOff::default());
    for (method, target, range, status) in [
        ("GET", "/", "", 404),
        ("GET", served.target.split('?').next().unwrap(), "", 404),
        ("POST", served.target.as_str(), "", 405),
        ("GET", served.target.as_str(), "bytes=10-", 416),
        ("GET", served.target.as_str(), "bytes=5-4", 416),
    ] {
        let (head, body) = served.ask(method, target, range);
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{method} {target} {range}: {head}");
        assert!(head.contains("content-length: 0\r\n") && body.is_empty(), "{head}");
    }
    let (head, body) = served.ask("HEAD", &served.target, "");
    assert!(head.contains("content-length: 10\r\n") && body.is_empty(), "{head}");
}

#[test]
fn a_connection_is_cut_once_at_the_byte() {
    let whole = content(50_000);
    let served = serve(whole.clone(), CutOff::after(Some(20_001)));
    let (head, body) = served.ask("GET", &served.target, "bytes=0-9999");
    assert!(head.starts_with("http/1.1 206 ") && body == whole[..10_000], "{head}");
    let (head, body) = served.ask("GET", &served.target, "bytes=10000-");
    assert!(head.contains("content-length: 40000\r\n"), "{head}");
    assert!(body == whole[10_000..20_001], "{}", body.len());
    let (_, body) = served.ask("GET", &served.target, "bytes=20001-");
    assert!(body == whole[20_001..]);
    let cuts: Vec<_> = served
        .events
        .try_iter()
        .filter(|event| matches!(event, FileEvent::Cut { after: 10_001, .. }))
        .collect();
    assert_eq!(cuts.len(), 1);
}
