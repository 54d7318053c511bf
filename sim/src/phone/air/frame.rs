//! Frames of 802.11.

use anyhow::Result;
use clap::ValueEnum;

const BROADCAST: [u8; 6] = [0xFF; 6];
const BEACON: [u8; 2] = [0x80, 0x00];
/// How a probe request begins.
pub const PROBE_REQUEST: [u8; 2] = [0x40, 0x00];
const DATA: u8 = 0x08;
const TO_DS: u8 = 0x01;
const FROM_DS: u8 = 0x02;
const PROTECTED: u8 = 0x40;

/// Sequence numbers have twelve bits.
const SEQUENCE_NUMBERS: u16 = 0x1000;

/// Timestamp (none) and interval of a beacon.
const BEACON_HEAD: [u8; 10] = [0, 0, 0, 0, 0, 0, 0, 0, 0x64, 0x00];
/// Infrastructure, and privacy where there is a password.
const CAPABILITIES: u8 = 0x01;
const PRIVACY: u8 = 0x10;
/// Short slot time.
const CAPABILITIES_HIGH: u8 = 0x04;
/// A pairwise and a group cipher of CCMP, a pre-shared key.
const RSN: [u8; 20] = [
    0x01, 0x00, 0x00, 0x0F, 0xAC, 0x04, 0x01, 0x00, 0x00, 0x0F, 0xAC, 0x04, 0x01, 0x00, 0x00, 0x0F, 0xAC,
    0x02, 0x00, 0x00,
];
/// The same of TKIP, before there was RSN.
const WPA: [u8; 22] = [
    0x00, 0x50, 0xF2, 0x01, 0x01, 0x00, 0x00, 0x50, 0xF2, 0x02, 0x01, 0x00, 0x00, 0x50, 0xF2, 0x02, 0x01,
    0x00, 0x00, 0x50, 0xF2, 0x02,
];

/// How an access point encrypts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Encryption {
    /// Not at all
    Open,
    /// WEP
    Wep,
    /// WPA with TKIP
    Tkip,
    /// WPA2 with AES
    Aes,
}

impl Encryption {
    /// What stands before the payload of a UDP datagram in a frame and behind it: the header of the cipher,
    /// LLC, IPv4, UDP, and the checks of the cipher.
    fn overhead(self) -> usize {
        match self {
            Self::Open => 36,
            Self::Wep => 44,
            Self::Tkip => 56,
            Self::Aes => 52,
        }
    }

    /// The header of the cipher, with an initialization vector.
    fn header(self) -> &'static [u8] {
        match self {
            Self::Open => &[],
            Self::Wep => &[0x11, 0x22, 0x33, 0x00],
            Self::Tkip => &[0x11, 0x31, 0x22, 0x20, 0, 0, 0, 0],
            Self::Aes => &[0x11, 0x22, 0x00, 0x20, 0, 0, 0, 0],
        }
    }

    fn is_protected(self) -> bool {
        self != Self::Open
    }

    /// How a beacon tells of it beside the privacy bit.
    fn elements(self) -> Result<Vec<u8>> {
        match self {
            Self::Open | Self::Wep => Ok(Vec::new()),
            Self::Tkip => element(0xDD, &WPA),
            Self::Aes => element(0x30, &RSN),
        }
    }
}

/// On which of its two ways a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the phone to the access point.
    ToDs,
    /// From the access point to everybody.
    FromDs,
}

/// An access point, and the phone that is its station.
#[derive(Clone, Debug)]
pub struct Access {
    /// Address of the access point.
    pub bssid: [u8; 6],
    /// Its network.
    pub ssid: Vec<u8>,
    /// Its channel, 1 to 14.
    pub channel: u8,
    /// How it encrypts.
    pub encryption: Encryption,
    /// Address of the phone.
    pub phone: [u8; 6],
}

/// A frame to be sent.
#[derive(Clone, Debug)]
pub enum Shot {
    /// A datagram through the access point.
    Data {
        /// To whom.
        destination: [u8; 6],
        /// Bytes of its payload.
        length: usize,
    },
    /// A probe request to everybody.
    Probe {
        /// Whose.
        source: [u8; 6],
        /// What it says.
        elements: Vec<u8>,
    },
}

impl Access {
    /// The beacon of the access point.
    pub fn beacon(&self, sequence: u16) -> Result<Vec<u8>> {
        let privacy = if self.encryption.is_protected() { PRIVACY } else { 0 };
        let header = header(BEACON, [BROADCAST, self.bssid, self.bssid], sequence);
        let parts = [
            header.as_slice(),
            &BEACON_HEAD,
            &[CAPABILITIES | privacy, CAPABILITIES_HIGH],
            &element(0x00, &self.ssid)?,
            &element(0x01, &[0x82, 0x84, 0x8B, 0x96, 0x0C, 0x12, 0x18, 0x24])?,
            &element(0x03, &[self.channel])?,
            &self.encryption.elements()?,
        ];
        Ok(parts.concat())
    }

