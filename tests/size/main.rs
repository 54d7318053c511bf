//! What the library costs on a Cortex-M4, against the budgets and against the table in the README, which
//! it may exceed by 2 %. `make size` prints the table; `LINKKIT_UPDATE_SIZES=1 make size` writes it.

#[path = "../support/build.rs"]
#[allow(dead_code, reason = "every test crate uses its own part")]
mod build;
mod flash;
mod memory;
mod table;

use std::path::PathBuf;
use std::process::Command;

use build::{root, run, scratch_dir};
use table::{Cell, Row};

/// What firmware is compiled with.
const CPU: [&str; 5] = ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", "-Os"];

/// Features that build up on each other, the macros that tell the application of them, and the flash that
/// the C SDK takes for as much, log lines out and in.
const FEATURES: [(&str, &[&str], (u32, u32)); 5] = [
    ("mqtt", &[], (22_123, 44_010)),
    ("bind", &["-DWITH_BIND"], (55_100, 82_425)),
    (WITH_MODEL, &["-DWITH_BIND", "-DWITH_MODEL"], (113_412, 152_778)),
    ("bind,model,ota", &["-DWITH_BIND", "-DWITH_MODEL"], (113_412, 152_778)),
    (
        "bind,model,smartconfig,zero-config",
        &["-DWITH_BIND", "-DWITH_MODEL", "-DWITH_PROVISION"],
        (122_785, 167_286),
    ),
];
/// What the C SDK's heap was measured with.
const WITH_MODEL: &str = "bind,model";

#[test]
fn the_archive_is_within_its_budgets_and_no_larger_than_the_readme_says() {
    let mut rows = Vec::new();
    let mut ram = (0, 0);
    let mut archives = Vec::new();
    for (features, macros, limits) in FEATURES {
        let (quiet, logging) = (archive(features, false), archive(features, true));
        let sizes = (flash::of(&quiet, macros), flash::of(&logging, macros));
        rows.push(Row::new(
            format!("flash, `{features}`"),
            Cell::at_most(sizes.0.flash, limits.0),
            Cell::at_most(sizes.1.flash, limits.1),
            limits,
        ));
        if features == "mqtt" {
            let of = |archive| Cell::grows_slowly(flash::of(archive, &["-DWITH_MQTT_API"]).flash);
            rows.push(Row::new("flash, `mqtt` by `mqtt_api.h`", of(&quiet), of(&logging), limits));
        }
        ram = (sizes.0.ram, sizes.1.ram);
        if features == WITH_MODEL {
            archives = vec![quiet, logging];
        }
    }
    rows.push(Row::new(
        "static RAM",
        Cell::at_most(ram.0, 1_024),
        Cell::at_most(ram.1, 1_024),
        (2_656, 2_872),
    ));
    let (quiet, logging) = (memory::of(&archives[0]), memory::of(&archives[1]));
    let heap_row = |name: &str, of: fn(&memory::Memory) -> u32, limit| {
        Row::new(name, Cell::at_most(of(&quiet), limit), Cell::at_most(of(&logging), limit), (limit, limit))
    };
    rows.push(heap_row("heap, peak of connect and bind", |memory| memory.peak, 6_248));
    rows.push(heap_row("heap, steady", |memory| memory.steady, 4_144));
    // The budget is no allocation at all.
    rows.push(Row::new(
        "allocations per idle minute",
        Cell::at_most(quiet.idle, 0),
        Cell::at_most(logging.idle, 0),
        (300, 300),
    ));
    rows.push(Row::unrivalled(
        "stack, deepest",
        Cell::at_most(quiet.stack, 4_096),
        Cell::at_most(logging.stack, 4_096),
    ));
    table::check(&rows);
}

/// The archive for a Cortex-M4.
fn archive(features: &str, logs: bool) -> PathBuf {
    let features = if logs { features.to_owned() } else { format!("{features},log-off") };
    run(Command::new("make").current_dir(root()).args([
        "--silent",
        "cortex-m-archive",
        &format!("FEATURES={features}"),
        &format!("QUIET={}", if logs { "" } else { "yes" }),
    ]));
    let kept = scratch_dir("archive").join("libiot_sdk.a");
    let profile = if logs { "target/cortex-m" } else { "target/cortex-m-quiet" };
    let built = root().join(profile).join("thumbv7em-none-eabihf/release/libiot_sdk.a");
    std::fs::copy(built, &kept).expect("the archive");
    kept
}

/// A compiler for the Cortex-M4.
fn cross_compiler() -> Command {
    let mut compiler = Command::new("arm-none-eabi-gcc");
    compiler
        .args(CPU)
        .args(["-std=c99", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-nostartfiles"])
        .args(["-specs=nano.specs", "-specs=nosys.specs", "-Wl,-z,noexecstack", "-Wl,--no-warnings"])
        .args(
            ["include", "tests/c", "c-examples/cortex-m"]
                .map(|folder| format!("-I{}", root().join(folder).display())),
        );
    compiler
}
