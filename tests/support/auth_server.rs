//! The auth server.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use super::network::{Network, SERVER};
use super::{DEVICE_NAME, DEVICE_SECRET, PRODUCT_KEY};

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

/// The response to a device that registers.
pub fn secret() -> String {
    response(&format!(
        r#"{{"code":200,"data":{{"deviceName":"{DEVICE_NAME}","deviceSecret":"{DEVICE_SECRET}","productKey":"{PRODUCT_KEY}"}},"message":"success"}}"#
    ))
}

/// What stands under `name` in the form of a request.
pub fn field<'r>(request: &'r str, name: &str) -> &'r str {
    let (_, form) = request.split_once("\r\n\r\n").expect("a form");
    let value = |field: &'r str| field.strip_prefix(name)?.strip_prefix('=');
    form.split('&').find_map(value).unwrap_or_else(|| panic!("no {name}: {request}"))
}

/// Head and body of a request.
pub fn read_request(stream: &mut impl Read) -> String {
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
