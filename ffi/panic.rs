//! The one end of every panic: a line through the port, then the process or device ends.

use core::ffi::CStr;
use core::fmt::Write;
use core::panic::PanicInfo;

use crate::hal::printf;

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    // On the stack: the heap may be what failed.
    let mut line = heapless::String::<255>::new();
    // A line that does not fit is cut.
    let _ = write!(line, "[crt] {info}");
    let mut text = [0_u8; 256];
    for (byte, character) in text.iter_mut().zip(line.bytes()) {
        *byte = character;
    }
    if let Ok(text) = CStr::from_bytes_until_nul(&text) {
        printf::print(text);
        printf::print(c"\r\n");
    }
    halt()
}

#[cfg(not(target_os = "none"))]
fn halt() -> ! {
    // SAFETY: abort() has no preconditions.
    unsafe { libc::abort() }
}

#[cfg(target_os = "none")]
fn halt() -> ! {
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
