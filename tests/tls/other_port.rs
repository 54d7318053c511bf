//! A broker at another port than the cloud's. The library cannot be told; the port of `c-examples/` can.

use crate::authority::Authority;
use crate::device::switch_on;
use crate::downloads::{program, start_file_server};
use crate::support::broker::{Broker, Setting};
use crate::support::build::{scratch_dir, tls_port};
use crate::support::file_server::Reply;
use crate::support::network::{Network, SERVER};
use crate::support::ota::{Bench, file};
use crate::support::process::Process;
use crate::support::{DEVICE_NAME, DEVICE_SECRET, PRODUCT_KEY, SOON};
use crate::web_server::{End, WEB};
use crate::{BACK_PORT, CLOUD_HOST, HOST, PORT, WEB_HOST};

/// Where files are on the broker's host.
const FILE_PORT: u16 = 9443;

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
        let flash = scratch_dir("flash");
        let mut command = switch_on(&flash, Some(&authority.file));
        command.arg(program());
        let broker = [HOST, &PORT.to_string(), &BACK_PORT.to_string()];
        let mut bench = Bench::start(&network, command, &flash, &broker, &files);
        bench.announce_firmware("1", &image);
        bench.device.wait_for("event: ITE_FOTA 0 1");
        assert_eq!(bench.device.call("fota"), 0, "{}", bench.device.log_text());
        assert_eq!(bench.flash(), image);
    }
}

#[test]
fn the_example_takes_it_with_and_without_a_host() {
    for (host, options) in [(HOST, &["--host", HOST][..]), (CLOUD_HOST, &[])] {
        let network = Network::new();
        let authority = Authority::new();
        let _broker = Broker::start_with(&network, &[Setting::Tls(&authority.issue(host), BACK_PORT)]);
        let mut command = switch_on(&scratch_dir("flash"), Some(&authority.file));
        // Line by line, although it goes into a pipe.
        command.args(["stdbuf", "-oL"]).arg(tls_port().with_file_name("bind"));
        command.args(["--product-key", PRODUCT_KEY, "--device-name", DEVICE_NAME]);
        command.args(["--device-secret", DEVICE_SECRET, "--port", &BACK_PORT.to_string()]).args(options);
        let device = Process::spawn(&network.device, command);
        device.wait_for("app: connected to the cloud", SOON);
    }
}
