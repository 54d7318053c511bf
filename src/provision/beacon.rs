//! What an access point says of itself in a beacon or a probe response.

use super::access_points::AccessPoint;
use super::credentials::{Authentication, Encryption, Ssid};
use super::frame::{Frame, Kind};

/// Of beacons and probe responses, in front of the elements: timestamp, interval, capabilities. Bytes.
pub const FIXED_LEN: usize = 12;
const CAPABILITIES_AT: usize = 10;
const PRIVACY: u8 = 0x10;

const SSID: u8 = 0;
const DS_PARAMETERS: u8 = 3;
const RSN: u8 = 48;
const HT_OPERATION: u8 = 61;
/// Id of the elements of vendors.
pub const VENDOR: u8 = 221;

/// What WPA has in front of the content that RSN has.
const WPA_OUI: [u8; 4] = [0x00, 0x50, 0xF2, 0x01];
/// The highest channel at 2.4 GHz.
pub const CHANNEL_MAX: u8 = 14;

/// The access point that sent `frame`; `None` for other frames, for hidden names and for contents that are
/// cut short.
pub fn read(frame: &Frame) -> Option<AccessPoint> {
    if !matches!(frame.kind(), Kind::Beacon | Kind::ProbeResponse) {
        return None;
    }
    let (fixed, elements) = frame.body().split_at_checked(FIXED_LEN)?;
    let is_private = fixed.get(CAPABILITIES_AT).is_some_and(|capabilities| capabilities & PRIVACY != 0);
    let mut ssid = None;
    let (mut channel, mut ht_channel) = (None, None);
    let (mut rsn, mut wpa) = (None, None);
    for (id, content) in elements_of(elements) {
        match id {
            SSID if ssid.is_none() => ssid = Some(Ssid::new(content)?),
            DS_PARAMETERS => channel = content.first().copied(),
            HT_OPERATION => ht_channel = content.first().copied(),
            RSN => rsn = Security::read(content),
            VENDOR => wpa = wpa.or_else(|| content.strip_prefix(&WPA_OUI).and_then(Security::read)),
            _ => {}
        }
    }
    let security = rsn.as_ref().or(wpa.as_ref());
    let open_or_wep = if is_private { Encryption::Wep } else { Encryption::None };
    let authentication = match (&rsn, &wpa) {
        (Some(rsn), _) if rsn.is_8021x => Authentication::Wpa28021x,
        (Some(_), _) => Authentication::Wpa2Psk,
        (None, Some(wpa)) if wpa.is_8021x => Authentication::Wpa8021x,
        (None, Some(_)) => Authentication::WpaPsk,
        (None, None) if is_private => Authentication::Shared,
        (None, None) => Authentication::Open,
    };
    Some(AccessPoint {
        ssid: ssid?,
        bssid: frame.bssid(),
        channel: channel.or(ht_channel).filter(|channel| *channel <= CHANNEL_MAX).unwrap_or(0),
        authentication,
        encryption: security.map_or(open_or_wep, |security| security.pairwise),
        group_encryption: security.map_or(open_or_wep, |security| security.group),
        rssi: frame.rssi,
    })
}

/// The elements: their ids and contents. One that is cut short is the end.
pub fn elements_of(mut bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    core::iter::from_fn(move || {
        let (&[id, length], rest) = bytes.split_first_chunk()?;
        let (content, behind) = rest.split_at_checked(length.into())?;
        bytes = behind;
        Some((id, content))
    })
}

/// What the elements of a vendor have behind `prefix`, which begins with its OUI.
pub fn vendor_contents<'e>(elements: &'e [u8], prefix: &[u8]) -> impl Iterator<Item = &'e [u8]> {
    let vendors = elements_of(elements).filter(|(id, _)| *id == VENDOR);
    vendors.filter_map(move |(_, content)| content.strip_prefix(prefix))
}

struct Security {
    group: Encryption,
    pairwise: Encryption,
    is_8021x: bool,
}

impl Security {
    /// Version, group cipher, pairwise ciphers, key management. What is left out at the end has a default.
    fn read(content: &[u8]) -> Option<Self> {
        let (_version, rest) = content.split_first_chunk::<2>()?;
        let Some((group, rest)) = rest.split_first_chunk::<4>() else {
            return Some(Self { group: Encryption::Aes, pairwise: Encryption::Aes, is_8021x: true });
        };
        let (pairwise, rest) = suites(rest);
        let (key_management, _) = suites(rest);
        // Stations take the best.
        let best = [Encryption::Aes, Encryption::Tkip, Encryption::Wep]
            .into_iter()
            .find(|cipher| pairwise.iter().any(|suite| cipher_of(*suite) == *cipher));
        Some(Self {
            group: cipher_of(*group),
            pairwise: best.unwrap_or(Encryption::Unknown),
            is_8021x: !key_management.is_empty() && key_management.iter().all(|[.., suite]| *suite == 1),
        })
    }
}

const fn cipher_of([.., number]: [u8; 4]) -> Encryption {
    match number {
        1 | 5 => Encryption::Wep,
        2 => Encryption::Tkip,
        4 => Encryption::Aes,
        _ => Encryption::Unknown,
    }
}

