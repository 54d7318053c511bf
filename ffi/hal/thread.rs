//! A thread of the port.

use core::ffi::{c_int, c_void};
use core::ptr::null_mut;

use crate::abi::{hal_os_thread_param_t, hal_os_thread_priority_t};

unsafe extern "C" {
    fn HAL_ThreadCreate(
        handle: *mut *mut c_void,
        routine: extern "C" fn(*mut c_void) -> *mut c_void,
        arg: *mut c_void,
        param: *mut hal_os_thread_param_t,
        stack_used: *mut c_int,
    ) -> c_int;
    fn HAL_ThreadDelete(handle: *mut c_void);
}

/// The port has no threads, or no memory for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable;

/// Runs `routine` on a thread with `stack_size` bytes of stack. The routine ends with
/// [`exit`], or returns where that returns.
pub fn spawn(
    routine: extern "C" fn(*mut c_void) -> *mut c_void,
    name: &'static core::ffi::CStr,
    stack_size: c_int,
) -> Result<(), Unavailable> {
    let mut param = hal_os_thread_param_t {
        priority: hal_os_thread_priority_t::os_thread_priority_normal,
        stack_addr: null_mut(),
        stack_size,
        detach_state: 1,
        name: name.as_ptr().cast_mut(),
    };
    let (mut handle, mut stack_used) = (null_mut(), 0);
    // SAFETY: every pointer is valid for the call, and the name for ever. Ports return a positive
    // errno or -1 when it fails.
    let status = unsafe { HAL_ThreadCreate(&mut handle, routine, null_mut(), &mut param, &mut stack_used) };
    if status == 0 { Ok(()) } else { Err(Unavailable) }
}

/// Ends the calling thread. Tasks of most ports must not return from their routine.
pub fn exit() {
    // SAFETY: NULL stands for the calling thread, which holds nothing any more.
    unsafe { HAL_ThreadDelete(null_mut()) }
}
