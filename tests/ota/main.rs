//! Firmware and configurations, from the cloud's notice to the port's flash.

#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::mpsc::channel;

use support::broker::Broker;
use support::build::{c_program, port, scratch_dir};
use support::cloud::{Cloud, Replies};
use support::file_server::{PORT, Reply, serve};
use support::network::{Network, SERVER};
use support::ota::{BUFFER, Bench, SOURCES, WRAPPED, announce_firmware, file, own, sum};
use support::process::Process;
use support::{DEVICE_NAME, DEVICE_SECRET, PRODUCT_KEY, SOON, topic};

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| c_program("ota", &SOURCES, &WRAPPED))
}

/// A bench with a broker.
fn start(network: &Network) -> (Broker<'_>, Bench) {
    start_with(network, &[])
}

/// The same with this environment.
fn start_with<'n>(network: &'n Network, environment: &[(&str, &str)]) -> (Broker<'n>, Bench) {
    let broker = Broker::start(network);
    let mut command = Command::new(program());
    command.envs(environment.iter().copied());
    let bench = Bench::start(network, command, &scratch_dir("flash"), &SERVER.to_string(), &files());
    (broker, bench)
}

/// Where the server of files is.
fn files() -> String {
    format!("http://{SERVER}:{PORT}")
}

#[test]
fn the_example_stores_the_firmware_that_the_cloud_offers() {
    let network = Network::new();
    let image = file(12_345);
    let _asked = serve(&network, image.clone(), vec![Reply::Whole]);
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let flash = scratch_dir("flash");
    let mut command = Command::new(port().with_file_name("solo"));
    command.args([PRODUCT_KEY, DEVICE_NAME, DEVICE_SECRET, &SERVER.to_string()]).current_dir(&flash);
    let solo = Process::spawn(&network.device, command);
    solo.wait_for("app: connected to the cloud", SOON);
    announce_firmware(&cloud, &files(), "2.0.1", &image);
    solo.wait_for("app: firmware 2.0.1 is there", SOON);
    solo.wait_for("app: the new firmware is stored", SOON);
    assert_eq!(fs::read(flash.join("firmware.bin")).expect("what was downloaded"), image);
}

