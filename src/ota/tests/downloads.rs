use crate::ota::{Digest, Download, Failure, File, Interruption, Next};

/// What is downloaded.
pub const FILE: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-+";

pub fn sha256(bytes: &[u8]) -> Digest {
    use sha2::Digest as _;
    Digest::Sha256(sha2::Sha256::digest(bytes).into())
}

pub fn file_of(size: usize, digest: Digest) -> File {
    File { url: "http://ota.example/fw.bin?a=b".to_owned(), size: size.try_into().unwrap(), digest }
}

pub fn file() -> File {
    file_of(FILE.len(), sha256(FILE))
}

/// How a connection goes on when the server has said all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Closes,
    /// It stays open, and silent.
    Waits,
}

/// A download with what it has handed out.
pub struct Device {
    pub download: Download,
    pub written: Vec<u8>,
    pub room: usize,
}

impl Device {
    pub fn new(file: File) -> Self {
        Self { download: Download::new(file), written: Vec::new(), room: usize::MAX }
    }

    /// One connection, on which the server says `response`. Gives the request.
    pub fn connect(&mut self, response: &[u8], then: Then) -> Result<String, Failure> {
        assert!(matches!(self.download.next(), Next::Connect { .. }));
        let request = self.download.request()?;
        let mut rest = response;
        while self.download.next() == Next::Read {
            let wanted = self.download.wanted().min(self.room);
            // A port that waits for all of it must not wait in vain.
            assert!(then == Then::Closes || wanted <= rest.len(), "waits for {wanted} of {}", rest.len());
            if rest.is_empty() {
                self.download.interrupted(Interruption::Closed)?;
                break;
            }
            let (now, later) = rest.split_at(wanted.min(rest.len()));
            rest = later;
            let mut bytes = now.to_vec();
            let got = self.download.advance(&mut bytes)?;
            self.written.extend_from_slice(&bytes[..got]);
        }
        Ok(request)
    }

    pub fn check(self) -> Result<Vec<u8>, Failure> {
        assert_eq!(self.download.next(), Next::Check);
        self.download.check().map(|()| self.written)
    }
}

pub fn sized(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nServer: x\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

pub fn to_close(body: &[u8]) -> Vec<u8> {
    [b"HTTP/1.1 200 OK\r\n\r\n", body].concat()
}

pub fn chunked(body: &[u8], chunk: usize) -> Vec<u8> {
    let mut response = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for chunk in body.chunks(chunk) {
        response.extend(format!("{:x};x=y\r\n", chunk.len()).bytes());
        response.extend(chunk);
        response.extend(b"\r\n");
    }
    response.extend(b"0\r\n");
    response
}

pub fn partial(body: &[u8], from: usize) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{}/{}\r\nContent-Length: {}\r\n\r\n",
        body.len() - 1,
        body.len(),
        body.len() - from
    );
    [head.as_bytes(), &body[from..]].concat()
}

