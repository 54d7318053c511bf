//! A device that gets its secret from the auth server.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use support::broker::{Broker, Setting};
use support::build::{c_program, scratch_dir};
use support::life::{Life, SOURCES, WRAPPED};
use support::network::{Network, SERVER};
use support::{DEVICE_NAME, DEVICE_PASSWORD, DEVICE_SECRET, PRODUCT_KEY, auth_server};

/// Budget of a connect and a loaded machine.
const LONGEST_CONNECT: Duration = Duration::from_secs(30);
/// The random text in each request of the C SDK.
const RANDOM_OF_C_SDK: &str = "8Ygb7ULYh53B6OA";

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| c_program("dynamic_register", &SOURCES, &WRAPPED))
}

/// Takes `steps`, which are separated by blanks, with this flash; all of them.
fn live(network: &Network, flash: &Path, steps: &str) -> Life {
    live_without(network, flash, steps, "")
}

/// The same on a port that lacks something.
fn live_without(network: &Network, flash: &Path, steps: &str, lack: &str) -> Life {
    let mut command = Command::new(program());
    command.args([SERVER.to_string(), SERVER.to_string()]).args(steps.split_whitespace());
    command.current_dir(flash).env("PORT_LACKS", lack);
    Life::live(network, command)
}

#[test]
fn a_device_registers_once_and_is_let_in() {
    let network = Network::new();
    let _broker = Broker::start_with(&network, &[Setting::Password(DEVICE_PASSWORD)]);
    let asked = auth_server::start(&network, auth_server::secret());
    let flash = scratch_dir("flash");

    let first = live(&network, &flash, "on open connect ports_secret close");
    first.assert("connect", &[0]);
    first.assert("ports_secret", &[DEVICE_SECRET.len().try_into().unwrap()]);
    first.assert_errors(&[]);
    let request = asked.try_recv().expect("a request");
    assert!(request.starts_with("POST /auth/register/device HTTP/1.1\r\n"), "{request}");
    assert_eq!(auth_server::field(&request, "productKey"), PRODUCT_KEY);
    assert_eq!(auth_server::field(&request, "deviceName"), DEVICE_NAME);
    assert_eq!(auth_server::field(&request, "signMethod"), "hmacsha256");
    assert_eq!(auth_server::field(&request, "sign").len(), 64);
    assert_eq!(auth_server::field(&request, "random").len(), RANDOM_OF_C_SDK.len());
    assert_ne!(auth_server::field(&request, "random"), RANDOM_OF_C_SDK);

    let second = live(&network, &flash, "on open connect close open connect ports_secret");
    second.assert("connect", &[0, 0]);
    second.assert("ports_secret", &[DEVICE_SECRET.len().try_into().unwrap()]);
    let third = live(&network, &flash, "name_device on construct open connect close");
    third.assert("construct", &[0]);
    third.assert("connect", &[0]);
    assert!(asked.try_recv().is_err(), "asked again");
}

#[test]
fn a_client_registers_too() {
    let network = Network::new();
    let _broker = Broker::start_with(&network, &[Setting::Password(DEVICE_PASSWORD)]);
    let _asked = auth_server::start(&network, auth_server::secret());
    let life = live(&network, &scratch_dir("flash"), "name_device construct on construct destroy");
    life.assert("construct", &[-1, 0]);
}

#[test]
fn an_application_registers_by_hand() {
    let network = Network::new();
    let _broker = Broker::start_with(&network, &[Setting::Password(DEVICE_PASSWORD)]);
    let _asked = auth_server::start(&network, auth_server::secret());
    let life = live(&network, &scratch_dir("flash"), "wrong_arguments register open connect");
    life.assert("wrong_arguments", &[1]);
    life.assert("register", &[0]);
    life.assert("connect", &[0]);
}

#[test]
fn registration_is_asked_for() {
    let life = live(&Network::new(), &scratch_dir("flash"), "flag open on flag off flag");
    life.assert("flag", &[0, 1, 0]);
    life.assert("open", &[-1]);
}

