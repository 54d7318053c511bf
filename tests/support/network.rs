//! Two hosts on one wire, each in a network namespace of its own.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sched::{CloneFlags, setns};

/// The device under test.
pub const DEVICE: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);
/// The broker and whoever else is on the other end.
pub const SERVER: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);
/// How many phones have an address.
pub const PHONES: u8 = 8;

/// The address of the `n`-th phone, from 0.
pub fn phone(n: u8) -> Ipv4Addr {
    assert!(n < PHONES, "there are {PHONES} phones");
    Ipv4Addr::new(10, 77, 0, 11 + n)
}

/// A device's host and the host of everybody else, joined by a cable.
pub struct Network {
    pub device: Namespace,
    pub peers: Namespace,
}

impl Network {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("lk{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let network = Self {
            device: Namespace::new(format!("{name}-device")),
            peers: Namespace::new(format!("{name}-peers")),
        };
        network.join();
        network
    }

    fn join(&self) {
        let (device, peers) = (&self.device, &self.peers);
        ip(&[
            "link",
            "add",
            "eth0",
            "netns",
            &device.name,
            "type",
            "veth",
            "peer",
            "name",
            "eth0",
            "netns",
            &peers.name,
        ]);
        device.ip(&["link", "set", "eth0", "address", "b0:f8:93:15:bf:21"]);
        device.ip(&["addr", "add", &format!("{DEVICE}/24"), "broadcast", "+", "dev", "eth0"]);
        // The wider prefixes make the peers take 10.77.255.255 and 10.255.255.255 as broadcasts.
        for prefix in [24, 16, 8] {
            peers.ip(&["addr", "add", &format!("{SERVER}/{prefix}"), "broadcast", "+", "dev", "eth0"]);
        }
        for n in 0..PHONES {
            peers.ip(&["addr", "add", &format!("{}/24", phone(n)), "dev", "eth0"]);
        }
        for end in [device, peers] {
            end.ip(&["link", "set", "lo", "up"]);
            end.ip(&["link", "set", "eth0", "up"]);
        }
        device.ip(&["route", "add", "default", "via", &SERVER.to_string()]);
        peers.ip(&["route", "add", "224.0.0.0/4", "dev", "eth0"]);
    }
}

/// A network namespace; deleted on drop.
pub struct Namespace {
    name: String,
}

impl Namespace {
    fn new(name: String) -> Self {
        let made = Command::new("ip").args(["netns", "add", &name]).output().expect("iproute2 is installed");
        assert!(
            made.status.success(),
            "this test needs network namespaces, and they are not permitted here (ip netns add: {}); \
             run the tests as root, in a container with CAP_SYS_ADMIN and CAP_NET_ADMIN",
            String::from_utf8_lossy(&made.stderr).trim()
        );
        Self { name }
    }

    /// Runs `action` inside: sockets it makes and processes it starts stay there.
    pub fn run<T: Send>(&self, action: impl FnOnce() -> T + Send) -> T {
        let namespace = self.open();
        let inside = || {
            enter(&namespace);
            action()
        };
        thread::scope(|scope| scope.spawn(inside).join())
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// Runs `action` inside on a thread of its own that nobody waits for.
    pub fn spawn(&self, action: impl FnOnce() + Send + 'static) {
        let namespace = self.open();
        thread::spawn(move || {
            enter(&namespace);
            action();
        });
    }

    fn open(&self) -> File {
        File::open(format!("/run/netns/{}", self.name)).expect("the namespace exists")
    }

    /// Waits until somebody accepts TCP connections at `address`.
    pub fn wait_for_listener(&self, address: SocketAddr, timeout: Duration) -> io::Result<()> {
        let deadline = Instant::now() + timeout;
        self.run(|| {
            loop {
                match TcpStream::connect_timeout(&address, timeout) {
                    Ok(_) => return Ok(()),
                    Err(error) if Instant::now() >= deadline => return Err(error),
                    Err(_) => thread::sleep(Duration::from_millis(5)),
                }
            }
        })
    }

    /// Configures the namespace: `ip -n NAME ARGUMENTS`.
    pub fn ip(&self, arguments: &[&str]) {
        ip(&[&["-n", &self.name], arguments].concat());
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // Nothing to be done about a failure, and a panic here would hide the test's own.
        let _ = Command::new("ip").args(["netns", "delete", &self.name]).status();
    }
}

fn enter(namespace: &File) {
    setns(namespace, CloneFlags::CLONE_NEWNET).expect("enter the namespace");
}

fn ip(arguments: &[&str]) {
    let output = Command::new("ip").args(arguments).output().expect("iproute2 is installed");
    assert!(output.status.success(), "ip {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}
