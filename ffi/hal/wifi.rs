//! The device on its local network.

use core::ffi::c_char;
use core::net::Ipv4Addr;

use crate::hal::udp::parse_address;

unsafe extern "C" {
    fn HAL_Wifi_Get_Mac(mac: *mut c_char) -> *mut c_char;
    fn HAL_Wifi_Get_IP(ip: *mut c_char, ifname: *const c_char) -> u32;
}

/// The MAC address as the port writes it, `aa:bb:…` in any case; empty when it has none.
pub fn mac(text: &mut [u8; 18]) -> &str {
    text.fill(0);
    // SAFETY: the port writes at most 18 bytes, the NUL included.
    unsafe { HAL_Wifi_Get_Mac(text.as_mut_ptr().cast()) };
    let len = text.iter().position(|byte| *byte == 0).unwrap_or(text.len() - 1);
    text.get(..len).and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default()
}

/// The address of the default interface. `None` while there is none.
pub fn ip() -> Option<Ipv4Addr> {
    let mut text = [0_u8; 16];
    // SAFETY: the port writes at most 16 bytes; NULL stands for the default interface. The result is
    // not looked at: ports disagree on it, while the text is empty or untouched on failure in all.
    unsafe { HAL_Wifi_Get_IP(text.as_mut_ptr().cast(), core::ptr::null()) };
    parse_address(&text).filter(|ip| !ip.is_unspecified())
}
