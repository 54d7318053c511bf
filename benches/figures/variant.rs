//! Archives built otherwise than the release.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::build::{PLAIN, root, run};

/// Builds the release archive with build variables, in a target directory of its own.
pub fn archive(name: &str, variables: &[(&str, &str)]) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut build = Command::new(env!("CARGO"));
    build
        .current_dir(root())
        .args(["build", "--release", "--quiet", "-p", "linkkit"])
        .args(PLAIN)
        .arg("--target-dir")
        .arg(&target);
    run(build.envs(variables.iter().copied()));
    target.join("release/libiot_sdk.a")
}
