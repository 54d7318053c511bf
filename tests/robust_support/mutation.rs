//! Datagrams that are almost right, the same ones in every run.

/// xorshift64*.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        assert_ne!(seed, 0, "xorshift stays at 0");
        Self(seed)
    }

    /// Uniform enough below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound
    }

    pub fn byte(&mut self) -> u8 {
        self.below(256) as u8
    }

    pub fn choice<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// Values at which decoders of CoAP and JSON change their minds.
const EDGES: [u8; 12] = [0x00, 0x01, 0x0c, 0x0d, 0x0e, 0x0f, 0x22, 0x7b, 0x7f, 0x80, 0xf0, 0xff];
/// Longest datagram made here, bytes: more than a device takes in.
const LONGEST: usize = 1_400;

/// One of `originals`, with one to eight changes.
pub fn mutate(originals: &[&[u8]], random: &mut Random) -> Vec<u8> {
    let mut datagram = random.choice(originals).to_vec();
    for _ in 0..1 + random.below(8) {
        let other = random.choice(originals);
        change(&mut datagram, other, random);
    }
    datagram.truncate(LONGEST);
    datagram
}

fn change(datagram: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    if datagram.is_empty() {
        datagram.push(random.byte());
        return;
    }
    let at = random.below(datagram.len());
    let end = (at + 1 + random.below(16)).min(datagram.len());
    match random.below(8) {
        0 => datagram[at] ^= 1 << random.below(8),
        1 => datagram[at] = EDGES[random.below(EDGES.len())],
        2 => datagram[at] = random.byte(),
        3 => drop(datagram.drain(at..end)),
        4 => datagram.truncate(at),
        5 => {
            let piece = datagram[at..end].to_vec();
            let copies = piece.repeat(1 + random.below(8));
            datagram.splice(at..at, copies);
        }
        6 => drop(datagram.splice(at.., other[at.min(other.len())..].iter().copied())),
        // A new message id, so that it is not taken for a repetition.
        _ => {
            for place in datagram.iter_mut().skip(2).take(2) {
                *place = random.byte();
            }
        }
    }
}
