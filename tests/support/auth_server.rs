//! The auth server.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

use super::network::{Network, SERVER};

/// Where devices without TLS ask.
const PORT: u16 = 80;

/// Answers each request with `response`, and tells what was asked. With an empty response it keeps silent.
pub fn start(network: &Network, response: String) -> Receiver<String> {
    let listener = network.peers.run(|| TcpListener::bind((SERVER, PORT))).expect("the auth server's port");
    let (tell, asked) = channel();
    network.peers.spawn(move || {
        let mut silent = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            // Nobody waits for it after the end of the test.
            let _ = tell.send(read_request(&mut stream));
            if response.is_empty() {
                silent.push(stream);
            } else {
                // A device that is gone does not read it.
                let _ = stream.write_all(response.as_bytes());
            }
        }
    });
    asked
}

/// A response with this body.
pub fn response(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|got| got == 1) {
        request.push(byte[0]);
    }
    let mut request = String::from_utf8(request).expect("text");
    let length = request.lines().find_map(|line| line.strip_prefix("Content-Length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a length"))];
    if stream.read_exact(&mut body).is_ok() {
        request += &String::from_utf8(body).expect("text");
    }
    request
}
