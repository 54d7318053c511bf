//! The triple, which the port keeps for other parts of the firmware.

use core::ffi::{c_char, c_int};

unsafe extern "C" {
    fn HAL_SetProductKey(product_key: *mut c_char) -> c_int;
    fn HAL_SetProductSecret(product_secret: *mut c_char) -> c_int;
    fn HAL_SetDeviceName(device_name: *mut c_char) -> c_int;
    fn HAL_SetDeviceSecret(device_secret: *mut c_char) -> c_int;
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
