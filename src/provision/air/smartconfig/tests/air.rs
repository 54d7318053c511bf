//! The air between a phone and a device: frames get lost, come twice, out of order and among others. All of it
//! follows from a seed. Used by the tests and by the benchmark.

use super::phone::{Carrier, Cipher, Form, Mac, codes, message};

/// What the other phones send.
pub const OTHER_PASSWORDS: [&[u8]; 2] = [b"other phone's password", b"another 1"];

/// A sequence of numbers that looks random (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.roll() % end as u64) as usize
    }

    pub fn hits(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// What a phone sends, and how it arrives. Shares are in percent.
#[derive(Clone, Copy)]
pub struct Scenario {
    pub name: &'static [u8],
    pub password: &'static [u8],
    pub form: Form,
    /// What carries the phone's own frames; `None` where the device cannot receive them.
    pub direct: Option<Carrier>,
    /// What carries the frames as the access point sends them on.
    pub relayed: Option<Carrier>,
    pub gap_ms: u64,
    pub loss: usize,
    /// Lost together, frames; 1 for each by itself.
    pub loss_burst: usize,
    pub duplicates: usize,
    /// Frames that change places with the next one.
    pub reordered: usize,
    /// First frame of the loop.
    pub start: usize,
    pub first_number: u16,
    /// Numbers that the phone uses for each frame.
    pub number_step: u16,
    /// Frames after which the phone sends something else, once or more often.
    pub busy: usize,
    /// Other stations' frames for each of the phone's.
    pub foreign: usize,
    /// Other phones that provision other devices at the same time, up to 2.
    pub other_phones: usize,
}

impl Scenario {
    pub fn new() -> Self {
        Self {
            name: b"linkkit-lab",
            password: b"12345678",
            form: Form::Named,
            direct: Some(Carrier::new(Cipher::Aes)),
            relayed: None,
            gap_ms: 10,
            loss: 0,
            loss_burst: 1,
            duplicates: 0,
            reordered: 0,
            start: 0,
            first_number: 100,
            number_step: 1,
            busy: 0,
            foreign: 0,
            other_phones: 0,
        }
    }
}

/// A frame that arrives.
pub struct Arrival {
    pub at_ms: u64,
    pub bytes: Vec<u8>,
    /// The loop of the phone it belongs to, from 1.
    pub round: usize,
}

/// The phone's loops as they arrive.
pub struct Air {
    scenario: Scenario,
    dice: Dice,
    codes: Vec<u16>,
    other_codes: Vec<Vec<u16>>,
    sent: usize,
    number: u16,
    relay_number: u16,
    burst_left: usize,
    held: Option<Arrival>,
    arrivals: Vec<Arrival>,
}

impl Air {
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let other_codes = OTHER_PASSWORDS[..scenario.other_phones]
            .iter()
            .map(|password| codes(&message(b"linkkit-lab", password, Form::Named)));
        Self {
            scenario: *scenario,
            dice: Dice::new(seed),
            codes: codes(&message(scenario.name, scenario.password, scenario.form)),
            other_codes: other_codes.collect(),
            sent: 0,
            number: scenario.first_number,
            relay_number: 2000,
            burst_left: 0,
            held: None,
            arrivals: Vec::new(),
        }
    }

    fn is_lost(&mut self) -> bool {
        let burst = self.scenario.loss_burst;
        if self.burst_left > 0 {
            self.burst_left -= 1;
            return true;
        }
        // As many frames get lost, whether together or not.
        let loss = self.scenario.loss;
        let begins = self.dice.below(100 * burst) < loss * 100 / (100 - loss + loss.div_ceil(burst)).max(1);
        let is_lost = if burst == 1 { self.dice.hits(loss) } else { begins };
        if is_lost {
            self.burst_left = burst - 1;
        }
        is_lost
    }

    fn arrive(&mut self, mut bytes: Vec<u8>) {
        if self.is_lost() {
            return;
        }
        let at_ms = self.sent as u64 * self.scenario.gap_ms;
        let round = self.sent / self.codes.len() + 1;
        let copy = self.dice.hits(self.scenario.duplicates).then(|| {
            bytes[1] |= 0x08;
            Arrival { at_ms, bytes: bytes.clone(), round }
        });
        let arrival = Arrival { at_ms, bytes, round };
        if self.held.is_none() && self.dice.hits(self.scenario.reordered) {
            self.held = Some(arrival);
        } else {
            self.arrivals.push(arrival);
            self.arrivals.extend(self.held.take().map(|held| Arrival { at_ms, ..held }));
        }
        self.arrivals.extend(copy);
    }

    fn send(&mut self, code: u16) {
        let Scenario { direct, relayed, number_step, busy, .. } = self.scenario;
        while self.dice.hits(busy) {
            self.number = self.number.wrapping_add(1);
            self.relay_number = self.relay_number.wrapping_add(1);
            // Every now and then that is a broadcast as well.
            if self.dice.hits(20)
                && let Some(carrier) = direct
            {
                let length = [28, 300, 233, 72][self.dice.below(4)];
                self.arrive(carrier.frame(length, self.number));
                self.number = self.number.wrapping_add(1);
            }
        }
        if let Some(carrier) = direct {
            self.arrive(carrier.frame(code, self.number));
        }
        if let Some(carrier) = relayed {
            self.arrive(carrier.frame(code, self.relay_number));
        }
        self.number = self.number.wrapping_add(number_step);
        // Its beacons are numbered, too.
        let beacons = u16::from(self.dice.hits(if relayed.is_some() { 10 } else { 0 }));
        self.relay_number = self.relay_number.wrapping_add(1 + beacons);
    }

    fn send_foreign(&mut self) {
        let source: Mac = [0x02, 0, 0, 0, 0, self.dice.below(20) as u8];
        let carrier = Carrier {
            to_ds: self.dice.hits(50),
            qos: self.dice.hits(50),
            phone: source,
            ..Carrier::new(if self.dice.hits(80) { Cipher::Aes } else { Cipher::Open })
        };
        let length = self.dice.below(1472) as u16;
        let number = self.dice.below(4096) as u16;
        let mut bytes = carrier.frame(length, number);
        if self.dice.hits(70) {
            // To one station only.
            let destination = if carrier.to_ds { 16 } else { 4 };
            bytes[destination..destination + 6].copy_from_slice(&[0x02, 0, 0, 0, 1, 1]);
        }
        self.arrive(bytes);
    }

    fn send_other_phones(&mut self) {
        for other in 0..self.other_codes.len() {
            let phone = [0x00, 0x11, 0x22, 0x33, 0x44, other as u8];
            let ap = if other % 2 == 0 { super::phone::AP } else { [0x00, 0x55, 0x66, 0x77, 0x88, 0x99] };
            let carrier = Carrier { phone, ap, ..Carrier::new(Cipher::Aes) };
            let sent = self.sent + 7 * (other + 1);
            let code = self.other_codes[other][sent % self.other_codes[other].len()];
            self.arrive(carrier.frame(code, sent as u16));
        }
    }
}

impl Iterator for Air {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        while self.arrivals.is_empty() {
            let code = self.codes[(self.scenario.start + self.sent) % self.codes.len()];
            self.send(code);
            for _ in 0..self.scenario.foreign {
                self.send_foreign();
            }
            self.send_other_phones();
            self.sent += 1;
        }
        Some(self.arrivals.remove(0))
    }
}
