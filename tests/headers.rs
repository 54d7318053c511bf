//! What firmware includes compiles, alone and in either language.

#[path = "support/build.rs"]
#[allow(dead_code, reason = "every test crate uses its own part")]
mod build;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use build::{C_WARNINGS, root, scratch_dir};

fn headers() -> Vec<PathBuf> {
    let mut headers: Vec<_> = fs::read_dir(root().join("include"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "h"))
        .collect();
    headers.sort();
    assert!(headers.len() >= 15, "{headers:?}");
    headers
}

/// Compiles a source that includes `header` twice and nothing else.
fn compile_alone(compiler: &str, standard: &str, extension: &str) {
    let directory = scratch_dir("headers");
    for header in headers() {
        let name = header.file_name().unwrap().to_str().unwrap();
        let source = directory.join(format!("{name}.{extension}"));
        fs::write(&source, format!("#include \"{name}\"\n#include \"{name}\"\nint not_empty;\n")).unwrap();
        let output = Command::new(compiler)
            .arg(standard)
            .args(C_WARNINGS)
            .arg("-fsyntax-only")
            .arg("-I")
            .arg(root().join("include"))
            .arg(&source)
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn every_header_compiles_alone_as_c99() {
    compile_alone("cc", "-std=c99", "c");
}

#[test]
fn every_header_compiles_alone_as_cpp11() {
    compile_alone("c++", "-std=c++11", "cpp");
}

#[test]
fn an_application_gets_by_with_the_includes_it_had() {
    let source = scratch_dir("headers").join("application.c");
    fs::write(
        &source,
        r#"
#include "dev_model_api.h"
#include "infra_compat.h"
static int on_connected(void) { return 0; }
static int on_status(int event) { return event == IOTX_AWSS_BIND_NOTIFY; }
int start(void)
{
    iotx_linkkit_dev_meta_info_t device = {"pk", "ps", "dn", "ds"};
    int region = IOTX_CLOUD_DOMAIN_SH;
    char key[IOTX_PRODUCT_KEY_LEN + 1] = {0};
    IOT_OpenLog("app");
    IOT_SetLogLevel(IOT_LOG_EMERG);
    IOT_RegisterCallback(ITE_CONNECT_SUCC, on_connected)
    IOT_RegisterCallback(ITE_AWSS_STATUS, on_status)
    IOT_RegisterCallback(ITE_DISCONNECTED, NULL)
    return IOT_Ioctl(IOTX_IOCTL_SET_DOMAIN, &region) + key[0] +
           IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &device);
}
"#,
    )
    .unwrap();
    let status = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I"])
        .arg(root().join("include"))
        .arg(&source)
        .status()
        .unwrap();
    assert!(status.success());
}
