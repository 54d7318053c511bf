//! What the archive offers and what it needs, compared with the list that is promised.

#[path = "support/build.rs"]
#[allow(dead_code, reason = "every test crate uses its own part")]
mod build;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use build::{archive, archive_with, root, shared_library, tls_archive};

/// The functions of the port that this build may need: the rows base, mqtt, tls, bind, model, ota and
/// dynamic-register.
const PORT: [&str; 37] = [
    "HAL_Firmware_Persistence_Start",
    "HAL_Firmware_Persistence_Stop",
    "HAL_Firmware_Persistence_Write",
    "HAL_Free",
    "HAL_GetDeviceName",
    "HAL_GetDeviceSecret",
    "HAL_GetFirmwareVersion",
    "HAL_GetProductKey",
    "HAL_GetProductSecret",
    "HAL_Kv_Get",
    "HAL_Kv_Set",
    "HAL_Malloc",
    "HAL_MutexCreate",
    "HAL_MutexDestroy",
    "HAL_MutexLock",
    "HAL_MutexUnlock",
    "HAL_Printf",
    "HAL_Random",
    "HAL_SSL_Destroy",
    "HAL_SSL_Establish",
    "HAL_SSL_Read",
    "HAL_SSL_Write",
    "HAL_SetDeviceName",
    "HAL_SetDeviceSecret",
    "HAL_SetProductKey",
    "HAL_SetProductSecret",
    "HAL_SleepMs",
    "HAL_ThreadCreate",
    "HAL_ThreadDelete",
    "HAL_UDP_close_without_connect",
    "HAL_UDP_create_without_connect",
    "HAL_UDP_joinmulticast",
    "HAL_UDP_recvfrom",
    "HAL_UDP_sendto",
    "HAL_UptimeMs",
    "HAL_Wifi_Get_IP",
    "HAL_Wifi_Get_Mac",
];

/// What every C program has.
const LIBC: [&str; 7] = ["_Unwind_Resume", "abort", "bcmp", "memcmp", "memcpy", "memmove", "memset"];

struct Symbol {
    name: String,
    is_defined: bool,
    /// Not hidden: other objects of the firmware see it.
    is_public: bool,
    /// Nothing is missing where nobody defines it.
    is_weak: bool,
}

fn symbols(file: &Path, table: &str) -> Vec<Symbol> {
    let output = Command::new("readelf").args(["--wide", table]).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let row = |line: &str| {
        let columns: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
        let [_, _, _, _, binding, visibility, section, name, ..] = columns.as_slice() else { return None };
        let is_global = binding == "GLOBAL" || binding == "WEAK";
        is_global.then(|| Symbol {
            name: name.split('@').next().unwrap_or_default().to_owned(),
            is_defined: section != "UND",
            is_public: visibility == "DEFAULT",
            is_weak: binding == "WEAK",
        })
    };
    text.lines().filter_map(row).collect()
}

fn offered(file: &Path, table: &str) -> BTreeSet<String> {
    let is_offered = |symbol: &Symbol| symbol.is_defined && symbol.is_public;
    symbols(file, table).into_iter().filter(is_offered).map(|symbol| symbol.name).collect()
}

/// What the default archive offers.
fn promised() -> BTreeSet<String> {
    listed("exported_symbols.txt")
}

/// What every feature together offers.
fn promised_by_all_features() -> BTreeSet<String> {
    let mut all = promised();
    all.extend(listed("exported_symbols_provision.txt"));
    all
}

fn listed(file: &str) -> BTreeSet<String> {
    let list = fs::read_to_string(root().join("tests").join(file)).unwrap();
    list.lines().map(str::to_owned).collect()
}

#[test]
fn the_archives_offer_what_is_promised_and_nothing_else() {
    for archive in [archive(), tls_archive()] {
        assert_eq!(offered(archive, "--symbols"), promised());
    }
}

#[test]
fn an_archive_with_every_feature_offers_what_the_headers_declare() {
    let every_feature = "mqtt,bind,model,ota,dynamic-register,preauth,provision,phone-ap,remote-switchap,smartconfig,\
                         zero-config,tls";
    let is_ours = |name: &String| ["IOT_", "awss_", "iotx_"].iter().any(|prefix| name.starts_with(prefix));
    let ours: BTreeSet<_> =
        offered(&archive_with(every_feature), "--symbols").into_iter().filter(is_ours).collect();
    assert_eq!(ours, promised_by_all_features());
}

#[test]
fn the_shared_library_offers_the_same() {
    assert_eq!(offered(&shared_library(), "--dyn-syms"), promised());
}

#[test]
fn the_headers_declare_what_is_promised_and_nothing_else() {
    let mut declared = BTreeSet::new();
    for entry in fs::read_dir(root().join("include/linkkit")).unwrap() {
        for line in fs::read_to_string(entry.unwrap().path()).unwrap().lines() {
            let is_prototype =
                ["int ", "int32_t ", "uint8_t ", "void "].iter().any(|result| line.starts_with(result));
            if let Some((head, _)) = line.split_once('(').filter(|_| is_prototype) {
                declared.extend(
                    head.split_whitespace().last().map(|name| name.trim_start_matches('*').to_owned()),
                );
            }
        }
    }
    assert_eq!(declared, promised_by_all_features());
}

#[test]
fn nothing_is_needed_but_the_documented_port_and_libc() {
    let needs = |file: &Path, table: &str| -> BTreeSet<String> {
        let is_needed = |symbol: &Symbol| !symbol.is_defined && !symbol.is_weak;
        symbols(file, table).into_iter().filter(is_needed).map(|symbol| symbol.name).collect()
    };
    let of_port: BTreeSet<_> =
        needs(tls_archive(), "--symbols").into_iter().filter(|name| name.starts_with("HAL_")).collect();
    assert_eq!(of_port, PORT.into_iter().map(str::to_owned).collect());
    // Linked, the archive's unused members are gone.
    let linked = needs(&shared_library(), "--dyn-syms");
    let of_libc = linked.iter().filter(|name| !name.starts_with("HAL_"));
    let unexpected: Vec<_> = of_libc.filter(|name| !LIBC.contains(&name.as_str())).collect();
    assert!(unexpected.is_empty(), "{unexpected:?}");
}
