//! Flash and static RAM: what the linker takes out of the archive for `bind.c`, by its map.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::build::{archive, port, root, run, scratch_dir};
use crate::table::row;
use crate::variant;

#[derive(Default)]
struct Size {
    text: u64,
    unwind: u64,
    data: u64,
    bss: u64,
}

pub fn print() {
    let quiet = variant::archive("log-off", &[], &["--features", "log-off"]);
    row(
        "bind.c on x86-64, text / data / bss taken from the archive",
        &of(archive()),
        "(Cortex-M4: 82 425 / 592 / 2 580)",
    );
    row("the same without log code", &of(&quiet), "(Cortex-M4: 55 100 / 272 / 2 384)");
}

fn of(archive: &Path) -> String {
    let map = scratch_dir("map").join("bind.map");
    run(Command::new("cc")
        .args(["-O2", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-o", "/dev/null"])
        .arg(format!("-Wl,-Map={}", map.display()))
        .args([root().join("include"), root().join("c-examples")].map(|path| format!("-I{}", path.display())))
        .arg(root().join("c-examples/bind.c"))
        .arg(archive)
        .arg(port())
        .args(["-lpthread", "-lrt"]));
    let map = fs::read_to_string(map).expect("the linker's map");
    let size = from_map(&map);
    format!("{} / {} / {} B, and {} B of unwind tables", size.text, size.data, size.bss, size.unwind)
}

/// Sums the input sections of the archive. A line reads `section address size file`; a long section name
/// stands on a line of its own.
fn from_map(map: &str) -> Size {
    let (_, kept) = map.split_once("Linker script and memory map").expect("a map of GNU ld");
    let mut size = Size::default();
    let mut section = "";
    for line in kept.lines() {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        if line.starts_with(" .") {
            section = words.remove(0);
        }
        let [_, length, file] = words.as_slice() else { continue };
        let length = length.strip_prefix("0x").and_then(|digits| u64::from_str_radix(digits, 16).ok());
        let (Some(length), true) = (length, file.contains("libiot_sdk.a(")) else { continue };
        match section.split('.').nth(1) {
            Some("text" | "rodata") => size.text += length,
            Some("eh_frame" | "gcc_except_table") => size.unwind += length,
            Some("data" | "init_array") => size.data += length,
            Some("bss") => size.bss += length,
            _ => {}
        }
    }
    size
}
