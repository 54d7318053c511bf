//! A bench for linkkit firmware: it plays the cloud and the phone, and runs the whole story of binding as a
//! demo.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod alink;
mod app_api;
mod broker_address;
mod cli;
mod cloud;
mod demo;
mod device_id;
mod file;
mod mac_address;
mod mqtt_session;
mod output;
mod phone;
mod push;
mod random;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::phone::ProvisionFailure;

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Cloud(args) => cloud::run(&args),
        Command::Phone(args) => phone::run(&args),
        Command::Push(args) => push::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::QemuDemo(args) => demo::run_emulated(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("linkkit-sim: {error:#}");
            error
                .downcast_ref::<ProvisionFailure>()
                .map_or(ExitCode::FAILURE, |failure| failure.exit_status().into())
        }
    }
}
