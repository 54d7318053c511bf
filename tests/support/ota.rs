//! `tests/c/ota.c`: a device that downloads.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::build::{run, scratch_dir};
use super::cloud::{Cloud, Replies};
use super::device::Device;
use super::network::Network;
use super::{DEVICE_NAME, DEVICE_SECRET, PRODUCT_KEY, SOON, topic};

/// What it downloads through, bytes.
pub const BUFFER: usize = 1000;

/// Of it, in `tests/c/`.
pub const SOURCES: [&str; 2] = ["ota.c", "command_line.c"];
/// What the linker must do to the port.
pub const WRAPPED: [&str; 3] = [
    "-Wl,--wrap=HAL_Firmware_Persistence_Start",
    "-Wl,--wrap=HAL_Firmware_Persistence_Write",
    "-Wl,--wrap=HAL_Firmware_Persistence_Stop",
];

/// The device, connected to a broker, its flash, and its cloud.
pub struct Bench {
    pub cloud: Cloud,
    pub device: Device,
    pub flash: PathBuf,
    /// Where files are: a URL without a path.
    files: String,
}

impl Bench {
    /// With the device that `command` starts, but for its arguments, in the directory `flash`. It knows the
    /// broker as `host`; files are at `files`, a URL without a path.
    pub fn start(network: &Network, mut command: Command, flash: &Path, host: &str, files: &str) -> Self {
        let cloud = Cloud::join(network, Replies::Success);
        command.args([PRODUCT_KEY, DEVICE_NAME, DEVICE_SECRET, host]).current_dir(flash);
        let mut device = Device::spawn(network, command);
        assert_eq!(device.call("connect"), 0, "{}", device.log_text());
        Self { cloud, device, flash: flash.to_owned(), files: files.to_owned() }
    }

    pub fn announce_firmware(&self, version: &str, file: &[u8]) {
        announce_firmware(&self.cloud, &self.files, version, file);
    }

    pub fn push_config(&self, sha256: &str, size: usize) {
        let push = format!(
            r#"{{"id":"9","version":"1.0","params":{{"configId":"c1","configSize":{size},"sign":"{sha256}","signMethod":"Sha256","url":"{}/config","getType":"file"}},"method":"thing.config.push"}}"#,
            self.files
        );
        self.cloud.publish(&topic("thing/config/push"), &push);
    }

    /// Waits until the device has reported `last`, and gives all steps up to it.
    pub fn steps(&self, last: &str) -> Vec<String> {
        self.cloud.wait_on(&own("progress"), SOON, |message| message.json()["params"]["step"] == last);
        let steps = self.cloud.all_on(&own("progress"));
        steps.iter().map(|step| step.what.json()["params"]["step"].as_str().unwrap().to_owned()).collect()
    }

    pub fn flash(&self) -> Vec<u8> {
        fs::read(self.flash.join("firmware.bin")).expect("what was downloaded")
    }

    /// The calls of the port so far.
    pub fn flash_calls(&self) -> Vec<String> {
        let lines = self.device.lines_with("flash: ");
        lines.iter().map(|line| line.what.trim_start_matches("flash: ").to_owned()).collect()
    }
}

/// The cloud offers `file` below `files`, a URL without a path.
pub fn announce_firmware(cloud: &Cloud, files: &str, version: &str, file: &[u8]) {
    let notice = format!(
        r#"{{"code":"1000","data":{{"size":{},"version":"{version}","url":"{files}/fw?a=b","md5":"{}"}},"id":1,"message":"success"}}"#,
        file.len(),
        sum("md5sum", file),
    );
    cloud.publish(&own("upgrade"), &notice);
}

/// `/ota/device/{purpose}/{pk}/{dn}`
pub fn own(purpose: &str) -> String {
    format!("/ota/device/{purpose}/{PRODUCT_KEY}/{DEVICE_NAME}")
}

/// What `tool` of coreutils says of `bytes`.
pub fn sum(tool: &str, bytes: &[u8]) -> String {
    let file = scratch_dir("sum").join("file");
    fs::write(&file, bytes).unwrap();
    run(Command::new(tool).arg(&file)).split_whitespace().next().expect("a digest").to_owned()
}

/// Every 251 bytes different: a piece in a wrong place is found.
pub fn file(size: usize) -> Vec<u8> {
    (0..size).map(|at| (at % 251) as u8 ^ (at / 251) as u8).collect()
}
