//! `phone provision`: gives a device the credentials of a network, and binds it.

mod dev_ap;
mod failure;
mod follow_up;
mod over_air;
#[cfg(test)]
mod scripted;

use std::net::SocketAddr;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::mac_address::MacAddress;
use crate::phone::bind::AccountArgs;
use crate::phone::coap_address::CoapAddress;
use crate::phone::exchange::RetryPolicy;
use crate::phone::token::PhoneToken;

use over_air::AirArgs;

pub use dev_ap::hand_over;
pub use failure::ProvisionFailure;

const AFTER_HELP: &str = "\
Exit status: 0 bound (with --no-bind: handed over), 1 failed for another reason than these, 2 wrong command
line, 3 the device gives no answer, 4 it refuses the network's name (code -1), 5 the random bytes (-4), 6 the
password (-3), 7 it answers with another code, 8 handed over, but neither did the device announce itself nor
the cloud get the token, 9 the device announced itself, but the cloud did not get the token, 10 the cloud
refuses to bind.";

/// How the credentials go to the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// By CoAP, on the access point of the device
    DevAp,
    /// By the lengths of broadcast frames
    Smartconfig,
    /// By probe requests, as of WPS
    Wps,
    /// By the addresses of multicast frames, with the bind token
    Mcast,
    /// By an answer to the device's own probe requests
    Zeroconfig,
}

/// Flags of `linkkit-sim phone provision`.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct ProvisionArgs {
    /// How the credentials go to the device
    #[arg(long, value_enum)]
    mode: Mode,
    #[command(flatten)]
    network: NetworkArgs,
    /// The device's product secret, which encrypts the password
    #[arg(long, value_name = "TEXT")]
    product_secret: String,
    /// The bind token, with dev-ap and mcast [default: 16 random bytes]
    #[arg(long, value_name = "HEX")]
    token: Option<PhoneToken>,
    /// Where the device is on its access point
    #[arg(long, value_name = "IP[:PORT]", default_value = "127.0.0.1:5683")]
    device: CoapAddress,
    #[command(flatten)]
    retries: RetryPolicy,
    /// Stop once the credentials are handed over
    #[arg(long)]
    no_bind: bool,
    /// Where to listen for the device's announcement that it has joined
    #[arg(long, value_name = "IP:PORT", default_value = "0.0.0.0:5683")]
    bind_addr: SocketAddr,
    /// How long the device may take from there to its token report
    #[arg(long, value_name = "MS", default_value_t = 120_000)]
    wait_ms: u64,
    #[command(flatten)]
    account: AccountArgs,
    #[command(flatten)]
    air: AirArgs,
}

/// The network that the device is to join.
#[derive(Args, Clone, Debug)]
pub struct NetworkArgs {
    /// Name of the network
    #[arg(long)]
    pub ssid: String,
    /// Its password; none is that of an open network
    #[arg(long, default_value = "", hide_default_value = true)]
    pub passwd: String,
    /// Address of its access point [default over the air: D8:FE:E3:11:22:33]
    #[arg(long, value_name = "MAC")]
    pub bssid: Option<MacAddress>,
}

/// `linkkit-sim phone provision`.
pub fn run(args: &ProvisionArgs) -> Result<()> {
    match args.mode {
        Mode::DevAp => dev_ap::run(args),
        Mode::Smartconfig | Mode::Wps | Mode::Mcast | Mode::Zeroconfig => over_air::run(args),
    }
}
