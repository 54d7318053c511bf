//! What gets into a recording, and what a device hears through the socket of its script.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixListener;
use std::thread::{self, JoinHandle};

use super::*;
use crate::phone::air::read_capture;
use crate::phone::provision::ProvisionFailure;
use crate::phone::provision::scripted::{announce, args, free_port};
use crate::random;

const NETWORK: &str = "--ssid linkkit-lab --passwd 12345678 --product-secret 7jluWm1zql7bt8qK";
/// Of the device `test_06`, whose random bytes count up from A0.
const REQUEST: &str = concat!(
    "40000000ffffffffffff18fe34123344ffffffffffffc079",
    "0000010882848b968c9298a43204b048606c",
    "dd42d896e0aa0107746573745f3036000b6131583262456e5038327a10a0a1a2a3a4a5a6a7a8a9aaabacadaeaf030014",
    "bb255cd92c480681c2926ccc6a1498cc889c14933f84109e"
);
const ANSWER: &str = concat!(
    "dd36d896e0ab0114bb255cd92c480681c2926ccc6a1498cc889c1493",
    "010b6c696e6b6b69742d6c616208c6ec67009f4854dbd8fee3112233"
);

fn scratch() -> PathBuf {
    std::env::temp_dir().join(format!("linkkit-sim-{}", random::name().unwrap()))
}

fn recorded(flags: &str) -> Vec<Vec<u8>> {
    let path = scratch();
    run(&args(&format!("{NETWORK} --pcap {} {flags}", path.display()))).unwrap();
    let mut frames = Vec::new();
    let damaged = read_capture(File::open(&path).unwrap(), |captured| {
        frames.push(captured.frame);
        Ok(())
    });
    std::fs::remove_file(path).unwrap();
    assert_eq!(damaged.unwrap(), 0);
    frames
}

/// A device that writes `sent` to who connects, hears until a line has `wanted`, and announces itself.
/// Gives all lines that it heard.
fn device(sent: String, wanted: &'static str) -> (String, JoinHandle<Vec<String>>) {
    let path = scratch();
    let (listener, phone) = (UnixListener::bind(&path).unwrap(), free_port());
    let flags = format!("{NETWORK} --wifi-socket {} --bind-addr {phone} --no-bind", path.display());
    let device = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(sent.as_bytes()).unwrap();
        let mut heard = Vec::new();
        let mut announcing = None;
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if announcing.is_none() && line.contains(wanted) {
                announcing = Some(announce(phone));
            }
            heard.push(line);
        }
        announcing.unwrap().join().unwrap();
        std::fs::remove_file(path).unwrap();
        heard
    });
    (flags, device)
}

#[test]
fn a_recording_has_as_many_loops_as_are_wanted() {
    let loops = |flags: &str| {
        let frames = recorded(flags);
        frames.into_iter().filter(|frame| frame[0] != 0x80).collect::<Vec<_>>()
    };
    let data = loops("--mode smartconfig --loops 3");
    assert_eq!(data.len(), 3 * 32);
    assert_eq!(
        (data[0].len(), data[1].len(), &data[0][..2]),
        (24 + 52 + 0x4E0, 24 + 52 + 0x11C, &[0x08, 0x41][..])
    );
    assert_eq!(loops("--mode smartconfig --loops 1 --ways both --encryption wep").len(), 2 * 32);
    assert_eq!(
        loops("--mode mcast --loops 2 --token 0102030405060708")[18][16..22],
        [1, 0, 0x5E, 0x12, 0x1C, 0]
    );
    assert_eq!(loops("--mode wps").len(), 250);
    let flags =
        "--mode zeroconfig --device-id a1X2bEnP82z,test_06 --device-random a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";
    let answer = base16ct::lower::encode_string(&loops(flags)[0]);
    assert!(answer.contains(ANSWER), "{answer}");
}

#[test]
fn a_device_hears_until_it_has_joined() {
    let (flags, device) = device(String::new(), "frame");
    run(&args(&format!("{flags} --mode smartconfig --press"))).unwrap();
    let heard = device.join().unwrap();
    assert_eq!(heard[0], "press");
    let beacon = "frame 6 -40 80000000ffffffffffffd8fee3112233d8fee3112233";
    assert!(heard[1].starts_with(beacon), "{}", heard[1]);
    let start = "frame 6 -40 08410000d8fee3112233ccfa00c8cfd2ffffffffffff0000";
    assert!(heard[2].starts_with(start), "{}", heard[2]);
}

#[test]
fn a_device_that_asks_is_answered() {
    let (flags, device) = device(format!("sent 2 {REQUEST}\n"), ANSWER);
    run(&args(&format!("{flags} --mode zeroconfig"))).unwrap();
    assert!(device.join().unwrap().iter().any(|line| line.contains(ANSWER)));
}

#[test]
fn a_device_that_does_not_join_is_told() {
    let path = scratch();
    let _listener = UnixListener::bind(&path).unwrap();
    let flags = format!(
        "{NETWORK} --mode wps --wifi-socket {} --bind-addr {} --loops 1 --wait-ms 1",
        path.display(),
        free_port()
    );
    let error = run(&args(&flags)).unwrap_err();
    std::fs::remove_file(path).unwrap();
    assert!(matches!(error.downcast_ref(), Some(ProvisionFailure::NotSeen(_))), "{error:#}");
}

#[test]
fn what_cannot_be_sent_is_refused() {
    for flags in [
        "--mode smartconfig",
        "--mode smartconfig --token 01 --pcap x",
        "--mode zeroconfig --pcap x",
        "--mode wps --pcap /nowhere/x",
        "--mode wps --wifi-socket /nowhere/x",
    ] {
        assert!(run(&args(&format!("{NETWORK} {flags}"))).is_err(), "{flags}");
    }
}
