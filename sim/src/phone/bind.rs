//! `phone bind` and `phone unbind`: get a token and take it to the cloud.

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;

use crate::app_api::{AppReply, DONE, Operation, parse_account};
use crate::broker_address::BrokerAddress;
use crate::device_id::DeviceId;
use crate::output::Output;
use crate::phone::app::App;
use crate::phone::coap::INFO_PATH;
use crate::phone::coap_address::CoapAddress;
use crate::phone::device_info::InfoAnswer;
use crate::phone::exchange::RetryPolicy;
use crate::phone::listen::{Heard, NotifyListener};
use crate::phone::querier::Querier;

/// Which account at which cloud.
#[derive(Args, Clone, Debug)]
pub struct AccountArgs {
    /// The broker that the cloud uses
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:1883")]
    pub broker: BrokerAddress,
    /// Who asks
    #[arg(long, value_name = "NAME", default_value = "alice", value_parser = parse_account)]
    pub account: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Flags of `linkkit-sim phone bind`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Exit status: 0 bound, 1 not.")]
pub struct BindArgs {
    #[command(flatten)]
    account: AccountArgs,
    /// Get the token from the device: `notify` waits for its broadcast, `query IP[:PORT]` asks it
    #[arg(long, num_args = 1..=2, value_names = ["HOW", "IP[:PORT]"], required_unless_present = "token")]
    by: Option<Vec<String>>,
    /// Bind with this token, of the device --pk --dn
    #[arg(long, value_name = "HEX", conflicts_with = "by", requires_all = ["pk", "dn"])]
    token: Option<String>,
    /// Product key; with --by, devices of any other are passed over or refused
    #[arg(long)]
    pk: Option<String>,
    /// Device name; likewise
    #[arg(long)]
    dn: Option<String>,
    /// How long to wait for a broadcast, or to ask again for a token
    #[arg(long, value_name = "MS", default_value_t = 30_000)]
    wait_ms: u64,
    /// With --by notify: where to listen
    #[arg(long, value_name = "IP:PORT", default_value = "0.0.0.0:5683")]
    bind_addr: SocketAddr,
    /// With --by notify: once bound, answer the broadcast, which makes the device stop
    #[arg(long)]
    answer: bool,
    #[command(flatten)]
    retries: RetryPolicy,
}

/// Flags of `linkkit-sim phone unbind`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Exit status: 0 unbound, 1 not.")]
pub struct UnbindArgs {
    #[command(flatten)]
    account: AccountArgs,
    /// Product key
    #[arg(long)]
    pk: String,
    /// Device name
    #[arg(long)]
    dn: String,
}

/// How `--by` says to get the token.
#[derive(Debug, PartialEq)]
enum TokenSource {
    Notify,
    Query(CoapAddress),
}

impl TokenSource {
    fn parse(words: &[String]) -> Result<Self> {
        match words {
            [how] if how == "notify" => Ok(Self::Notify),
            [how, address] if how == "query" => Ok(Self::Query(address.parse()?)),
            _ => bail!("--by takes `notify` or `query IP[:PORT]`"),
        }
    }
}

/// A token with the device that it is of, and the broadcast that brought it.
struct Obtained {
    device: DeviceId,
    token: String,
    broadcast: Option<(NotifyListener, Heard)>,
}

/// What the cloud said.
#[derive(Serialize)]
pub struct Verdict<'a> {
    operation: Operation,
    account: &'a str,
    device: &'a DeviceId,
    #[serde(flatten)]
    reply: &'a AppReply,
}

impl<'a> Verdict<'a> {
    /// To a wish to bind.
    pub fn of_bind(app: &'a App, device: &'a DeviceId, reply: &'a AppReply) -> Self {
        Self { operation: Operation::Bind, account: app.account(), device, reply }
    }
}

impl fmt::Display for Verdict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, account, device, reply } = self;
        write!(f, "{operation} {account} {device}: {} {}", reply.code, reply.message)
    }
}