#[test]
fn a_firmware_is_downloaded_in_its_callback() {
    let network = Network::new();
    let image = file(12_345);
    let asked = serve(&network, image.clone(), vec![Reply::Whole]);
    let (_broker, mut bench) = start(&network);
    assert_eq!(bench.device.call("fetch_in_callback"), 0);
    bench.announce_firmware("2.0.1", &image);
    assert_eq!(bench.device.finish("fetch"), 0, "{}", bench.device.log_text());
    bench.device.wait_for("event: ITE_FOTA 0 2.0.1");
    assert_eq!(bench.flash(), image);
    let request = asked.recv_timeout(SOON).unwrap();
    assert!(request.starts_with("GET /fw?a=b HTTP/1.1\r\n"), "{request}");
    let calls = bench.flash_calls();
    assert_eq!((calls.first().unwrap().as_str(), calls.last().unwrap().as_str()), ("start", "stop"));
    let mut writes = vec![format!("write {BUFFER}"); image.len() / BUFFER];
    writes.push(format!("write {}", image.len() % BUFFER));
    assert_eq!(calls[1..calls.len() - 1], writes);
    let steps = bench.steps("100");
    assert_eq!(steps.first().unwrap(), "0");
    let first = bench.cloud.all_on(&own("progress"));
    let first = String::from_utf8(first[0].what.payload.clone()).unwrap();
    assert_eq!(first, r#"{"id":0,"params":{"step":"0","desc":"Enter in downloading state"}}"#);
    // Once.
    assert_eq!(bench.device.call("fota"), -1);
    bench.device.end();
}

#[test]
fn a_torn_download_resumes() {
    let network = Network::new();
    let image = file(100_000);
    let replies = vec![Reply::Moved, Reply::Torn(10_001), Reply::Nothing, Reply::Torn(50_000), Reply::Whole];
    let asked = serve(&network, image.clone(), replies);
    let (_broker, mut bench) = start(&network);
    bench.announce_firmware("3", &image);
    bench.device.wait_for("event: ITE_FOTA 0 3");
    assert_eq!(bench.device.call("fota"), 0, "{}", bench.device.log_text());
    assert_eq!(bench.flash(), image);
    let requests: Vec<String> = (0..5).map(|_| asked.recv_timeout(SOON).unwrap()).collect();
    assert!(requests[1].starts_with("GET /moved "), "{}", requests[1]);
    for (request, range) in requests.iter().zip([None, None, Some(10_001), Some(10_001), Some(60_001)]) {
        let line = range.map(|first| format!("\r\nRange: bytes={first}-\r\n"));
        assert_eq!(request.contains("Range"), line.is_some(), "{request}");
        assert!(line.is_none_or(|line| request.contains(&line)), "{request}");
    }
    bench.device.end();
}

#[test]
fn a_server_without_ranges_is_no_obstacle() {
    let network = Network::new();
    let image = file(20_000);
    let _asked = serve(&network, image.clone(), vec![Reply::Torn(9_999), Reply::Chunked]);
    let (_broker, mut bench) = start(&network);
    bench.announce_firmware("4", &image);
    bench.device.wait_for("event: ITE_FOTA 0 4");
    assert_eq!(bench.device.call("fota"), 0, "{}", bench.device.log_text());
    assert_eq!(bench.flash(), image);
}

#[test]
fn a_wrong_digest_is_refused_and_reported() {
    let network = Network::new();
    let image = file(5_000);
    let mut forged = image.clone();
    forged[4_321] ^= 1;
    let _asked = serve(&network, forged, vec![Reply::Whole]);
    let (_broker, mut bench) = start(&network);
    bench.announce_firmware("5", &image);
    bench.device.wait_for("event: ITE_FOTA 0 5");
    assert_eq!(bench.device.call("fota"), -1);
    let steps = bench.steps("-3");
    assert_eq!(steps[steps.len() - 2..], ["100", "-3"]);
    bench.device.wait_for("its digest is not the one announced");
    assert_eq!(bench.flash_calls().last().unwrap(), "stop");
}

#[test]
fn nothing_is_written_past_the_size_announced() {
    let network = Network::new();
    let image = file(3_000);
    let longer = [image.clone(), file(2_000)].concat();
    let raw = [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), longer.clone()].concat();
    let _asked = serve(&network, longer, vec![Reply::Whole, Reply::Chunked, Reply::Raw(raw)]);
    let (_broker, mut bench) = start(&network);
    for version in ["1", "2", "3"] {
        bench.announce_firmware(version, &image);
        bench.device.wait_for(&format!("event: ITE_FOTA 0 {version}"));
        assert_eq!(bench.device.call("fota"), -1);
        assert!(image.starts_with(&bench.flash()));
    }
    bench.steps("-2");
    assert_eq!(bench.device.lines_with("in another size than announced").len(), 3);
}

