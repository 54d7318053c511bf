//! A frame of IEEE 802.11 as the port's monitor hands it over: read in place, and not past its end.

use super::credentials::Mac;

/// Shortest frame looked at, bytes, with the header that the port puts in front.
const LEN_MIN: usize = 33;
/// Longest frame looked at, bytes, likewise.
const LEN_MAX: usize = 1736;
const HEADER_LEN: usize = 24;
const QOS_HEADER_LEN: usize = 26;
const FCS_LEN: usize = 4;
const PRISM_LEN: usize = 144;

const TO_DS: u8 = 0x01;
const FROM_DS: u8 = 0x02;
const MORE_FRAGMENTS: u8 = 0x04;
const RETRY: u8 = 0x08;
const PROTECTED: u8 = 0x40;
const ORDER: u8 = 0x80;

/// What the port puts in front of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkType {
    /// Nothing.
    None,
    /// 144 bytes.
    Prism,
    /// A header with its length as 16 bits, little endian, at byte 2.
    Radiotap,
    /// A header with its length as 32 bits, little endian, at byte 4.
    Avs,
}

impl LinkType {
    /// The link type with the port's number `value`; 4, for records of lengths without frames, is not served.
    pub fn from_number(value: i32) -> Option<Self> {
        Some(match value {
            0 => Self::None,
            1 => Self::Prism,
            2 => Self::Radiotap,
            3 => Self::Avs,
            _ => return None,
        })
    }

    fn header_len(self, bytes: &[u8]) -> Option<usize> {
        Some(match self {
            Self::None => 0,
            Self::Prism => PRISM_LEN,
            Self::Radiotap => u16::from_le_bytes(bytes_at(bytes, 2)?).into(),
            Self::Avs => u32::from_le_bytes(bytes_at(bytes, 4)?).try_into().ok()?,
        })
    }
}

/// What a frame is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Management: an access point shows itself.
    Beacon,
    /// Management: a station looks for access points.
    ProbeRequest,
    /// Management: an access point answers one.
    ProbeResponse,
    /// Data with a payload.
    Data,
    /// Data with a payload and a QoS field.
    QosData,
    /// Anything else.
    Other,
}

/// Which way a data frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From a station to its access point.
    ToDs,
    /// From an access point to a station.
    FromDs,
    /// Between two of a kind.
    Neither,
}

/// A frame.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    bytes: &'a [u8],
    /// Signal strength, dBm.
    pub rssi: i16,
}

impl<'a> Frame<'a> {
    /// Of what the port has received. `with_fcs`: four bytes of checksum end it. `rssi`: dBm; a positive one
    /// is taken as 256 too high. `None` for a frame of a length that no provisioning has, or with a header in
    /// front that does not fit.
    pub fn new(received: &'a [u8], link_type: LinkType, with_fcs: bool, rssi: i8) -> Option<Self> {
        let length = received.len().checked_sub(if with_fcs { FCS_LEN } else { 0 })?;
        let received = received.get(..length).filter(|bytes| (LEN_MIN..=LEN_MAX).contains(&bytes.len()))?;
        let bytes = received.get(link_type.header_len(received)?..)?;
        (bytes.len() >= HEADER_LEN).then_some(Self { bytes, rssi: dbm(rssi.into()) })
    }

    /// What it is for.
    pub fn kind(&self) -> Kind {
        match self.byte(0) {
            0x80 => Kind::Beacon,
            0x40 => Kind::ProbeRequest,
            0x50 => Kind::ProbeResponse,
            0x08 => Kind::Data,
            0x88 if self.bytes.len() >= QOS_HEADER_LEN => Kind::QosData,
            _ => Kind::Other,
        }
    }

    /// Which way it goes.
    pub fn direction(&self) -> Direction {
        match self.flags() & (TO_DS | FROM_DS) {
            TO_DS => Direction::ToDs,
            FROM_DS => Direction::FromDs,
            _ => Direction::Neither,
        }
    }

    /// Is it encrypted?
    pub fn is_protected(&self) -> bool {
        self.flags() & PROTECTED != 0
    }

    /// Is it sent again?
    pub fn is_retry(&self) -> bool {
        self.flags() & RETRY != 0
    }

    /// Is it part of a fragmented one, or strictly ordered?
    pub fn is_fragment_or_ordered(&self) -> bool {
        self.flags() & (MORE_FRAGMENTS | ORDER) != 0
    }

    /// Whom it is for in the end.
    pub fn destination(&self) -> Mac {
        if self.direction() == Direction::ToDs { self.address(16) } else { self.address(4) }
    }

    /// Who sent it first.
    pub fn source(&self) -> Mac {
        if self.direction() == Direction::FromDs { self.address(16) } else { self.address(10) }
    }

