//! The feature matrix: each combination builds and links, exports what its features have, and needs of
//! the port what `c-examples/hal/README.md` says.

#[path = "support/build.rs"]
#[allow(dead_code, reason = "every test crate uses its own part")]
mod build;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use build::{C_WARNINGS, archive_with, root, run, scratch_dir};

/// Features asked for, and the rows of the port table that they come to.
const MATRIX: [(&str, &[&str]); 26] = [
    ("", &["base"]),
    ("log-off", &["base"]),
    ("tls", &["base"]),
    ("mqtt", &["base", "mqtt", "tcp"]),
    ("mqtt,log-off", &["base", "mqtt", "tcp"]),
    ("mqtt,tls", &["base", "mqtt", "tls"]),
    ("model,log-warn", &["base", "mqtt", "tcp", "model"]),
    ("bind", &["base", "mqtt", "tcp", "bind"]),
    ("bind,log-off", &["base", "mqtt", "tcp", "bind"]),
    ("bind,model,mask-token,log-info", &["base", "mqtt", "tcp", "bind", "model"]),
    ("bind,model,tls", &["base", "mqtt", "tls", "bind", "model"]),
    ("ota", &["base", "mqtt", "tcp", "model", "ota"]),
    ("ota,bind,tls,log-off", &["base", "mqtt", "tls", "bind", "model", "ota"]),
    ("preauth", &["base", "mqtt", "tcp"]),
    ("dynamic-register", &["base", "mqtt", "tcp", "dynamic-register"]),
    ("dynamic-register,log-off", &["base", "mqtt", "tcp", "dynamic-register"]),
    (
        "dynamic-register,preauth,bind,model,tls",
        &["base", "mqtt", "tls", "bind", "model", "dynamic-register"],
    ),
    ("preauth,bind,tls", &["base", "mqtt", "tls", "bind"]),
    ("provision", &["base", "mqtt", "tcp", "bind", "provision"]),
    ("provision,log-off", &["base", "mqtt", "tcp", "bind", "provision"]),
    ("smartconfig", &["base", "mqtt", "tcp", "bind", "provision"]),
    ("zero-config,log-off", &["base", "mqtt", "tcp", "bind", "provision", "zero-config"]),
    ("registrar", &["base", "mqtt", "tcp", "bind", "provision", "zero-config", "registrar"]),
    ("phone-ap", &["base", "mqtt", "tcp", "bind", "provision", "phone-ap"]),
    ("remote-switchap", &["base", "mqtt", "tcp", "bind", "provision", "remote-switchap"]),
    (
        "smartconfig,registrar,phone-ap,remote-switchap,model,ota,tls",
        &[
            "base",
            "mqtt",
            "tls",
            "bind",
            "provision",
            "zero-config",
            "registrar",
            "phone-ap",
            "remote-switchap",
            "model",
            "ota",
        ],
    ),
];

/// A function that is there with the feature, and not without it.
const MARKS: [(&str, &str); 7] = [
    ("base", "IOT_Sign_MQTT"),
    ("mqtt", "IOT_Linkkit_Connect"),
    ("bind", "awss_report_cloud"),
    ("model", "IOT_Linkkit_Report"),
    ("dynamic-register", "IOT_Dynamic_Register"),
    ("provision", "IOT_Bind_SetToken"),
    ("provision", "awss_start"),
];

#[test]
fn each_combination_links_on_its_part_of_the_port_and_nothing_else() {
    for (features, rows) in MATRIX {
        let archive = archive_with(features);
        let documented: BTreeSet<String> = rows.iter().flat_map(|row| port_of(row)).collect();
        let needed = needed_port(&archive);
        if features.contains("log-off") {
            // Without lines to print it may need less.
            assert!(needed.is_subset(&documented), "features {features:?}: {needed:?}");
        } else {
            assert_eq!(needed, documented, "features {features:?}");
        }
        let exports = exports(&archive);
        for (row, function) in MARKS {
            assert_eq!(exports.contains(function), rows.contains(&row), "{function} with {features:?}");
        }
        link(features, &archive, &exports, &documented);
    }
}

/// The functions in a row of the port table.
fn port_of(row: &str) -> Vec<String> {
    let page = fs::read_to_string(root().join("c-examples/hal/README.md")).unwrap();
    let names = |line: &str| {
        let (feature, functions) = line.strip_prefix('|')?.split_once('|')?;
        (feature.trim().trim_matches('`') == row).then(|| {
            functions.split('`').filter(|name| name.starts_with("HAL_")).map(str::to_owned).collect()
        })
    };
    page.lines().find_map(names).unwrap_or_else(|| panic!("no row {row}"))
}

fn symbols(archive: &Path, kind: &str) -> BTreeSet<String> {
    let listing = run(Command::new("nm").arg("--quiet").arg(archive));
    let marker = format!(" {kind} ");
    listing.lines().filter_map(|line| line.split_once(&marker)).map(|(_, name)| name.to_owned()).collect()
}

fn needed_port(archive: &Path) -> BTreeSet<String> {
    symbols(archive, "U").into_iter().filter(|name| name.starts_with("HAL_")).collect()
}

fn exports(archive: &Path) -> BTreeSet<String> {
    let is_ours = |name: &String| ["IOT_", "awss_", "iotx_"].iter().any(|prefix| name.starts_with(prefix));
    symbols(archive, "T").into_iter().filter(is_ours).collect()
}

/// Links a program that refers to every export, on a port that has the documented functions only.
fn link(features: &str, archive: &Path, exports: &BTreeSet<String>, port: &BTreeSet<String>) {
    let mut source = String::new();
    for function in port {
        writeln!(source, "void {function}(void);\nvoid {function}(void) {{}}").unwrap();
    }
    for function in exports {
        writeln!(source, "void {function}(void);").unwrap();
    }
    let table: Vec<_> = exports.iter().map(String::as_str).collect();
    writeln!(source, "int main(void)\n{{\n    void (*const all[])(void) = {{{}}};", table.join(", "))
        .unwrap();
    writeln!(source, "    return all[0] == 0;\n}}").unwrap();
    let directory = scratch_dir("link");
    let program = directory.join("program.c");
    fs::write(&program, source).unwrap();
    let mut command = Command::new("cc");
    command
        .arg("-std=c99")
        .args(C_WARNINGS)
        .arg(&program)
        .arg(archive)
        .arg("-o")
        .arg(directory.join("program"));
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "features {features:?}: {errors}");
}