/// `linkkit-sim phone bind`.
pub fn run_bind(args: &BindArgs) -> Result<()> {
    let obtained = obtain(args)?;
    let output = Output::from_json_flag(args.account.json);
    output.remark(format_args!("token {} of {}", obtained.token, obtained.device));
    let app = App::new(args.account.broker.clone(), args.account.account.as_str());
    let reply = app.bind(&obtained.device, &obtained.token)?;
    conclude(output, Operation::Bind, &app, &obtained.device, &reply)?;
    if let (true, Some((listener, heard))) = (args.answer, &obtained.broadcast) {
        listener.answer(heard)?;
    }
    Ok(())
}

/// `linkkit-sim phone unbind`.
pub fn run_unbind(args: &UnbindArgs) -> Result<()> {
    let app = App::new(args.account.broker.clone(), args.account.account.as_str());
    let device = DeviceId::new(args.pk.as_str(), args.dn.as_str());
    let reply = app.unbind(&device)?;
    conclude(Output::from_json_flag(args.account.json), Operation::Unbind, &app, &device, &reply)
}

fn conclude(
    output: Output,
    operation: Operation,
    app: &App,
    device: &DeviceId,
    reply: &AppReply,
) -> Result<()> {
    output.emit(&Verdict { operation, account: app.account(), device, reply });
    if reply.code != DONE {
        bail!("{operation} failed: {}", reply.message);
    }
    Ok(())
}

fn obtain(args: &BindArgs) -> Result<Obtained> {
    let deadline = Instant::now() + Duration::from_millis(args.wait_ms);
    match (&args.by, &args.token, &args.pk, &args.dn) {
        (None, Some(token), Some(pk), Some(dn)) => Ok(Obtained {
            device: DeviceId::new(pk.as_str(), dn.as_str()),
            token: token.clone(),
            broadcast: None,
        }),
        (Some(by), ..) => match TokenSource::parse(by)? {
            TokenSource::Notify => obtain_by_notify(args, deadline),
            TokenSource::Query(address) => obtain_by_query(args, address, deadline),
        },
        _ => bail!("give either --by, or --token with --pk and --dn"),
    }
}

fn is_wanted(args: &BindArgs, device: &DeviceId) -> bool {
    args.pk.as_ref().is_none_or(|pk| *pk == device.product_key)
        && args.dn.as_ref().is_none_or(|dn| *dn == device.device_name)
}

fn obtain_by_notify(args: &BindArgs, deadline: Instant) -> Result<Obtained> {
    let listener = NotifyListener::open(args.bind_addr)?;
    while let Some(heard) = listener.next(deadline)? {
        let device = heard.notify.info.id();
        let token = heard.notify.info.live_token().map(str::to_owned);
        if let (true, Some(token)) = (is_wanted(args, &device), token) {
            return Ok(Obtained { device, token, broadcast: Some((listener, heard)) });
        }
    }
    bail!("no device broadcast a token within {} ms", args.wait_ms)
}

fn obtain_by_query(args: &BindArgs, address: CoapAddress, deadline: Instant) -> Result<Obtained> {
    let mut querier = Querier::new(address.0, INFO_PATH, args.retries.clone())?;
    let InfoAnswer::Info(info) = querier.ask_for_token(deadline)?.answer else {
        bail!("{address} has no token to give yet");
    };
    let device = info.id();
    if !is_wanted(args, &device) {
        bail!("{address} is another device: {device}");
    }
    let token = info.live_token().with_context(|| format!("{address} answers without a live token"))?;
    Ok(Obtained { device, token: token.to_owned(), broadcast: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_source_is_notify_or_query_with_an_address() {
        let parse = |words: &[&str]| {
            TokenSource::parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(parse(&["notify"]).unwrap(), TokenSource::Notify);
        assert!(matches!(parse(&["query", "10.0.0.59"]).unwrap(), TokenSource::Query(_)));
        for wrong in [["query"].as_slice(), &["notify", "10.0.0.59"], &["query", "x"], &["both"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
