//! Where the demo takes place: broadcasts must pass between a device and a phone on one machine.
//!
//! The best place is a network of our own. `unshare` starts the demo anew in network and mount namespaces
//! that nothing else sees, where it is the phone's and the cloud's host; a second network namespace, joined
//! by a cable (veth), is the device's. None of it has a name outside, and the kernel takes it all back when
//! the last process in it ends, however it ends: there is nothing to clean up, and nothing to collide with.
//! Without root the same works inside a user namespace, where the system allows them.
//!
//! An emulator has a network of its own, behind a tap; a bridge joins that to the device's end of the cable.

use std::ffi::OsString;
use std::fmt;
use std::net::{Ipv4Addr, UdpSocket};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;

use crate::demo::process::run;
use crate::phone::COAP_PORT;

/// The hidden flag of a demo that was started anew inside its own network.
pub const INSIDE_FLAG: &str = "--inside-private-network";

const CLOUD: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);
const DEVICE: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);
/// At least as long as ports want a host name to be.
const CLOUD_NAME: &str = "cloud.linkkit-sim";
const DEVICE_NAMESPACE: &str = "/run/netns/device";
/// The emulator's end of the device's Ethernet.
pub const TAP: &str = "tap0";

/// Where the demo takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NetworkChoice {
    /// A private network if the system allows one, else the host's own.
    Auto,
    /// A private network or nothing.
    Private,
    /// The host's own interfaces.
    Host,
}

/// Ways to get namespaces: as root, and as anybody.
const UNSHARE: [&[&str]; 2] = [&["--net", "--mount"], &["--map-root-user", "--net", "--mount"]];

/// What a private network needs, tried out before it is relied on.
const PROBE: &str =
    "mount -t tmpfs tmpfs /run && ip netns add probe && ip link add p0 type veth peer name p1 netns probe";

/// What the device is, and so what its side of the private network needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    /// A program that uses the namespace's own network.
    Program,
    /// An emulator with a network of its own on [`TAP`], which itself needs an address for its byte pipe.
    Emulator,
}

/// Commands that make the private network, run inside the namespaces. Both sides get a default route, since
/// the system finds no way for a packet to 255.255.255.255 or 224.0.1.187 without one.
const SETUP: [&str; 9] = [
    "mount -t tmpfs tmpfs /run",
    "ip netns add device",
    "ip link set lo up",
    "ip link add cable type veth peer name eth0 netns device",
    "ip addr add 10.77.0.1/24 broadcast + dev cable",
    "ip link set cable up",
    "ip route add default via 10.77.0.2",
    "ip -n device link set lo up",
    "ip -n device link set eth0 up",
];
const SETUP_PROGRAM: [&str; 2] = [
    "ip -n device addr add 10.77.0.2/24 broadcast + dev eth0",
    "ip -n device route add default via 10.77.0.1",
];
/// Nobody here asks who wants which multicast, so the bridge must not try to know.
const SETUP_EMULATOR: [&str; 7] = [
    "ip -n device link add name bridge0 type bridge mcast_snooping 0",
    "ip -n device tuntap add dev tap0 mode tap",
    "ip -n device link set eth0 master bridge0",
    "ip -n device link set tap0 master bridge0",
    "ip -n device addr add 10.77.0.3/24 broadcast + dev bridge0",
    "ip -n device link set tap0 up",
    "ip -n device link set bridge0 up",
];

/// Flags of `setpriv`.
const DIE_WITH_PARENT: [&str; 2] = ["--pdeathsig", "KILL"];

/// Starts this program anew inside a private network; returns only if that cannot be, with the reasons.
pub fn enter_private() -> anyhow::Error {
    let mut reasons = Vec::new();
    for flags in UNSHARE {
        match run(Command::new("unshare").args(flags).args(["sh", "-c", PROBE])) {
            Ok(()) => return start_anew(flags),
            Err(error) => reasons.push(format!("{error:#}")),
        }
    }
    anyhow!("no private network here: {}", reasons.join("; "))
}

fn start_anew(flags: &[&str]) -> anyhow::Error {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match std::env::current_exe() {
        Ok(program) => {
            let error =
                Command::new("unshare").args(flags).arg(program).args(arguments).arg(INSIDE_FLAG).exec();
            anyhow!(error).context("cannot start inside a private network")
        }
        Err(error) => anyhow!(error).context("cannot find my own program"),
    }
}

