//! `phone replay`: has a device hear what somebody recorded.

use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;

use crate::output::Output;
use crate::phone::air::{Captured, WifiSocket, read_capture};

/// The longest frame that a script has.
const LONGEST_FRAME: usize = 2048;
/// Where a recording does not say how strong a frame was, dBm.
const RSSI: i8 = -40;

/// Flags of `linkkit-sim phone replay`.
#[derive(Args, Clone, Debug)]
pub struct ReplayArgs {
    /// The recording: pcap or pcapng, of radiotap or of plain 802.11 without FCS
    #[arg(long, value_name = "FILE")]
    pcap: PathBuf,
    /// The socket of the device's script (`netmgr --wifi-socket`)
    #[arg(long, value_name = "PATH")]
    wifi_socket: PathBuf,
    /// The channel that the frames are on, 1 to 14 [default: as recorded, else any]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=14))]
    channel: Option<u8>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    frames: u64,
    left_out: u64,
    ms: u128,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { frames, left_out, ms } = self;
        write!(f, "{frames} frames in {ms} ms; {left_out} damaged or too long ones left out")
    }
}

/// `linkkit-sim phone replay`.
pub fn run(args: &ReplayArgs) -> Result<()> {
    let name = args.pcap.display();
    let file = File::open(&args.pcap).with_context(|| format!("cannot read {name}"))?;
    let mut socket = WifiSocket::connect(&args.wifi_socket)?;
    let start = Instant::now();
    let mut first = None;
    let mut summary = Summary::default();
    let damaged = read_capture(file, |captured| {
        let Captured { at, reception, frame } = captured;
        if frame.is_empty() || frame.len() > LONGEST_FRAME {
            summary.left_out += 1;
            return Ok(());
        }
        let offset = at.saturating_sub(*first.get_or_insert(at));
        wait_until(start.checked_add(offset).context("a frame in a million years")?);
        summary.frames += 1;
        socket.hear(args.channel.or(reception.channel), reception.rssi.unwrap_or(RSSI), &frame)
    })
    .with_context(|| name.to_string())?;
    summary.left_out += damaged;
    summary.ms = start.elapsed().as_millis();
    Output::from_json_flag(args.json).emit(&summary);
    Ok(())
}

fn wait_until(time: Instant) {
    let wait = time.saturating_duration_since(Instant::now());
    if wait > Duration::ZERO {
        thread::sleep(wait);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::unix::net::UnixListener;

    use super::*;
    use crate::phone::air::{Medium, PcapFile};
    use crate::random;

    const PAUSE: Duration = Duration::from_millis(30);

    fn scratch() -> PathBuf {
        std::env::temp_dir().join(format!("linkkit-sim-{}", random::name().unwrap()))
    }

    fn replayed(frames: &[(Duration, u8, &[u8])], channel: Option<u8>) -> String {
        let (pcap, wifi_socket) = (scratch(), scratch());
        let mut medium = Medium::File(PcapFile::create(&pcap).unwrap());
        for (at, channel, frame) in frames {
            medium.send(*at, *channel, frame).unwrap();
        }
        let Medium::File(file) = medium else { panic!() };
        file.finish().unwrap();
        let listener = UnixListener::bind(&wifi_socket).unwrap();
        let device = thread::spawn(move || {
            let mut heard = String::new();
            listener.accept().unwrap().0.read_to_string(&mut heard).unwrap();
            heard
        });
        let args = ReplayArgs { pcap, wifi_socket, channel, json: true };
        run(&args).unwrap();
        std::fs::remove_file(args.pcap).unwrap();
        std::fs::remove_file(args.wifi_socket).unwrap();
        device.join().unwrap()
    }

    #[test]
    fn frames_are_heard_where_they_were_recorded_and_no_sooner() {
        let start = Instant::now();
        let base = Duration::from_secs(1_000_000);
        let heard = replayed(&[(base, 6, b"\x40\xAB"), (base + PAUSE, 11, b"\x80")], None);
        assert_eq!(heard, "frame 6 -40 40ab\nframe 11 -40 80\n");
        assert!(start.elapsed() >= PAUSE);
    }

    #[test]
    fn another_channel_can_be_chosen_and_what_no_script_has_is_left_out() {
        let heard = replayed(&[(PAUSE, 6, &[1; 2049]), (PAUSE, 6, b""), (PAUSE, 6, b"\x02")], Some(1));
        assert_eq!(heard, "frame 1 -40 02\n");
    }
}
