//! The phone: finds devices on the network over CoAP, gives them credentials, and binds them at the cloud.

pub mod air;
mod app;
mod bind;
mod cipher;
mod coap;
mod coap_address;
mod device_info;
mod discover;
mod exchange;
mod latency;
mod listen;
mod provision;
mod querier;
mod query;
mod replay;
mod socket;
mod token;

use anyhow::Result;
use clap::{Args, Subcommand};

pub use app::App;
pub use coap::{INFO_PATH, JOINED_PATH};
pub use coap_address::COAP_PORT;
pub use device_info::InfoAnswer;
pub use exchange::RetryPolicy;
pub use listen::NotifyListener;
pub use provision::{NetworkArgs, ProvisionFailure, hand_over};
pub use querier::Querier;
pub use token::PhoneToken;

/// Flags of `linkkit-sim phone`.
#[derive(Args, Clone, Debug)]
pub struct PhoneArgs {
    #[command(subcommand)]
    command: PhoneCommand,
}

/// What the phone can do.
#[derive(Subcommand, Clone, Debug)]
enum PhoneCommand {
    /// Ask everybody on the network who they are, by multicast and broadcast
    Discover(discover::DiscoverArgs),
    /// Ask one device for its token, or many times to measure it
    Query(query::QueryArgs),
    /// Print the tokens that devices broadcast
    Listen(listen::ListenArgs),
    /// Get a token from a device and bind the device to an account with it
    Bind(Box<bind::BindArgs>),
    /// Give a device the credentials of a network and a token, and bind it
    Provision(Box<provision::ProvisionArgs>),
    /// Have a device hear recorded frames of 802.11, at their pace
    Replay(replay::ReplayArgs),
    /// Take a device from an account
    Unbind(bind::UnbindArgs),
}

/// `linkkit-sim phone`.
pub fn run(args: &PhoneArgs) -> Result<()> {
    match &args.command {
        PhoneCommand::Discover(args) => discover::run(args),
        PhoneCommand::Query(args) => query::run(args),
        PhoneCommand::Listen(args) => listen::run(args),
        PhoneCommand::Bind(args) => bind::run_bind(args),
        PhoneCommand::Provision(args) => provision::run(args),
        PhoneCommand::Replay(args) => replay::run(args),
        PhoneCommand::Unbind(args) => bind::run_unbind(args),
    }
}
