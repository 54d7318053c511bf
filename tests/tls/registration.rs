//! A device that gets its secret from an auth server behind TLS.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};

use crate::authority::Authority;
use crate::device::switch_on;
use crate::support::broker::{Broker, Setting, Tls};
use crate::support::build::{scratch_dir, tls_program};
use crate::support::life::{Life, SOURCES, WRAPPED};
use crate::support::network::Network;
use crate::support::{DEVICE_PASSWORD, DEVICE_SECRET, PRODUCT_KEY, auth_server};
use crate::web_server::{self, End, WEB};
use crate::{HOST, PORT, WEB_HOST};

/// Takes `steps`, which are separated by blanks, with this flash.
fn live(network: &Network, authority: &Authority, flash: &Path, steps: &str) -> Life {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| tls_program("dynamic_register", &SOURCES, &WRAPPED));
    let mut command = switch_on(flash, Some(&authority.file));
    command.arg(program).args([HOST, WEB_HOST]).args(steps.split_whitespace());
    Life::live(network, command)
}

/// Answers each request with `response`, and tells what was asked.
fn start_auth_server(network: &Network, tls: &Tls, response: String, end: End) -> Receiver<String> {
    let (tell, asked) = channel();
    web_server::start(network, WEB, tls, move |stream| {
        // Nobody waits for it after the end of the test.
        let _ = tell.send(auth_server::read_request(stream));
        // A device that is gone does not read it.
        let _ = stream.write_all(response.as_bytes());
        end
    });
    asked
}

fn start_broker<'n>(network: &'n Network, authority: &Authority) -> Broker<'n> {
    let server = authority.issue(HOST);
    Broker::start_with(network, &[Setting::Tls(&server, PORT), Setting::Password(DEVICE_PASSWORD)])
}

fn secret_len() -> i32 {
    DEVICE_SECRET.len().try_into().expect("a short secret")
}

#[test]
fn a_device_registers_stores_its_secret_and_is_let_in() {
    let network = Network::new();
    let authority = Authority::new();
    let _broker = start_broker(&network, &authority);
    let asked = start_auth_server(&network, &authority.issue(WEB_HOST), auth_server::secret(), End::Closed);
    let flash = scratch_dir("flash");

    let life = live(&network, &authority, &flash, "on open connect ports_secret close");
    life.assert("connect", &[0]);
    life.assert("ports_secret", &[secret_len()]);
    life.assert_errors(&[]);
    let log = life.log();
    for line in [
        &format!("dynamic register: asking {WEB_HOST}:443"),
        "certificate verification result: 0x00",
        "dynamic register: the device is registered",
        "securemode=2,",
        "mqtt connect success!",
    ] {
        assert!(log.contains(line), "no `{line}` in:\n{log}");
    }
    let request = asked.try_recv().expect("a request");
    assert!(request.starts_with("POST /auth/register/device HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(&format!("\r\nHost: {WEB_HOST}\r\n")), "{request}");
    assert_eq!(auth_server::field(&request, "productKey"), PRODUCT_KEY);

    let life = live(&network, &authority, &flash, "on open connect ports_secret close");
    life.assert("connect", &[0]);
    life.assert("ports_secret", &[secret_len()]);
    assert!(asked.try_recv().is_err(), "asked again");
}

#[test]
fn an_application_registers_by_hand() {
    let network = Network::new();
    let authority = Authority::new();
    let _broker = start_broker(&network, &authority);
    let _asked = start_auth_server(&network, &authority.issue(WEB_HOST), auth_server::secret(), End::Cut);
    let life = live(&network, &authority, &scratch_dir("flash"), "register open connect close");
    life.assert("register", &[0]);
    life.assert("connect", &[0]);
    life.assert_errors(&[]);
}

#[test]
fn an_auth_server_of_another_ca_is_told_nothing() {
    let network = Network::new();
    let authority = Authority::new();
    let broker = start_broker(&network, &authority);
    let stranger = Authority::new().issue(WEB_HOST);
    let asked = start_auth_server(&network, &stranger, auth_server::secret(), End::Closed);
    let steps = "on open connect ports_secret register close";
    let life = live(&network, &authority, &scratch_dir("flash"), steps);
    life.assert("connect", &[-1]);
    life.assert("ports_secret", &[0]);
    life.assert("register", &[-1]);
    life.assert("close", &[0]);
    life.assert_errors(&[
        "bind: dynamic register: cannot reach the auth server",
        "IOT_Dynamic_Register: cannot reach the auth server",
    ]);
    let log = life.log();
    let certificate = "TLS: certificate error: it is not signed by a trusted CA";
    assert_eq!(log.matches(certificate).count(), 2, "{log}");
    assert!(log.contains(&format!("dynamic register: TLS to {WEB_HOST}:443 failed after ")), "{log}");
    assert!(asked.try_recv().is_err(), "a request to a server that is not believed");
    assert!(!broker.log_text().contains("New client connected from 10.77.0.2"), "{}", broker.log_text());
}

#[test]
fn a_reply_that_is_cut_is_told() {
    for end in [End::Closed, End::Cut, End::CutInRecord] {
        let network = Network::new();
        let authority = Authority::new();
        let mut half = auth_server::secret();
        half.truncate(half.len() - 30);
        let _asked = start_auth_server(&network, &authority.issue(WEB_HOST), half, end);
        let life = live(&network, &authority, &scratch_dir("flash"), "on open connect ports_secret close");
        life.assert("connect", &[-1]);
        life.assert("ports_secret", &[0]);
        life.assert_errors(&["bind: dynamic register: the connection ended before the reply did"]);
    }
}
