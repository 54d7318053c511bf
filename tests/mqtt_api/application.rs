//! `tests/c/mqtt_client.c`, told line by line what to do.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::robust_support::device::{Counts, counting_program};
use crate::robust_support::packet;
use crate::robust_support::rogue::{RogueBroker, Session};
use crate::support::build::{PLAIN, archive, root, run, scratch_dir};
use crate::support::commanded::Commanded;
use crate::support::network::{Network, SERVER};
use crate::support::process::Line;
use crate::support::{DEVICE_NAME, DEVICE_SECRET, PRODUCT_KEY, SOON};

/// Knobs of the archive on which what takes long is short.
const IMPATIENT: [(&str, &str); 3] = [
    ("LINKKIT_MQTT_PUBACK_TIMEOUT_MS", "1500"),
    ("LINKKIT_MQTT_PING_INTERVAL_MS", "1000"),
    ("LINKKIT_MQTT_SUBSCRIPTIONS_MAX", "32"),
];
/// How many filters there can be on that archive; a device has some twenty of its own.
pub const IMPATIENT_FILTERS: usize = 32;

const SOURCES: [&str; 4] =
    ["mqtt_client.c", "command_line.c", "mqtt_client_calls.c", "mqtt_client_handlers.c"];

/// Who the application runs as.
#[derive(Clone, Copy)]
pub struct Device<'a> {
    pub product_key: &'a str,
    pub name: &'a str,
    pub secret: &'a str,
    /// Domain of `IOT_Ioctl`.
    pub domain: &'a str,
}

/// A running application; killed on drop.
pub struct Application {
    program: Commanded,
}

impl Deref for Application {
    type Target = Commanded;

    fn deref(&self) -> &Commanded {
        &self.program
    }
}

impl DerefMut for Application {
    fn deref_mut(&mut self) -> &mut Commanded {
        &mut self.program
    }
}

impl Application {
    /// With no client yet.
    pub fn start(network: &Network) -> Self {
        static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
        Self::run(network, PROGRAM.get_or_init(|| program(archive())), None)
    }

    /// On an archive that gives up soon: see [`IMPATIENT`].
    pub fn start_impatient(network: &Network) -> Self {
        static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
        Self::run(network, PROGRAM.get_or_init(|| program(&impatient_archive())), None)
    }

    pub fn start_as(network: &Network, device: Device) -> Self {
        Self::run(network, &program(archive()), Some(device))
    }

    fn run(network: &Network, program: &Path, device: Option<Device>) -> Self {
        let server = SERVER.to_string();
        let device = device.unwrap_or(Device {
            product_key: PRODUCT_KEY,
            name: DEVICE_NAME,
            secret: DEVICE_SECRET,
            domain: &server,
        });
        let mut command = Command::new(program);
        command.args([device.product_key, device.name, device.secret, device.domain]);
        command.current_dir(scratch_dir("flash"));
        Self { program: Commanded::spawn(network, command, "client") }
    }

    /// With a client that has an observer, connected to a real broker.
    pub fn constructed(mut self) -> Self {
        assert_eq!(self.call("construct observer=observer"), 1, "{}", self.log_text());
        self
    }

    /// Constructs with `parameters` at `broker`, which lets it in.
    pub fn construct_at(&mut self, broker: &RogueBroker, parameters: &str) -> Session {
        let command = format!("construct {parameters}");
        self.begin(command.trim_end());
        let mut session = broker.accept();
        session.send(&packet::CONNACK);
        assert_eq!(self.finish(command.trim_end()), 1, "{}", self.log_text());
        session
    }

    /// Does `command`, which must give a packet id.
    pub fn id(&mut self, command: &str) -> [u8; 2] {
        let result = self.call(command);
        let id = u16::try_from(result).unwrap_or_default();
        assert_ne!(id, 0, "{command} = {result}\n{}", self.log_text());
        id.to_be_bytes()
    }

    /// The next event must be this one, of the request with this packet id.
    pub fn hear_event_of(&mut self, event: &str, id: [u8; 2]) -> Line {
        let wanted = format!("@event {event} id={}", u16::from_be_bytes(id));
        let line = self.hear("@event ");
        assert_eq!(line.what, wanted, "{}", self.log_text());
        line
    }

    /// Which handler is told next of a message; `rest`: what stands behind its name.
    pub fn hear_message(&mut self, handler: &str, rest: &str) -> Line {
        let line = self.hear("@message ");
        assert_eq!(line.what, format!("@message {handler} {rest}"), "{}", self.log_text());
        line
    }

    /// All lines so far with `keyword`.
    pub fn lines_with(&self, keyword: &str) -> Vec<String> {
        self.program.lines_with(keyword).into_iter().map(|line| line.what).collect()
    }

    /// What it holds of its port now.
    pub fn counts(&mut self) -> Counts {
        let from = self.process.log_len();
        self.ok("counts");
        Counts::parse(&self.process.wait_from(from, "@counts ", SOON).what)
    }

    /// Destroys the client, after which nothing may be held.
    pub fn destroy_and_check(mut self) {
        self.ok("destroy");
        self.counts().assert_nothing_held();
    }
}

fn program(archive: &Path) -> PathBuf {
    counting_program("mqtt_client", &SOURCES, archive)
}

fn impatient_archive() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target directory");
    let host = host();
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(root()).envs(IMPATIENT);
    // Named, the host has a folder of its own, while build scripts are those of the tests' build.
    build.args(["build", "--quiet", "-p", "linkkit", "--target", &host]).args(PLAIN);
    run(build.arg("--target-dir").arg(target));
    target.join(host).join("debug/libiot_sdk.a")
}

fn host() -> String {
    let version = run(Command::new("rustc").arg("-vV"));
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc names its host").to_owned()
}
