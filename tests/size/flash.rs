//! What the linker takes out of an archive, by its map.

use std::fs;
use std::path::Path;

use crate::build::{root, run, scratch_dir};
use crate::cross_compiler;

/// Bytes out of the archive.
pub struct Size {
    /// Code and constants.
    pub flash: u32,
    /// Variables.
    pub ram: u32,
}

/// Functions of libc that the archive brings itself, should nobody have them.
const LIBC: [&str; 7] =
    ["memcpy", "memmove", "memset", "memcmp", "__aeabi_memcpy", "__aeabi_memmove", "__aeabi_memset"];
/// Suffixes of the last three, by alignment.
const ALIGNMENTS: [&str; 2] = ["4", "8"];

/// Links the application. The port, which is not to be measured, is left out.
pub fn of(archive: &Path, macros: &[&str]) -> Size {
    let directory = scratch_dir("flash");
    let map = directory.join("map");
    let mut compiler = cross_compiler();
    compiler.args(macros).arg(root().join("tests/c/size_app.c"));
    for function in LIBC {
        compiler.arg(format!("-Wl,-u,{function}"));
        if function.starts_with("__") {
            compiler.args(ALIGNMENTS.map(|alignment| format!("-Wl,-u,{function}{alignment}")));
        }
    }
    compiler
        .args(["-Wl,-e,main", "-Wl,--unresolved-symbols=ignore-all", "-lc"])
        .arg(archive)
        .arg(format!("-Wl,-Map={}", map.display()))
        .arg("-o")
        .arg(directory.join("app.elf"));
    run(&mut compiler);
    sum(&fs::read_to_string(map).expect("the linker's map"))
}

/// Sums the input sections. A line reads `section address size file`; a long section name stands on a line
/// of its own.
fn sum(map: &str) -> Size {
    let (_, kept) = map.split_once("Linker script and memory map").expect("a map of GNU ld");
    let mut size = Size { flash: 0, ram: 0 };
    let mut section = "";
    for line in kept.lines() {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        if line.starts_with(" .") {
            section = words.remove(0);
        }
        let [_, length, file] = words.as_slice() else { continue };
        let length = length.strip_prefix("0x").and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let (Some(length), true) = (length, file.contains("libiot_sdk.a(")) else { continue };
        match section.split('.').nth(1) {
            Some("text" | "rodata" | "ARM") => size.flash += length,
            Some("data") => {
                size.flash += length;
                size.ram += length;
            }
            Some("bss") => size.ram += length,
            _ => {}
        }
    }
    assert!(size.flash > 0, "nothing of the archive is in the map");
    size
}