#[test]
fn asks_for_the_file_and_then_for_the_rest() {
    let mut device = Device::new(file());
    let request = device.connect(&sized(FILE)[..100], Then::Closes).unwrap();
    assert_eq!(
        request,
        "GET /fw.bin?a=b HTTP/1.1\r\nHost: ota.example\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    );
    let got = device.written.len();
    assert!(got > 0 && got < FILE.len());
    let request = device.connect(&partial(FILE, got), Then::Waits).unwrap();
    assert!(request.contains(&format!("\r\nRange: bytes={got}-\r\n\r\n")), "{request}");
    assert_eq!(device.check().unwrap(), FILE);

    let with_port = File { url: "https://a:8443".to_owned(), ..file() };
    let mut download = Download::new(with_port);
    assert_eq!(download.server(), Ok(("a", Some(8443))));
    assert!(download.request().unwrap().starts_with("GET / HTTP/1.1\r\nHost: a:8443\r\n"));
}

#[test]
fn takes_a_file_in_every_framing_and_in_pieces_of_every_size() {
    for room in [1, 2, 3, 7, 64, usize::MAX] {
        for (response, then) in [
            (sized(FILE), Then::Waits),
            (chunked(FILE, 1), Then::Waits),
            (chunked(FILE, 7), Then::Waits),
            (chunked(FILE, 1000), Then::Waits),
            (to_close(FILE), Then::Closes),
        ] {
            let mut device = Device { room, ..Device::new(file()) };
            device.connect(&response, then).unwrap();
            assert_eq!(device.check().unwrap(), FILE);
        }
    }
    let mut interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n".to_vec();
    interim.extend(sized(FILE));
    let mut device = Device::new(file());
    device.connect(&interim, Then::Waits).unwrap();
    assert_eq!(device.check().unwrap(), FILE);
}

#[test]
fn md5_will_do() {
    // Of `abc`, RFC 1321.
    let digest = Digest::md5("900150983cd24fb0d6963f7d28e17f72").unwrap();
    let mut device = Device::new(file_of(3, digest));
    device.connect(&sized(b"abc"), Then::Waits).unwrap();
    assert_eq!(device.check().unwrap(), b"abc");
}

/// Torn behind every byte of the response, head included; the next response is a part, or all over again.
#[test]
fn a_torn_download_resumes_where_it_was_torn() {
    for first in [sized(FILE), chunked(FILE, 5), to_close(FILE)] {
        for at in 0..first.len() {
            for kind in 0..5 {
                let mut device = Device { room: 4, ..Device::new(file()) };
                device.connect(&first[..at], Then::Closes).unwrap();
                if device.download.next() == Next::Check {
                    assert_eq!(device.check().unwrap(), FILE);
                    continue;
                }
                let got = device.written.len();
                assert!(FILE.starts_with(&device.written));
                let next = match kind {
                    0 => partial(FILE, got),
                    1 => sized(FILE),
                    2 => chunked(FILE, 9),
                    3 => to_close(FILE),
                    _ => partial(FILE, got / 2),
                };
                device.connect(&next, Then::Closes).unwrap();
                assert_eq!(device.check().unwrap(), FILE, "torn behind {at} bytes");
            }
        }
    }
}

#[test]
fn a_file_that_comes_a_byte_at_a_time_on_connections_of_their_own_comes() {
    let mut device = Device::new(file());
    for at in 0..FILE.len() {
        let response = if at == 0 { sized(FILE) } else { partial(FILE, at) };
        let head = response.len() - (FILE.len() - at);
        device.connect(&response[..=head], Then::Closes).unwrap();
        if at + 1 < FILE.len() {
            assert_eq!(device.download.next(), Next::Connect { after_ms: 1_000 });
        }
    }
    assert_eq!(device.check().unwrap(), FILE);
}

#[test]
fn a_server_may_give_less_than_the_rest() {
    let mut device = Device::new(file());
    device.connect(&sized(FILE)[..60], Then::Closes).unwrap();
    while device.download.next() != Next::Check {
        let from = device.written.len();
        let last = (from + 9).min(FILE.len() - 1);
        let head = format!(
            "HTTP/1.1 206 x\r\nContent-Range: bytes {from}-{last}/*\r\nContent-Length: {}\r\n\r\n",
            last + 1 - from
        );
        device.connect(&[head.as_bytes(), &FILE[from..=last]].concat(), Then::Waits).unwrap();
    }
    assert_eq!(device.check().unwrap(), FILE);
}

#[test]
fn a_server_that_brings_nothing_is_given_up() {
    let mut download = Download::new(file());
    let mut waits = Vec::new();
    let failure = loop {
        let Next::Connect { after_ms } = download.next() else { panic!("{:?}", download.next()) };
        waits.push(after_ms);
        if let Err(failure) = download.interrupted(Interruption::Unreachable) {
            break failure;
        }
    };
    assert_eq!(failure, Failure::GivenUp(Interruption::Unreachable));
    assert_eq!(waits, [0, 2_000, 4_000, 8_000, 16_000]);

    let mut device = Device::new(file());
    let busy = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
    for _ in 0..4 {
        device.connect(busy, Then::Waits).unwrap();
    }
    assert_eq!(device.connect(busy, Then::Waits), Err(Failure::GivenUp(Interruption::Busy(503))));

    // What was there before does not count as progress.
    let mut device = Device::new(file());
    device.connect(&to_close(&FILE[..10]), Then::Closes).unwrap();
    for _ in 0..4 {
        device.connect(&to_close(&FILE[..10]), Then::Closes).unwrap();
    }
    let failure = device.connect(&to_close(&FILE[..10]), Then::Closes);
    assert_eq!(failure, Err(Failure::GivenUp(Interruption::Closed)));
}

#[test]
fn follows_a_few_redirections() {
    let redirection = |status: u16, to: &str| {
        format!("HTTP/1.1 {status} Found\r\nLocation: {to}\r\nContent-Length: 3\r\n\r\n").into_bytes()
    };
    for status in [301, 302, 303, 307, 308] {
        let mut device = Device::new(file());
        device.connect(&redirection(status, "https://b.example:99/x"), Then::Waits).unwrap();
        assert_eq!(device.download.next(), Next::Connect { after_ms: 0 });
        assert_eq!(device.download.server(), Ok(("b.example", Some(99))));
        device.connect(&redirection(status, "/y"), Then::Waits).unwrap();
        assert_eq!(device.download.server(), Ok(("b.example", Some(99))));
        let request = device.connect(&sized(FILE)[..90], Then::Closes).unwrap();
        assert!(request.starts_with("GET /y HTTP/1.1\r\nHost: b.example:99\r\n"), "{request}");
        // The next try begins where the cloud has said.
        assert_eq!(device.download.server(), Ok(("ota.example", None)));
    }
    let mut device = Device::new(file());
    for _ in 0..4 {
        device.connect(&redirection(302, "/again"), Then::Waits).unwrap();
    }
    assert_eq!(device.connect(&redirection(302, "/again"), Then::Waits), Err(Failure::Redirections));
    for to in ["", "x", "//b", "ftp://b/", "http://u@b/", "http://b/\u{e9}"] {
        let failure = Device::new(file()).connect(&redirection(302, to), Then::Waits);
        assert_eq!(failure, Err(Failure::NotUnderstood("it leads to no URL")), "{to}");
    }
}

#[test]
fn counts_percent() {
    let mut device = Device::new(file());
    assert_eq!(device.download.percent(), 0);
    let half = sized(FILE);
    device.connect(&half[..half.len() - FILE.len() / 2], Then::Closes).unwrap();
    assert_eq!(device.download.percent(), 50);
    device.connect(&partial(FILE, 32), Then::Waits).unwrap();
    assert_eq!(device.download.percent(), 100);
}
