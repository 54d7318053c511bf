//! The radio's side: frames of access points and phones.

use linkkit_core::provision::credentials::Mac;
use linkkit_core::provision::frame::LinkType;

pub const BROADCAST: Mac = [0xFF; 6];
const ACCESS_POINT: Mac = [0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33];
const PHONE: Mac = [0xCC, 0xFA, 0x00, 0xC8, 0xCF, 0xD2];
/// In the address of a phone that looks for Wi-Fi Direct.
const LOCALLY_ADMINISTERED: u8 = 0x02;

const NAMES: [&[u8]; 8] =
    [b"linkkit-lab", b"aha", b"adha", b"lab", b"", "中文网络".as_bytes(), &[b'n'; 32], b"\xFF\xFE"];
const PRIVACY: u8 = 0x10;
const RSN: &[u8] =
    b"\x30\x14\x01\x00\x00\x0F\xAC\x04\x01\x00\x00\x0F\xAC\x04\x01\x00\x00\x0F\xAC\x02\x00\x00";
const WPA: &[u8] =
    b"\xDD\x16\x00\x50\xF2\x01\x01\x00\x00\x50\xF2\x02\x01\x00\x00\x50\xF2\x02\x01\x00\x00\x50\xF2\x02";
/// Privacy, and the elements.
const SECURITIES: [(u8, &[u8]); 4] = [(0, &[]), (PRIVACY, &[]), (PRIVACY, WPA), (PRIVACY, RSN)];

/// What stands in a frame before and behind the payload of a datagram: open, WEP, TKIP, AES.
const OVERHEADS: [usize; 4] = [36, 44, 56, 52];
const PROTECTED: u8 = 0x40;
const QOS: u8 = 0x80;

/// How the port hands frames on.
pub struct Port {
    pub link_type: LinkType,
    pub with_fcs: bool,
    pub rssi: i8,
}

impl Port {
    /// From the lowest bit: the link type (2), whether there is a checksum.
    pub fn choose(choice: u8, rssi: i8) -> Self {
        let link_type = LinkType::from_number((choice & 3).into()).expect("there are four");
        Self { link_type, with_fcs: choice & 4 != 0, rssi }
    }

    fn header(&self) -> Vec<u8> {
        match self.link_type {
            LinkType::None => Vec::new(),
            LinkType::Prism => vec![0; 144],
            LinkType::Radiotap => b"\0\0\x08\0\0\0\0\0".to_vec(),
            LinkType::Avs => [b"\0\0\0\x01\x40\0\0\0".as_slice(), &[0; 56]].concat(),
        }
    }

    /// What it hands on of a frame.
    pub fn received(&self, frame: &[u8]) -> Vec<u8> {
        let fcs: &[u8] = if self.with_fcs { b"FCS!" } else { b"" };
        [&self.header(), frame, fcs].concat()
    }
}

/// Whose frames come, and how.
pub struct Air {
    access_point: Mac,
    phone: Mac,
    overhead: usize,
    flags: u8,
    is_qos: bool,
    is_from_ds: bool,
    pub sequence_number: u16,
    pub port: Port,
}

impl Air {
    pub fn new() -> Self {
        let mut air = Self {
            access_point: ACCESS_POINT,
            phone: PHONE,
            overhead: 0,
            flags: 0,
            is_qos: false,
            is_from_ds: false,
            sequence_number: 100,
            port: Port { link_type: LinkType::None, with_fcs: false, rssi: -40 },
        };
        air.choose_way(0);
        air
    }

    /// From the lowest bit: access point (2), phone, encryption (2), QoS, from the access point, again.
    pub fn choose_way(&mut self, choice: u8) {
        self.access_point = access_point(choice & 3);
        self.phone[5] = PHONE[5] + (choice >> 2 & 1);
        let encryption = choice >> 3 & 3;
        self.overhead = OVERHEADS[usize::from(encryption)];
        let protected = if encryption == 0 { 0 } else { PROTECTED };
        self.is_qos = choice & 0x20 != 0;
        self.is_from_ds = choice & 0x40 != 0;
        let retry = if choice & 0x80 == 0 { 0 } else { 0x08 };
        self.flags = protected | retry | if self.is_from_ds { 0x02 } else { 0x01 };
    }

