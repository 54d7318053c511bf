//! The port's restart.

use core::arch::global_asm;

// Weak: a port without it links too.
global_asm!(".weak HAL_Reboot");

/// Restarts the device. Returns where the port has no `HAL_Reboot`, or one that returns.
pub fn reboot() {
    unsafe extern "C" {
        fn HAL_Reboot();
    }
    let function = HAL_Reboot as *const ();
    // The linker gives a weak function that nobody defines the address 0; the optimizer must not
    // know better.
    if !core::hint::black_box(function).is_null() {
        // SAFETY: it is there; it takes and gives nothing.
        unsafe { HAL_Reboot() }
    }
}