    /// A datagram of `length` bytes. What would be encrypted is zeros.
    pub fn data(&self, destination: [u8; 6], length: usize, direction: Direction, sequence: u16) -> Vec<u8> {
        let (flag, addresses) = match direction {
            Direction::ToDs => (TO_DS, [self.bssid, self.phone, destination]),
            Direction::FromDs => (FROM_DS, [destination, self.bssid, self.phone]),
        };
        let protected = if self.encryption.is_protected() { PROTECTED } else { 0 };
        let mut frame = header([DATA, flag | protected], addresses, sequence);
        let end = frame.len() + self.encryption.overhead() + length;
        match self.encryption {
            // LLC with SNAP, for IPv4.
            Encryption::Open => frame.extend([0xAA, 0xAA, 0x03, 0x00, 0x00, 0x00, 0x08, 0x00]),
            protected => frame.extend(protected.header()),
        }
        frame.resize(end, 0);
        frame
    }
}

/// A probe request of `source`.
pub fn probe_request(source: [u8; 6], elements: &[u8], sequence: u16) -> Vec<u8> {
    [&header(PROBE_REQUEST, [BROADCAST, source, BROADCAST], sequence), elements].concat()
}

/// An element of a management frame.
pub fn element(kind: u8, body: &[u8]) -> Result<Vec<u8>> {
    Ok([&[kind, u8::try_from(body.len())?], body].concat())
}

fn header(control: [u8; 2], addresses: [[u8; 6]; 3], sequence: u16) -> Vec<u8> {
    let duration = [0, 0];
    let sequence = ((sequence % SEQUENCE_NUMBERS) << 4).to_le_bytes();
    [control.as_slice(), &duration, &addresses.concat(), &sequence].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(encryption: Encryption) -> Access {
        Access {
            bssid: [0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33],
            ssid: b"linkkit-lab".to_vec(),
            channel: 6,
            encryption,
            phone: [0xCC, 0xFA, 0x00, 0xC8, 0xCF, 0xD2],
        }
    }

    fn hex(bytes: &[u8]) -> String {
        base16ct::lower::encode_string(bytes)
    }

    #[test]
    fn the_beacon_is_that_of_an_access_point() {
        let expected = concat!(
            "80000000ffffffffffffd8fee3112233d8fee311223300000000000000000000",
            "64001104000b6c696e6b6b69742d6c6162010882848b960c121824030106",
            "30140100000fac040100000fac040100000fac020000"
        );
        let beacon = access(Encryption::Aes).beacon(0).unwrap();
        assert_eq!(hex(&beacon), expected);
        let open = access(Encryption::Open).beacon(0).unwrap();
        assert_eq!((open[34], open.len()), (0x01, beacon.len() - 22));
        assert_eq!(access(Encryption::Wep).beacon(0).unwrap()[34], 0x11);
        let tkip = access(Encryption::Tkip).beacon(0).unwrap();
        assert!(hex(&tkip).ends_with("dd160050f20101000050f20201000050f20201000050f202"));
    }

    #[test]
    fn datagrams_have_the_lengths_and_heads_of_each_encryption() {
        for (encryption, direction, length, head) in [
            (
                Encryption::Open,
                Direction::ToDs,
                1308,
                "08010000d8fee3112233ccfa00c8cfd2ffffffffffff4006aaaa0300000008000000000000000000",
            ),
            (
                Encryption::Aes,
                Direction::ToDs,
                1324,
                "08410000d8fee3112233ccfa00c8cfd2ffffffffffff400611220020000000000000000000000000",
            ),
            (
                Encryption::Aes,
                Direction::FromDs,
                1324,
                "08420000ffffffffffffd8fee3112233ccfa00c8cfd2400611220020000000000000000000000000",
            ),
        ] {
            let frame = access(encryption).data(BROADCAST, 0x4E0, direction, 100);
            assert_eq!((frame.len(), hex(&frame[..40])), (length, head.to_owned()));
        }
        let lengths = [Encryption::Wep, Encryption::Tkip]
            .map(|encryption| access(encryption).data(BROADCAST, 0x100, Direction::ToDs, 0).len());
        assert_eq!(lengths, [24 + 44 + 0x100, 24 + 56 + 0x100]);
    }

    #[test]
    fn a_probe_request_is_to_everybody_and_sequence_numbers_wrap() {
        let frame = probe_request([0xCE, 0xFA, 0x00, 0xC8, 0xCF, 0xD2], &[1, 2], 0x1001);
        assert_eq!(hex(&frame), "40000000ffffffffffffcefa00c8cfd2ffffffffffff10000102");
    }
}
