//! The SDK's one lock, and its life.
//!
//! Ports offer mutexes only at run time, so the lock is made when the first thread enters the SDK
//! and given back when the last one has left and nothing is open. It is held for computing only:
//! never across a HAL call that can block, never across a callback. A callback may therefore call
//! any function of the SDK.

use core::cell::UnsafeCell;
use core::ops::{Deref, DerefMut};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use super::state::State;
use crate::hal::mutex::RawMutex;
use crate::hal::os;
use crate::logger;

/// Set in `entered` while the last one out gives the mutex back.
const CLOSING: usize = 1 << (usize::BITS - 1);

struct Shared {
    /// Threads inside the SDK, one more while the SDK is open.
    entered: AtomicUsize,
    mutex: AtomicPtr<core::ffi::c_void>,
    state: UnsafeCell<State>,
}

// SAFETY: `state` is reached only through `Guard`, whose holder has the mutex.
unsafe impl Sync for Shared {}

static SHARED: Shared = Shared {
    entered: AtomicUsize::new(0),
    mutex: AtomicPtr::new(null_mut()),
    state: UnsafeCell::new(State::closed()),
};

/// The right to use the lock: while one exists the mutex exists.
pub struct Entry {
    mutex: RawMutex,
}

impl Entry {
    /// Enters the SDK. `None` when the port has no mutex to give.
    pub fn new() -> Option<Self> {
        logger::install();
        while SHARED
            .entered
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |n| (n & CLOSING == 0).then_some(n + 1))
            .is_err()
        {
            os::sleep_ms(1);
        }
        match mutex() {
            Some(mutex) => Some(Self { mutex }),
            None => {
                leave();
                None
            }
        }
    }

    /// Leaves this entry to another thread, which takes it with [`Entry::inherit`].
    #[cfg(feature = "bind")]
    pub fn bequeath(self) {
        core::mem::forget(self);
    }

    /// Takes an entry that another thread has left with [`Entry::bequeath`]; once for each.
    #[cfg(feature = "bind")]
    pub fn inherit() -> Option<Self> {
        RawMutex::from_raw(SHARED.mutex.load(Ordering::Acquire)).map(|mutex| Self { mutex })
    }

    /// Waits for the lock.
    pub fn lock(&self) -> Guard<'_> {
        // SAFETY: the mutex exists while `self` does; a thread never locks twice, because a Guard
        // lives only in functions of this module's siblings that call nothing which locks.
        unsafe { self.mutex.lock() };
        logger::lock_taken();
        Guard { entry: self }
    }
}

impl Clone for Entry {
    fn clone(&self) -> Self {
        SHARED.entered.fetch_add(1, Ordering::AcqRel);
        Self { mutex: self.mutex }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        leave();
    }
}

/// The mutex, made by whoever comes first.
fn mutex() -> Option<RawMutex> {
    if let Some(mutex) = RawMutex::from_raw(SHARED.mutex.load(Ordering::Acquire)) {
        return Some(mutex);
    }
    let made = RawMutex::create()?;
    let raw = made.into_raw();
    match SHARED.mutex.compare_exchange(null_mut(), raw, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => Some(made),
        Err(first) => {
            // SAFETY: nobody has seen the one just made.
            unsafe { made.destroy() };
            RawMutex::from_raw(first)
        }
    }
}

fn leave() {
    let last = |n: usize| Some(if n == 1 { CLOSING } else { n - 1 });
    let before = SHARED.entered.fetch_update(Ordering::AcqRel, Ordering::Acquire, last);
    if before != Ok(1) {
        return;
    }
    if let Some(mutex) = RawMutex::from_raw(SHARED.mutex.swap(null_mut(), Ordering::AcqRel)) {
        // SAFETY: nobody is inside, and `CLOSING` keeps everybody out.
        unsafe { mutex.destroy() };
    }
    SHARED.entered.store(0, Ordering::Release);
}

/// The locked state. Printing what was logged meanwhile follows the unlock.
pub struct Guard<'e> {
    entry: &'e Entry,
}

impl Deref for Guard<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        // SAFETY: this thread holds the mutex.
        unsafe { &*SHARED.state.get() }
    }
}

impl DerefMut for Guard<'_> {
    fn deref_mut(&mut self) -> &mut State {
        // SAFETY: this thread holds the mutex, and this is its only Guard.
        unsafe { &mut *SHARED.state.get() }
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        logger::lock_released();
        // SAFETY: locked in `Entry::lock`.
        unsafe { self.entry.mutex.unlock() };
        logger::flush();
    }
}
