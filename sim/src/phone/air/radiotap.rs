//! The header that tells how a frame was received.

use radiotap::field::Kind;
use radiotap::{RadiotapIterator, field};

/// Fields that [`header`] has: flags, channel, signal.
const PRESENT: u32 = 1 << 1 | 1 << 3 | 1 << 5;
const LENGTH: u8 = 15;
/// No FCS behind the frame.
const FLAGS: u8 = 0;
/// At 2 GHz, by OFDM.
const CHANNEL_FLAGS: u16 = 0x00C0;
const FCS: usize = 4;

/// How a frame was received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reception {
    /// 1 to 14, if it is one of these.
    pub channel: Option<u8>,
    /// dBm.
    pub rssi: Option<i8>,
}

/// The header of a frame on a channel at 2 GHz.
pub fn header(channel: u8, rssi: i8) -> Vec<u8> {
    let head = [0, 0, LENGTH, 0];
    let frequency = frequency(channel).to_le_bytes();
    [
        head.as_slice(),
        &PRESENT.to_le_bytes(),
        &[FLAGS, 0],
        &frequency,
        &CHANNEL_FLAGS.to_le_bytes(),
        &rssi.to_le_bytes(),
    ]
    .concat()
}

/// The frame in a packet, without FCS; `None` if there is none, or a damaged one.
pub fn read(packet: &[u8]) -> Option<(Reception, &[u8])> {
    let [0, _, low, high, ..] = packet else { return None };
    let mut frame = packet.get(usize::from(u16::from_le_bytes([*low, *high]))..)?;
    let mut reception = Reception::default();
    // What is behind a field that the reader does not know stays unknown; the frame is still where it is.
    let fields = RadiotapIterator::from_bytes(packet).ok();
    for (kind, data) in fields.iter().flat_map(|fields| fields.into_iter().map_while(Result::ok)) {
        match kind {
            Kind::Flags => {
                let flags: field::Flags = field::from_bytes(data).ok()?;
                if flags.bad_fcs {
                    return None;
                }
                if flags.fcs {
                    frame = frame.get(..frame.len().checked_sub(FCS)?)?;
                }
            }
            Kind::Channel => {
                let channel: field::Channel = field::from_bytes(data).ok()?;
                reception.channel = reception.channel.or((1..=14).find(|n| frequency(*n) == channel.freq));
            }
            Kind::AntennaSignal => {
                let signal: field::AntennaSignal = field::from_bytes(data).ok()?;
                // Others follow, one for each antenna.
                reception.rssi = reception.rssi.or(Some(signal.value));
            }
            _ => {}
        }
    }
    Some((reception, frame))
}

/// MHz.
fn frequency(channel: u8) -> u16 {
    match channel {
        14 => 2484,
        channel => 2407 + 5 * u16::from(channel),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for channel in 1..=14 {
            let packet = [header(channel, -70), b"frame".to_vec()].concat();
            let reception = Reception { channel: Some(channel), rssi: Some(-70) };
            assert_eq!(read(&packet), Some((reception, b"frame".as_slice())));
        }
        assert_eq!(header(6, -40)[10..12], [0x85, 0x09], "2437 MHz");
    }

    #[test]
    fn a_check_sequence_is_cut_off_and_a_wrong_one_condemns() {
        let packet = |flags: u8| [header(6, -40), b"frame1234".to_vec()].concat().with(8, flags);
        assert_eq!(read(&packet(0x10)).unwrap().1, b"frame");
        assert_eq!(read(&packet(0x50)), None);
        assert_eq!(read(&packet(0x10)[..17]), None);
    }

    #[test]
    fn a_field_that_is_not_known_hides_no_frame() {
        // Present: one that has no meaning yet.
        let packet = [0, 0, 9, 0, 0, 0, 0, 0x10, 0xFF, b'f'];
        assert_eq!(read(&packet), Some((Reception::default(), b"f".as_slice())));
        assert_eq!(read(&[0, 0, 20, 0, 0, 0, 0, 0]), None);
        assert_eq!(read(&[1, 0, 8, 0, 0, 0, 0, 0]), None);
        assert_eq!(read(&[]), None);
    }

    trait With {
        fn with(self, at: usize, byte: u8) -> Self;
    }

    impl With for Vec<u8> {
        fn with(mut self, at: usize, byte: u8) -> Self {
            self[at] = byte;
            self
        }
    }
}
