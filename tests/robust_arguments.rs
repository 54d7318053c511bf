//! What no caller should pass, to every exported function.

use std::path::PathBuf;
use std::process::Command;

use robust_support::checked::{MEMCHECK, run, under_valgrind};
use support::build::{archive, c_program, root};

mod robust_support;
mod support;

const CALLERS: [&str; 3] = ["robust_arguments.c", "robust_model_arguments.c", "robust_mqtt_arguments.c"];

fn program() -> PathBuf {
    let sources = [&CALLERS[..], &["robust_check.c", "robust_identity.c"]].concat();
    c_program("robust_arguments", &sources, &[])
}

#[test]
fn bad_arguments_are_refused_and_the_device_binds() {
    run(Command::new(program()), &[]);
}

#[test]
fn bad_arguments_are_read_within_their_bounds() {
    run(under_valgrind(MEMCHECK, &program()), &[]);
}

#[test]
fn no_exported_function_is_left_out() {
    let symbols = support::build::run(Command::new("nm").args(["-g", "--defined-only"]).arg(archive()));
    let source = CALLERS
        .map(|file| std::fs::read_to_string(root().join("tests/c").join(file)).expect("the program"))
        .concat();
    let functions = symbols.lines().filter_map(|line| line.split(" T ").nth(1));
    let of_the_sdk =
        functions.filter(|name| ["IOT_", "awss_", "iotx_"].iter().any(|start| name.starts_with(start)));
    let mut count = 0;
    for name in of_the_sdk {
        count += 1;
        let called = name.strip_prefix("iotx_register_for_").unwrap_or(name);
        assert!(source.contains(&format!("{called}(")) || source.contains(&format!("({called},")), "{name}");
    }
    assert!(count > 20, "{count} functions exported");
}
