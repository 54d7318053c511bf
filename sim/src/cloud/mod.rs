//! The cloud: a broker, and as a client of it the cloud's side of binding and of the device model.

mod admission;
mod binding;
mod broker;
mod event;
mod files;
mod gate;
mod joining;
mod ledger;
mod link;
mod model;
mod outcome;
mod service;
mod tls;
mod topics;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;

use crate::app_api::DONE;
use crate::broker_address::BrokerAddress;
use crate::cloud::admission::{Admission, CLOUD_USER};
use crate::cloud::files::FileArgs;
use crate::cloud::gate::Gate;
use crate::cloud::joining::{JoiningService, NewDevice};
use crate::cloud::model::{ModelMessage, read_notice};
use crate::cloud::tls::TlsArgs;
use crate::cloud::topics::Inbound;
use crate::output::Output;
use crate::random;

pub use admission::{OPERATOR_USER, RegisteredDevice};
pub use binding::Faults;
pub use event::{CloudEvent, Observer, TimedEvent};
pub use service::CloudService;
pub use tls::{ServerIdentity, TlsEntrance};

/// How long the broker and the cloud's connection to it may take to stand.
const START_LIMIT: Duration = Duration::from_secs(10);
/// Default life of a token at the cloud: twice what it lives on the device.
const TOKEN_LIFE_MS: u64 = 90_000;

const AFTER_HELP: &str = "\
A phone asks on /app/ACCOUNT/bind (or unbind) with {\"id\":…,\"productKey\":…,\"deviceName\":…,\"token\":…}
and is answered on /app/ACCOUNT/bind_reply with {\"id\":…,\"code\":…,\"message\":…}. Codes: 200 done,
400 malformed request, 460 no such token (not reported, or differs; a phone that made the token asks again),
461 token already used, 462 token expired, 463 not bound to this account.

A device is answered what the real cloud answers: posts of properties and events, deviceinfo, desired
properties, dynamicTsl, config/get, raw data, NTP, requests for an upgrade. One that cannot be read is told
as malformed, and answered with code 460 if it has an id. `linkkit-sim push` sends to a device.

A device that reports a --new-device is asked to let it join (checkin), and then given the key of that device's
password, which only the device itself can make too.";

/// Flags of `linkkit-sim cloud`.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct CloudArgs {
    /// Where the embedded broker listens
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:1883")]
    listen: SocketAddr,
    /// Join this broker instead of embedding one [default: embed one]
    #[arg(long, value_name = "HOST:PORT", conflicts_with_all = ["listen", "device"])]
    broker: Option<BrokerAddress>,
    /// A device that may connect, PRODUCT_KEY,DEVICE_NAME,DEVICE_SECRET; repeatable. Any other device is
    /// refused with CONNACK 4 (malformed) or 5 (unknown, or wrong secret) [default: let everybody in]
    #[arg(long, value_name = "PK,DN,DS")]
    device: Vec<RegisteredDevice>,
    #[command(flatten)]
    tls: TlsArgs,
    #[command(flatten)]
    files: FileArgs,
    /// Life of a token, counted from its first report
    #[arg(long, value_name = "MS", default_value_t = TOKEN_LIFE_MS)]
    token_life_ms: u64,
    /// Hold every answer to a device back for so long
    #[arg(long, value_name = "MS", default_value_t = 0)]
    reply_delay_ms: u64,
    /// Lose the first N token reports: neither stored nor answered
    #[arg(long, value_name = "N", default_value_t = 0)]
    drop_replies: u64,
    /// Answer token reports with this code; other than 200 the token is not stored
    #[arg(long, value_name = "CODE", default_value_t = DONE)]
    reply_code: u16,
    /// A device that may join the network of any that hears of it (zero-config), with the secret of its product;
    /// repeatable. What is reported of any other is answered, but leads to nothing [default: none may]
    #[arg(long, value_name = "PK,DN,PS")]
    new_device: Vec<NewDevice>,
    /// How long a device is to help one of them, and for how long it is not to report one again
    #[arg(long, value_name = "S", default_value_t = JoiningService::DEFAULT_TIMEOUT_S)]
    new_device_timeout_s: u32,
    /// Print one JSON object per event
    #[arg(long)]
    json: bool,
}

