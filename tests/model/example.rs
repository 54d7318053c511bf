//! `c-examples/solo.c`, as its reader runs it.

use std::process::Command;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::device::{PROPERTY_SET, reply, request};
use crate::support::broker::{Broker, PORT};
use crate::support::build::{port, scratch_dir};
use crate::support::cloud::{Cloud, Replies};
use crate::support::network::{Network, SERVER};
use crate::support::process::Process;
use crate::support::{DEVICE_NAME, DEVICE_SECRET, PRODUCT_KEY, SOON, topic};

const POST: &str = "thing/event/property/post";

fn start(network: &Network) -> Process {
    let mut command = Command::new(port().with_file_name("solo"));
    command.args([PRODUCT_KEY, DEVICE_NAME, DEVICE_SECRET, &SERVER.to_string(), &PORT.to_string()]);
    command.current_dir(scratch_dir("flash"));
    Process::spawn(&network.device, command)
}

#[test]
fn the_example_posts_sets_and_serves() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = Cloud::join(&network, Replies::Success);
    let mut solo = start(&network);
    let posted = cloud.nth(POST, 0, SOON).what;
    assert_eq!(posted.json()["params"]["PowerSwitch"], 0);
    let event = cloud.nth("thing/event/Error/post", 0, SOON).what;
    assert_eq!(event.json()["params"]["ErrorCode"], 0);
    let id = |message: &str| message.parse::<i32>().expect("a number");
    cloud.publish(&topic("thing/event/property/post_reply"), reply(id(&posted.id()), 200, "{}", "success"));
    cloud.publish(&topic("thing/event/Error/post_reply"), reply(id(&event.id()), 460, "{}", "no such event"));
    solo.wait_for(&format!("app: report {}: code 200 {{}}", posted.id()), SOON);
    solo.wait_for(&format!("app: event Error {}: code 460 no such event", event.id()), SOON);

    cloud.publish(&topic(PROPERTY_SET), request("5", PROPERTY_SET, r#"{"PowerSwitch":7}"#));
    solo.wait_for(r#"app: set {"PowerSwitch":7}"#, SOON);
    cloud.nth("thing/service/property/set_reply", 0, SOON);
    cloud.wait_from(0, SOON, |message| {
        message.topic == topic(POST) && message.json()["params"]["PowerSwitch"] == 7
    });
    cloud.publish(&topic("thing/service/Hello"), request("6", "thing/service/Hello", r#"{"Input":2}"#));
    let answer = cloud.nth("thing/service/Hello_reply", 0, SOON).what;
    assert_eq!(String::from_utf8_lossy(&answer.payload), r#"{"id":"6","code":200,"data":{"Result":1}}"#);

    kill(Pid::from_raw(solo.id().try_into().expect("a process id")), Signal::SIGTERM).expect("signal it");
    let status = solo.wait_exit(SOON);
    assert!(status.success(), "{status}\n{}", solo.log_text());
}
