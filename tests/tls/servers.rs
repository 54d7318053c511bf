//! Servers with which there is no session.

use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::authority::Authority;
use crate::device::Boot;
use crate::support::SOON;
use crate::support::build::scratch_dir;
use crate::support::device::Device;
use crate::support::network::{Network, SERVER};
use crate::support::process::Process;
use crate::{HOST, PORT};

/// The budget of a connect, and one attempt that begins just before its end.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(10_000 + 10_000 + 2_000);

#[test]
fn a_server_with_tls_1_0_only_is_refused() {
    let network = Network::new();
    let authority = Authority::new();
    let server = authority.issue(HOST);
    let mut command = Command::new("openssl");
    command.args(["s_server", "-tls1", "-cipher", "ALL:@SECLEVEL=0", "-accept"]).arg(PORT.to_string());
    command.arg("-cert").arg(&server.certificate).arg("-key").arg(&server.key);
    let _server = Process::spawn(&network.peers, command);
    network.peers.wait_for_listener((SERVER, PORT).into(), SOON).expect("openssl listens");
    let text = refused(&network, &Boot::trusting(&authority.file), HOST);
    assert!(text.contains("TLS: session error: the server has no TLS 1.2"), "{text}");
    assert!(!text.contains("certificate error"), "{text}");
}

#[test]
fn a_server_that_speaks_something_else_is_refused() {
    let network = Network::new();
    let authority = Authority::new();
    let listener = network.peers.run(|| TcpListener::bind((SERVER, PORT))).expect("the device's port");
    std::thread::spawn(move || {
        use std::io::Write;
        for stream in listener.incoming() {
            // The device may be gone already.
            let _ = stream.expect("a connection").write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let text = refused(&network, &Boot::trusting(&authority.file), HOST);
    assert!(text.contains("TLS: session error: -0x"), "{text}");
}

#[test]
fn a_handshake_that_stalls_ends_in_time() {
    let network = Network::new();
    let authority = Authority::new();
    // The kernel takes the connections in; nobody answers.
    let _silent = network.peers.run(|| TcpListener::bind((SERVER, PORT))).expect("the device's port");
    let text = refused(&network, &Boot::trusting(&authority.file), HOST);
    assert!(text.contains("TLS: network error: the handshake timed out"), "{text}");
    let after = text.split("failed after ").nth(1).expect("a time").split(' ').next().expect("a number");
    assert!((10_000..11_000).contains(&after.parse::<u32>().expect("ms")), "{text}");
}

#[test]
fn a_port_nobody_listens_on_is_a_network_error() {
    let network = Network::new();
    let authority = Authority::new();
    let text = refused(&network, &Boot::trusting(&authority.file), HOST);
    let line = format!("network error: cannot connect to {HOST}:443: Connection refused");
    assert!(text.contains(&line), "{text}");
    assert!(!text.contains("Performing the SSL/TLS handshake..."), "{text}");
}

#[test]
fn a_host_name_that_ports_refuse_is_pointed_out() {
    let network = Network::new();
    let authority = Authority::new();
    let boot = Boot { host: "nowhere", ..Boot::trusting(&authority.file) };
    let text = refused(&network, &boot, "nowhere");
    assert!(text.contains("many ports refuse host names under 8 characters"), "{text}");
}

#[test]
fn a_ca_file_that_cannot_be_read_is_a_certificate_error() {
    let network = Network::new();
    let missing = scratch_dir("authority").join("missing.pem");
    let text = refused(&network, &Boot::trusting(&missing), HOST);
    assert!(text.contains(&format!("TLS: certificate error: no CA in {}", missing.display())), "{text}");
}

/// The log of a device that cannot connect.
fn refused(network: &Network, boot: &Boot, host: &str) -> String {
    let mut device: Device = boot.start(network);
    assert_eq!(device.call("open"), 0);
    let began = Instant::now();
    device.begin("connect");
    assert_eq!(device.finish_within("connect", CONNECT_TIMEOUT), -1, "{}", device.log_text());
    assert!(began.elapsed() <= CONNECT_TIMEOUT, "{:?}", began.elapsed());
    let text = device.log_text();
    for line in [
        &format!("mqtt: TLS to {host}:443 failed"),
        "bind: mqtt: cannot connect to the server within 10000 ms",
        "event: ITE_CONNECT_FAIL",
    ] {
        assert!(text.contains(line), "no `{line}` in:\n{text}");
    }
    assert_eq!(device.call("close"), 0);
    text
}
