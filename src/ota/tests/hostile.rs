//! Servers that lie.

use super::downloads::*;
use crate::ota::{Digest, Failure, Next};

fn failure(response: &[u8]) -> Failure {
    let mut device = Device::new(file());
    let failed = device.connect(response, Then::Closes).err();
    assert!(device.written.len() <= FILE.len());
    failed.unwrap_or_else(|| panic!("no failure: {}", String::from_utf8_lossy(response)))
}

#[test]
fn a_wrong_digest_is_refused() {
    let mut other = FILE.to_vec();
    other[40] ^= 1;
    let mut device = Device::new(file());
    device.connect(&sized(&other), Then::Waits).unwrap();
    assert_eq!(device.check(), Err(Failure::Digest));
    // A file that has changed between two connections.
    let mut device = Device::new(file());
    device.connect(&sized(&other)[..98], Then::Closes).unwrap();
    assert!(device.written.len() > 40);
    let from = device.written.len();
    device.connect(&partial(FILE, from), Then::Waits).unwrap();
    assert_eq!(device.check(), Err(Failure::Digest));
    let mut device = Device::new(file_of(FILE.len(), Digest::Md5([0; 16])));
    device.connect(&sized(FILE), Then::Waits).unwrap();
    assert_eq!(device.check(), Err(Failure::Digest));
}

#[test]
fn a_file_of_another_size_is_refused_and_nothing_is_handed_out_past_the_size() {
    let longer = [FILE, b"x"].concat();
    let shorter = &FILE[..FILE.len() - 1];
    for body in [longer.as_slice(), shorter] {
        assert_eq!(failure(&sized(body)), Failure::Size);
        for chunk in [1, 5, 1000] {
            assert_eq!(failure(&chunked(body, chunk)), Failure::Size);
        }
    }
    assert_eq!(failure(&to_close(&longer)), Failure::Size);
    for room in [1, 2, 3, 5, 64, usize::MAX] {
        for response in [chunked(&longer, 7), to_close(&longer)] {
            let mut device = Device { room, ..Device::new(file()) };
            assert_eq!(device.connect(&response, Then::Closes), Err(Failure::Size));
            assert!(FILE.starts_with(&device.written));
        }
    }
}

#[test]
fn a_part_must_be_the_one_that_was_asked_for() {
    let size = FILE.len();
    let resumed = |range: &str, length: usize| {
        let mut device = Device::new(file());
        let first = sized(FILE);
        device.connect(&first[..first.len() - size + 10], Then::Closes).unwrap();
        assert_eq!(device.written.len(), 10);
        let head = format!("HTTP/1.1 206 x\r\n{range}\r\nContent-Length: {length}\r\n\r\n");
        let response = [head.as_bytes(), &FILE[..length.min(size)]].concat();
        device.connect(&response, Then::Closes).unwrap_err()
    };
    assert_eq!(resumed("X: y", 54), Failure::NotUnderstood("it has no range"));
    for range in ["bytes 10-63", "bytes=10-63/64", "bytes 63-10/64", "bytes a-b/c", "bytes +10-63/64", "x"] {
        let range = format!("Content-Range: {range}");
        assert_eq!(resumed(&range, 54), Failure::NotUnderstood("it has no range"), "{range}");
    }
    for range in ["bytes 11-63/64", "bytes 0-9/64", "bytes 63-63/64"] {
        let range = format!("Content-Range: {range}");
        assert_eq!(resumed(&range, 54), Failure::NotUnderstood("it is of another range"), "{range}");
    }
    for range in ["bytes 10-63/65", "bytes 10-64/*", "bytes 10-4294967295/*"] {
        assert_eq!(resumed(&format!("Content-Range: {range}"), 54), Failure::Size, "{range}");
    }
    assert_eq!(resumed("Content-Range: bytes 10-63/64", 53), Failure::Size);
}

#[test]
fn names_what_is_wrong_with_a_head() {
    for status in [204, 400, 403, 404, 416, 501] {
        let head = format!("HTTP/1.1 {status} x\r\n\r\n");
        assert_eq!(failure(head.as_bytes()), Failure::Status(status));
    }
    let not_understood = |response: &str| match failure(response.as_bytes()) {
        Failure::NotUnderstood(what) => what,
        other => panic!("{other}: {response}"),
    };
    assert_eq!(not_understood("SSH-2.0-x\r\n\r\n"), "not HTTP, or too many header fields");
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(100));
    assert_eq!(not_understood(&many), "not HTTP, or too many header fields");
    assert_eq!(not_understood(&"x".repeat(5_000)), "its head is too long");
    assert_eq!(not_understood(&"HTTP/1.1 100 x\r\n\r\n".repeat(1_000)), "its head is too long");
    let head = |field: &str| format!("HTTP/1.1 200 OK\r\n{field}\r\n\r\n");
    assert_eq!(not_understood(&head("Transfer-Encoding: gzip")), "its transfer coding is unknown");
    assert_eq!(not_understood(&head("Content-Length: 64\r\nContent-Length: 63")), "it has two lengths");
    for length in ["-1", "+64", "64x", "99999999999999999999999"] {
        let field = format!("Content-Length: {length}");
        assert_eq!(not_understood(&head(&field)), "its length is no number", "{length}");
    }
    for chunk in ["g\r\n", "-1\r\n", "ffffffffffffffffff\r\n", &"1".repeat(70)] {
        let response = head("Transfer-Encoding: chunked") + chunk;
        assert_eq!(not_understood(&response), "its chunks are malformed", "{chunk}");
    }
    assert_eq!(
        failure((head("Transfer-Encoding: chunked") + "ffffffff\r\n" + &"x".repeat(100)).as_bytes()),
        Failure::Size
    );
}

/// Whatever happens to a response, what is handed out is no longer than announced, and passes the check
/// only if it is the file.
#[test]
fn damaged_responses_never_pass() {
    for response in [sized(FILE), chunked(FILE, 20), to_close(FILE), partial(FILE, 0)] {
        for at in 0..response.len() {
            for byte in 0..=255 {
                let mut damaged = response.clone();
                damaged[at] = byte;
                let mut device = Device::new(file());
                let result = device.connect(&damaged, Then::Closes);
                assert!(device.written.len() <= FILE.len());
                if result.is_ok() && device.download.next() == Next::Check {
                    match device.check() {
                        Ok(written) => assert_eq!(written, FILE),
                        Err(failure) => assert_eq!(failure, Failure::Digest),
                    }
                }
            }
        }
    }
}
