//! Bytes as symbols of fewer bits, and the checksum over them.

use heapless::Vec;

/// Values of one half of a checksum.
const HALF_MASK: u16 = 0x3F;
const HALF_BITS: u32 = 6;

/// The bytes in `symbols` of `bits` bits each, the lowest bit first; what is left over is padding. `None` when
/// they are more than `N`.
pub fn unpack<const N: usize>(symbols: &[u8], bits: u32) -> Option<Vec<u8, N>> {
    let mut bytes = Vec::new();
    let (mut held, mut held_bits) = (0_u32, 0_u32);
    for symbol in symbols {
        held |= u32::from(*symbol).wrapping_shl(held_bits);
        held_bits = held_bits.saturating_add(bits);
        if let Some(rest) = held_bits.checked_sub(u8::BITS) {
            let [byte, ..] = held.to_le_bytes();
            bytes.push(byte).ok()?;
            held >>= u8::BITS;
            held_bits = rest;
        }
    }
    Some(bytes)
}

/// The two bytes of checksum over a message: 12 bits of the sum of its bytes, 6 in each, the high ones first, and
/// 1 for a byte of 0.
pub fn checksum(message: &[u8]) -> [u8; 2] {
    let sum = message.iter().fold(0_u16, |sum, byte| sum.wrapping_add((*byte).into()));
    [sum >> HALF_BITS, sum].map(|half| u8::try_from(half & HALF_MASK).unwrap_or_default().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENCRYPTED: [u8; 8] = *b"\x50\x7B\xB5\xF1\x93\x4C\x7F\x67";

    #[test]
    fn unpacks_symbols_of_six_and_of_seven_bits() {
        let six = *b"\x10\x2D\x17\x2D\x31\x0F\x09\x13\x3F\x1D\x06";
        assert_eq!(unpack::<8>(&six, 6).unwrap(), ENCRYPTED);
        let seven = *b"\x50\x76\x55\x0D\x3F\x12\x53\x3F\x67\x00";
        assert_eq!(unpack::<8>(&seven, 7).unwrap(), ENCRYPTED);
        assert_eq!(unpack::<7>(&seven, 7), None);
        assert_eq!(unpack::<1>(&[], 7).unwrap(), b"");
        assert_eq!(unpack::<1>(&[0x7F], 7).unwrap(), b"");
    }

    #[test]
    fn sums_up() {
        let message = *b"\x1C\x05\x0B\x0B\x4C\x49\x4E\x4B\x4B\x49\x54\x0D\x4C\x41\x42\x10\x2D\x17\x2D\x31\x0F\x09\x13\x3F\x1D\x06";
        assert_eq!(checksum(&message), [0x11, 0x28]);
        assert_eq!(checksum(&[]), [1, 1]);
        assert_eq!(checksum(&[0x40]), [1, 1]);
        assert_eq!(checksum(&[0xFF; 0x101]), [0x3F, 0x3F]);
    }
}
