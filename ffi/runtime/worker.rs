//! The thread that answers phones and keeps time while the application does other things. Where the
//! port has no threads, `IOT_Linkkit_Yield` does its work.

use core::ffi::{c_int, c_void};
use core::ptr::null_mut;

use log::{debug, info};

use super::lock::Entry;
use super::{drive, local};
use crate::hal::thread;

/// Longest wait for a datagram, ms: also how late a timer set by another thread can be.
const LONGEST_WAIT_MS: u32 = 100;
/// Stack of the worker, bytes.
const STACK_SIZE: c_int = 6144;

/// Starts the worker of the session.
pub fn start(entry: &Entry) {
    entry.lock().worker_runs = true;
    if thread::spawn(run, c"CoAPServer_yield", STACK_SIZE).is_err() {
        entry.lock().worker_runs = false;
        info!("no threads on this port: IOT_Linkkit_Yield serves phones and timers");
    }
}

extern "C" fn run(_: *mut c_void) -> *mut c_void {
    if let Some(entry) = Entry::new() {
        debug!("Enter to CoAP daemon task");
        while let Some(wait_ms) = next_wait(&entry) {
            local::serve(&entry, wait_ms);
            drive::run_timers(&entry);
            drive::drain(&entry);
        }
        entry.lock().worker_runs = false;
    }
    thread::exit();
    null_mut()
}

/// `None` when the session no longer wants to be served.
fn next_wait(entry: &Entry) -> Option<u32> {
    let mut state = entry.lock();
    let session = state.session.as_mut().filter(|session| session.is_serving())?;
    let now = session.now();
    // What is due was just done; what still is, waits for another thread.
    let next = session.engine.poll_timeout().map(|at| at.since(now)).filter(|wait| *wait > 0);
    Some(next.and_then(|wait| u32::try_from(wait).ok()).unwrap_or(LONGEST_WAIT_MS).min(LONGEST_WAIT_MS))
}
