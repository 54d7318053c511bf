//! The port's mutex.

use core::ffi::c_void;
use core::ptr::NonNull;

unsafe extern "C" {
    fn HAL_MutexCreate() -> *mut c_void;
    fn HAL_MutexDestroy(mutex: *mut c_void);
    fn HAL_MutexLock(mutex: *mut c_void);
    fn HAL_MutexUnlock(mutex: *mut c_void);
}

/// A handle of the port; not recursive. Whoever creates it destroys it.
#[derive(Clone, Copy)]
pub struct RawMutex(NonNull<c_void>);

impl RawMutex {
    /// `None` when the port has no memory for it.
    pub fn create() -> Option<Self> {
        // SAFETY: no preconditions.
        NonNull::new(unsafe { HAL_MutexCreate() }).map(Self)
    }

    /// Takes back a handle from [`RawMutex::into_raw`].
    pub fn from_raw(raw: *mut c_void) -> Option<Self> {
        NonNull::new(raw).map(Self)
    }

    /// The handle, to be kept in an atomic.
    pub fn into_raw(self) -> *mut c_void {
        self.0.as_ptr()
    }

    /// Blocks until it is free.
    ///
    /// # Safety
    /// Not destroyed, and not held by this thread.
    pub unsafe fn lock(self) {
        // SAFETY: the caller vouches for the handle.
        unsafe { HAL_MutexLock(self.0.as_ptr()) }
    }

    /// Frees it.
    ///
    /// # Safety
    /// Held by this thread.
    pub unsafe fn unlock(self) {
        // SAFETY: the caller vouches for the handle.
        unsafe { HAL_MutexUnlock(self.0.as_ptr()) }
    }

    /// Gives it back to the port.
    ///
    /// # Safety
    /// Not held and never used again by anybody.
    pub unsafe fn destroy(self) {
        // SAFETY: the caller vouches for the handle.
        unsafe { HAL_MutexDestroy(self.0.as_ptr()) }
    }
}
