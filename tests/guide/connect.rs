//! "linkkit SDK初始化,mqtt连云成功"

use std::time::Duration;

use crate::support::broker::{Broker, Setting};
use crate::support::device::Device;
use crate::support::network::Network;
use crate::support::{DEVICE_PASSWORD, SOON};

/// Longest time that `IOT_Linkkit_Connect` tries.
const CONNECT_BUDGET: Duration = Duration::from_secs(10);

#[test]
fn step_1_connects_with_the_credentials_of_the_c_sdk() {
    let network = Network::new();
    let broker = Broker::start_with(&network, &[Setting::Password(DEVICE_PASSWORD)]);
    let device = Device::start(&network).connected();
    device.wait_for("mqtt connect success!");
    broker.wait_for(
        "a1GQc8iJOWI.gateway_test01|timestamp=2524608000000,_v=sdk-c-3.0.1,securemode=3,\
         signmethod=hmacsha256,lan=C,gw=0,ext=0|",
        SOON,
    );
    device.wait_for("event: ITE_MQTT_CONNECT_SUCC");
    device.wait_for("event: ITE_INITIALIZE_COMPLETED 0");
    device.wait_for("event: ITE_CONNECT_SUCC");
}

#[test]
fn a_wrong_device_secret_fails_with_its_reason_and_can_be_mended() {
    let network = Network::new();
    let broker = Broker::start_with(&network, &[Setting::Password("the password of another secret")]);
    let mut device = Device::start(&network);
    assert_eq!(device.call("open"), 0);
    assert_eq!(device.call("connect"), -1, "{}", device.log_text());
    device.wait_for("event: ITE_CONNECT_FAIL");
    assert_only_error(&device, "bind: mqtt: not authorized (5): check the device secret");
    assert!(device.lines_with("mqtt connect success!").is_empty(), "{}", device.log_text());

    drop(broker);
    let _broker = Broker::start_with(&network, &[Setting::Password(DEVICE_PASSWORD)]);
    assert_eq!(device.call("connect"), 0, "{}", device.log_text());
}

#[test]
fn gives_up_in_time_when_nobody_listens() {
    let network = Network::new();
    let mut device = Device::start(&network);
    assert_eq!(device.call("open"), 0);
    device.begin("connect");
    let failed = device.wait_for("event: ITE_CONNECT_FAIL");
    assert_eq!(device.finish("connect"), -1);
    let began = device.wait_for("Host : ");
    let took = failed.at - began.at;
    assert!(took < CONNECT_BUDGET + Duration::from_secs(1), "it took {took:?}:\n{}", device.log_text());
    assert_only_error(&device, "bind: mqtt: ");
}

#[test]
fn connecting_twice_is_refused() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let mut device = Device::start(&network).connected();
    assert_eq!(device.call("connect"), -1);
    assert_eq!(device.call("open"), -1);
    assert_eq!(device.call("close"), 0);
    assert_eq!(device.call("close"), -1);
    assert_eq!(device.call("connect"), -1);
}

/// "Every bind attempt that ends without success ends with exactly one [err] line naming the step and
/// the reason."
fn assert_only_error(device: &Device, reason: &str) {
    let errors = device.lines_with("[err]");
    assert!(errors.len() == 1 && errors[0].what.contains(reason), "not only `{reason}`: {errors:#?}");
}
