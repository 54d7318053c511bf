//! How long the payload of a UDP datagram is that was sent in an encrypted frame.

use crate::provision::access_points::AccessPoints;
use crate::provision::credentials::Encryption;
use crate::provision::frame::{Direction, Frame, Kind};

/// LLC and SNAP, IPv4, UDP.
const HEADERS_LEN: usize = 36;
/// In the fourth byte in front of what is encrypted.
const EXTENDED_IV: u8 = 0x20;

/// Bytes of payload, if `frame` is a data frame with a UDP datagram between a station and its access point.
/// `heard`: tells how they encrypt; where it does not, the frame does.
pub fn udp_length(frame: &Frame, heard: &AccessPoints) -> Option<usize> {
    let is_data = matches!(frame.kind(), Kind::Data | Kind::QosData) && !frame.is_fragment_or_ordered();
    let known = || heard.by_bssid(&frame.bssid());
    let known = match frame.direction() {
        _ if !is_data => return None,
        Direction::ToDs => known().map(|access_point| access_point.encryption),
        Direction::FromDs => known().map(|access_point| access_point.group_encryption),
        Direction::Neither => return None,
    };
    let around = match known.filter(|encryption| *encryption != Encryption::Unknown) {
        Some(encryption) => around(encryption),
        None => around(seen(frame)?),
    };
    frame.body().len().checked_sub(HEADERS_LEN)?.checked_sub(around)
}

/// Bytes that come in front of and behind what is encrypted.
const fn around(encryption: Encryption) -> usize {
    match encryption {
        Encryption::None | Encryption::Unknown => 0,
        Encryption::Wep => 8,
        Encryption::Tkip | Encryption::TkipAes => 20,
        Encryption::Aes => 16,
    }
}

/// How the frame itself says that it is encrypted.
fn seen(frame: &Frame) -> Option<Encryption> {
    if !frame.is_protected() {
        return Some(Encryption::None);
    }
    let &[first, second, third, key_id] = frame.body().first_chunk()?;
    Some(match () {
        () if key_id & EXTENDED_IV == 0 => Encryption::Wep,
        // The counter of TKIP has a byte that follows from the one in front of it, that of CCMP one of 0.
        () if second == (first | 0x20) & 0x7F && (third != 0 || key_id & 0x0F != 0) => Encryption::Tkip,
        () => Encryption::Aes,
    })
}
