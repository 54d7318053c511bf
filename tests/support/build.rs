//! The release archive, the POSIX port of `c-examples/` and C programs on top of them. Most tests are on the
//! archive without TLS, whose wire they can read.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// What every C file must compile with.
pub const C_WARNINGS: [&str; 4] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// The root of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every default feature but `tls`.
pub const PLAIN: [&str; 3] = ["--no-default-features", "--features", "mqtt,bind,model,ota,dynamic-register"];

/// `libiot_sdk.a` of the release profile without TLS, built from the sources as they are now.
pub fn archive() -> &'static Path {
    static ARCHIVE: OnceLock<PathBuf> = OnceLock::new();
    ARCHIVE.get_or_init(|| release(&PLAIN, &target_dir().join("plain")))
}

/// `libiot_sdk.a` of the release profile with the default features.
pub fn tls_archive() -> &'static Path {
    static ARCHIVE: OnceLock<PathBuf> = OnceLock::new();
    ARCHIVE.get_or_init(|| release(&[], target_dir()))
}

/// Those of [`PLAIN`] and provisioning.
const PROVISION: [&str; 3] = [
    "--no-default-features",
    "--features",
    "mqtt,bind,model,ota,dynamic-register,provision,smartconfig,zero-config",
];

/// `libiot_sdk.a` of the release profile with Wi-Fi provisioning and without TLS.
pub fn provision_archive() -> &'static Path {
    static ARCHIVE: OnceLock<PathBuf> = OnceLock::new();
    ARCHIVE.get_or_init(|| release(&PROVISION, &target_dir().join("provision")))
}

/// `libiot_sdk.a` of the development profile, which is built faster, with these features only.
pub fn archive_with(features: &str) -> PathBuf {
    archive_of("dev", "debug", features)
}

/// The same of the release profile, which runs faster, and leaves in memory what firmware leaves there.
pub fn release_archive_with(features: &str) -> PathBuf {
    archive_of("release", "release", features)
}

fn archive_of(profile: &str, folder: &str, features: &str) -> PathBuf {
    // One folder for all: their dependencies are the same.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("feature-matrix");
    run(Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["build", "--quiet", "-p", "linkkit", "--lib", "--no-default-features", "--features", features])
        .args(["--profile", profile])
        .arg("--target-dir")
        .arg(&target));
    let archive = scratch_dir("archive").join("libiot_sdk.a");
    fs::copy(target.join(folder).join("libiot_sdk.a"), &archive).expect("the archive");
    archive
}

fn release(features: &[&str], target: &Path) -> PathBuf {
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(root()).args(["build", "--release", "--quiet", "-p", "linkkit"]).args(features);
    run(build.arg("--target-dir").arg(target));
    target.join("release/libiot_sdk.a")
}

/// `libiot_sdk.so` of the release profile with the default features.
pub fn shared_library() -> PathBuf {
    tls_archive().with_extension("so")
}

/// The port of `c-examples/` without TLS, as a library.
pub fn port() -> &'static Path {
    static PORT: OnceLock<PathBuf> = OnceLock::new();
    PORT.get_or_init(|| port_for(archive(), "0", "port-plain"))
}

/// The port of `c-examples/` with TLS, as a library.
pub fn tls_port() -> &'static Path {
    static PORT: OnceLock<PathBuf> = OnceLock::new();
    PORT.get_or_init(|| port_for(tls_archive(), "1", "port-tls"))
}

fn port_for(archive: &Path, tls: &str, name: &str) -> PathBuf {
    let build = target_dir().join(name);
    run(Command::new("make")
        .arg("-C")
        .arg(root().join("c-examples"))
        .arg(format!("TLS={tls}"))
        .arg(format!("LIB={}", archive.display()))
        .arg(format!("BUILD={}", build.display())));
    build.join("libiot_hal.a")
}

/// Compiles `sources` of `tests/c/` into a program on the archive and the port. `options` go to the
/// compiler behind its own.
pub fn c_program(name: &str, sources: &[&str], options: &[&str]) -> PathBuf {
    c_program_on(name, sources, options, [archive(), port()])
}

/// The same with TLS.
pub fn tls_program(name: &str, sources: &[&str], options: &[&str]) -> PathBuf {
    let libraries = ["-lmbedtls", "-lmbedx509", "-lmbedcrypto"];
    c_program_on(
        name,
        sources,
        options,
        [tls_archive(), tls_port()].into_iter().chain(libraries.map(Path::new)),
    )
}

/// The same on other libraries.
pub fn c_program_on<'a>(
    name: &str,
    sources: &[&str],
    options: &[&str],
    libraries: impl IntoIterator<Item = &'a Path>,
) -> PathBuf {
    let program = scratch_dir("program").join(name);
    let sources = sources.iter().map(|source| root().join("tests/c").join(source));
    run(Command::new("cc")
        .args(["-std=c99", "-O1", "-g"])
        .args(C_WARNINGS)
        .arg("-I")
        .arg(root().join("include"))
        .args(sources)
        .args(options)
        .args(libraries)
        .args(["-lpthread", "-o"])
        .arg(&program));
    program
}

/// A new directory, empty; it stays for a look after a failure, until the next run.
pub fn scratch_dir(purpose: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    let root = ROOT.get_or_init(|| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_CRATE_NAME"));
        // Absent on the first run.
        let _ = fs::remove_dir_all(&root);
        root
    });
    let directory = root.join(format!("{purpose}-{}", COUNT.fetch_add(1, Ordering::Relaxed)));
    fs::create_dir_all(&directory).expect("make a scratch directory");
    directory
}

/// Runs `command`, which must succeed, and gives its standard output.
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{stdout}{stderr}", output.status);
    stdout.into_owned()
}

fn target_dir() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the scratch directory is in the target directory")
}
