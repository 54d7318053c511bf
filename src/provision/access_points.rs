//! The access points heard while scanning: what a phone's message leaves open is filled in from here.

use alloc::vec::Vec;

use super::credentials::{Authentication, Credentials, Encryption, Mac, Ssid};
use crate::knobs::PROVISION_APS_MAX;

/// One access point.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessPoint {
    /// Of its network.
    pub ssid: Ssid,
    /// Its own.
    pub bssid: Mac,
    /// 1 to 14, 0 when it is not known.
    pub channel: u8,
    /// How stations authenticate.
    pub authentication: Authentication,
    /// How stations encrypt.
    pub encryption: Encryption,
    /// How the access point encrypts what is for all of them.
    pub group_encryption: Encryption,
    /// Signal strength, dBm.
    pub rssi: i16,
}

impl AccessPoint {
    /// Tells `credentials` of its network what they leave open.
    pub(super) fn complete(&self, credentials: &mut Credentials) {
        credentials.bssid.get_or_insert(self.bssid);
        credentials.channel = self.channel;
        credentials.authentication = self.authentication;
        credentials.encryption = self.encryption;
    }
}

/// Those heard. Memory is taken as they come.
#[derive(Default)]
pub struct AccessPoints {
    heard: Vec<AccessPoint>,
}

impl AccessPoints {
    /// The only one of the network `ssid` whose address ends with `end`.
    pub fn ending_with(&self, ssid: &Ssid, end: &[u8]) -> Option<Mac> {
        let mut ending = self.heard.iter().filter(|known| known.ssid == *ssid && known.bssid.ends_with(end));
        let found = ending.next()?;
        ending.next().is_none().then_some(found.bssid)
    }

    /// Takes one in. One of the same name and address counts as heard before, and fills in what was not known.
    /// Where there is no room, the one with the weakest signal, but not `keep`, gives way to a stronger one.
    pub fn hear(&mut self, found: AccessPoint, keep: Option<Mac>) {
        let is_same = |known: &&mut AccessPoint| known.bssid == found.bssid && known.ssid == found.ssid;
        if let Some(known) = self.heard.iter_mut().find(is_same) {
            if known.channel == 0 {
                known.channel = found.channel;
            }
            if known.encryption == Encryption::Unknown {
                known.encryption = found.encryption;
            }
            if known.group_encryption == Encryption::Unknown {
                known.group_encryption = found.group_encryption;
            }
            known.rssi = found.rssi;
        } else if self.heard.len() < PROVISION_APS_MAX && self.heard.try_reserve(1).is_ok() {
            self.heard.push(found);
        } else {
            let others = self.heard.iter_mut().filter(|known| Some(known.bssid) != keep);
            if let Some(weakest) = others.min_by_key(|known| known.rssi)
                && weakest.rssi < found.rssi
            {
                *weakest = found;
            }
        }
    }

    /// The one with this address.
    pub fn by_bssid(&self, bssid: &Mac) -> Option<&AccessPoint> {
        self.iter().find(|known| known.bssid == *bssid)
    }

    /// The first one heard of this network.
    pub fn by_ssid(&self, ssid: &Ssid) -> Option<&AccessPoint> {
        self.iter().find(|known| known.ssid == *ssid)
    }

    /// All of them, as they were heard.
    pub fn iter(&self) -> impl Iterator<Item = &AccessPoint> + Clone {
        self.heard.iter()
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        self.heard = Vec::new();
    }

    /// The one that `credentials` are for: the one of their address if they have it, else of their name.
    pub fn of(&self, credentials: &Credentials) -> Option<&AccessPoint> {
        match &credentials.bssid {
            Some(bssid) => self.by_bssid(bssid),
            None => self.by_ssid(&credentials.ssid),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ap(number: u8, rssi: i16) -> AccessPoint {
        AccessPoint {
            ssid: Ssid::new(number.to_string().as_bytes()).unwrap(),
            bssid: [number; 6],
            channel: 0,
            authentication: Authentication::Open,
            encryption: Encryption::Unknown,
            group_encryption: Encryption::Unknown,
            rssi,
        }
    }

    #[test]
    fn fills_in_what_was_not_known() {
        let mut heard = AccessPoints::default();
        heard.hear(ap(1, -50), None);
        heard.hear(AccessPoint { channel: 6, encryption: Encryption::Aes, ..ap(1, -60) }, None);
        heard.hear(AccessPoint { channel: 7, encryption: Encryption::Wep, ..ap(1, -60) }, None);
        assert_eq!(heard.iter().count(), 1);
        let known = heard.by_bssid(&[1; 6]).unwrap();
        assert_eq!((known.channel, known.encryption), (6, Encryption::Aes));
        assert!(heard.by_bssid(&[2; 6]).is_none());
    }

    #[test]
    fn a_flood_of_access_points_takes_no_more_room_and_keeps_the_strong_and_the_wanted() {
        let mut heard = AccessPoints::default();
        heard.hear(ap(1, -90), None);
        heard.hear(ap(2, -30), None);
        for number in 3..=255 {
            heard.hear(ap(number, -60), Some([1; 6]));
        }
        assert_eq!(heard.iter().count(), PROVISION_APS_MAX);
        assert!(heard.by_bssid(&[1; 6]).is_some() && heard.by_bssid(&[2; 6]).is_some());
        heard.hear(ap(0, -50), Some([1; 6]));
        assert!(heard.by_bssid(&[0; 6]).is_some());
        assert_eq!(heard.iter().count(), PROVISION_APS_MAX);
        heard.clear();
        assert_eq!(heard.iter().count(), 0);
    }
}