#[test]
fn a_device_opened_without_a_secret_does_not_log_in_without_one() {
    let network = Network::new();
    let _broker = Broker::start_with(&network, &[Setting::Password(DEVICE_PASSWORD)]);
    let _asked = auth_server::start(&network, auth_server::secret());
    let life = live(&network, &scratch_dir("flash"), "on open off connect");
    life.assert("connect", &[0]);
}

#[test]
fn a_refusal_is_told_and_the_next_request_is_another_one() {
    let network = Network::new();
    let asked = auth_server::start(&network, auth_server::response(r#"{"code":6288,"message":"no"}"#));
    let life = live(&network, &scratch_dir("flash"), "on open connect connect close");
    life.assert("connect", &[-1, -1]);
    life.assert("close", &[0]);
    life.assert_errors(&["bind: dynamic register: refused with code 6288"; 2]);
    let requests: Vec<String> = asked.try_iter().collect();
    assert_eq!(requests.len(), 2);
    assert_ne!(auth_server::field(&requests[0], "random"), auth_server::field(&requests[1], "random"));
    assert_ne!(auth_server::field(&requests[0], "sign"), auth_server::field(&requests[1], "sign"));
}

#[test]
fn a_reply_that_makes_no_sense_is_told() {
    for (response, reason) in [
        (auth_server::response("<html>"), "reply not understood: not JSON"),
        (auth_server::response(r#"{"code":200,"data":{}}"#), "reply not understood: no deviceSecret"),
        ("HTTP/1.1 503 Service Unavailable\r\n\r\n".to_owned(), "HTTP status 503"),
    ] {
        let network = Network::new();
        let _asked = auth_server::start(&network, response);
        let life = live(&network, &scratch_dir("flash"), "on open connect close");
        life.assert("connect", &[-1]);
        life.assert_errors(&[&format!("bind: dynamic register: {reason}")]);
    }
}

#[test]
fn an_auth_server_that_is_not_there_is_told() {
    let life = live(&Network::new(), &scratch_dir("flash"), "on open connect register close");
    life.assert("connect", &[-1]);
    life.assert("register", &[-1]);
    let reason = "cannot reach the auth server";
    life.assert_errors(&[
        &format!("bind: dynamic register: {reason}"),
        &format!("IOT_Dynamic_Register: {reason}"),
    ]);
}

#[test]
fn a_silent_auth_server_costs_a_connect_its_budget_and_no_more() {
    let network = Network::new();
    let _asked = auth_server::start(&network, String::new());
    let begin = Instant::now();
    let life = live(&network, &scratch_dir("flash"), "on open connect close");
    assert!(begin.elapsed() < LONGEST_CONNECT);
    life.assert("connect", &[-1]);
    life.assert_errors(&["bind: dynamic register: no whole reply in time"]);
}

#[test]
fn a_close_ends_a_registration() {
    let network = Network::new();
    let _asked = auth_server::start(&network, String::new());
    let life = live(&network, &scratch_dir("flash"), "on open interrupt open close");
    life.assert("interrupt", &[-1]);
    life.assert("open", &[0, 0]);
    life.assert("close", &[0]);
}

#[test]
fn a_secret_that_cannot_be_stored_is_not_used() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let _asked = auth_server::start(&network, auth_server::secret());
    let life = live_without(&network, &scratch_dir("flash"), "on open connect ports_secret close", "storage");
    life.assert("connect", &[-1]);
    life.assert("ports_secret", &[0]);
    life.assert_errors(&["bind: dynamic register: device secret not stored: HAL_Kv_Set fails"]);
}

#[test]
fn a_device_without_a_product_secret_is_told_so() {
    let steps = "forget_product_secret on open connect";
    let life = live(&Network::new(), &scratch_dir("flash"), steps);
    life.assert("connect", &[-1]);
    life.assert_errors(&["bind: dynamic register: no product secret"]);
}