#[test]
fn a_configuration_is_asked_for_pushed_downloaded_and_refused() {
    let network = Network::new();
    let config = br#"{"a":1}"#.to_vec();
    let sha256 = sum("sha256sum", &config);
    let _asked = serve(&network, config.clone(), vec![Reply::Whole]);
    let (_broker, mut bench) = start(&network);
    assert_eq!(bench.device.call("request_cota"), 0);
    let get = bench.cloud.wait_on(&topic("thing/config/get"), SOON, |_| true);
    assert!(get.what.payload.starts_with(br#"{"id" : 0,"version":"1.0""#));
    bench.push_config("nonsense", config.len());
    let refused = bench.cloud.wait_on(&topic("thing/config/push_reply"), SOON, |_| true);
    assert_eq!(refused.what.payload, br#"{"id":"9","code":400,"data":{}}"#);
    assert_eq!(bench.device.call("cota"), -1);
    bench.push_config(&sha256, config.len());
    let event = format!("event: ITE_COTA 0 c1 7 file {sha256} Sha256 http://{SERVER}:{PORT}/config");
    bench.device.wait_for(&event);
    assert_eq!(bench.device.call("fota"), -1);
    assert_eq!(bench.device.call("cota"), 0, "{}", bench.device.log_text());
    assert_eq!(bench.flash(), config);
}

#[test]
fn an_image_is_asked_for_and_bad_arguments_are_refused() {
    let network = Network::new();
    let (_broker, mut bench) = start(&network);
    assert_eq!(bench.device.call("bad_arguments"), 0, "{}", bench.device.log_text());
    assert_eq!(bench.device.call("fota"), -1);
    assert_eq!(bench.device.call("request_image"), 0);
    let request = bench.cloud.wait_on(&own("request"), SOON, |_| true);
    assert_eq!(request.what.payload, br#"{"id":0,"params":{"version":"7.1"}}"#);
    assert_eq!(bench.flash_calls(), Vec::<String>::new());
}

/// The application has one thread, and that downloads.
#[test]
fn the_connection_is_served_and_nobody_called_back_while_a_download_takes_long() {
    let network = Network::new();
    let image = file(10_000);
    let (release, released) = channel();
    let _asked = serve(&network, image.clone(), vec![Reply::Held(5_000, released)]);
    let (_broker, mut bench) = start(&network);
    bench.announce_firmware("6", &image);
    bench.device.wait_for("event: ITE_FOTA 0 6");
    bench.device.begin("fota");
    bench.device.wait_for("flash: write");
    bench.push_config("00", 1);
    bench.cloud.wait_on(&topic("thing/config/push_reply"), SOON, |_| true);
    assert!(!bench.device.lines_with("In downloading state").is_empty(), "{}", bench.device.log_text());
    release.send(()).unwrap();
    assert_eq!(bench.device.finish("fota"), 0, "{}", bench.device.log_text());
    assert_eq!(bench.flash(), image);
    assert!(bench.device.lines_with("nested").is_empty());
    assert!(bench.device.lines_with("ITE_COTA").is_empty());
}

#[test]
fn other_threads_report_while_one_downloads() {
    let network = Network::new();
    let image = file(10_000);
    let (release, released) = channel();
    let _asked = serve(&network, image.clone(), vec![Reply::Held(5_000, released)]);
    let (_broker, mut bench) = start(&network);
    bench.announce_firmware("7", &image);
    bench.device.wait_for("event: ITE_FOTA 0 7");
    bench.device.begin("fota_while_reporting");
    let written = bench.device.wait_for("flash: write");
    let mut line = written;
    for _ in 0..5 {
        line = bench.device.wait_after(&line, "device: report > 0: 1");
    }
    release.send(()).unwrap();
    assert_eq!(bench.device.finish("fota_while_reporting"), 0, "{}", bench.device.log_text());
    assert!(bench.device.lines_with("device: report > 0: 0").is_empty());
    assert_eq!(bench.flash(), image);
}

#[test]
fn a_close_ends_a_download() {
    let network = Network::new();
    let image = file(10_000);
    let (_release, released) = channel();
    let _asked = serve(&network, image.clone(), vec![Reply::Held(5_000, released)]);
    let (_broker, mut bench) = start(&network);
    bench.announce_firmware("8", &image);
    bench.device.wait_for("event: ITE_FOTA 0 8");
    assert_eq!(bench.device.call("fota_until_closed"), -1);
    assert!(!bench.device.lines_with("device: close = 0").is_empty(), "{}", bench.device.log_text());
    assert_eq!(bench.flash_calls().last().unwrap(), "stop");
    bench.device.end();
}

#[test]
fn a_flash_that_fails_ends_a_download_and_is_reported() {
    for fails_at in ["1", "3", "0"] {
        let network = Network::new();
        let image = file(4_500);
        let _asked = serve(&network, image.clone(), vec![Reply::Whole]);
        let (_broker, mut bench) = start_with(&network, &[("FLASH_FAILS_AT", fails_at)]);
        bench.announce_firmware("9", &image);
        bench.device.wait_for("event: ITE_FOTA 0 9");
        assert_eq!(bench.device.call("fota"), -1, "{fails_at}");
        bench.steps("-4");
        assert_eq!(bench.flash_calls().last().unwrap(), "stop");
    }
}
