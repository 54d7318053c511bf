//! A phone's access point, with libcoap's client as the phone and `c-examples/netmgr.c` as the device.

mod support;

use std::process::Command;

use serde_json::{Value, json};

use support::broker::Broker;
use support::build::scratch_dir;
use support::cloud::{Cloud, Replies};
use support::coap::Request;
use support::netmgr::{self, Netmgr, PASSWORD};
use support::network::{DEVICE, Network};
use support::phone_cipher::encrypted;
use support::{DEVICE_NAME, PRODUCT_KEY, PRODUCT_SECRET, SOON};

const FEATURES: &str = "mqtt,bind,model,ota,dynamic-register,provision,phone-ap";
/// The phone's access point, which is heard on channel 11, and the network to join in the end.
const SCRIPT: &str = "ap aha cc:fa:00:c8:cf:d2 11 wpa2 12345678\nap linkkit-lab d8:fe:e3:11:22:33 6 wpa2 12345678\n\
    wait-monitor\npress\n";
const BEACON: &str = "wait-monitor\nframe any -40 80000000ffffffffffffccfa00c8cfd2ccfa00c8cfd200000000000000000000640\
    011040003616861010882848b960c12182403010b30140100000fac040100000fac040100000fac020000\n";
const TOKEN: &str = "A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1";

fn ask(network: &Network, path: &str, params: &Value) -> Value {
    let payload = json!({ "id": "1", "version": "1.0", "params": params }).to_string();
    let to = DEVICE;
    Request { phone: 0, to, method: "get", path, payload: &payload, confirmable: false }.answer(network)
}

#[test]
fn a_phone_names_the_network_there_and_the_device_binds_with_its_token() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let program = Command::new(netmgr::program(FEATURES));
    let mut device = Netmgr::boot(program, &network.device, &scratch_dir("flash"), SCRIPT, &[]);
    device.process.wait_for("app: event 0x1001 IOTX_AWSS_ENABLE", SOON);
    device.script(BEACON);
    device.hear("app: event 0x1008 IOTX_AWSS_CONNECT_AHA");
    device.hear("wifi: connect ssid=aha bssid=cc:fa:00:c8:cf:d2 auth=4 encry=3 channel=11");
    device.hear("app: event 0x100a IOTX_AWSS_SETUP_NOTIFY");

    let info = ask(&network, "sys/awss/device/info/get", &json!({}));
    let random = info["data"]["random"].as_str().expect("random bytes");
    let switch_ap = format!("sys/{PRODUCT_KEY}/{DEVICE_NAME}/awss/device/switchap");
    let mut wanted = json!({
        "ssid": "linkkit-lab", "bssid": "d8:fe:e3:11:22:33", "cipherType": 3, "token": TOKEN,
        "passwd": "00",
    });
    assert_eq!(ask(&network, &switch_ap, &wanted)["code"], -3);
    wanted["passwd"] = encrypted(PRODUCT_SECRET, random, PASSWORD).into();
    let answer = ask(&network, &switch_ap, &wanted);
    assert_eq!((&answer["code"], &answer["data"]), (&json!(200), &json!("success")));

    device.hear("wifi: connect ssid=linkkit-lab bssid=d8:fe:e3:11:22:33");
    device.hear("app: event 0x100e IOTX_AWSS_SUC_NOTIFY");
    device.process.wait_for("app: awss_start gives 0", SOON);
    device.process.wait_for("app: connected to the cloud", SOON);
    assert_eq!(cloud.token_report(0, SOON).what.token(), TOKEN);
    device.process.send("quit");
    let status = device.process.wait_exit(SOON);
    assert!(status.success(), "{status}\n{}", device.process.log_text());
}
