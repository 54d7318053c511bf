//! A broker at another port than the cloud's. The library cannot be told; the port of `c-examples/` can.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::authority::Authority;
use crate::device::switch_on;
use crate::downloads::start_file_server;
use crate::support::broker::{Broker, Setting};
use crate::support::build::{scratch_dir, tls_port};
use crate::support::cloud::{Cloud, Replies};
use crate::support::file_server::Reply;
use crate::support::network::{Network, SERVER};
use crate::support::ota::{announce_firmware, file};
use crate::support::process::Process;
use crate::support::{DEVICE_NAME, DEVICE_SECRET, PRODUCT_KEY, SOON};
use crate::web_server::{End, WEB};
use crate::{BACK_PORT, CLOUD_HOST, HOST, WEB_HOST};

/// Where files are on the broker's host.
const FILE_PORT: u16 = 9443;

/// Starts one of the examples, whose arguments follow.
fn example(name: &str, flash: &Path, authority: &Authority) -> Command {
    let mut command = switch_on(flash, Some(&authority.file));
    command.arg(tls_port().with_file_name(name));
    command
}

#[test]
fn downloads_go_to_their_own_host_and_port() {
    for (address, host, files) in [
        (WEB, WEB_HOST, format!("https://{WEB_HOST}")),
        ((SERVER, FILE_PORT), HOST, format!("https://{HOST}:{FILE_PORT}")),
    ] {
        let network = Network::new();
        let authority = Authority::new();
        let _broker = Broker::start_with(&network, &[Setting::Tls(&authority.issue(HOST), BACK_PORT)]);
        let image = file(10_000);
        let replies = vec![(Reply::Whole, End::Closed)];
        let _asked = start_file_server(&network, address, &authority.issue(host), image.clone(), replies);
        let cloud = Cloud::join(&network, Replies::Success);
        let flash = scratch_dir("flash");
        let mut command = example("solo", &flash, &authority);
        command.args([PRODUCT_KEY, DEVICE_NAME, DEVICE_SECRET, HOST, &BACK_PORT.to_string()]);
        let device = Process::spawn(&network.device, command);
        device.wait_for("app: connected to the cloud", SOON);
        announce_firmware(&cloud, &files, "1", &image);
        device.wait_for("app: the new firmware is stored", SOON);
        assert_eq!(fs::read(flash.join("firmware.bin")).expect("what was downloaded"), image);
    }
}

#[test]
fn the_example_takes_it_with_and_without_a_host() {
    for (host, options) in [(HOST, &["--host", HOST][..]), (CLOUD_HOST, &[])] {
        let network = Network::new();
        let authority = Authority::new();
        let _broker = Broker::start_with(&network, &[Setting::Tls(&authority.issue(host), BACK_PORT)]);
        let mut command = example("bind", &scratch_dir("flash"), &authority);
        command.args(["--product-key", PRODUCT_KEY, "--device-name", DEVICE_NAME]);
        command.args(["--device-secret", DEVICE_SECRET, "--port", &BACK_PORT.to_string()]).args(options);
        let device = Process::spawn(&network.device, command);
        device.wait_for("app: connected to the cloud", SOON);
    }
}
