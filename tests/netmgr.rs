//! `c-examples/netmgr.c`, as its reader runs it, with a scripted radio.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};

use support::SOON;
use support::broker::Broker;
use support::build::scratch_dir;
use support::cloud::{Cloud, Replies};
use support::coap::Request;
use support::netmgr::{self, Netmgr, PASSWORD};
use support::network::{DEVICE, Network};

/// The network of the script, and how the device's access point is asked to join it.
const AP: &str = "ap linkkit%20lab d8:fe:e3:11:22:33 6 wpa2 12345678";
const JOINS: &str = "wifi: connect ssid=linkkit%20lab bssid=d8:fe:e3:11:22:33 auth=255 encry=255 channel=0";
const RANDOM: &str = "101112131415161718191A1B1C1D1E1F";
/// AES-128-CBC of the password; key: SHA-256 of product secret, comma and random; made with OpenSSL.
const CIPHERTEXT: &str = "799A59107997FB1A3626E7068E41E5F4";
const TOKEN: &str = "A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1";

/// A phone that names the network `linkkit-lab` by WPS, for devices with this product secret, and the access
/// point's beacon. Made by an encoder of its own.
const AIR_SECRET: &str = "7jluWm1zql7bt8qK";
const AIR: &str = "wait-monitor\n\
    frame any -40 80000000ffffffffffffd8fee3112233d8fee31122330000000000000000000064001104000b6c696e6b6b69742d6c61620\
    10882848b960c12182403010630140100000fac040100000fac040100000fac020000\n\
    frame any -50 40000000ffffffffffffcefa00c8cfd2ffffffffffff100000074449524543542d01088c129824b048606cdd260050f2041\
    04a000110101100192b02486d0a0a487e0f0230425076550d3f12533f67c0801231\n";

fn boot(network: &Network, flash: &Path, script: &str, options: &[&str]) -> Netmgr {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let features = "mqtt,bind,model,ota,dynamic-register,provision,smartconfig,zero-config";
    let program = PROGRAM.get_or_init(|| netmgr::program(features));
    Netmgr::boot(Command::new(program), &network.device, flash, script, options)
}

/// A phone on the device's access point names the network; gives the code of the answer.
fn switch_ap(network: &Network) -> i64 {
    let request = json!({
        "id": "1", "version": "1.0", "method": "device.softap.switchap",
        "params": {
            "ssid": "linkkit lab", "bssid": "d8:fe:e3:11:22:33",
            "random": RANDOM, "passwd": CIPHERTEXT, "token": TOKEN,
        },
    });
    let request = Request {
        phone: 0,
        to: DEVICE,
        method: "get",
        path: "sys/awss/device/softap/switchap",
        payload: &request.to_string(),
        confirmable: true,
    };
    // In front of the answer the client tells of a try that came before the device was ready to listen.
    let output = request.send(network);
    let answer = output.lines().last().unwrap_or_default();
    let answer: Value = serde_json::from_str(answer).unwrap_or_else(|error| panic!("{error}: {output}"));
    answer["code"].as_i64().expect("a code")
}

#[test]
fn on_its_access_point_it_joins_at_the_fourth_try_binds_and_joins_again_after_a_restart() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let flash = scratch_dir("flash");
    let mut device = boot(&network, &flash, &format!("{AP}\nrefuse 3\n"), &["--dev-ap"]);
    for outcome in ["refused", "refused", "refused", "connected"] {
        device.hear("wifi: open ap adh_a1GQc8iJOWI_15BF21");
        assert_eq!(switch_ap(&network), 200);
        device.hear("wifi: close ap");
        device.hear(JOINS);
        device.hear(&format!("wifi: {outcome}"));
    }
    device.process.wait_for("app: event 0x100e IOTX_AWSS_SUC_NOTIFY", SOON);
    device.process.wait_for("app: status 0x100e IOTX_AWSS_SUC_NOTIFY", SOON);
    device.process.wait_for("app: awss_dev_ap_start gives 0", SOON);
    device.hear(&format!("Got ip : {DEVICE}, gw : 10.77.0.1, mask : 255.255.255.0"));
    device.hear("app: the network is stored");
    device.hear("app: connected to the cloud");
    assert_eq!(cloud.token_report(0, SOON).what.token(), TOKEN);
    device.quit();

    let mut device = boot(&network, &flash, &format!("{AP}\n"), &["--dev-ap", "--ip", "192.0.2.7"]);
    device.hear(JOINS);
    device.hear("Got ip : 192.0.2.7, gw : 192.0.2.1, mask : 255.255.255.0");
    device.hear("app: connected to the cloud");
    let log = device.quit();
    assert!(!log.contains("wifi: open ap") && !log.contains("is stored"), "{log}");
}

