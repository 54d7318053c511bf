//! The command line. Each subcommand's own flags stand with the code that obeys them.

use clap::{Parser, Subcommand};

use crate::cloud::CloudArgs;
use crate::demo::{DemoArgs, QemuDemoArgs};
use crate::phone::PhoneArgs;
use crate::push::PushArgs;

/// Plays the cloud and the phone for linkkit firmware.
///
/// A session by hand takes three terminals: `linkkit-sim cloud`, the firmware pointed at that broker, and
/// `linkkit-sim phone bind --by notify`, or `linkkit-sim push` to set properties, call services, upgrade the
/// firmware. `linkkit-sim demo` does all of it and prints the guide's steps.
///
/// Exit status: 0 done, 1 failed (the reason is on stderr), 2 wrong command line; `phone provision` has more.
#[derive(Debug, Parser)]
#[command(name = "linkkit-sim", version)]
pub struct Cli {
    /// What to play.
    #[command(subcommand)]
    pub command: Command,
}

/// The parts the bench can play.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play the cloud: an MQTT 3.1.1 broker, and the cloud's side of binding and of the device model
    Cloud(Box<CloudArgs>),
    /// Play the phone: find devices, ask them for tokens, bind
    Phone(PhoneArgs),
    /// Have the cloud send something to a device, and wait for the device's answer
    Push(PushArgs),
    /// Build the example firmware, run it against cloud and phone, print the guide's steps with times
    Demo(DemoArgs),
    /// Run a Cortex-M firmware in qemu against mosquitto, cloud and phone, through a restart of the broker
    QemuDemo(QemuDemoArgs),
}
