//! The port's place for what is downloaded: firmware and configurations alike.

use core::ffi::{c_char, c_int};

unsafe extern "C" {
    fn HAL_Firmware_Persistence_Start();
    fn HAL_Firmware_Persistence_Write(buffer: *mut c_char, length: u32) -> c_int;
    fn HAL_Firmware_Persistence_Stop() -> c_int;
}

/// The port could not write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

/// Before the first byte of a file. May block while the port erases.
pub fn start() {
    // SAFETY: no preconditions.
    unsafe { HAL_Firmware_Persistence_Start() }
}

/// The next bytes of the file. May block.
pub fn write(bytes: &mut [u8]) -> Result<(), Failed> {
    let length = u32::try_from(bytes.len()).map_err(|_| Failed)?;
    // SAFETY: `bytes` is readable for `length` bytes, and writable, should the port take its type at its
    // word.
    let status = unsafe { HAL_Firmware_Persistence_Write(bytes.as_mut_ptr().cast(), length) };
    if status < 0 { Err(Failed) } else { Ok(()) }
}

/// No more bytes come, of a whole file or of a part. Gives whether the port is content, which many do not
/// tell.
pub fn stop() -> Result<(), Failed> {
    // SAFETY: no preconditions.
    let status = unsafe { HAL_Firmware_Persistence_Stop() };
    if status < 0 { Err(Failed) } else { Ok(()) }
}
