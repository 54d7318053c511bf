//! `linkkit-sim qemu-demo`: the whole story once more, with a microcontroller firmware in an emulator and
//! with a broker from the field that restarts halfway.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::cloud::BrokerChoice;
use crate::demo::mosquitto::Mosquitto;
use crate::demo::network::{self, DeviceKind, Network};
use crate::demo::process::Process;
use crate::demo::story::Story;
use crate::demo::timeline::{Source, Timeline};
use crate::demo::{FIRST_ACCOUNT, RecordArgs, SECOND_ACCOUNT, THIRD_ACCOUNT, firmware};
use crate::phone::{App, COAP_PORT, NotifyListener};

const BROKER_PORT: u16 = 1883;
/// Whatever happens, the demo is over after that.
const LONGEST_RUN: Duration = Duration::from_secs(120);
/// From the last line of the firmware's log to the end of the emulator.
const END_LIMIT: Duration = Duration::from_secs(5);
/// From the end of the emulator's log to its own, when it gives up.
const ALREADY_ENDED: Duration = Duration::from_millis(200);

/// Flags of `linkkit-sim qemu-demo`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Needs qemu-system-arm, mosquitto, /dev/net/tun and a private network (as root, or with user namespaces).

Exit status: 0 when every step happened and the emulator ended with status 0, else 1, with the failed step
and the last of the device's log on stderr. Takes at most 120 s.")]
pub struct QemuDemoArgs {
    /// The firmware, an image for qemu's machine mps2-an386 made from c-examples/cortex-m
    #[arg(long, value_name = "FILE.elf")]
    firmware: PathBuf,
    #[command(flatten)]
    record: RecordArgs,
}

/// `linkkit-sim qemu-demo`.
pub fn run(args: &QemuDemoArgs) -> Result<()> {
    let image = fs::canonicalize(&args.firmware)
        .with_context(|| format!("there is no firmware {}", args.firmware.display()))?;
    if !args.record.inside_private_network {
        return Err(network::enter_private());
    }
    end_after(LONGEST_RUN);
    let output = args.record.output();
    let network = Network::set_up_private(DeviceKind::Emulator)?;
    output.remark(format_args!("running {} in qemu, in {network}", image.display()));

    let device = super::registered_device();
    let listen = SocketAddr::from((network.cloud(), BROKER_PORT));
    let (timeline, witness) = Timeline::start(output, args.record.verbose);
    let device_address = SocketAddr::from((network.device(), COAP_PORT));
    let mut story = Story { timeline, device: device.id, device_address };
    let scratch = network.scratch()?;
    let mut broker = Mosquitto::start(&network, &scratch, listen, witness.clone())?;

    let outcome = super::start_cloud(BrokerChoice::External(listen.into()), &witness).and_then(|_cloud| {
        let listener = NotifyListener::open((Ipv4Addr::UNSPECIFIED, COAP_PORT).into())?;
        let command = firmware::emulator(network.device_launcher(), &image, listen);
        let mut device = firmware::start(command, Stdio::null(), witness)?;
        tell(&mut story, listener, listen, &mut broker, &mut device).map_err(|error| {
            match device.end_within(ALREADY_ENDED) {
                Ok(status) => error.context(format!("the emulator ended with {status}")),
                Err(_) => error,
            }
        })
    });
    super::show_logs_of_failure(&outcome, &mut story.timeline);
    outcome?;
    output.remark(format_args!(
        "bound by {FIRST_ACCOUNT}, by {SECOND_ACCOUNT} and, after the restart, by {THIRD_ACCOUNT}"
    ));
    Ok(())
}

/// The emulator and the broker die with this process.
fn end_after(limit: Duration) {
    thread::spawn(move || {
        thread::sleep(limit);
        eprintln!("linkkit-sim: the demo is not over after {} s", limit.as_secs());
        std::process::exit(1);
    });
}

fn tell(
    story: &mut Story,
    listener: NotifyListener,
    listen: SocketAddr,
    broker: &mut Mosquitto,
    device: &mut Process,
) -> Result<()> {
    let app = |account| App::new(listen.into(), account);
    let answered = story.device_broadcasts(listener, &app(FIRST_ACCOUNT))?;
    story.phone_queries(answered, &app(SECOND_ACCOUNT))?;
    let last_id = story.device_posts()?;
    story.broker_restarts(broker, &app(THIRD_ACCOUNT), last_id)?;
    story.device_is_done()?;

    let status = device.end_within(END_LIMIT).context("path 4, step 2 (emulator ends)")?;
    if !status.success() {
        bail!("path 4, step 2 (emulator ends): not with status 0");
    }
    let at = story.timeline.elapsed();
    story.timeline.did(at, 2, "emulator ends", Source::Device, &status.to_string());
    Ok(())
}