/// Which broker the cloud works through.
pub enum BrokerChoice {
    /// One of our own that admits only these devices, or everybody if there are none.
    Embedded { listen: SocketAddr, tls: Option<TlsEntrance>, devices: Vec<RegisteredDevice> },
    /// Somebody else's.
    External(BrokerAddress),
}

/// A running cloud; it runs until the process ends.
pub struct Cloud {
    broker_ended: Option<Receiver<anyhow::Error>>,
}

impl Cloud {
    /// Starts everything and returns once the cloud's subscriptions stand.
    pub fn start(broker: BrokerChoice, service: CloudService, observer: Observer) -> Result<Self> {
        let password = random::name()?;
        let (address, broker_ended) = match broker {
            BrokerChoice::External(address) => (address, None),
            BrokerChoice::Embedded { listen, tls, devices } => {
                let admission = Admission::new(&devices, password.clone());
                let gate = Gate::new(admission, Observer::clone(&observer));
                (listen.into(), Some(broker::start(listen, tls.as_ref(), gate)?))
            }
        };
        let client_id = format!("cloud-{}", random::name()?);
        let client = address.client(&client_id, CLOUD_USER, &password, link::QUEUE);
        let (serving, is_serving) = mpsc::channel();
        link::start(client, service, observer, serving)?;

        let cloud = Self { broker_ended };
        cloud.wait_until_serving(&is_serving, &address)?;
        Ok(cloud)
    }

    fn wait_until_serving(&self, is_serving: &Receiver<()>, address: &BrokerAddress) -> Result<()> {
        let give_up = Instant::now() + START_LIMIT;
        while Instant::now() < give_up {
            if let Some(error) = self.broker_ended.as_ref().and_then(|ended| ended.try_recv().ok()) {
                return Err(error);
            }
            match is_serving.recv_timeout(Duration::from_millis(20)) {
                Ok(()) => return Ok(()),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => bail!("the cloud's connection to {address} ended"),
            }
        }
        bail!("no connection to the broker at {address} within {} s", START_LIMIT.as_secs())
    }

    /// Returns only when the broker ends.
    fn wait(self) -> Result<()> {
        match self.broker_ended {
            Some(ended) => Err(ended.recv()?),
            None => loop {
                std::thread::park();
            },
        }
    }
}

/// What a device's message that has no answer tells; `None` for any other.
pub fn read_notice_on(topic: &str, payload: &[u8]) -> Option<CloudEvent> {
    match Inbound::parse(topic) {
        Some(Inbound::Model(device, ModelMessage::Notice(notice))) => {
            Some(read_notice(device, notice, topic, payload))
        }
        _ => None,
    }
}

/// `linkkit-sim cloud`.
pub fn run(args: &CloudArgs) -> Result<()> {
    let output = Output::from_json_flag(args.json);
    let broker = match &args.broker {
        Some(address) => BrokerChoice::External(address.clone()),
        None => BrokerChoice::Embedded {
            listen: args.listen,
            tls: args.tls.entrance()?,
            devices: args.device.clone(),
        },
    };
    output.remark(match &broker {
        BrokerChoice::External(address) => format!("cloud at the broker {address}"),
        BrokerChoice::Embedded { listen, devices, .. } if devices.is_empty() => {
            format!("cloud with a broker on {listen}, open to every device")
        }
        BrokerChoice::Embedded { listen, devices, .. } => {
            format!("cloud with a broker on {listen}, open to {devices:?}")
        }
    });
    if let BrokerChoice::Embedded { tls: Some(entrance), .. } = &broker {
        output.remark(format_args!("and {entrance}"));
    }
    let start = Instant::now();
    let observer: Observer = Arc::new(move |event| {
        let ms = start.elapsed().as_millis();
        output.emit(&TimedEvent { ms, event: &event });
    });
    let faults = Faults {
        reply_delay: Duration::from_millis(args.reply_delay_ms),
        drop_replies: args.drop_replies,
        reply_code: args.reply_code,
    };
    let tls = if let BrokerChoice::Embedded { tls, .. } = &broker { tls.as_ref() } else { None };
    let offers = args.files.serve(tls, &observer)?;
    let reply_delay = faults.reply_delay;
    let mut service = CloudService::new(Duration::from_millis(args.token_life_ms), faults, offers);
    service.joining = JoiningService::new(&args.new_device, args.new_device_timeout_s, reply_delay);
    Cloud::start(broker, service, observer)?.wait()
}
