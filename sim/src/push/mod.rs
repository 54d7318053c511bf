//! What the cloud sends to a device of its own accord, one command each.

mod config;
mod files;
mod lifecycle;
mod ota;
mod property;
mod raw;
mod service;
mod target;
mod watch;

use anyhow::Result;
use clap::{Args, Subcommand};

/// Flags of `linkkit-sim push`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Exit status: 0 the device answered as it should, 1 not, or not in time.")]
pub struct PushArgs {
    #[command(subcommand)]
    command: PushCommand,
}

/// What the cloud can send.
#[derive(Subcommand, Clone, Debug)]
enum PushCommand {
    /// Set properties, and wait for set_reply
    PropertySet(property::SetArgs),
    /// Ask for values of properties, and wait for get_reply
    PropertyGet(property::GetArgs),
    /// Call a service, and wait for what it returns
    Service(service::ServiceArgs),
    /// Send bytes on model/down_raw
    Raw(raw::RawArgs),
    /// Offer a firmware image, serve it over HTTP, and watch the device fetch it
    Ota(Box<ota::OtaArgs>),
    /// Push a configuration, serve it over HTTP, and watch the device fetch it
    Config(Box<config::ConfigArgs>),
    /// Disable the device, and wait for disable_reply
    Disable(target::TargetArgs),
    /// Enable the device, and wait for enable_reply
    Enable(target::TargetArgs),
    /// Tell the device that it was deleted, and wait for delete_reply
    Delete(target::TargetArgs),
    /// Send an error on /ext/error; code 520 has the device log in again
    Error(lifecycle::ErrorArgs),
}

/// `linkkit-sim push`.
pub fn run(args: &PushArgs) -> Result<()> {
    match &args.command {
        PushCommand::PropertySet(args) => property::run_set(args),
        PushCommand::PropertyGet(args) => property::run_get(args),
        PushCommand::Service(args) => service::run(args),
        PushCommand::Raw(args) => raw::run(args),
        PushCommand::Ota(args) => ota::run(args),
        PushCommand::Config(args) => config::run(args),
        PushCommand::Disable(target) => lifecycle::run_change(target, "disable"),
        PushCommand::Enable(target) => lifecycle::run_change(target, "enable"),
        PushCommand::Delete(target) => lifecycle::run_change(target, "delete"),
        PushCommand::Error(args) => lifecycle::run_error(args),
    }
}

#[cfg(test)]
mod tests;
