//! The sending side, written from the protocol's tables and not from the decoder: what a phone's app broadcasts,
//! and the frames that carry it. Used by the tests and by the benchmark.

use aes::Aes128;
use cfb_mode::cipher::KeyIvInit;

pub type Mac = [u8; 6];

pub const AP: Mac = [0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33];
pub const PHONE: Mac = [0xCC, 0xFA, 0x00, 0xC8, 0xCF, 0xD2];

/// The product secret of the vectors, and the key that it makes with 16 zeros.
pub const SECRET: &[u8] = b"7jluWm1zql7bt8qK";
const KEY: [u8; 16] = *b"\x5a\x72\x7c\xc0\x4f\xfc\x08\x1f\xa1\xf0\xe3\x73\xf3\xb8\x11\x96";

/// What a phone can make a message of.
#[derive(Clone, Copy)]
pub enum Form {
    /// With the name of the network, packed if it is not ASCII.
    Named,
    /// With the length of the password only.
    Nameless,
}

/// `bytes` as symbols of six bits, the lowest bit first.
pub fn six_bits(bytes: &[u8]) -> Vec<u8> {
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1)).collect();
    bits.chunks(6).map(|chunk| chunk.iter().rev().fold(0, |symbol, bit| symbol << 1 | bit)).collect()
}

/// The password as it is sent.
pub fn encrypt(password: &[u8]) -> Vec<u8> {
    let mut bytes = password.to_vec();
    cfb_mode::Encryptor::<Aes128>::new(&KEY.into(), &[0; 16].into()).encrypt(&mut bytes);
    bytes
}

/// A message without its checksum, of these parts.
pub fn parts(flag: u8, name: Option<&[u8]>, password: &[u8]) -> Vec<u8> {
    let mut message = vec![0, flag];
    if let Some(name) = name {
        message.push(name.len() as u8);
    }
    message.push(password.len() as u8);
    message.extend_from_slice(name.unwrap_or_default());
    message.extend_from_slice(password);
    message[0] = message.len() as u8 + 2;
    message
}

/// With the checksum behind it.
pub fn summed(mut message: Vec<u8>) -> Vec<u8> {
    let sum: u32 = message.iter().map(|byte| u32::from(*byte)).sum();
    let halves = [sum >> 6 & 0x3F, sum & 0x3F];
    message.extend(halves.map(|half| if half == 0 { 1 } else { half as u8 }));
    message
}

/// The whole message.
pub fn message(name: &[u8], password: &[u8], form: Form) -> Vec<u8> {
    let password = six_bits(&encrypt(password));
    summed(match form {
        Form::Nameless => parts(0x04, None, &password),
        Form::Named if name.iter().all(|byte| (32..=126).contains(byte)) => {
            let name: Vec<u8> = name.iter().map(|byte| byte - 32).collect();
            parts(0x05, Some(&name), &password)
        }
        Form::Named => parts(0x25, Some(&six_bits(name)), &password),
    })
}

/// One loop: the payload lengths of the broadcasts.
pub fn codes(message: &[u8]) -> Vec<u16> {
    let mut codes = Vec::new();
    for (group, symbols) in message.chunks(8).enumerate() {
        codes.push(if group == 0 { 0x4E0 } else { 0x3E0 + group as u16 });
        for (index, symbol) in symbols.iter().enumerate() {
            codes.push(0x100 + 0x80 * index as u16 + u16::from(*symbol));
        }
    }
    codes
}

/// How the network encrypts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cipher {
    Open,
    Wep,
    Tkip,
    Aes,
}

impl Cipher {
    /// Bytes around the payload of a broadcast.
    fn around(self) -> usize {
        match self {
            Self::Open => 36,
            Self::Wep => 44,
            Self::Tkip => 56,
            Self::Aes => 52,
        }
    }

    fn beginning(self) -> [u8; 4] {
        match self {
            Self::Open => [0xAA, 0xAA, 0x03, 0x00],
            Self::Wep => [0x12, 0x34, 0x56, 0x00],
            Self::Tkip => [0x11, 0x11 | 0x20, 0x22, 0x20],
            Self::Aes => [0x11, 0x22, 0x00, 0x20],
        }
    }
}

/// Where frames go, and what is around a code in them.
#[derive(Clone, Copy)]
pub struct Carrier {
    pub cipher: Cipher,
    pub to_ds: bool,
    pub qos: bool,
    pub phone: Mac,
    pub ap: Mac,
    /// Bytes more, or less, than the cipher takes.
    pub more: isize,
}

impl Carrier {
    /// From the phone of the vectors to its access point.
    pub fn new(cipher: Cipher) -> Self {
        Self { cipher, to_ds: true, qos: false, phone: PHONE, ap: AP, more: 0 }
    }

    /// The frame of a broadcast with so many bytes of payload.
    pub fn frame(&self, payload_len: u16, sequence_number: u16) -> Vec<u8> {
        const BROADCAST: Mac = [0xFF; 6];
        let direction = if self.to_ds { 0x01 } else { 0x02 };
        let protected = if self.cipher == Cipher::Open { 0 } else { 0x40 };
        let addresses =
            if self.to_ds { [self.ap, self.phone, BROADCAST] } else { [BROADCAST, self.ap, self.phone] };
        let mut bytes = vec![if self.qos { 0x88 } else { 0x08 }, direction | protected, 0, 0];
        bytes.extend_from_slice(addresses.as_flattened());
        bytes.extend_from_slice(&((sequence_number & 0xFFF) << 4).to_le_bytes());
        if self.qos {
            bytes.extend_from_slice(&[0, 0]);
        }
        let body = (usize::from(payload_len) + self.cipher.around()).saturating_add_signed(self.more);
        let end = bytes.len() + body;
        bytes.extend_from_slice(&self.cipher.beginning());
        bytes.resize(end, 0);
        bytes
    }
}
