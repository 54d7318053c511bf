//! The credentials over the air, in frames that a device hears before it has joined a network.

use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::device_id::DeviceId;
use crate::mac_address::MacAddress;
use crate::output::Output;
use crate::phone::air::{
    self, Access, Direction, Encryption, Enrollee, Medium, PcapFile, Shot, Transmitter, WifiSocket,
};
use crate::phone::cipher::Cipher;
use crate::phone::provision::follow_up::{Expected, Phone};
use crate::phone::provision::{Mode, ProvisionArgs};
use crate::phone::token::PhoneToken;

/// The access point, unless the command line names another.
const BSSID: MacAddress = MacAddress([0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33]);
/// A recording has whole loops for so long: a device goes through all channels meanwhile.
const RECORDING: Duration = Duration::from_secs(10);

/// Ways of the data frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Ways {
    /// From the phone to the access point
    ToDs,
    /// From the access point to everybody
    FromDs,
    /// First the one, then the other
    Both,
}

impl Ways {
    fn directions(self) -> &'static [Direction] {
        match self {
            Self::ToDs => &[Direction::ToDs],
            Self::FromDs => &[Direction::FromDs],
            Self::Both => &[Direction::ToDs, Direction::FromDs],
        }
    }
}

/// Flags of the modes over the air.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Over the air")]
pub struct AirArgs {
    /// Write a recording
    #[arg(long, value_name = "FILE", conflicts_with = "wifi_socket")]
    pcap: Option<PathBuf>,
    /// Send to the script's socket of a device (`netmgr --wifi-socket`), until it announces itself
    #[arg(long, value_name = "PATH")]
    wifi_socket: Option<PathBuf>,
    /// Click the key of that device first, which makes it take credentials
    #[arg(long, requires = "wifi_socket")]
    press: bool,
    /// Channel of the access point
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u8).range(1..=14))]
    channel: u8,
    /// How the access point encrypts [default: aes, without --passwd open]
    #[arg(long, value_enum)]
    encryption: Option<Encryption>,
    /// Which frames of data a device hears
    #[arg(long, value_enum, default_value_t = Ways::ToDs)]
    ways: Ways,
    /// Address of the phone
    #[arg(long, value_name = "MAC", default_value = "CC:FA:00:C8:CF:D2")]
    phone_mac: MacAddress,
    /// Times that the message is sent [default: for 10 s in a recording, else until --wait-ms is over]
    #[arg(long, value_name = "N")]
    loops: Option<u32>,
    /// Between two frames [default: 8 for smartconfig and mcast, 40 for wps, 100 for zeroconfig]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..))]
    interval_ms: Option<u64>,
    /// A recording for zeroconfig: whose request it answers
    #[arg(long, value_name = "PK,DN", requires = "device_random")]
    device_id: Option<DeviceId>,
    /// A recording for zeroconfig: the random bytes in that request
    #[arg(long, value_name = "32 HEX", requires = "device_id", value_parser = parse_random)]
    device_random: Option<[u8; 16]>,
}

fn parse_random(text: &str) -> Result<[u8; 16]> {
    let mut random = [0; 16];
    let decoded = base16ct::mixed::decode(text, &mut random).ok().map(<[u8]>::len);
    if decoded != Some(random.len()) {
        bail!("32 hex digits are wanted");
    }
    Ok(random)
}

#[derive(Serialize)]
struct Sent {
    frames: u64,
    loops: u32,
    ms: u128,
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { frames, loops, ms } = self;
        write!(f, "{frames} frames in {ms} ms; {loops} whole loops")
    }
}

/// What each loop has.
enum Message<'a> {
    /// Always the same.
    Fixed(Vec<Shot>),
    /// An answer to the device that asked last.
    Answer(&'a ProvisionArgs),
}

/// `linkkit-sim phone provision` with one of the other modes.
pub fn run(args: &ProvisionArgs) -> Result<()> {
    let output = Output::from_json_flag(args.account.json);
    let token = match (&args.token, args.mode) {
        (token, Mode::Mcast) => Some(token.clone().map_or_else(PhoneToken::random, Ok)?),
        (None, _) => None,
        (Some(_), _) => bail!("only dev-ap and mcast carry a token"),
    };
    let message = message(args, token.as_ref())?;
    let [_, _, _, bssid_tail @ ..] = bssid(args).0;
    let token = token.map(|token| token.completed(&bssid_tail, args.network.passwd.as_bytes()));
    if let Some(token) = &token {
        output.remark(format_args!("token {token}"));
    }
    match (&args.air.pcap, &args.air.wifi_socket) {
        (Some(path), _) => record(args, output, message, path),
        (None, Some(path)) => live(args, output, &message, token, WifiSocket::connect(path)?),
        (None, None) => bail!("where to send? give --pcap or --wifi-socket"),
    }
}

