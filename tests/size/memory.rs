//! Heap and stack, measured by `tests/c/size_probe.c` in an emulated Cortex-M4.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::build::{root, run, scratch_dir};
use crate::cross_compiler;

/// What the probe found.
pub struct Memory {
    /// Most of the heap while connecting and binding, bytes.
    pub peak: u32,
    /// Of it afterwards, bytes.
    pub steady: u32,
    /// Allocations in an idle minute.
    pub idle: u32,
    /// Deepest stack of all scenarios, bytes, the virtual port's own share included.
    pub stack: u32,
}

const SOURCES: [&str; 21] = [
    "tests/c/size_probe.c",
    "tests/c/size_stack.c",
    "tests/c/virtual_calls.c",
    "tests/c/virtual_clock.c",
    "tests/c/virtual_cloud.c",
    "tests/c/virtual_faults.c",
    "tests/c/virtual_identity.c",
    "tests/c/virtual_model.c",
    "tests/c/virtual_model_cloud.c",
    "tests/c/virtual_mqtt.c",
    "tests/c/virtual_no_threads.c",
    "tests/c/virtual_os.c",
    "tests/c/virtual_phone.c",
    "tests/c/virtual_rules.c",
    "tests/c/virtual_scenarios.c",
    "tests/c/virtual_user_topic.c",
    "c-examples/cortex-m/board/startup.c",
    "c-examples/cortex-m/board/clock.c",
    "c-examples/cortex-m/board/newlib.c",
    "c-examples/cortex-m/board/semihosting.c",
    "c-examples/cortex-m/board/uart.c",
];

pub fn of(archive: &Path) -> Memory {
    let firmware = scratch_dir("probe").join("probe.elf");
    run(cross_compiler()
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror"])
        .args(SOURCES.map(|source| root().join(source)))
        .arg(archive)
        .arg(format!("-T{}", root().join("c-examples/cortex-m/link.ld").display()))
        .arg("-o")
        .arg(&firmware));
    let line = run(Command::new("timeout")
        .args(["60", "qemu-system-arm", "-M", "mps2-an386", "-nographic", "-monitor", "none"])
        .args(["-serial", "stdio", "-semihosting", "-kernel"])
        .arg(firmware));
    let fields: BTreeMap<&str, u32> = line
        .split_whitespace()
        .filter_map(|field| field.split_once('='))
        .map(|(name, value)| (name, value.parse().expect("a number")))
        .collect();
    Memory { peak: fields["peak"], steady: fields["steady"], idle: fields["idle"], stack: fields["stack"] }
}
