//! A server of one file, over HTTP, which does what a test wants of it.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use super::network::{Network, SERVER};

pub const PORT: u16 = 8080;

/// What the server does on one connection.
pub enum Reply {
    /// Gives what is asked for.
    Whole,
    /// The same, but closes behind so many bytes of it.
    Torn(usize),
    /// The same, but waits behind so many bytes of it for a word of the test.
    Held(usize, Receiver<()>),
    /// The whole file in chunks, whatever was asked for.
    Chunked,
    /// Leads to `/moved`.
    Moved,
    /// Closes at once.
    Nothing,
    /// Anything.
    Raw(Vec<u8>),
}

/// Serves `file` without TLS, on each connection as the next of `replies` says, and after the last of them no more.
/// Gives the heads of the requests.
pub fn serve(network: &Network, file: Vec<u8>, replies: Vec<Reply>) -> Receiver<String> {
    let listener = network.peers.run(|| TcpListener::bind((SERVER, PORT))).expect("the server's port");
    let (tell, asked) = channel();
    network.peers.spawn(move || {
        for reply in replies {
            let (mut stream, _) = listener.accept().expect("a connection");
            respond(&mut stream, &file, reply, &tell);
        }
    });
    asked
}

/// Reads the head of a request for `file`, tells it, and does as `reply` says.
pub fn respond(stream: &mut (impl Read + Write), file: &[u8], reply: Reply, tell: &Sender<String>) {
    let request = read_head(stream);
    let first = range(&request);
    // Nobody waits for it after the end of the test.
    let _ = tell.send(request);
    // A device may have enough and close.
    let _ = answer(stream, file, first, reply);
}

fn read_head(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).expect("a request") == 1 {
        head.push(byte[0]);
    }
    String::from_utf8(head).expect("a head in ASCII")
}

/// Where the part that is asked for begins.
pub fn range(request: &str) -> Option<usize> {
    let (_, from) = request.split_once("\r\nRange: bytes=")?;
    Some(from.split_once('-').expect("a range").0.parse().expect("a number"))
}

fn answer(stream: &mut impl Write, file: &[u8], first: Option<usize>, reply: Reply) -> std::io::Result<()> {
    let size = file.len();
    let wanted = &file[first.unwrap_or(0)..];
    let mut head = match first {
        None => "HTTP/1.1 200 OK\r\n".to_owned(),
        Some(first) => {
            format!("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {first}-{}/{size}\r\n", size - 1)
        }
    };
    write!(head, "Content-Length: {}\r\n\r\n", wanted.len()).expect("a text");
    match reply {
        Reply::Whole => {
            stream.write_all(head.as_bytes())?;
            stream.write_all(wanted)
        }
        Reply::Torn(at) => {
            stream.write_all(head.as_bytes())?;
            stream.write_all(&wanted[..at])
        }
        Reply::Held(at, released) => {
            stream.write_all(head.as_bytes())?;
            stream.write_all(&wanted[..at])?;
            // The end of the test is a word too.
            let _ = released.recv_timeout(Duration::from_secs(60));
            stream.write_all(&wanted[at..])
        }
        Reply::Chunked => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
            for chunk in file.chunks(777) {
                write!(stream, "{:x}\r\n", chunk.len())?;
                stream.write_all(chunk)?;
                stream.write_all(b"\r\n")?;
            }
            stream.write_all(b"0\r\n\r\n")
        }
        Reply::Moved => {
            let location = format!("http://{SERVER}:{PORT}/moved");
            write!(stream, "HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
        }
        Reply::Nothing => Ok(()),
        Reply::Raw(bytes) => stream.write_all(&bytes),
    }
}
