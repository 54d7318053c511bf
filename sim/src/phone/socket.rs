//! The phone's UDP sockets.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use socket2::{Domain, Protocol, Socket, Type};

use crate::phone::coap::MAX_DATAGRAM;

/// A socket on an ephemeral port, for queries to one device.
pub fn to_device(device: SocketAddr) -> Result<UdpSocket> {
    let any: SocketAddr = match device {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).context("cannot open a UDP socket")?;
    socket.connect(device).with_context(|| format!("no route to {device}"))?;
    Ok(socket)
}

/// A socket on an ephemeral port, for queries to everybody. Multicasts leave through `interface`.
pub fn to_everybody(interface: Ipv4Addr) -> Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP)).context("no UDP socket")?;
    socket.set_broadcast(true).context("no permission to broadcast")?;
    socket.set_multicast_if_v4(&interface).with_context(|| format!("no interface has {interface}"))?;
    socket
        .bind(&SocketAddr::from((interface, 0)).into())
        .with_context(|| format!("cannot bind {interface}"))?;
    Ok(socket.into())
}

/// A socket that hears broadcasts to a port, which a device on the same machine may listen on as well.
pub fn for_broadcasts(address: SocketAddr) -> Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))
        .context("no UDP socket")?;
    socket.set_reuse_address(true).context("cannot share the port")?;
    #[cfg(unix)]
    socket.set_reuse_port(true).context("cannot share the port")?;
    socket.set_broadcast(true).context("no permission to broadcast")?;
    socket.bind(&address.into()).with_context(|| format!("cannot listen on UDP {address}"))?;
    Ok(socket.into())
}

/// The next datagram and its sender, or `None` at the deadline.
pub fn receive(socket: &UdpSocket, deadline: Instant) -> Result<Option<(Vec<u8>, SocketAddr)>> {
    let mut buffer = vec![0; MAX_DATAGRAM];
    loop {
        let remaining = deadline.saturating_duration_since(Instant::now());
        if remaining.is_zero() {
            return Ok(None);
        }
        // The system rounds down to microseconds, and 0 would mean to wait for ever.
        let patience = remaining.max(Duration::from_millis(1));
        socket.set_read_timeout(Some(patience)).context("cannot set a receive timeout")?;
        match socket.recv_from(&mut buffer) {
            Ok((length, sender)) => {
                buffer.truncate(length);
                return Ok(Some((buffer, sender)));
            }
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {}
                ErrorKind::ConnectionRefused => return Err(error).context("nothing listens on that port"),
                _ => return Err(error).context("cannot receive"),
            },
        }
    }
}
