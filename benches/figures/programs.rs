//! The C programs of `benches/model/`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::robust_support::device::counting_program;
use crate::support::build::{archive, c_program, root, scratch_dir};
use crate::support::network::Namespace;

/// The port in memory counts what the port makes.
const WRAPPED: [&str; 2] = ["-Wl,--wrap=HAL_MutexCreate", "-Wl,--wrap=HAL_MutexDestroy"];

/// `benches/model/counts.c`.
pub fn counts() -> PathBuf {
    let sources = [
        "model/counts.c",
        "model/device.c",
        "harness/figure.c",
        "harness/instructions.c",
        "harness/memory_broker.c",
        "harness/memory_port.c",
    ];
    c_program("counts", &as_texts(&in_benches(&sources)), &WRAPPED)
}

/// `benches/model/rates.c`.
pub fn rates() -> PathBuf {
    let sources = ["model/rates.c", "model/device.c", "harness/figure.c", "harness/rate.c"];
    counting_program("rates", &as_texts(&in_benches(&sources)), archive())
}

/// Runs `command` inside `namespace`, and gives what it has printed. It does not wait for a reader.
pub fn output_of(mut command: Command, directory: &Path, namespace: &Namespace) -> String {
    let path = directory.join("output");
    let output = File::create(&path).expect("a file for the output");
    let status = namespace.run(|| command.current_dir(directory).stdout(output).status());
    let status = status.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}, see {}", path.display());
    String::from_utf8_lossy(&std::fs::read(&path).expect("the output")).into_owned()
}

/// The value in the line "name value unit".
pub fn figure(output: &str, name: &str) -> f64 {
    let value = output.lines().find_map(|line| {
        let (_, rest) = line.split_once(name).filter(|(before, _)| before.is_empty())?;
        rest.strip_prefix(' ')?.split(' ').next()?.parse().ok()
    });
    value.unwrap_or_else(|| panic!("no {name}"))
}

/// Where a program may leave its files.
pub fn directory() -> PathBuf {
    scratch_dir("figures")
}

fn in_benches(sources: &[&str]) -> Vec<PathBuf> {
    sources.iter().map(|source| root().join("benches").join(source)).collect()
}

fn as_texts(paths: &[PathBuf]) -> Vec<&str> {
    paths.iter().map(|path| path.to_str().expect("a path in UTF-8")).collect()
}
