//! Where frames go: into a file, or to a device that hears what a script says.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use pcap_file::DataLink;
use pcap_file::pcap::{PcapHeader, PcapPacket, PcapWriter};

use crate::phone::air::radiotap;
use crate::phone::air::zeroconfig::Enrollee;

/// How strong a phone in the same room is, dBm.
const RSSI: i8 = -40;

/// How soon a device that hops channels asks again.
const MOMENT: Duration = Duration::from_millis(100);

/// Takes frames.
pub enum Medium {
    /// A file.
    File(PcapFile),
    /// A device.
    Live(WifiSocket),
}

impl Medium {
    /// Hands over a frame on `channel`; `at` is its time in a file.
    pub fn send(&mut self, at: Duration, channel: u8, frame: &[u8]) -> Result<()> {
        match self {
            Self::File(file) => file.write(at, channel, frame),
            Self::Live(socket) => socket.hear(Some(channel), RSSI, frame),
        }
    }

    /// The last device that has asked for credentials since the last call; waits a moment for one.
    pub fn last_enrollee(&self, secret: &str) -> Result<Option<Enrollee>> {
        let Self::Live(socket) = self else { return Ok(None) };
        let mut patience = MOMENT;
        let mut last = None;
        while let Ok(frame) = socket.sent.recv_timeout(patience) {
            patience = Duration::ZERO;
            last = Enrollee::read(&frame, secret)?.or(last);
        }
        Ok(last)
    }
}

/// A recording in the making, with radiotap headers.
pub struct PcapFile {
    writer: PcapWriter<BufWriter<File>>,
}

impl PcapFile {
    /// Begins one.
    pub fn create(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        let header = PcapHeader { datalink: DataLink::IEEE802_11_RADIOTAP, ..PcapHeader::default() };
        let writer = PcapWriter::with_header(BufWriter::new(file), header)
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { writer })
    }

    fn write(&mut self, at: Duration, channel: u8, frame: &[u8]) -> Result<()> {
        let packet = [&radiotap::header(channel, RSSI), frame].concat();
        let length = u32::try_from(packet.len())?;
        self.writer
            .write_packet(&PcapPacket::new_owned(at, length, packet))
            .context("cannot write the recording")?;
        Ok(())
    }

    /// Ends it.
    pub fn finish(self) -> Result<()> {
        self.writer.into_writer().flush().context("cannot write the recording")
    }
}

/// The script's socket of a device.
pub struct WifiSocket {
    stream: UnixStream,
    sent: Receiver<Vec<u8>>,
}

impl WifiSocket {
    /// Connects.
    pub fn connect(path: &Path) -> Result<Self> {
        let stream =
            UnixStream::connect(path).with_context(|| format!("no device listens on {}", path.display()))?;
        let reader = stream.try_clone().context("cannot read from the device")?;
        let (sender, sent) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(reader).lines().map_while(Result::ok) {
                // Who asks for no frames gets none.
                let _ = frame_sent(&line).map(|frame| sender.send(frame));
            }
        });
        Ok(Self { stream, sent })
    }

    /// Writes a line of script.
    pub fn command(&mut self, line: &str) -> Result<()> {
        self.stream.write_all(format!("{line}\n").as_bytes()).context("the device has closed its socket")
    }

    /// Has the device hear a frame, whatever channel it listens on if none is given.
    pub fn hear(&mut self, channel: Option<u8>, rssi: i8, frame: &[u8]) -> Result<()> {
        let channel = channel.map_or_else(|| "any".to_owned(), |channel| channel.to_string());
        self.command(&format!("frame {channel} {rssi} {}", base16ct::lower::encode_string(frame)))
    }
}

impl Drop for WifiSocket {
    fn drop(&mut self) {
        // The reader holds it open otherwise. Fails only if the device has closed it.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// The frame in a line `sent TYPE HEX`.
fn frame_sent(line: &str) -> Option<Vec<u8>> {
    let mut words = line.split_ascii_whitespace();
    let (Some("sent"), Some(_), Some(hex)) = (words.next(), words.next(), words.next()) else { return None };
    base16ct::mixed::decode_vec(hex).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_the_device_are_read_and_other_lines_passed_over() {
        assert_eq!(frame_sent("sent 2 40FF"), Some(vec![0x40, 0xFF]));
        for other in ["", "sent", "sent 2", "sent 2 4", "sent 2 xx", "wifi: sent 2 40"] {
            assert_eq!(frame_sent(other), None, "{other}");
        }
    }
}
