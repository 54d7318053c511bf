//! Bytes cut into shorter symbols, and the checksum over them.

/// A bit stream, each byte's least significant bit first, cut into symbols of `width` bits; the last is filled
/// up with zeros.
pub fn pack(bytes: &[u8], width: u32) -> Vec<u8> {
    let mut symbols = Vec::new();
    let (mut pending, mut count) = (0_u32, 0);
    for byte in bytes {
        pending |= u32::from(*byte) << count;
        count += 8;
        while count >= width {
            symbols.push(low_bits(pending, width));
            pending >>= width;
            count -= width;
        }
    }
    if count > 0 {
        symbols.push(low_bits(pending, width));
    }
    symbols
}

/// The two halves of the sum of `message`, of six bits each; a half that is zero becomes one.
pub fn checksum(message: &[u8]) -> [u8; 2] {
    let sum: u32 = message.iter().map(|byte| u32::from(*byte)).sum();
    [sum >> 6, sum].map(|half| low_bits(half, 6).max(1))
}

fn low_bits(value: u32, width: u32) -> u8 {
    value.to_le_bytes()[0] & u8::MAX.checked_shr(8 - width).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_cut_from_the_low_end() {
        assert!(pack(&[], 6).is_empty());
        assert_eq!(pack(&[0xFF], 6), [0x3F, 0x03]);
        assert_eq!(pack(&[0x01, 0x80, 0x01], 6), [0x01, 0x00, 0x18, 0x00]);
        assert_eq!(pack(&[0xFF], 7), [0x7F, 0x01]);
        assert_eq!(pack(&[0x55; 7], 7), [0x55, 0x2A, 0x55, 0x2A, 0x55, 0x2A, 0x55, 0x2A]);
        for (bytes, width, symbols) in [(8, 6, 11), (8, 7, 10), (63, 6, 84), (6, 6, 8), (7, 7, 8)] {
            assert_eq!(pack(&vec![0; bytes], width).len(), symbols, "{bytes} bytes of {width} bits");
        }
    }

    #[test]
    fn a_half_of_a_checksum_is_never_zero() {
        assert_eq!(checksum(&[]), [1, 1]);
        assert_eq!(checksum(&[0x40]), [1, 1]);
        assert_eq!(checksum(&[0x3F]), [1, 0x3F]);
        assert_eq!(checksum(&[0xFF; 20]), [0x0F, 0x2C]);
    }
}
