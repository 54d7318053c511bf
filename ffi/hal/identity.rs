//! The triple, which the port keeps for other parts of the firmware.

use core::ffi::{c_char, c_int};

#[cfg(feature = "model")]
use linkkit_core::engine::FIRMWARE_VERSION_LEN;
#[cfg(any(feature = "dynamic-register", feature = "provision"))]
use linkkit_core::identity::PRODUCT_SECRET_LEN;
use linkkit_core::identity::{DEVICE_NAME_LEN, DEVICE_SECRET_LEN, Identity, PRODUCT_KEY_LEN};
use log::error;
use zeroize::Zeroizing;

use crate::c_string;

unsafe extern "C" {
    fn HAL_GetProductKey(product_key: *mut c_char) -> c_int;
    #[cfg(any(feature = "dynamic-register", feature = "provision"))]
    fn HAL_GetProductSecret(product_secret: *mut c_char) -> c_int;
    fn HAL_GetDeviceName(device_name: *mut c_char) -> c_int;
    fn HAL_GetDeviceSecret(device_secret: *mut c_char) -> c_int;
    #[cfg(feature = "model")]
    fn HAL_GetFirmwareVersion(version: *mut c_char) -> c_int;
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

/// Hands a new device secret to the port, as [`store`] does.
#[cfg(feature = "dynamic-register")]
pub fn store_device_secret(device_secret: &str) {
    let mut array = Zeroizing::new([0; DEVICE_SECRET_LEN + 1]);
    if c_string::to_array(device_secret, &mut *array) {
        // SAFETY: `array` ends with a NUL, and the port copies it.
        unsafe { HAL_SetDeviceSecret(array.as_mut_ptr()) };
    }
}

/// The secret of the product, up to the NUL.
#[cfg(any(feature = "dynamic-register", feature = "provision"))]
pub fn product_secret() -> Zeroizing<[c_char; PRODUCT_SECRET_LEN + 1]> {
    text(HAL_GetProductSecret)
}

/// The device that the port names; it `may_lack_secret`. `None`, with a line in the log, when it names none. Not inlined: its
/// texts are on the stack twice meanwhile.
#[inline(never)]
pub fn stored(may_lack_secret: bool) -> Option<Identity> {
    let product_key = text::<{ PRODUCT_KEY_LEN + 1 }>(HAL_GetProductKey);
    let device_name = text::<{ DEVICE_NAME_LEN + 1 }>(HAL_GetDeviceName);
    let device_secret = text::<{ DEVICE_SECRET_LEN + 1 }>(HAL_GetDeviceSecret);
    let product_key = bounded("product key", product_key.as_slice())?;
    let device_name = bounded("device name", device_name.as_slice())?;
    let device = if may_lack_secret && device_secret.first() == Some(&0) {
        Identity::unregistered(product_key, device_name)
    } else {
        Identity::new(product_key, device_name, bounded("device secret", device_secret.as_slice())?)
    };
    device
        .inspect_err(|reason| error!("the port's product key, device name or device secret is {reason}"))
        .ok()
}

/// What firmware this is; empty, with a line in the log, where the port has no text for it.
#[cfg(feature = "model")]
pub fn firmware_version() -> heapless::String<FIRMWARE_VERSION_LEN> {
    let version = text::<{ FIRMWARE_VERSION_LEN + 1 }>(HAL_GetFirmwareVersion);
    let version = c_string::from_array(version.as_slice()).and_then(|text| text.try_into().ok());
    version.unwrap_or_else(|| {
        error!("HAL_GetFirmwareVersion gives no text");
        heapless::String::new()
    })
}

fn text<const N: usize>(get: unsafe extern "C" fn(*mut c_char) -> c_int) -> Zeroizing<[c_char; N]> {
    let mut text = Zeroizing::new([0; N]);
    // SAFETY: `text` is writable for the longest text of its kind and a NUL.
    unsafe { get(text.as_mut_ptr()) };
    text
}

/// The text in `array`, which is not empty and ends with a NUL.
fn bounded<'a>(what: &str, array: &'a [c_char]) -> Option<&'a str> {
    let text = c_string::from_array(array).filter(|text| !text.is_empty() && text.len() < array.len());
    if text.is_none() {
        error!("Invalid {what}, abort!");
    }
    text
}
