//! The device helps others to join its network: what that takes of the port, done by one thread at a time.

use core::ffi::{c_int, c_schar};
use core::slice;

use linkkit_core::engine::RegistrarAction;
use linkkit_core::provision::air::zero_config::OUI;
use linkkit_core::provision::air::zero_config::registrar::Registrar;
use linkkit_core::provision::frame::{Frame, LinkType};
use log::error;

use super::drive;
use super::lock::Entry;
use crate::hal::{awss, os};

/// Pause between two looks at whether the other thread is done, ms.
const END_POLL_MS: u32 = 5;

/// Carries out what is wanted now, unless another thread does.
pub fn carry_out(entry: &Entry) {
    while let Some(action) = next(entry) {
        drive::drain(entry);
        perform(entry, action);
        entry.lock().is_serving_registrar = false;
    }
    drive::drain(entry);
}

/// Ends it, and the listening with it, until the next connection or `awss_report_cloud`.
pub fn stop() {
    let Some(entry) = Entry::new() else { return };
    with_registrar(&entry, Registrar::stop);
    carry_out(&entry);
}

/// The engine has ended it: waits until the port hands on no more frames.
pub fn end(entry: &Entry) {
    carry_out(entry);
    while entry.lock().is_serving_registrar {
        os::sleep_ms(END_POLL_MS);
        carry_out(entry);
    }
}

/// Takes on the next action.
fn next(entry: &Entry) -> Option<RegistrarAction> {
    let mut state = entry.lock();
    let state = &mut *state;
    if state.is_serving_registrar {
        return None;
    }
    let session = state.session.as_mut()?;
    let now = session.now();
    let action = session.engine.poll_registrar(now);
    state.is_serving_registrar = action.is_some();
    action
}

fn perform(entry: &Entry, action: RegistrarAction) {
    match action {
        RegistrarAction::Listen(is_on) => {
            let callback: awss::ManagementFrameCallback = take_frame;
            let is_done = awss::filter_management_frames(OUI, is_on.then_some(callback)).is_ok();
            if is_on && !is_done {
                error!(
                    "awss: zero-config: HAL_Wifi_Enable_Mgmt_Frame_Filter fails: no other device is helped"
                );
                with_registrar(entry, Registrar::stop);
            }
        }
        RegistrarAction::LookUpNetwork => {
            let network = awss::joined_network();
            with_registrar(entry, |registrar| registrar.set_network(network));
        }
        RegistrarAction::SendProbeRequest(mut frame) => awss::send_probe_request(&mut frame),
    }
}

fn with_registrar(entry: &Entry, act: impl FnOnce(&mut Registrar)) {
    if let Some(registrar) = entry.lock().session.as_mut().and_then(|session| session.engine.registrar()) {
        act(registrar);
    }
}

/// A management frame or an element of it, on a thread of the port's driver. Takes no memory, and waits for nothing
/// but the lock.
///
/// # Safety
/// `buffer` is NULL or has `len` readable bytes.
unsafe extern "C" fn take_frame(buffer: *mut u8, len: c_int, rssi_dbm: c_schar, buffer_type: c_int) {
    /// `buffer_type` of a whole frame.
    const FRAME: c_int = 0;
    let Ok(length) = usize::try_from(len) else { return };
    if buffer.is_null() {
        return;
    }
    // SAFETY: as the caller vouches.
    let bytes = unsafe { slice::from_raw_parts(buffer, length) };
    let Some(entry) = Entry::new() else { return };
    if buffer_type != FRAME {
        with_registrar(&entry, |registrar| registrar.element(bytes, rssi_dbm));
    } else if let Some(frame) = Frame::new(bytes, LinkType::None, false, rssi_dbm) {
        with_registrar(&entry, |registrar| registrar.frame(&frame));
    }
}
