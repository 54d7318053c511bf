//! `phone listen`: hear what devices broadcast.

use std::fmt;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use coap_lite::Packet;
use serde::Serialize;

use crate::output::Output;
use crate::phone::coap::{self, NOTIFY_PATH};
use crate::phone::device_info::{DeviceInfo, Notify};
use crate::phone::socket;
use crate::random;

/// Listening without a limit is cut into waits of this length.
const ONE_WAIT: Duration = Duration::from_secs(3600);

const AFTER_HELP: &str = "\
A device on this same machine listens on the same port. Both then hear broadcasts, but the system gives
each unicast query to only one of them: stop listening before you query, or give either a network
namespace of its own.";

/// Flags of `linkkit-sim phone listen`.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct ListenArgs {
    /// Where to listen; shared with others that allow it (SO_REUSEADDR and SO_REUSEPORT)
    #[arg(long, value_name = "IP:PORT", default_value = "0.0.0.0:5683")]
    bind_addr: SocketAddr,
    /// Answer each broadcast, which makes the device stop and take a new token
    #[arg(long)]
    answer: bool,
    /// Stop after so many broadcasts; 0 goes on for ever
    #[arg(long, value_name = "N", default_value_t = 0)]
    count: u64,
    /// Stop after so long, with exit status 1 if --count was not reached; 0 goes on for ever
    #[arg(long, value_name = "MS", default_value_t = 0)]
    wait_ms: u64,
    /// Print one JSON object per broadcast
    #[arg(long)]
    json: bool,
}

/// A broadcast that was heard.
pub struct Heard {
    /// Who sent it.
    pub from: SocketAddr,
    /// What it says.
    pub notify: Notify,
    packet: Packet,
}

/// Hears broadcasts on one path.
pub struct NotifyListener {
    socket: UdpSocket,
    path: &'static str,
}

impl NotifyListener {
    /// Listens on `address` for tokens.
    pub fn open(address: SocketAddr) -> Result<Self> {
        Self::open_for(NOTIFY_PATH, address)
    }

    /// Listens on `address` for broadcasts on `path`.
    pub fn open_for(path: &'static str, address: SocketAddr) -> Result<Self> {
        Ok(Self { socket: socket::for_broadcasts(address)?, path })
    }

    /// The next broadcast, or `None` at the deadline. What is none is passed over.
    pub fn next(&self, deadline: Instant) -> Result<Option<Heard>> {
        while let Some((datagram, from)) = socket::receive(&self.socket, deadline)? {
            let Ok(packet) = coap::decode(&datagram) else { continue };
            if !coap::is_notify(&packet, self.path) {
                continue;
            }
            match Notify::parse(&packet.payload) {
                Ok(notify) => return Ok(Some(Heard { from, notify, packet })),
                Err(error) => eprintln!("linkkit-sim: {from}: {error:#}"),
            }
        }
        Ok(None)
    }

    /// Tells the device that its broadcast was heard.
    pub fn answer(&self, heard: &Heard) -> Result<()> {
        let message_id = u16::from_ne_bytes(random::bytes()?);
        let datagram = coap::notify_answer(&heard.packet, &heard.notify.id, message_id)?;
        self.socket
            .send_to(&datagram, heard.from)
            .with_context(|| format!("cannot answer {}", heard.from))?;
        Ok(())
    }
}

#[derive(Serialize)]
struct Line<'a> {
    ms: u128,
    from: SocketAddr,
    id: &'a serde_json::Value,
    info: &'a DeviceInfo,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>8} ms  {} id {}: {}", self.ms, self.from, self.id, self.info)
    }
}

/// `linkkit-sim phone listen`.
pub fn run(args: &ListenArgs) -> Result<()> {
    let output = Output::from_json_flag(args.json);
    let listener = NotifyListener::open(args.bind_addr)?;
    output.remark(format_args!("listening on UDP {}", args.bind_addr));
    let start = Instant::now();
    let limit = (args.wait_ms > 0).then(|| start + Duration::from_millis(args.wait_ms));
    let mut count = 0;
    while args.count == 0 || count < args.count {
        let Some(heard) = listener.next(limit.unwrap_or_else(|| Instant::now() + ONE_WAIT))? else {
            if limit.is_none() {
                continue;
            }
            if args.count > 0 {
                bail!("{count} of {} broadcasts within {} ms", args.count, args.wait_ms);
            }
            break;
        };
        count += 1;
        let ms = start.elapsed().as_millis();
        output.emit(&Line { ms, from: heard.from, id: &heard.notify.id, info: &heard.notify.info });
        if args.answer {
            listener.answer(&heard)?;
        }
    }
    Ok(())
}
