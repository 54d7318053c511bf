//! A device in a few lines of script, for tests.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::phone::provision::ProvisionArgs;
use crate::phone::{PhoneArgs, PhoneCommand};

/// Longer than anything takes.
pub const LIMIT: Duration = Duration::from_secs(60);

/// A port of this machine that nobody uses.
pub fn free_port() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// What follows `phone provision` on a command line.
pub fn args(flags: &str) -> ProvisionArgs {
    let words = "linkkit-sim phone provision".split_whitespace().chain(flags.split_whitespace());
    match Cli::try_parse_from(words).unwrap().command {
        Command::Phone(PhoneArgs { command: PhoneCommand::Provision(args) }) => *args,
        other => panic!("{other:?}"),
    }
}

/// Announces itself until the phone answers; gives the answer.
pub fn announce(phone: SocketAddr) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        let mut answer = vec![0; 512];
        let start = Instant::now();
        loop {
            socket.send_to(&announcement(), phone).unwrap();
            if let Ok((length, _)) = socket.recv_from(&mut answer) {
                answer.truncate(length);
                return answer;
            }
            assert!(start.elapsed() < LIMIT, "the phone does not answer");
        }
    })
}

/// POST, NON, with a token of one byte and a path of five segments.
fn announcement() -> Vec<u8> {
    let head = b"\x51\x02\x00\x01\x07\xb3sys\x04awss\x05event\x09connectap\x06notify\xff".as_slice();
    let payload = concat!(
        r#"{"id":"1","version":"1.0","method":"awss.event.connectap.notify","#,
        r#""params":{"productKey":"pk","deviceName":"dn","mac":"","ip":"","cipherType":3,"type":0}}"#
    );
    [head, payload.as_bytes()].concat()
}
