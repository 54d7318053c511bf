//! A client whose server and login come from an auth server.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use support::SOON;
use support::auth_server;
use support::broker::{Broker, PORT, Setting};
use support::build::{C_WARNINGS, port, root, run, scratch_dir};
use support::network::{Network, SERVER};
use support::process::Process;

const TOKEN: &str = "granted-token";
/// The user name that the broker knows.
const ID: &str = "gateway_test01&a1GQc8iJOWI";
/// Budget of a connect, and a try that has begun by then.
const LONGEST_CONNECT: Duration = Duration::from_secs(21);

fn archive() -> PathBuf {
    // One folder with the feature matrix: the dependencies are the same.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("feature-matrix");
    run(Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["build", "--quiet", "-p", "linkkit", "--lib"])
        .args(["--no-default-features", "--features", "mqtt,preauth"])
        .arg("--target-dir")
        .arg(&target));
    let archive = scratch_dir("archive").join("libiot_sdk.a");
    std::fs::copy(target.join("debug/libiot_sdk.a"), &archive).expect("the archive");
    archive
}

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let program = scratch_dir("program").join("preauth");
        run(Command::new("cc")
            .args(["-std=c99", "-O1", "-g", "-DLINKKIT_WITHOUT_TLS"])
            .args(C_WARNINGS)
            .arg(format!("-I{}", root().join("include").display()))
            .arg(root().join("tests/c/preauth.c"))
            .arg("-Wl,--start-group")
            .arg(archive())
            .arg(port())
            .args(["-Wl,--end-group", "-lpthread", "-o"])
            .arg(&program));
        program
    })
}

fn device(network: &Network) -> Process {
    let mut command = Command::new(program());
    command.arg(SERVER.to_string()).current_dir(scratch_dir("flash"));
    Process::spawn(&network.device, command)
}

#[test]
fn a_client_connects_where_and_as_whom_the_auth_server_says() {
    let network = Network::new();
    let _broker = Broker::start_with(&network, &[Setting::Password(TOKEN)]);
    let body = format!(
        r#"{{"code":200,"data":{{"iotId":"{ID}","iotToken":"{TOKEN}","resources":{{"mqtt":{{"host":"{SERVER}","port":{PORT}}}}}}}}}"#
    );
    let asked = auth_server::start(&network, auth_server::response(&body));
    let mut device = device(&network);
    assert!(device.wait_exit(SOON).success(), "{}", device.log_text());
    let request = asked.recv().unwrap();
    assert!(request.starts_with("POST /auth/devicename HTTP/1.1\r\n"), "{request}");
    let log = device.log_text();
    assert!(log.contains("securemode=-1"), "{log}");
    assert!(!log.contains(TOKEN), "a token in the log");
}

#[test]
fn a_refusal_is_told_with_its_code() {
    let network = Network::new();
    let _asked =
        auth_server::start(&network, auth_server::response(r#"{"code":5005,"message":"no such device"}"#));
    assert_fails_with(&network, "bind: preauth: refused with code 5005");
}

#[test]
fn an_auth_server_that_is_not_there_is_told() {
    assert_fails_with(&Network::new(), "bind: preauth: cannot reach the auth server");
}

fn assert_fails_with(network: &Network, line: &str) {
    let mut device = device(network);
    let begin = Instant::now();
    assert_eq!(device.wait_exit(LONGEST_CONNECT).code(), Some(1), "{}", device.log_text());
    assert!(begin.elapsed() < LONGEST_CONNECT);
    assert!(!device.lines_with(line).is_empty(), "{}", device.log_text());
}