#[test]
fn over_the_air_it_joins_at_the_fourth_try_and_binds() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let script =
        format!("ap linkkit-lab d8:fe:e3:11:22:33 6 wpa2 {PASSWORD}\nrefuse 3\nwait-monitor\npress\n");
    let options = ["--product-secret", AIR_SECRET];
    let mut device = boot(&network, &scratch_dir("flash"), &script, &options);
    device.hear("app: event 0x1000 IOTX_AWSS_START");
    device.process.wait_for("app: event 0x1001 IOTX_AWSS_ENABLE", SOON);
    for (outcome, event) in [("refused", "0x100c IOTX_AWSS_CONNECT_ROUTER_FAIL"); 3]
        .into_iter()
        .chain([("connected", "0x100d IOTX_AWSS_GOT_IP")])
    {
        device.hear("wifi: open monitor");
        device.script(AIR);
        device.hear("app: event 0x1002 IOTX_AWSS_LOCK_CHAN");
        device.hear("app: event 0x1005 IOTX_AWSS_GOT_SSID_PASSWD");
        device.hear("wifi: close monitor");
        device.hear("app: event 0x100b IOTX_AWSS_CONNECT_ROUTER");
        device.hear("wifi: connect ssid=linkkit-lab bssid=d8:fe:e3:11:22:33 auth=4 encry=3 channel=6");
        device.hear(&format!("wifi: {outcome}"));
        device.hear(&format!("app: event {event}"));
    }
    device.hear("app: event 0x100e IOTX_AWSS_SUC_NOTIFY");
    device.process.wait_for(&format!("Got ip : {DEVICE}"), SOON);
    device.process.wait_for("app: awss_start gives 0", SOON);
    device.process.wait_for("app: connected to the cloud", SOON);
    cloud.token_report(0, SOON);
    device.quit();
}

#[test]
fn its_command_line_ends_one_way_of_provisioning_and_begins_another() {
    let network = Network::new();
    let mut device = boot(&network, &scratch_dir("flash"), "", &[]);
    device.hear("wifi: open monitor");
    device.process.send("dev_ap");
    device.process.wait_for("app: awss_start gives -1", SOON);
    device.hear("wifi: close monitor");
    device.hear("wifi: open ap adh_");
    device.process.send("awss");
    device.process.wait_for("app: awss_dev_ap_start gives -1", SOON);
    device.hear("wifi: close ap");
    device.hear("wifi: open monitor");
    device.process.send("active_awss");
    device.hear("app: event 0x1001 IOTX_AWSS_ENABLE");
    device.process.send("make coffee");
    device.hear("app: active_awss|dev_ap|awss|reset|netmgr|quit");
    device.quit();
}

#[test]
fn a_click_lets_phones_in_and_a_long_press_unbinds_forgets_and_restarts() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let flash = scratch_dir("flash");
    let mut device = boot(&network, &flash, &format!("{AP}\nwait-monitor\npress\n"), &[]);
    device.process.wait_for("app: event 0x1000 IOTX_AWSS_START", SOON);
    device.hear("app: event 0x1001 IOTX_AWSS_ENABLE");
    device.hear("app: awss_config_press gives 0");
    device.process.send("netmgr connect linkkit lab");
    device.hear("wifi: refused");
    device.script("ap lab d8:fe:e3:11:22:34 11 open -\nwait-channel 11\nlong-press\n");
    device.hear("app: awss_report_reset gives 0");
    device.hear("app: the stored network is forgotten");
    device.hear("app: reboot");
    device.ended();

    let mut device = boot(&network, &flash, "ap lab d8:fe:e3:11:22:34 11 open -\n", &[]);
    device.hear("wifi: open monitor");
    device.process.send("netmgr connect lab");
    device.hear("app: the network is stored");
    device.hear("app: connected to the cloud");
    cloud.nth("thing/reset", 0, SOON);
    device.hear("IOTX_RESET");
    device.quit();
}

#[test]
fn a_script_that_is_malformed_costs_a_line_each() {
    let network = Network::new();
    let long = "ab".repeat(2049);
    let script = format!(
        "# ap x\n\nap a b\nap {} d8:fe:e3:11:22:33 6 open -\nap a d8:fe:e3:11:22:3 6 open -\n\
         ap a d8:fe:e3:11:22:33 15 open -\nap a d8:fe:e3:11:22:33 6 wpa -\nap %0 d8:fe:e3:11:22:33 6 open -\n\
         frame any 200 00\nframe any -50 0\nframe any -50 {long}\nwait -1\nnet sideways\nfly\0\n{long}{long}{long}\n\
         net up",
        "a".repeat(33)
    );
    let mut device = boot(&network, &scratch_dir("flash"), &script, &[]);
    device.hear("Got ip : ");
    let errors = device.process.lines_with("wifi: script:");
    let numbers: Vec<_> = errors.iter().filter_map(|line| line.what.split(':').nth(2)).collect();
    assert_eq!(
        numbers,
        ["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"],
        "{errors:#?}"
    );
    device.script("nonsense\nnet down\n");
    device.hear("wifi: socket:1: there is no such command");
    device.hear("app: the network is gone");
    device.quit();
}
