//! The whole story on one machine, with nothing built by hand.

mod emulated;
mod endurance;
mod firmware;
mod log_line;
mod mosquitto;
mod network;
mod phone_token;
mod process;
mod story;
mod timeline;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::app_api::DONE;
use crate::broker_address::BrokerAddress;
use crate::cloud::{BrokerChoice, Cloud, CloudService, Faults, Observer, RegisteredDevice, TlsEntrance};
use crate::demo::network::{DeviceKind, Network, NetworkChoice, Scratch};
use crate::demo::story::Story;
use crate::demo::timeline::{Source, Timeline, Witness};
use crate::device_id::DeviceId;
use crate::file::Offers;
use crate::output::Output;
use crate::phone::{App, COAP_PORT, NotifyListener};

pub use emulated::{QemuDemoArgs, run as run_emulated};

const PRODUCT_KEY: &str = "a1GQc8iJOWI";
const DEVICE_NAME: &str = "gateway_test01";
const DEVICE_SECRET: &str = "abcdefghijklmnopqrstuvwxyz012345";
const FIRST_ACCOUNT: &str = "alice";
const SECOND_ACCOUNT: &str = "bob";
const THIRD_ACCOUNT: &str = "carol";
/// Lines of each log that a failure shows.
const DEVICE_LINES_SHOWN: usize = 20;
const BROKER_LINES_SHOWN: usize = 5;
const TOKEN_LIFE: Duration = Duration::from_secs(90);

/// The guide's sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DemoPath {
    /// The device makes the token: it broadcasts it, and gives it to a phone that asks
    #[value(name = "1")]
    DeviceToken,
    /// The phone makes the token, and hands it over with the Wi-Fi credentials, on the device's access point
    #[value(name = "2")]
    PhoneToken,
}

/// Flags of `linkkit-sim demo`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Exit status: 0 when the device was bound each time, else 1, with the failed step on stderr. \
                  Path 2 needs mosquitto."
)]
pub struct DemoArgs {
    /// Which section of the guide to show
    #[arg(long, value_enum, default_value_t = DemoPath::DeviceToken)]
    path: DemoPath,
    /// Root of the project [default: the checkout this program was built from]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// The firmware to run [default: c-examples/build/bind under the root, without TLS build/plain/bind, for
    /// path 2 build/provision/netmgr]
    #[arg(long, value_name = "FILE")]
    device_program: Option<PathBuf>,
    /// Run what is there instead of building it first
    #[arg(long)]
    no_build: bool,
    /// Where to run: broadcasts must pass between the device and the phone
    #[arg(long, value_enum, default_value_t = NetworkChoice::Auto)]
    network: NetworkChoice,
    /// The device connects by TLS, as the default archive does; without, an archive without TLS is built
    #[arg(long)]
    tls: bool,
    /// Port of the cloud's MQTT broker
    #[arg(long, value_name = "PORT", default_value_t = 1883)]
    port: u16,
    #[command(flatten)]
    record: RecordArgs,
}

/// What is printed, and the demo's word to itself.
#[derive(Args, Clone, Debug)]
struct RecordArgs {
    /// Print the logs and the cloud's events between the steps
    #[arg(long, short)]
    verbose: bool,
    /// Print one JSON object per step
    #[arg(long, conflicts_with = "verbose")]
    json: bool,
    /// Set when the demo starts itself anew inside its own network
    #[arg(long, hide = true)]
    inside_private_network: bool,
}

impl RecordArgs {
    fn output(&self) -> Output {
        Output::from_json_flag(self.json)
    }
}

/// `linkkit-sim demo`.
pub fn run(args: &DemoArgs) -> Result<()> {
    if args.tls && args.path == DemoPath::PhoneToken {
        bail!("path 2 is shown without TLS");
    }
    let output = args.record.output();
    let root = match &args.root {
        Some(root) => root.clone(),
        None => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")),
    };
    if args.record.inside_private_network {
        return perform(args, root, output, Network::set_up_private(DeviceKind::Program)?);
    }
    if !args.no_build {
        output.remark("building the archive and the example firmware");
        match args.path {
            DemoPath::DeviceToken => firmware::build(&root, args.tls),
            DemoPath::PhoneToken => firmware::build_netmgr(&root),
        }
        .context("cannot build the firmware")?;
    }
    let reason = match args.network {
        NetworkChoice::Host => "as asked".to_owned(),
        NetworkChoice::Private => return Err(network::enter_private()),
        NetworkChoice::Auto => format!("{:#}", network::enter_private()),
    };
    perform(args, root, output, Network::use_host(reason)?)
}