fn bssid(args: &ProvisionArgs) -> MacAddress {
    args.network.bssid.unwrap_or(BSSID)
}

fn message<'a>(args: &'a ProvisionArgs, token: Option<&PhoneToken>) -> Result<Message<'a>> {
    let (ssid, password) = (args.network.ssid.as_bytes(), args.network.passwd.as_bytes());
    let cipher = Cipher::new(&args.product_secret, [0; 16]);
    match (args.mode, token) {
        (Mode::Mcast, Some(token)) => air::multicast(ssid, password, token, bssid(args).0, &cipher),
        (Mode::Wps, _) => air::wps(args.air.phone_mac.0, ssid, password, &cipher),
        (Mode::Zeroconfig, _) => return Ok(Message::Answer(args)),
        _ => air::smartconfig(ssid, password, &cipher),
    }
    .map(Message::Fixed)
}

fn transmitter(args: &ProvisionArgs, medium: Medium) -> Transmitter {
    let encryption = match (args.air.encryption, args.network.passwd.as_str()) {
        (Some(encryption), _) => encryption,
        (None, "") => Encryption::Open,
        (None, _) => Encryption::Aes,
    };
    let interval_ms = args.air.interval_ms.unwrap_or(match args.mode {
        Mode::Wps => 40,
        Mode::Zeroconfig => 100,
        _ => 8,
    });
    let access = Access {
        bssid: bssid(args).0,
        ssid: args.network.ssid.as_bytes().to_vec(),
        channel: args.air.channel,
        encryption,
        phone: args.air.phone_mac.0,
    };
    Transmitter::new(access, args.air.ways.directions(), Duration::from_millis(interval_ms), medium)
}

fn answer_to(args: &ProvisionArgs, enrollee: &Enrollee) -> Result<Vec<Shot>> {
    let (ssid, password) = (args.network.ssid.as_bytes(), args.network.passwd.as_bytes());
    air::zeroconfig(args.air.phone_mac.0, ssid, password, bssid(args).0, enrollee, &args.product_secret)
}

fn record(args: &ProvisionArgs, output: Output, message: Message, path: &Path) -> Result<()> {
    let shots = match message {
        Message::Fixed(shots) => shots,
        Message::Answer(args) => {
            let (Some(device), Some(random)) = (&args.air.device_id, args.air.device_random) else {
                bail!("a recording for zeroconfig needs --device-id and --device-random");
            };
            answer_to(args, &Enrollee::new(device.clone(), random, &args.product_secret)?)?
        }
    };
    let mut transmitter = transmitter(args, Medium::File(PcapFile::create(path)?));
    let mut loops = 0;
    while args.air.loops.map_or(transmitter.at() < RECORDING, |wanted| loops < wanted) {
        let _goes_on = transmitter.send(&shots, |_| Ok(ControlFlow::Continue(())))?;
        loops += 1;
    }
    output.emit(&Sent { frames: transmitter.frames(), loops, ms: transmitter.at().as_millis() });
    match transmitter.medium {
        Medium::File(file) => file.finish(),
        Medium::Live(_) => Ok(()),
    }
}

fn live(
    args: &ProvisionArgs,
    output: Output,
    message: &Message,
    token: Option<PhoneToken>,
    mut socket: WifiSocket,
) -> Result<()> {
    let mut phone = Phone::open(args, Expected { device: None, token })?;
    if args.air.press {
        socket.command("press")?;
    }
    let mut transmitter = transmitter(args, Medium::Live(socket));
    let start = Instant::now();
    let mut loops = 0;
    let mut answer = Vec::new();
    while loops < args.air.loops.unwrap_or(u32::MAX) {
        let shots = match message {
            Message::Fixed(shots) => shots,
            Message::Answer(args) => {
                if let Some(enrollee) = transmitter.medium.last_enrollee(&args.product_secret)? {
                    answer = answer_to(args, &enrollee)?;
                }
                &answer
            }
        };
        transmitter.skip_to(start.elapsed());
        let flow = transmitter.send(shots, |at| {
            phone.listen(start + at)?;
            let is_over = phone.has_joined() || Instant::now() >= phone.deadline();
            Ok(if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        if flow.is_break() || Instant::now() >= phone.deadline() {
            break;
        }
        loops += u32::from(!shots.is_empty());
    }
    output.emit(&Sent { frames: transmitter.frames(), loops, ms: start.elapsed().as_millis() });
    if args.no_bind {
        while !phone.has_joined() && Instant::now() < phone.deadline() {
            phone.listen(phone.deadline())?;
        }
        return if phone.has_joined() { Ok(()) } else { Err(phone.failure().into()) };
    }
    phone.bind()
}

#[cfg(test)]
mod tests;
