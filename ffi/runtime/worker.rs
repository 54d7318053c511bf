//! The thread that answers phones and keeps time while the application does other things. Where the
//! port has no threads, `IOT_Linkkit_Yield` does its work.

use core::ffi::{c_int, c_void};
use core::ptr::null_mut;

use log::{debug, info};

use super::lock::Entry;
#[cfg(feature = "provision")]
use super::provision;
#[cfg(feature = "registrar")]
use super::registrar;
#[cfg(feature = "remote-switchap")]
use super::remote_switchap;
use super::state::State;
use super::{drive, local};
use crate::hal::thread;

/// Longest wait for a datagram, ms: also how late a timer set by another thread can be.
const LONGEST_WAIT_MS: u32 = 100;
/// Stack of the worker, bytes.
const STACK_SIZE: c_int = if cfg!(feature = "provision") { 8192 } else { 6144 };

/// Starts the worker, unless it runs. False when the port has no threads.
pub fn start(entry: &Entry) -> bool {
    if core::mem::replace(&mut entry.lock().worker_runs, true) {
        return true;
    }
    // With an entry of its own it can say that it has left, whatever the port then lacks.
    let of_worker = entry.clone();
    let has_started = thread::spawn(run, c"CoAPServer_yield", STACK_SIZE).is_ok();
    if has_started {
        of_worker.bequeath();
    } else {
        entry.lock().worker_runs = false;
        info!("no threads on this port: IOT_Linkkit_Yield serves phones and timers");
    }
    has_started
}

extern "C" fn run(_: *mut c_void) -> *mut c_void {
    if let Some(entry) = Entry::inherit() {
        debug!("Enter to CoAP daemon task");
        while let Some(wait_ms) = next_wait(&entry) {
            local::serve(&entry, wait_ms);
            drive::run_timers(&entry);
            drive::drain(&entry);
            #[cfg(feature = "registrar")]
            registrar::carry_out(&entry);
            #[cfg(feature = "remote-switchap")]
            remote_switchap::carry_out(&entry);
        }
    }
    thread::exit();
    null_mut()
}

/// `None` when nothing wants to be served any more; the worker counts as gone then.
fn next_wait(entry: &Entry) -> Option<u32> {
    #[cfg(feature = "provision")]
    provision::carry_out_if_free(entry);
    let mut state = entry.lock();
    let Some(next) = next_due(&mut state) else {
        state.worker_runs = false;
        return None;
    };
    Some(u32::try_from(next).unwrap_or(LONGEST_WAIT_MS).min(LONGEST_WAIT_MS))
}

/// When something is due, in ms. What is due was just done; what still is, waits for another thread.
fn next_due(state: &mut State) -> Option<u64> {
    let served = state.session.as_mut().filter(|session| session.is_serving()).map(|session| {
        let now = session.now();
        let next = session.engine.poll_timeout().map(|at| at.since(now)).filter(|wait| *wait > 0);
        next.unwrap_or(u64::MAX)
    });
    #[cfg(feature = "provision")]
    if state.has_provisioning_work() {
        let now = state.now();
        let next = Some(state.provisioning_timeout().since(now)).filter(|wait| *wait > 0);
        return Some(next.unwrap_or(u64::MAX).min(served.unwrap_or(u64::MAX)));
    }
    served
}
