//! What the port knows of the device: its triple and its network identity.

use core::ffi::{c_char, c_int};
use core::net::Ipv4Addr;

use crate::hal::udp::parse_address;

unsafe extern "C" {
    fn HAL_SetProductKey(product_key: *mut c_char) -> c_int;
    fn HAL_SetProductSecret(product_secret: *mut c_char) -> c_int;
    fn HAL_SetDeviceName(device_name: *mut c_char) -> c_int;
    fn HAL_SetDeviceSecret(device_secret: *mut c_char) -> c_int;
    fn HAL_Wifi_Get_Mac(mac: *mut c_char) -> *mut c_char;
    fn HAL_Wifi_Get_IP(ip: *mut c_char, ifname: *const c_char) -> u32;
}

/// The four texts of a device as C arrays of length + 1, NUL-terminated.
pub struct StoredTriple<'a> {
    /// 21 bytes.
    pub product_key: &'a mut [c_char],
    /// 65 bytes.
    pub product_secret: &'a mut [c_char],
    /// 33 bytes.
    pub device_name: &'a mut [c_char],
    /// 65 bytes.
    pub device_secret: &'a mut [c_char],
}

/// Hands the triple to the port, which other parts of the firmware read it from.
pub fn store(triple: StoredTriple) {
    type Setter = unsafe extern "C" fn(*mut c_char) -> c_int;
    let setters: [(Setter, &mut [c_char]); 4] = [
        (HAL_SetProductKey, triple.product_key),
        (HAL_SetProductSecret, triple.product_secret),
        (HAL_SetDeviceName, triple.device_name),
        (HAL_SetDeviceSecret, triple.device_secret),
    ];
    for (set, text) in setters {
        if let Some(last) = text.last_mut() {
            *last = 0;
            // SAFETY: `text` ends with a NUL, and the port copies it.
            unsafe { set(text.as_mut_ptr()) };
        }
    }
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
