//! Frames that somebody recorded: pcap and pcapng, with radiotap headers or without.

use std::io::{BufReader, Read, Seek};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use pcap_file::DataLink;
use pcap_file::pcap::PcapReader;
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption,
};
use pcap_file::pcapng::{Block, PcapNgReader};

use crate::phone::air::radiotap::{self, Reception};

const PCAPNG: [u8; 4] = [0x0A, 0x0D, 0x0D, 0x0A];
/// Of timestamps where an interface says no other: microseconds.
const RESOLUTION: u8 = 6;
const BINARY_RESOLUTION: u8 = 0x80;

/// A recorded frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Captured {
    /// When, by the recorder's clock.
    pub at: Duration,
    /// How.
    pub reception: Reception,
    /// Without FCS.
    pub frame: Vec<u8>,
}

/// Reads a file, frame by frame; returns how many packets had none, or a damaged one.
pub fn read_capture(
    mut file: impl Read + Seek,
    mut on_frame: impl FnMut(Captured) -> Result<()>,
) -> Result<u64> {
    let mut magic = [0; 4];
    file.read_exact(&mut magic).context("no recording")?;
    file.rewind().context("cannot read the recording from its beginning")?;
    let mut without = 0;
    let mut take = |link, at, packet: &[u8]| {
        match frame_of(link, packet)? {
            Some((reception, frame)) => on_frame(Captured { at, reception, frame: frame.to_vec() })?,
            None => without += 1,
        }
        Ok(())
    };
    let file = BufReader::new(file);
    if magic == PCAPNG { read_pcapng(file, &mut take) } else { read_pcap(file, &mut take) }?;
    Ok(without)
}

fn read_pcap(file: impl Read, take: &mut impl FnMut(DataLink, Duration, &[u8]) -> Result<()>) -> Result<()> {
    let mut reader = PcapReader::new(file).context("neither pcap nor pcapng")?;
    let link = reader.header().datalink;
    while let Some(packet) = reader.next_packet() {
        let packet = packet.context("the recording is damaged")?;
        take(link, packet.timestamp, &packet.data)?;
    }
    Ok(())
}

fn read_pcapng(
    file: impl Read,
    take: &mut impl FnMut(DataLink, Duration, &[u8]) -> Result<()>,
) -> Result<()> {
    let mut reader = PcapNgReader::new(file).context("the recording is damaged")?;
    while let Some(block) = reader.next_block() {
        let Block::EnhancedPacket(packet) = block.context("the recording is damaged")?.into_owned() else {
            continue;
        };
        let interface = reader.packet_interface(&packet).context("a packet of no interface")?;
        // The reader takes whatever unit it is for nanoseconds.
        let at = duration(packet.timestamp.as_nanos(), resolution(interface));
        take(interface.linktype, at, &packet.data)?;
    }
    Ok(())
}

fn resolution(interface: &InterfaceDescriptionBlock) -> u8 {
    let mut options = interface.options.iter();
    let said = options.find_map(|option| match option {
        InterfaceDescriptionOption::IfTsResol(resolution) => Some(*resolution),
        _ => None,
    });
    said.unwrap_or(RESOLUTION)
}

/// `ticks` of 10 to the power of minus `resolution` seconds; with the highest bit set, of 2.
fn duration(ticks: u128, resolution: u8) -> Duration {
    let base: u128 = if resolution & BINARY_RESOLUTION == 0 { 10 } else { 2 };
    let per_second = base.saturating_pow(u32::from(resolution & !BINARY_RESOLUTION));
    let nanoseconds = ticks.saturating_mul(1_000_000_000) / per_second;
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

fn frame_of(link: DataLink, packet: &[u8]) -> Result<Option<(Reception, &[u8])>> {
    match link {
        DataLink::IEEE802_11_RADIOTAP => Ok(radiotap::read(packet)),
        DataLink::IEEE802_11 => Ok(Some((Reception::default(), packet))),
        other => bail!("a recording of {other:?}, neither of 802.11 nor of radiotap"),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::io::Cursor;

    use pcap_file::pcap::{PcapHeader, PcapPacket, PcapWriter};
    use pcap_file::pcapng::PcapNgWriter;
    use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketBlock;

    use super::*;

    const AT: Duration = Duration::from_micros(1_500_007);

    fn frames(file: Vec<u8>) -> Result<Vec<Captured>> {
        let mut frames = Vec::new();
        let without = read_capture(Cursor::new(file), |captured| {
            frames.push(captured);
            Ok(())
        })?;
        assert_eq!(without, 0);
        Ok(frames)
    }

    fn pcap(datalink: DataLink, packet: &[u8]) -> Vec<u8> {
        let header = PcapHeader { datalink, ..PcapHeader::default() };
        let mut writer = PcapWriter::with_header(Vec::new(), header).unwrap();
        let length = u32::try_from(packet.len()).unwrap();
        writer.write_packet(&PcapPacket::new(AT, length, packet)).unwrap();
        writer.into_writer()
    }

    fn pcapng(options: Vec<InterfaceDescriptionOption<'static>>, ticks: u64) -> Vec<u8> {
        let mut writer = PcapNgWriter::new(Vec::new()).unwrap();
        let linktype = DataLink::IEEE802_11;
        writer.write_pcapng_block(InterfaceDescriptionBlock { linktype, snaplen: 0, options }).unwrap();
        let packet = EnhancedPacketBlock {
            interface_id: 0,
            timestamp: Duration::from_nanos(ticks),
            original_len: 5,
            data: Cow::Borrowed(b"frame"),
            options: Vec::new(),
        };
        writer.write_pcapng_block(packet).unwrap();
        writer.into_inner()
    }

    #[test]
    fn plain_frames_and_frames_with_radiotap_are_read() {
        let expected = |reception| Captured { at: AT, reception, frame: b"frame".to_vec() };
        let plain = frames(pcap(DataLink::IEEE802_11, b"frame")).unwrap();
        assert_eq!(plain, [expected(Reception::default())]);
        let packet = [radiotap::header(11, -55), b"frame".to_vec()].concat();
        let tapped = frames(pcap(DataLink::IEEE802_11_RADIOTAP, &packet)).unwrap();
        assert_eq!(tapped, [expected(Reception { channel: Some(11), rssi: Some(-55) })]);
    }

    #[test]
    fn pcapng_is_read_with_any_resolution() {
        let times = |options, ticks| frames(pcapng(options, ticks)).unwrap()[0].at;
        assert_eq!(times(Vec::new(), 1_500_007), AT);
        assert_eq!(times(vec![InterfaceDescriptionOption::IfTsResol(9)], 1_500_007_000), AT);
        assert_eq!(times(vec![InterfaceDescriptionOption::IfTsResol(0x81)], 3), Duration::from_millis(1_500));
        assert_eq!(duration(u128::MAX, 0), Duration::from_nanos(u64::MAX));
        assert_eq!(duration(u128::MAX, 0xFF), Duration::from_nanos(1));
    }

    #[test]
    fn other_files_are_errors() {
        assert!(frames(pcap(DataLink::ETHERNET, b"frame")).is_err());
        assert!(frames(b"not a recording at all, but some text".to_vec()).is_err());
        assert!(frames(Vec::new()).is_err());
        let mut cut = pcap(DataLink::IEEE802_11, b"frame");
        cut.pop();
        assert!(frames(cut).is_err());
    }
}
