//! A device in a network has another one join it: two of `c-examples/netmgr.c` that hear each other, and the cloud of
//! the bench.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::thread;

use support::broker::{Broker, PORT};
use support::build::{C_WARNINGS, archive_with, root, run, scratch_dir};
use support::netmgr::{self, Netmgr, PASSWORD};
use support::network::{Namespace, Network, SERVER};
use support::process::Process;
use support::{DEVICE_NAME, PRODUCT_KEY, PRODUCT_SECRET, SOON};

const NEW_DEVICE: &str = "new_device";
const AP: &str = "ap linkkit-lab d8:fe:e3:11:22:33 6 wpa2 12345678\n";

fn program() -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        let object = scratch_dir("port").join("poor_port.o");
        run(Command::new("cc")
            .args(["-std=c99", "-c"])
            .args(C_WARNINGS)
            .arg("-I")
            .arg(root().join("include"))
            .arg(root().join("tests/c/poor_port.c"))
            .arg("-o")
            .arg(&object));
        let wraps = ["HAL_ThreadCreate", "HAL_Kv_Get", "HAL_Kv_Set"].map(|name| format!("-Wl,--wrap={name}"));
        let archive = archive_with("mqtt,bind,provision,smartconfig,zero-config,registrar");
        netmgr::program_on(&archive, &format!("{} {}", wraps.join(" "), object.display()))
    });
    Command::new(program)
}

/// `linkkit-sim cloud` at the broker of `network`, with these options.
fn cloud(network: &Network, options: &[&str]) -> Process {
    static SIM: OnceLock<PathBuf> = OnceLock::new();
    let sim = SIM.get_or_init(|| {
        let target = root().join("sim/target");
        run(Command::new(env!("CARGO"))
            .current_dir(root().join("sim"))
            .args(["build", "--quiet", "--target-dir"])
            .arg(&target));
        target.join("debug/linkkit-sim")
    });
    let mut command = Command::new(sim);
    command.args(["cloud", "--broker", &format!("{SERVER}:{PORT}")]).args(options);
    let cloud = Process::spawn(&network.peers, command);
    cloud.wait_for("serving", SOON);
    cloud
}

/// A device that was told of its network before, and is connected to the cloud. `lacks`: what its port does not have.
fn connected_device(network: &Network, lacks: &str) -> Netmgr {
    let flash = scratch_dir("flash");
    let boot = || {
        let mut program = program();
        program.env("PORT_LACKS", lacks);
        Netmgr::boot(program, &network.device, &flash, AP, &[])
    };
    let mut device = boot();
    device.hear("wifi: open monitor");
    device.process.send(&format!("netmgr connect linkkit-lab {PASSWORD}"));
    device.hear("app: the network is stored");
    device.quit();
    let mut device = boot();
    device.hear("app: connected to the cloud");
    device.hear("wifi: filter on, mask 0x6");
    device
}

/// A device that knows of no network, on which the button is pressed.
fn new_device(host: &Namespace) -> Netmgr {
    let options = ["--device-name", NEW_DEVICE, "--device-secret", "0123456789abcdefghijklmnopqrstuv"];
    let script = format!("{AP}wait-monitor\npress\n");
    Netmgr::boot(program(), host, &scratch_dir("flash"), &script, &options)
}

/// From now on each hears what the other one sends.
fn bring_together(one: &Netmgr, other: &Netmgr) {
    let (one, other) = (one.radio(), other.radio());
    for (from, to) in [(&one, &other), (&other, &one)] {
        let (from, to) = (from.try_clone().expect("a descriptor"), to.try_clone().expect("a descriptor"));
        thread::spawn(move || relay(from, to));
    }
}

fn relay(from: UnixStream, mut to: UnixStream) {
    for line in BufReader::new(from).lines().map_while(Result::ok) {
        let frame = line.strip_prefix("sent ").and_then(|sent| sent.split_once(' '));
        let (_, frame) = frame.unwrap_or_else(|| panic!("not a frame: {line}"));
        if writeln!(to, "frame any -40 {frame}").is_err() {
            // The other device has ended.
            return;
        }
    }
}

#[test]
fn a_new_device_joins_by_the_help_of_one_in_the_network() {
    assert_joins_by_the_help_of_one_that_lacks("nothing");
}

#[test]
fn on_a_port_without_threads_yield_helps() {
    assert_joins_by_the_help_of_one_that_lacks("threads of the library");
}

fn assert_joins_by_the_help_of_one_that_lacks(what: &str) {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = cloud(&network, &["--new-device", &format!("{PRODUCT_KEY},{NEW_DEVICE},{PRODUCT_SECRET}")]);
    let mut helper = connected_device(&network, what);
    let mut new = new_device(&network.peers);
    new.hear("app: event 0x1001 IOTX_AWSS_ENABLE");
    bring_together(&helper, &new);

    let (helper_id, new_id) = (format!("{PRODUCT_KEY}/{DEVICE_NAME}"), format!("{PRODUCT_KEY}/{NEW_DEVICE}"));
    cloud.wait_for(&format!("new device found: {helper_id} hears {new_id} at -40 dBm, in linkkit-lab"), SOON);
    cloud.wait_for(&format!("new device admitted: {helper_id} is asked to let {new_id} join"), SOON);
    cloud.wait_for(&format!("device answered the checkin: {helper_id} code 200"), SOON);
    cloud.wait_for(&format!("key given: {helper_id} has that of {new_id}"), SOON);

    new.hear("app: event 0x1005 IOTX_AWSS_GOT_SSID_PASSWD");
    new.hear("wifi: connect ssid=linkkit-lab bssid=d8:fe:e3:11:22:33");
    new.hear("wifi: connected");
    new.process.wait_for("app: awss_start gives 0", SOON);
    new.process.wait_for("app: connected to the cloud", SOON);
    cloud.wait_for(&format!("token reported: {new_id}"), SOON);
    helper.hear(&format!("awss: zero-config: {NEW_DEVICE} has joined"));

    new.quit();
    let log = helper.quit();
    assert_eq!(log.contains("no threads on this port"), what != "nothing", "{log}");
    let filter = log.lines().rfind(|line| line.contains("wifi: filter "));
    assert!(filter.is_some_and(|line| line.contains("filter off")), "{log}");
}

#[test]
fn a_new_device_that_the_cloud_does_not_want_is_sent_nothing() {
    let network = Network::new();
    let _broker = Broker::start(&network);
    let cloud = cloud(&network, &[]);
    let helper = connected_device(&network, "nothing");
    let mut new = new_device(&network.peers);
    new.hear("app: event 0x1001 IOTX_AWSS_ENABLE");
    let mut sent = BufReader::new(helper.radio()).lines();
    bring_together(&helper, &new);
    cloud.wait_for(&format!("new device refused: {PRODUCT_KEY}/{NEW_DEVICE} through"), SOON);
    helper.quit();
    assert!(sent.next().is_none(), "the helper has sent a frame");
    let log = new.quit();
    assert!(!log.contains("wifi: connect "), "{log}");
}
