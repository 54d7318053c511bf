//! Instructions of programs that say what they measure, see `benches/harness/instructions.h`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// To be run in a directory of its own, which the parts of the output go to.
pub fn command(program: &Path) -> Command {
    let mut command = Command::new("valgrind");
    command
        .args(["-q", "--tool=callgrind", "--collect-atstart=no", "--callgrind-out-file=part"])
        .arg(program);
    command
}

/// Of each measurement, by its name: instructions of one repetition.
pub fn instructions(directory: &Path) -> BTreeMap<String, f64> {
    let parts = fs::read_dir(directory).expect("the directory of the parts").filter_map(|entry| {
        let path = entry.expect("a part").path();
        path.file_name()?.to_str()?.strip_prefix("part.")?;
        let part = fs::read_to_string(path).expect("a part");
        let value = |key: &str| part.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
        let (name, repetitions) = value("desc: Trigger: Client Request: ")?.split_once(' ')?;
        let number = |text: &str| text.parse::<f64>().expect("a number");
        Some((name.to_owned(), number(value("totals: ")?) / number(repetitions)))
    });
    parts.collect()
}
