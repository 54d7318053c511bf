//! A script for `tests/c/provision_script.c`, and what came of it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::build::{C_WARNINGS, release_archive_with, root, run, scratch_dir};

const SOURCES: [&str; 12] = [
    "provision_cloud.c",
    "provision_script.c",
    "virtual_clock.c",
    "virtual_cloud.c",
    "virtual_coroutines.c",
    "virtual_datagrams.c",
    "virtual_faults.c",
    "virtual_identity.c",
    "virtual_os.c",
    "virtual_radio.c",
    "virtual_rules.c",
    "virtual_user_topic.c",
];

/// One line of the trace.
#[derive(Clone, Debug)]
pub struct Line {
    /// Since the beginning, ms.
    pub at: u64,
    pub what: String,
}

/// What the library did.
pub struct Trace(pub Vec<Line>);

impl Trace {
    /// Without the times, and without the lines that begin with one of `skipped`.
    pub fn without(&self, skipped: &[&str]) -> Vec<&str> {
        let is_wanted = |what: &&str| !skipped.iter().any(|start| what.starts_with(start));
        self.0.iter().map(|line| line.what.as_str()).filter(is_wanted).collect()
    }

    /// The lines that begin with `start`.
    pub fn all(&self, start: &str) -> Vec<&Line> {
        self.0.iter().filter(|line| line.what.starts_with(start)).collect()
    }

    /// The only line that begins with `start`.
    pub fn one(&self, start: &str) -> &Line {
        let all = self.all(start);
        assert_eq!(all.len(), 1, "{start}: {self:?}");
        all[0]
    }
}

impl std::fmt::Debug for Trace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|line| writeln!(f, "{} {}", line.at, line.what))
    }
}

/// Runs the commands, which are those of `provision_script.c`.
pub fn play(commands: &[&str]) -> Trace {
    let mut program = Command::new(program())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = program.stdin.take().expect("a pipe");
    input.write_all((commands.join("\n") + "\n").as_bytes()).expect("the program reads");
    drop(input);
    let output = program.wait_with_output().expect("the program ends");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{}: {text}", output.status);
    let lines = text.lines().map(|line| {
        let (at, what) = line.split_once(' ').expect("a time");
        Line { at: at.parse().expect("a time"), what: what.to_owned() }
    });
    // The first one says that it begins.
    Trace(lines.skip(1).collect())
}

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let program = scratch_dir("program").join("provision_script");
        run(Command::new("cc")
            .args(["-std=c99", "-O1", "-g"])
            .args(C_WARNINGS)
            .arg(format!("-I{}", root().join("include").display()))
            .args(SOURCES.map(|source| root().join("tests/c").join(source)))
            .arg(release_archive_with("mqtt,bind,provision,smartconfig,zero-config,phone-ap,remote-switchap"))
            .arg("-o")
            .arg(&program));
        program
    })
}
