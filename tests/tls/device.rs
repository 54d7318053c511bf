//! `tests/c/device.c` on the archive with TLS.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::support::build::{root, scratch_dir, tls_program};
use crate::support::device::Device;
use crate::support::network::{Network, SERVER};
use crate::support::{DEVICE_NAME, DEVICE_SECRET, PRODUCT_KEY, PRODUCT_SECRET};
use crate::{CLOUD_HOST, HOST, WEB_HOST, WEB_SERVER};

/// How to run a device.
pub struct Boot<'a> {
    /// The CA it trusts; without one, those of the library.
    pub authority: Option<&'a Path>,
    pub host: &'a str,
    /// Its working directory, with its key-value store.
    pub flash: PathBuf,
    /// What its port lacks, see `tests/c/poor_port.c`.
    pub lacks: Option<&'a str>,
    pub under_valgrind: bool,
}

impl<'a> Boot<'a> {
    pub fn trusting(authority: &'a Path) -> Self {
        Self {
            authority: Some(authority),
            host: HOST,
            flash: scratch_dir("flash"),
            lacks: None,
            under_valgrind: false,
        }
    }

    pub fn start(&self, network: &Network) -> Device {
        Device::spawn(network, self.command())
    }

    fn command(&self) -> Command {
        let mut command = switch_on(&self.flash, self.authority);
        if self.under_valgrind {
            check_memory(&mut command);
        }
        command.arg(program());
        command.args([PRODUCT_KEY, DEVICE_NAME, DEVICE_SECRET, PRODUCT_SECRET, self.host]);
        command.envs(self.lacks.map(|lacks| ("PORT_LACKS", lacks)));
        command
    }
}

/// Starts the program whose words follow, in the directory `flash` and in a mount namespace where the names of
/// the servers have addresses.
pub fn switch_on(flash: &Path, authority: Option<&Path>) -> Command {
    let hosts = flash.join("hosts");
    let text = format!("{SERVER} {HOST} {CLOUD_HOST}\n{WEB_SERVER} {WEB_HOST}\n127.0.0.1 nowhere\n");
    fs::write(&hosts, text).expect("write hosts");
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\""]).arg(hosts);
    command.current_dir(flash).env_remove("PORT_LACKS").env_remove("LINKKIT_HAL_CA_FILE");
    command.envs(authority.map(|file| ("LINKKIT_HAL_CA_FILE", file)));
    command
}

/// Has valgrind watch the program whose words follow: the device must not end with anything left behind.
pub fn check_memory(command: &mut Command) {
    command.args(["valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full"]);
    command.args(["--show-leak-kinds=all", "--errors-for-leak-kinds=all"]);
    command.arg(format!("--suppressions={}", root().join("tests/memcheck.supp").display()));
}

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let wrapped = ["HAL_ThreadCreate", "HAL_Kv_Get", "HAL_Kv_Set", "HAL_SSL_Read"]
            .map(|name| format!("-Wl,--wrap={name}"));
        let wrapped = wrapped.each_ref().map(String::as_str);
        tls_program("tls_device", &["device.c", "command_line.c", "poor_port.c", "vague_tls.c"], &wrapped)
    })
}