    /// The network it belongs to.
    pub fn bssid(&self) -> Mac {
        match self.direction() {
            Direction::ToDs => self.address(4),
            Direction::FromDs => self.address(10),
            Direction::Neither => self.address(16),
        }
    }

    /// Counts the frames of one sender modulo 4096.
    pub fn sequence_number(&self) -> u16 {
        u16::from_le_bytes(bytes_at(self.bytes, 22).unwrap_or_default()) >> 4
    }

    /// What follows the header.
    pub fn body(&self) -> &'a [u8] {
        let header_len = if self.kind() == Kind::QosData { QOS_HEADER_LEN } else { HEADER_LEN };
        self.bytes.get(header_len..).unwrap_or_default()
    }

    fn flags(&self) -> u8 {
        self.byte(1)
    }

    // There is a whole header, so none of these defaults is ever taken.
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or_default()
    }

    fn address(&self, at: usize) -> Mac {
        bytes_at(self.bytes, at).unwrap_or_default()
    }
}

/// A signal strength of the port, which may be 256 too high.
pub(super) fn dbm(rssi: i16) -> i16 {
    if rssi > 0 { rssi.saturating_sub(256) } else { rssi }
}

fn bytes_at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::provision::tests::{data_frame, plain};

    const AP: Mac = [0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33];
    const PHONE: Mac = [0xCC, 0xFA, 0x00, 0xC8, 0xCF, 0xD2];
    const BROADCAST: Mac = [0xFF; 6];

    #[test]
    fn tells_the_addresses_by_the_direction() {
        let bytes = data_frame(0x41, &[AP, PHONE, BROADCAST], 100, &[0; 60]);
        let to_ds = plain(&bytes).unwrap();
        let bytes = data_frame(0x42, &[BROADCAST, AP, PHONE], 4095, &[0; 60]);
        let from_ds = plain(&bytes).unwrap();
        for (frame, direction) in [(to_ds, Direction::ToDs), (from_ds, Direction::FromDs)] {
            assert_eq!(frame.direction(), direction);
            assert_eq!((frame.bssid(), frame.source(), frame.destination()), (AP, PHONE, BROADCAST));
            assert_eq!(frame.kind(), Kind::Data);
            assert_eq!(frame.body().len(), 60);
        }
        assert_eq!((to_ds.sequence_number(), from_ds.sequence_number()), (100, 4095));
    }

    #[test]
    fn strips_what_is_around_a_frame() {
        let frame = data_frame(0x01, &[AP, PHONE, BROADCAST], 1, &[0; 60]);
        let with = |header: &[u8]| [header, &frame, b"FCS!"].concat();
        let mut radiotap = [0; 18];
        radiotap[2] = 18;
        let mut avs = [0; 64];
        avs[4] = 64;
        for (link_type, header) in [
            (LinkType::None, [].as_slice()),
            (LinkType::Prism, &[0; 144]),
            (LinkType::Radiotap, &radiotap),
            (LinkType::Avs, &avs),
        ] {
            let bytes = with(header);
            let read = Frame::new(&bytes, link_type, true, -40).unwrap();
            assert_eq!((read.body().len(), read.bssid()), (60, AP), "{link_type:?}");
        }
        assert_eq!(LinkType::from_number(4), None);
        assert_eq!(LinkType::from_number(-1), None);
    }

    #[test]
    fn reads_the_signal_either_way() {
        let bytes = data_frame(0x01, &[AP, PHONE, BROADCAST], 1, &[0; 60]);
        for (given, dbm) in [(-40, -40), (0, 0), (100, -156)] {
            assert_eq!(Frame::new(&bytes, LinkType::None, false, given).unwrap().rssi, dbm);
        }
    }

    #[test]
    fn refuses_lengths_out_of_range() {
        let frame = |length: usize, with_fcs| {
            Frame::new(&[0x08; 2000][..length], LinkType::None, with_fcs, 0).is_some()
        };
        assert!(!frame(0, false) && !frame(3, true) && !frame(32, false) && !frame(36, true));
        assert!(frame(33, false) && frame(37, true) && frame(1736, false));
        assert!(!frame(1737, false));
    }

    // The C SDK takes the length of an AVS header as it comes, as a signed number.
    #[test]
    pub(in crate::provision) fn headers_longer_than_the_frame_are_refused() {
        let mut bytes = [0; 100];
        for length in [77_u32, 100, 101, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] {
            bytes[4..8].copy_from_slice(&length.to_le_bytes());
            assert!(Frame::new(&bytes, LinkType::Avs, false, 0).is_none(), "{length}");
        }
        for length in [77_u16, 100, 0xFFFF] {
            bytes[2..4].copy_from_slice(&length.to_le_bytes());
            assert!(Frame::new(&bytes, LinkType::Radiotap, false, 0).is_none(), "{length}");
        }
        assert!(Frame::new(&bytes, LinkType::Prism, false, 0).is_none());
    }
}
