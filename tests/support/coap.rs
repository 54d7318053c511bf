//! Phones: libcoap's client, and sockets that see what the device sends.

use std::io::{IoSliceMut, Result};
use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::os::fd::AsRawFd;
use std::process::Command;
use std::time::{Duration, Instant};

use coap_lite::Packet;
use nix::errno::Errno;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrIn, recvmsg, setsockopt, sockopt};
use serde_json::Value;

use super::network::{DEVICE, Network, phone};
use super::{DEVICE_NAME, PRODUCT_KEY};

/// CoAP's port.
pub const PORT: u16 = 5683;
/// The group that linkkit devices join.
pub const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 1, 187);
/// What any device answers.
pub const ANY_DEVICE: &str = "sys/device/info/get";
/// What phones of the C SDK's time ask with.
pub const QUERY: &str = r#"{"id":123,"version":"1.0","params":{},"method":"core.service.dev"}"#;

/// The resource of the device under test alone.
pub fn own_path() -> String {
    format!("sys/{PRODUCT_KEY}/{DEVICE_NAME}/device/info/get")
}

/// A run of `coap-client-notls`.
pub struct Request<'a> {
    pub phone: u8,
    pub to: Ipv4Addr,
    pub method: &'a str,
    pub path: &'a str,
    pub payload: &'a str,
    pub confirmable: bool,
}

impl Request<'_> {
    /// Asks the device for its information, confirmably.
    pub const QUERY: Request<'static> =
        Request { phone: 0, to: DEVICE, method: "get", path: ANY_DEVICE, payload: QUERY, confirmable: true };

    /// What the client printed: the payload of the answer, or its error code.
    pub fn send(&self, network: &Network) -> String {
        let mut command = Command::new("coap-client-notls");
        command.args([
            "-B",
            "5",
            "-a",
            &phone(self.phone).to_string(),
            "-m",
            self.method,
            "-e",
            self.payload,
        ]);
        if !self.confirmable {
            command.arg("-N");
        }
        command.arg(format!("coap://{}/{}", self.to, self.path));
        let output = network.peers.run(|| command.output()).expect("coap-client-notls is installed");
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&text).trim().to_owned()
    }

    /// The JSON of the answer.
    pub fn answer(&self, network: &Network) -> Value {
        let text = self.send(network);
        serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("the answer is not JSON: {error}: `{text}`"))
    }
}

/// A datagram as it arrived.
#[derive(Clone, Debug)]
pub struct Datagram {
    pub at: Instant,
    pub from: Ipv4Addr,
    pub from_port: u16,
    /// The address it was sent to.
    pub to: Ipv4Addr,
    pub bytes: Vec<u8>,
}

impl Datagram {
    /// As CoAP.
    pub fn message(&self) -> Packet {
        Packet::from_bytes(&self.bytes).unwrap_or_else(|error| panic!("not CoAP: {error}: {:x?}", self.bytes))
    }

    /// The payload as JSON.
    pub fn json(&self) -> Value {
        let payload = self.message().payload;
        serde_json::from_slice(&payload)
            .unwrap_or_else(|error| panic!("not JSON: {error}: {}", String::from_utf8_lossy(&payload)))
    }
}

/// A phone with a socket of its own.
pub struct Listener(UdpSocket);

impl Listener {
    /// On the CoAP port, for broadcasts.
    pub fn new(network: &Network) -> Self {
        Self::bind(network, SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, PORT))
    }

    /// Among the peers, at `address`.
    pub fn bind(network: &Network, address: SocketAddrV4) -> Self {
        let socket = network.peers.run(|| UdpSocket::bind(address)).expect("bind a phone's address");
        setsockopt(&socket, sockopt::Ipv4PacketInfo, &true).expect("ask for destination addresses");
        Self(socket)
    }

    /// The next datagram; `None` when none comes within `timeout`.
    pub fn receive(&self, timeout: Duration) -> Option<Datagram> {
        let deadline = Instant::now() + timeout;
        loop {
            let left = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
            self.0.set_read_timeout(Some(left)).expect("a timeout that is not 0");
            match self.receive_one() {
                Ok(datagram) => return Some(datagram),
                // Starting a process interrupts the other threads at times.
                Err(Errno::EAGAIN | Errno::EINTR) => {}
                Err(error) => panic!("receive a datagram: {error}"),
            }
        }
    }

    fn receive_one(&self) -> nix::Result<Datagram> {
        let mut bytes = vec![0; 2048];
        let mut space = nix::cmsg_space!(nix::libc::in_pktinfo);
        let mut room = [IoSliceMut::new(&mut bytes)];
        let message =
            recvmsg::<SockaddrIn>(self.0.as_raw_fd(), &mut room, Some(&mut space), MsgFlags::empty())?;
        let at = Instant::now();
        let from = message.address.expect("a sender");
        let to = message.cmsgs()?.find_map(|control| match control {
            ControlMessageOwned::Ipv4PacketInfo(info) => {
                Some(Ipv4Addr::from(u32::from_be(info.ipi_addr.s_addr)))
            }
            _ => None,
        });
        let (len, to) = (message.bytes, to.expect("a destination address"));
        bytes.truncate(len);
        Ok(Datagram { at, from: from.ip(), from_port: from.port(), to, bytes })
    }

    /// Sends to the device.
    pub fn send(&self, bytes: &[u8]) -> Result<()> {
        self.0.send_to(bytes, (DEVICE, PORT)).map(|_| ())
    }
}
