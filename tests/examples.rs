//! The examples build as their user builds them.

#[path = "support/build.rs"]
#[allow(dead_code, reason = "every test crate uses its own part")]
mod build;

use std::path::Path;
use std::process::Command;

use build::{archive, root, scratch_dir, tls_archive};

#[test]
fn the_examples_link_against_an_archive_and_headers_given_to_make() {
    link(tls_archive(), "1");
}

#[test]
fn without_tls_they_link_as_well() {
    link(archive(), "0");
}

fn link(archive: &Path, tls: &str) {
    let installed = scratch_dir("installed");
    let library = installed.join("libother_sdk.a");
    std::fs::copy(archive, &library).unwrap();
    let output = Command::new("make")
        .arg("-C")
        .arg(root().join("c-examples"))
        .arg(format!("TLS={tls}"))
        .arg(format!("LIB={}", library.display()))
        .arg(format!("INC={}", root().join("include").display()))
        .arg(format!("BUILD={}", installed.join("build").display()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let usage = Command::new(installed.join("build/bind")).arg("--help").output().unwrap();
    assert!(String::from_utf8_lossy(&usage.stdout).contains("--device-secret"));
    for example in ["mqtt", "solo"] {
        let usage = Command::new(installed.join("build").join(example)).output().unwrap();
        assert!(String::from_utf8_lossy(&usage.stdout).contains("DEVICE_SECRET"));
    }
}
