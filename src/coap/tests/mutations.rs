//! Damaged datagrams: nothing panics, and each causes one datagram at most.

use super::*;

const SEEDS: [&str; 5] = [
    CON_QUERY,
    NOTIFY,
    NOTIFY_ANSWER,
    "48011234 0102030405060708 3161 421633 43737973 06646576696365 04696e666f 03676574 11ff 213c 1161 2132",
    "50011234 bd73 61616161 e1ffff ff7b7d",
];

/// A server that answers all it is asked, with a live announcement.
struct Target {
    bench: Bench,
    hits: u16,
    requests: u32,
    announcements_answered: u32,
    reactions: u32,
}

impl Target {
    fn new() -> Self {
        let mut bench = Bench::new();
        bench.server.set_live_announcement(Announcement::Bindable, Some([0x17, 3, 2, 1]));
        Self { bench, hits: 0, requests: 0, announcements_answered: 0, reactions: 0 }
    }

    /// Each hit has a port of its own, so that none counts as repeated, and comes slowly enough for
    /// the rate limit.
    fn hit(&mut self, datagram: &[u8]) {
        assert_read_as_coap_lite_does(datagram);
        self.hits = self.hits.wrapping_add(1);
        self.bench.wait(150);
        match self.bench.receive_from(SocketAddrV4::new(*phone().ip(), self.hits), datagram) {
            Inbound::Nothing => {}
            #[cfg(feature = "registrar")]
            Inbound::OtherDeviceJoined { .. } => {}
            Inbound::AnnouncementAnswered { .. } => self.announcements_answered += 1,
            Inbound::Request(request) => {
                self.requests += 1;
                self.bench.answer(&request.id, b"{}");
            }
        }
        let sent = self.bench.sent();
        assert!(sent.len() <= 1, "{datagram:02x?} caused {sent:02x?}");
        self.reactions += sent.len() as u32;
    }

    /// The seeds are near enough to what is understood.
    fn assert_everything_happened(&self) {
        for count in [self.requests, self.announcements_answered, self.reactions - self.requests] {
            assert!(count > 100, "{} {} {}", self.requests, self.announcements_answered, self.reactions);
        }
    }
}

/// What the gate admits, another implementation takes for the same message.
fn assert_read_as_coap_lite_does(datagram: &[u8]) {
    let Ok(frame) = gate::admit(datagram) else { return };
    let theirs = coap_lite::Packet::from_bytes(datagram).unwrap();
    let options: Vec<(u16, Vec<u8>)> = theirs
        .options()
        .flat_map(|(number, values)| values.iter().map(|value| (*number, value.clone())))
        .collect();
    let ours: Vec<_> = frame.options.iter().map(|(number, value)| (*number, value.to_vec())).collect();
    assert_eq!(ours, options, "{datagram:02x?}");
    assert_eq!(frame.payload, theirs.payload, "{datagram:02x?}");
    assert_eq!(&*frame.token, theirs.get_token(), "{datagram:02x?}");
    assert_eq!(frame.message_id, theirs.header.message_id, "{datagram:02x?}");
}

/// Marsaglia's xorshift64.
struct XorShift(u64);

impl XorShift {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

#[test]
fn every_truncation() {
    let mut target = Target::new();
    for datagram in SEEDS.map(hex) {
        for length in 0..=datagram.len() {
            target.hit(&datagram[..length]);
        }
    }
}

#[test]
fn every_single_byte() {
    let mut target = Target::new();
    for mut datagram in SEEDS.map(hex) {
        for at in 0..datagram.len() {
            let original = datagram[at];
            for value in 0..=u8::MAX {
                datagram[at] = value;
                target.hit(&datagram);
            }
            datagram[at] = original;
        }
    }
    target.assert_everything_happened();
}

#[test]
fn random_damage() {
    let mut random = XorShift(0x6C69_6E6B_6B69_7421);
    let mut target = Target::new();
    for round in 0..100_000 {
        let mut datagram = hex(SEEDS[round % SEEDS.len()]);
        for _ in 0..=random.below(6) {
            let at = random.below(datagram.len() + 1);
            match random.below(4) {
                0 => datagram.truncate(at),
                1 => datagram.insert(at, random.below(256) as u8),
                2 => datagram.extend((0..random.below(40)).map(|n| n as u8)),
                _ => {
                    if let Some(byte) = datagram.get_mut(at) {
                        *byte = random.below(256) as u8;
                    }
                }
            }
        }
        target.hit(&datagram);
    }
    target.assert_everything_happened();
}

#[test]
fn noise() {
    let mut random = XorShift(7);
    let mut target = Target::new();
    for _ in 0..20_000 {
        let noise: Vec<u8> = (0..random.below(64)).map(|_| random.below(256) as u8).collect();
        target.hit(&noise);
    }
}
