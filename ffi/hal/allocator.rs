//! Every heap byte comes from `HAL_Malloc`.

use core::alloc::{GlobalAlloc, Layout};
use core::ffi::c_void;

unsafe extern "C" {
    fn HAL_Malloc(size: u32) -> *mut c_void;
    fn HAL_Free(ptr: *mut c_void);
}

/// What ports align to at best, bytes.
const ALIGNMENT: usize = 8;

/// Gives back memory that the application took with `HAL_Malloc`.
///
/// # Safety
/// `pointer` came from `HAL_Malloc`, and nobody uses it any more.
#[cfg(feature = "model")]
pub unsafe fn free(pointer: *mut c_void) {
    // SAFETY: the caller vouches for it.
    unsafe { HAL_Free(pointer) }
}

struct HalAllocator;

#[global_allocator]
static ALLOCATOR: HalAllocator = HalAllocator;

// SAFETY: HAL_Malloc gives NULL or `size` bytes of its own, aligned for every type up to
// `ALIGNMENT`; larger alignments are refused; HAL_Free takes back what HAL_Malloc gave.
unsafe impl GlobalAlloc for HalAllocator {
    // Not inlined: the optimizer knows `__rust_alloc` and has been seen to remove pairs of calls
    // whose pointer it then still passed to HAL_Free.
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match u32::try_from(layout.size()) {
            Ok(size) if layout.align() <= ALIGNMENT => {
                // SAFETY: HAL_Malloc takes any size.
                unsafe { HAL_Malloc(size).cast() }
            }
            _ => core::ptr::null_mut(),
        }
    }

    #[inline(never)]
    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // Passwords and keys are wiped where they are kept. What they were moved through, such as the unused part
        // of an enum, is wiped here.
        if cfg!(feature = "provision") {
            // SAFETY: `ptr` has so many bytes, which nobody reads any more.
            unsafe { ptr.write_bytes(0, layout.size()) }
        }
        // SAFETY: `ptr` came from `alloc`, so from HAL_Malloc.
        unsafe { HAL_Free(ptr.cast()) }
    }
}
