//! The one end of every panic: a line through the port, then the process or device ends.

use core::ffi::CStr;
use core::fmt::Write;
use core::panic::PanicInfo;

use log::{LevelFilter, STATIC_MAX_LEVEL};

use crate::hal::printf;

/// Longest line, bytes; longer ones are cut.
const LINE_LEN: usize = 160;

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    printf::print(c"[crt] linkkit: ");
    // A build without log lines has no code to write this one with.
    if STATIC_MAX_LEVEL != LevelFilter::Off {
        print_reason(info);
    }
    printf::print(c"panicked\r\n");
    end()
}

fn print_reason(info: &PanicInfo) {
    // On the stack: the heap may be what failed.
    let mut line = heapless::String::<LINE_LEN>::new();
    let _ = match info.location() {
        Some(place) => write!(line, "{}({}): {}: ", place.file(), place.line(), info.message()),
        None => write!(line, "{}: ", info.message()),
    };
    let mut text = [0_u8; LINE_LEN + 1];
    for (byte, character) in text.iter_mut().zip(line.bytes()) {
        *byte = character;
    }
    if let Ok(text) = CStr::from_bytes_until_nul(&text) {
        printf::print(text);
    }
}

#[cfg(not(target_os = "none"))]
fn end() -> ! {
    // SAFETY: abort() has no preconditions.
    unsafe { libc::abort() }
}

#[cfg(target_os = "none")]
fn end() -> ! {
    crate::hal::reboot::reboot();
    // A port without HAL_Reboot, or one that returns from it.
    loop {
        crate::hal::os::sleep_ms(1_000);
    }
}

// The precompiled `alloc` names the personality routine although nothing here unwinds. Weak and
// hidden: other Rust archives in the same firmware bring theirs.
#[cfg(not(target_os = "none"))]
core::arch::global_asm!(
    ".pushsection .text.rust_eh_personality, \"ax\", %progbits",
    ".weak rust_eh_personality",
    ".hidden rust_eh_personality",
    "rust_eh_personality:",
    ".byte 0",
    ".popsection",
);