/// The network of a running demo.
#[derive(Debug)]
pub enum Network {
    /// See [`enter_private`].
    Private,
    /// The host's own, for this reason.
    Host(String),
}

impl Network {
    /// Makes the private network; to be called inside.
    pub fn set_up_private(device: DeviceKind) -> Result<Self> {
        let device_side: &[&str] = match device {
            DeviceKind::Program => &SETUP_PROGRAM,
            DeviceKind::Emulator => &SETUP_EMULATOR,
        };
        for command in SETUP.iter().chain(device_side) {
            let mut words = command.split(' ');
            let program = words.next().context("an empty command")?;
            run(Command::new(program).args(words)).context("cannot make the private network")?;
        }
        Ok(Self::Private)
    }

    /// Uses the host's own interfaces, because of `reason`, if they have a way for broadcasts.
    pub fn use_host(reason: String) -> Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).context("cannot open a UDP socket")?;
        socket.set_broadcast(true).context("no permission to broadcast")?;
        // Sends nothing: asks for the route only.
        socket.connect((Ipv4Addr::BROADCAST, COAP_PORT)).with_context(|| {
            format!("{reason}; and the host's own interfaces have no route for broadcasts")
        })?;
        Ok(Self::Host(reason))
    }

    /// Where the broker listens.
    pub fn cloud(&self) -> Ipv4Addr {
        match self {
            Self::Private => CLOUD,
            Self::Host(_) => Ipv4Addr::LOCALHOST,
        }
    }

    /// Where the broker listens for TLS: the cloud's port, or one that needs no privilege.
    pub fn tls_port(&self) -> u16 {
        match self {
            Self::Private => 443,
            Self::Host(_) => 8883,
        }
    }

    /// Sees to it that the device finds the cloud by name, and gives the name: certificates are for names.
    pub fn name_cloud(&self, scratch: &Scratch) -> Result<&'static str> {
        match self {
            Self::Private => {
                let hosts = scratch.file("hosts");
                std::fs::write(&hosts, format!("{CLOUD} {CLOUD_NAME}\n"))
                    .with_context(|| format!("cannot write {}", hosts.display()))?;
                // Nothing outside of our mount namespace sees that.
                run(Command::new("mount").arg("--bind").arg(&hosts).arg("/etc/hosts"))?;
                Ok(CLOUD_NAME)
            }
            Self::Host(_) => Ok("localhost"),
        }
    }

    /// Where the phone finds the device.
    pub fn device(&self) -> Ipv4Addr {
        match self {
            Self::Private => DEVICE,
            Self::Host(_) => Ipv4Addr::LOCALHOST,
        }
    }

    /// The beginning of a command that runs a program as the device. The program dies with the demo.
    pub fn device_launcher(&self) -> Command {
        match self {
            Self::Private => {
                let mut command = Command::new("nsenter");
                command.arg(format!("--net={DEVICE_NAMESPACE}")).arg("setpriv").args(DIE_WITH_PARENT);
                command
            }
            Self::Host(_) => self.cloud_launcher(),
        }
    }

    /// The beginning of a command that runs a program where the cloud is. The program dies with the demo.
    pub fn cloud_launcher(&self) -> Command {
        let mut command = Command::new("setpriv");
        command.args(DIE_WITH_PARENT);
        command
    }

    /// A directory for the device's files, and what removes it.
    pub fn scratch(&self) -> Result<Scratch> {
        let scratch = match self {
            // On the private /run: gone with the namespace.
            Self::Private => Scratch { directory: "/run/linkkit-sim".into() },
            Self::Host(_) => {
                let name = format!("linkkit-sim-{}", std::process::id());
                Scratch { directory: std::env::temp_dir().join(name) }
            }
        };
        std::fs::create_dir(&scratch.directory)
            .with_context(|| format!("cannot make {}", scratch.directory.display()))?;
        Ok(scratch)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Private => write!(f, "a private network, cloud and phone {CLOUD}, device {DEVICE}"),
            Self::Host(reason) => write!(f, "the host's own interfaces ({reason})"),
        }
    }
}

/// A directory that lives as long as this value.
pub struct Scratch {
    directory: PathBuf,
}

impl Scratch {
    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is a small file in the temporary directory.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}