fn perform(args: &DemoArgs, root: PathBuf, output: Output, network: Network) -> Result<()> {
    let example = match args.path {
        DemoPath::DeviceToken => firmware::example(args.tls),
        DemoPath::PhoneToken => firmware::NETMGR,
    };
    let program = args.device_program.clone().unwrap_or_else(|| root.join(example));
    if !program.is_file() {
        bail!("there is no device program {}", program.display());
    }
    output.remark(format_args!("running {} in {network}", program.display()));
    if args.path == DemoPath::PhoneToken {
        return phone_token::perform(args, &program, output, &network);
    }
    let device = registered_device();
    let broker = SocketAddr::from((network.cloud(), args.port));
    let (timeline, witness) = Timeline::start(output, args.record.verbose);

    let scratch = network.scratch()?;
    let tls = args.tls.then(|| open_tls(&network, &scratch)).transpose()?;
    let mut command = firmware::program(network.device_launcher(), &program, &device, &scratch.file("kv"));
    match &tls {
        Some(entrance) => firmware::connect_by_tls(&mut command, entrance),
        None => firmware::connect(&mut command, broker),
    }
    let admitting = BrokerChoice::Embedded { listen: broker, tls, devices: vec![device.clone()] };
    let _cloud = start_cloud(admitting, &witness)?;
    let listener = NotifyListener::open((Ipv4Addr::UNSPECIFIED, COAP_PORT).into())?;
    let _firmware = firmware::start(command, Stdio::null(), witness)?;

    let device_address = SocketAddr::from((network.device(), COAP_PORT));
    let mut story = Story { timeline, device: device.id, device_address };
    let outcome = tell(&mut story, listener, broker.into());
    show_logs_of_failure(&outcome, &mut story.timeline);
    outcome?;
    output.remark(format_args!("bound by {FIRST_ACCOUNT} and by {SECOND_ACCOUNT}"));
    Ok(())
}

/// The cloud's entrance for a device with TLS, which knows it by name.
fn open_tls(network: &Network, scratch: &Scratch) -> Result<TlsEntrance> {
    let name = network.name_cloud(scratch)?;
    let listen = SocketAddr::from((network.cloud(), network.tls_port()));
    TlsEntrance::open(listen, &[name.to_owned()], scratch.directory())
}

fn registered_device() -> RegisteredDevice {
    RegisteredDevice::new(DeviceId::new(PRODUCT_KEY, DEVICE_NAME), DEVICE_SECRET)
}

fn show_logs_of_failure(outcome: &Result<()>, timeline: &mut Timeline) {
    if outcome.is_err() {
        timeline.end();
        let broker = timeline.tail_of(Source::Broker, BROKER_LINES_SHOWN);
        let device = timeline.tail_of(Source::Device, DEVICE_LINES_SHOWN);
        eprint!("the last of the logs:\n{device}{broker}");
    }
}

fn start_cloud(broker: BrokerChoice, witness: &Witness) -> Result<Cloud> {
    let faults = Faults { reply_delay: Duration::ZERO, drop_replies: 0, reply_code: DONE };
    let witness = witness.clone();
    let observer: Observer = Arc::new(move |event| witness.saw(Source::Cloud, event.to_string()));
    let service = CloudService::new(TOKEN_LIFE, faults, Offers::default());
    Cloud::start(broker, service, observer).context("cannot start the cloud")
}

fn tell(story: &mut Story, listener: NotifyListener, broker: BrokerAddress) -> Result<()> {
    let answered = story.device_broadcasts(listener, &App::new(broker.clone(), FIRST_ACCOUNT))?;
    story.phone_queries(answered, &App::new(broker, SECOND_ACCOUNT))
}
