//! `phone discover`: ask everybody on the network.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;
use coap_lite::{MessageClass, MessageType};
use serde::Serialize;

use crate::output::Output;
use crate::phone::coap::{self, INFO_PATH, QueryIdentity};
use crate::phone::coap_address::CoapAddress;
use crate::phone::device_info::{DeviceInfo, InfoAnswer};
use crate::phone::socket;
use crate::random;

/// Flags of `linkkit-sim phone discover`.
#[derive(Args, Clone, Debug)]
pub struct DiscoverArgs {
    /// Where to send the query; repeatable; port 5683 if none is given
    #[arg(long, value_name = "IP[:PORT]", default_values = ["224.0.1.187", "255.255.255.255"])]
    target: Vec<CoapAddress>,
    /// How long to collect answers
    #[arg(long, value_name = "MS", default_value_t = 2000)]
    wait_ms: u64,
    /// Send from the interface that has this address; 0.0.0.0 leaves it to the system
    #[arg(long, value_name = "IP", default_value_t = Ipv4Addr::UNSPECIFIED)]
    interface: Ipv4Addr,
    /// Print one JSON object per device
    #[arg(long)]
    json: bool,
}

/// A device that answered; without `info` it has no token to give yet and does not say who it is.
#[derive(Debug, PartialEq, Serialize)]
struct Found {
    address: SocketAddr,
    info: Option<DeviceInfo>,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.info {
            Some(info) => write!(f, "{}: {info}", self.address),
            None => write!(f, "{}: no token yet (code 400)", self.address),
        }
    }
}

/// `linkkit-sim phone discover`.
pub fn run(args: &DiscoverArgs) -> Result<()> {
    let output = Output::from_json_flag(args.json);
    let socket = socket::to_everybody(args.interface)?;
    let identity =
        QueryIdentity { message_id: u16::from_ne_bytes(random::bytes()?), token: random::bytes()? };
    let datagram = coap::get(MessageType::NonConfirmable, &identity, INFO_PATH, coap::query_payload()?)?;
    let mut sent = false;
    for CoapAddress(target) in &args.target {
        match socket.send_to(&datagram, target) {
            Ok(_) => sent = true,
            Err(error) => eprintln!("linkkit-sim: cannot send to {target}: {error}"),
        }
    }
    if !sent {
        bail!("no query could be sent (a host without a default route needs --interface)");
    }

    let deadline = Instant::now() + Duration::from_millis(args.wait_ms);
    let mut answered: Vec<IpAddr> = Vec::new();
    while let Some((datagram, address)) = socket::receive(&socket, deadline)? {
        let Ok(packet) = coap::decode(&datagram) else { continue };
        let is_response = matches!(packet.header.code, MessageClass::Response(_));
        // A device that both queries reached answers twice.
        if !is_response || packet.get_token() != identity.token || answered.contains(&address.ip()) {
            continue;
        }
        match InfoAnswer::parse(&packet.payload) {
            Ok(InfoAnswer::Info(info)) => output.emit(&Found { address, info: Some(*info) }),
            Ok(InfoAnswer::NoTokenYet) => output.emit(&Found { address, info: None }),
            Err(error) => {
                eprintln!("linkkit-sim: {address}: {error:#}");
                continue;
            }
        }
        answered.push(address.ip());
    }
    output.remark(format_args!("{} device(s) answered in {} ms", answered.len(), args.wait_ms));
    Ok(())
}