    /// A datagram with so many bytes of payload.
    pub fn data(&mut self, destination: Mac, length: usize) -> Vec<u8> {
        let addresses = if self.is_from_ds {
            [destination, self.access_point, self.phone]
        } else {
            [self.access_point, self.phone, destination]
        };
        let control = [0x08 | if self.is_qos { QOS } else { 0 }, self.flags];
        let mut frame = self.head(control, addresses);
        frame.resize(frame.len() + self.overhead + length + if self.is_qos { 2 } else { 0 }, 0);
        frame
    }

    /// `name`: one of eight, in a beacon or a probe response. `choice`, from the lowest bit: access point (3),
    /// security (2).
    pub fn beacon(&mut self, name: u8, choice: u8, channel: u8) -> Vec<u8> {
        let bssid = access_point(choice & 7);
        let kind = if name & 8 == 0 { 0x80 } else { 0x50 };
        self.beacon_of(kind, bssid, NAMES[usize::from(name & 7)], choice >> 3, channel)
    }

    pub fn foreign_beacon(&mut self, number: u8) -> Vec<u8> {
        let name = [b"foreign", [number].as_slice()].concat();
        self.beacon_of(0x80, [0x02, 0, 0, 0, 0, number], &name, number, number % 16)
    }

    fn beacon_of(&mut self, kind: u8, bssid: Mac, name: &[u8], security: u8, channel: u8) -> Vec<u8> {
        let (privacy, elements) = SECURITIES[usize::from(security & 3)];
        let name_len = u8::try_from(name.len()).expect("names are short");
        let head = self.head([kind, 0], [BROADCAST, bssid, bssid]);
        [
            &head,
            b"\0\0\0\0\0\0\0\0\x64\0".as_slice(),
            &[1 | privacy, 4, 0, name_len],
            name,
            &[3, 1, channel],
            elements,
        ]
        .concat()
    }

    /// `kind`: a probe request, a beacon or a probe response.
    pub fn management(&mut self, kind: u8, elements: &[u8]) -> Vec<u8> {
        let (kind, fixed): (u8, &[u8]) = match kind & 3 {
            1 => (0x40, &[]),
            2 => (0x80, &[0; 12]),
            _ => (0x50, &[0; 12]),
        };
        let head = self.head([kind, 0], [BROADCAST, self.phone, self.access_point]);
        [&head, fixed, elements].concat()
    }

    /// A probe request of a phone with this device name.
    pub fn wps(&mut self, device_name: &[u8]) -> Vec<u8> {
        let name_len = u8::try_from(device_name.len()).unwrap_or(u8::MAX);
        let element_len = name_len.saturating_add(13);
        let mut phone = self.phone;
        phone[0] |= LOCALLY_ADMINISTERED;
        let head = self.head([0x40, 0], [BROADCAST, phone, BROADCAST]);
        [
            &head,
            b"\0\x07DIRECT-".as_slice(),
            &[0xDD, element_len, 0x00, 0x50, 0xF2, 0x04, 0x10, 0x4A, 0, 1, 0x10, 0x10, 0x11, 0, name_len],
            device_name,
        ]
        .concat()
    }

    /// A probe request of a device in the network.
    pub fn probe_request(&mut self, elements: &[u8]) -> Vec<u8> {
        let head = self.head([0x40, 0], [BROADCAST, self.access_point, BROADCAST]);
        [&head, b"\0\0".as_slice(), elements].concat()
    }

    fn head(&mut self, control: [u8; 2], addresses: [Mac; 3]) -> Vec<u8> {
        let sequence_control = self.sequence_number.rotate_left(4).to_le_bytes();
        self.sequence_number = self.sequence_number.wrapping_add(1) & 0xFFF;
        [&control, [0, 0].as_slice(), addresses.as_flattened(), &sequence_control].concat()
    }
}

/// Where IPv4 multicast goes.
pub fn multicast([index, first, second]: [u8; 3]) -> Mac {
    [0x01, 0x00, 0x5E, index, first, second]
}

pub fn access_point(number: u8) -> Mac {
    let mut mac = ACCESS_POINT;
    mac[5] += number;
    mac
}
