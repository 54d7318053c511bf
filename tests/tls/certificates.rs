//! Whom the device believes.

use std::time::Duration;

use crate::authority::Authority;
use crate::device::Boot;
use crate::support::broker::{Broker, Setting, Tls};
use crate::support::cloud::{Cloud, Replies};
use crate::support::coap::Request;
use crate::support::network::Network;
use crate::{HOST, PORT};

/// The budget of a connect, and a handshake.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(25);

#[test]
fn with_the_right_ca_it_connects_publishes_and_binds() {
    let network = Network::new();
    let authority = Authority::new();
    let _broker = Broker::start_with(&network, &[Setting::Tls(&authority.issue(HOST), PORT)]);
    let cloud = Cloud::join(&network, Replies::Success);
    let mut device = Boot::trusting(&authority.file).start(&network).connected();
    let mut line = device.wait_for("Guider SecMode : 2 (TLS + Direct)");
    for keyword in [
        &format!("Host : {HOST}"),
        "Port : 443",
        "securemode=2,",
        "Loading the CA root certificate ...",
        "Performing the SSL/TLS handshake...",
        "Verifying peer X.509 certificate..",
        "certificate verification result: 0x00",
        "TLS: session new, TLSv1.2 ",
        "CM Fd: 0",
        "mqtt connect success!",
    ] {
        line = device.wait_after(&line, keyword);
    }
    device.wait_for_reply(0);
    let answer = Request::QUERY.answer(&network);
    cloud.report_of(
        answer["data"]["token"].as_str().unwrap_or_else(|| panic!("{answer}")),
        crate::support::SOON,
    );
    assert_eq!(device.call("close"), 0);
}

#[test]
fn a_ca_that_has_not_signed_is_refused() {
    let authority = Authority::new();
    let stranger = Authority::new();
    let text = refused(&authority.issue(HOST), &Boot::trusting(&stranger.file));
    assert!(text.contains("certificate verification result: 0x08"), "{text}");
    assert!(text.contains("TLS: certificate error: it is not signed by a trusted CA"), "{text}");
}

#[test]
fn the_roots_of_the_library_are_not_those_of_a_bench() {
    let authority = Authority::new();
    let boot = Boot { authority: None, ..Boot::trusting(&authority.file) };
    let text = refused(&authority.issue(HOST), &boot);
    assert!(text.contains("TLS: certificate error: it is not signed by a trusted CA"), "{text}");
}

#[test]
fn an_expired_certificate_is_refused() {
    let authority = Authority::new();
    let text = refused(&authority.issue_expired(HOST), &Boot::trusting(&authority.file));
    assert!(text.contains("certificate verification result: 0x01"), "{text}");
    assert!(text.contains("TLS: certificate error: it has expired, or the clock is wrong"), "{text}");
}

#[test]
fn a_certificate_for_another_host_is_refused() {
    let authority = Authority::new();
    let text = refused(&authority.issue("other.bench.test"), &Boot::trusting(&authority.file));
    assert!(text.contains("certificate verification result: 0x04"), "{text}");
    assert!(text.contains("TLS: certificate error: it is made for another host name"), "{text}");
}

/// The log of a device that must not connect to a server with this certificate; what it says at once.
fn refused(server: &Tls, boot: &Boot) -> String {
    let network = Network::new();
    let broker = Broker::start_with(&network, &[Setting::Tls(server, PORT)]);
    let mut device = boot.start(&network);
    assert_eq!(device.call("open"), 0);
    device.begin("connect");
    assert_eq!(device.finish_within("connect", CONNECT_TIMEOUT), -1, "{}", device.log_text());
    let text = device.log_text();
    for line in [
        &format!("mqtt: TLS to {HOST}:443 failed after "),
        "mqtt: cannot connect to the server",
        "bind: mqtt: cannot connect to the server within 10000 ms",
        "event: ITE_CONNECT_FAIL",
    ] {
        assert!(text.contains(line), "no `{line}` in:\n{text}");
    }
    // The password is in a CONNECT, and none must get that.
    assert!(!broker.log_text().contains("New client connected"), "{}", broker.log_text());
    for other in ["session error", "network error", "CM Fd: 0"] {
        assert!(!text.contains(other), "`{other}` in:\n{text}");
    }
    assert_eq!(device.call("close"), 0);
    text
}