/// A list of suites with its count in front, as far as it is there, and what follows.
fn suites(bytes: &[u8]) -> (&[[u8; 4]], &[u8]) {
    let Some((count, rest)) = bytes.split_first_chunk::<2>() else { return (&[], &[]) };
    let length = usize::from(u16::from_le_bytes(*count)).saturating_mul(4).min(rest.len());
    let (list, rest) = rest.split_at_checked(length).unwrap_or_default();
    (list.as_chunks().0, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provision::tests::{LINKKIT_LAB_BEACON, plain};

    fn read_bytes(bytes: &[u8]) -> Option<AccessPoint> {
        read(&plain(bytes)?)
    }

    /// A beacon with these elements behind its name.
    fn beacon(is_private: bool, elements: &[&[u8]]) -> std::vec::Vec<u8> {
        let mut bytes = LINKKIT_LAB_BEACON[..36].to_vec();
        bytes[34] = if is_private { 0x11 } else { 0x01 };
        bytes.extend_from_slice(b"\x00\x03lab");
        elements.iter().for_each(|element| bytes.extend_from_slice(element));
        bytes
    }

    fn security(is_private: bool, elements: &[&[u8]]) -> (Authentication, Encryption, Encryption) {
        let found = read_bytes(&beacon(is_private, elements)).unwrap();
        (found.authentication, found.encryption, found.group_encryption)
    }

    #[test]
    fn reads_a_beacon() {
        let found = read_bytes(&LINKKIT_LAB_BEACON).unwrap();
        assert_eq!(found.ssid.as_bytes(), b"linkkit-lab");
        assert_eq!(found.bssid, [0xD8, 0xFE, 0xE3, 0x11, 0x22, 0x33]);
        assert_eq!(found.channel, 6);
        assert_eq!((found.authentication, found.encryption), (Authentication::Wpa2Psk, Encryption::Aes));
    }

    #[test]
    fn reads_every_kind_of_security() {
        const RSN_AES: &[u8] =
            b"\x30\x14\x01\x00\x00\x0F\xAC\x04\x01\x00\x00\x0F\xAC\x04\x01\x00\x00\x0F\xAC\x02\x00\x00";
        const RSN_BOTH: &[u8] =
            b"\x30\x18\x01\x00\x00\x0F\xAC\x02\x02\x00\x00\x0F\xAC\x02\x00\x0F\xAC\x04\x01\x00\x00\x0F\xAC\x02\x00\x00";
        const RSN_8021X: &[u8] =
            b"\x30\x14\x01\x00\x00\x0F\xAC\x04\x01\x00\x00\x0F\xAC\x04\x01\x00\x00\x0F\xAC\x01\x00\x00";
        const WPA_TKIP: &[u8] =
            b"\xDD\x16\x00\x50\xF2\x01\x01\x00\x00\x50\xF2\x02\x01\x00\x00\x50\xF2\x02\x01\x00\x00\x50\xF2\x02";
        assert_eq!(security(false, &[]), (Authentication::Open, Encryption::None, Encryption::None));
        assert_eq!(security(true, &[]), (Authentication::Shared, Encryption::Wep, Encryption::Wep));
        assert_eq!(security(true, &[RSN_AES]), (Authentication::Wpa2Psk, Encryption::Aes, Encryption::Aes));
        assert_eq!(security(true, &[RSN_BOTH]), (Authentication::Wpa2Psk, Encryption::Aes, Encryption::Tkip));
        assert_eq!(
            security(true, &[RSN_8021X]),
            (Authentication::Wpa28021x, Encryption::Aes, Encryption::Aes)
        );
        assert_eq!(security(true, &[WPA_TKIP]), (Authentication::WpaPsk, Encryption::Tkip, Encryption::Tkip));
        assert_eq!(
            security(true, &[WPA_TKIP, RSN_AES]),
            (Authentication::Wpa2Psk, Encryption::Aes, Encryption::Aes)
        );
    }

    #[test]
    fn what_is_cut_short_is_not_read_past() {
        let beacon = LINKKIT_LAB_BEACON;
        for end in 0..beacon.len() {
            if let Some(found) = read_bytes(&beacon[..end]) {
                assert_eq!(found.ssid.as_bytes(), b"linkkit-lab");
            }
        }
        // Lengths that point past the end, and counts of suites that do.
        assert!(read_bytes(&[&beacon[..36], b"\x00\xFFlab"].concat()).is_none());
        assert!(read_bytes(&[&beacon[..36], b"\x00\x21", &[b's'; 33]].concat()).is_none());
        let counted = [&beacon[..36], b"\x00\x03lab\x30\x08\x01\x00\x00\x0F\xAC\x04\xFF\xFF"].concat();
        assert_eq!(read_bytes(&counted).unwrap().encryption, Encryption::Unknown);
    }

    #[test]
    fn hidden_names_and_other_frames_are_not_access_points() {
        assert!(read_bytes(&[&LINKKIT_LAB_BEACON[..36], b"\x00\x00\x03\x01\x06"].concat()).is_none());
        assert!(read_bytes(&[&LINKKIT_LAB_BEACON[..36], b"\x00\x02\x00\x00\x03\x01\x06"].concat()).is_none());
        let mut probe_request = LINKKIT_LAB_BEACON;
        probe_request[0] = 0x40;
        assert!(read_bytes(&probe_request).is_none());
    }

    #[test]
    fn a_channel_out_of_range_is_none() {
        for (channel, read) in [(0, 0), (1, 1), (14, 14), (15, 0), (255, 0)] {
            let found = read_bytes(&beacon(false, &[&[3, 1, channel]])).unwrap();
            assert_eq!(found.channel, read);
        }
    }
}
