//! The frames that a scanning device sends.

use heapless::Vec;

use super::credentials::Mac;

/// Longest frame, bytes.
pub const PROBE_REQUEST_LEN: usize = 192;

const BROADCAST: Mac = [0xFF; 6];
const TYPE_AND_DURATION: [u8; 4] = [0x40, 0, 0, 0];
/// Constant, as in the C SDK.
const SEQUENCE_CONTROL: [u8; 2] = [0xC0, 0x79];
const SSID: u8 = 0;
const RATES: [u8; 10] = [0x01, 8, 0x82, 0x84, 0x8B, 0x96, 0x8C, 0x92, 0x98, 0xA4];
const EXTENDED_RATES: [u8; 6] = [0x32, 4, 0xB0, 0x48, 0x60, 0x6C];
/// In the place of the frame check sequence, which the radio computes.
const PLACE_OF_FCS: [u8; 4] = [0x3F, 0x84, 0x10, 0x9E];

/// A probe request, from its header to the place of the checksum, for `HAL_Wifi_Send_80211_Raw_Frame` with
/// `FRAME_PROBE_REQ`.
pub type ProbeRequest = Vec<u8, PROBE_REQUEST_LEN>;

/// A probe request of `mac` for the network `ssid`, or for any if that is empty. `elements`: of the vendor, with
/// their ids and lengths. `None` when it gets too long.
pub fn probe_request(mac: &Mac, ssid: &[u8], elements: &[u8]) -> Option<ProbeRequest> {
    let ssid_len = u8::try_from(ssid.len()).ok()?;
    let parts: [&[u8]; 10] = [
        &TYPE_AND_DURATION,
        &BROADCAST,
        mac,
        &BROADCAST,
        &SEQUENCE_CONTROL,
        &[SSID, ssid_len],
        ssid,
        &RATES,
        &EXTENDED_RATES,
        elements,
    ];
    let mut frame = ProbeRequest::new();
    parts.iter().try_for_each(|part| frame.extend_from_slice(part)).ok()?;
    frame.extend_from_slice(&PLACE_OF_FCS).ok()?;
    Some(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAC: Mac = [0x18, 0xFE, 0x34, 0x12, 0x33, 0x44];

    #[test]
    fn writes_the_frame_of_the_c_sdk() {
        let frame = probe_request(&MAC, b"aha", &[]).unwrap();
        let expected = [
            b"\x40\x00\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF\x18\xFE\x34\x12\x33\x44\xFF\xFF\xFF\xFF\xFF\xFF\xC0\x79"
                .as_slice(),
            b"\x00\x03aha",
            b"\x01\x08\x82\x84\x8B\x96\x8C\x92\x98\xA4\x32\x04\xB0\x48\x60\x6C",
            b"\x3F\x84\x10\x9E",
        ]
        .concat();
        assert_eq!(*frame, *expected);
        assert_eq!(frame.len(), 49);
    }

    #[test]
    fn the_elements_of_the_vendor_come_last() {
        let frame = probe_request(&MAC, b"", b"\xDD\x02ab").unwrap();
        assert_eq!(frame[24..28], *b"\x00\x00\x01\x08");
        assert!(frame.ends_with(b"\x60\x6C\xDD\x02ab\x3F\x84\x10\x9E"));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(probe_request(&MAC, b"", &[0; PROBE_REQUEST_LEN - 46]).unwrap().len(), PROBE_REQUEST_LEN);
        assert!(probe_request(&MAC, b"", &[0; PROBE_REQUEST_LEN - 45]).is_none());
        assert!(probe_request(&MAC, &[b's'; 256], &[]).is_none());
    }
}
