//! `wrappers_defs.h`: what `HAL_ThreadCreate` takes.

use core::ffi::{c_char, c_int, c_void};

/// Priority of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum hal_os_thread_priority_t {
    os_thread_priority_idle = -3,
    os_thread_priority_low = -2,
    os_thread_priority_belowNormal = -1,
    os_thread_priority_normal = 0,
    os_thread_priority_aboveNormal = 1,
    os_thread_priority_high = 2,
    os_thread_priority_realtime = 3,
    os_thread_priority_error = 132,
}

/// How `HAL_ThreadCreate` is to make a thread.
#[repr(C)]
pub struct hal_os_thread_param_t {
    /// A hint.
    pub priority: hal_os_thread_priority_t,
    /// NULL: the port allocates the stack.
    pub stack_addr: *mut c_void,
    /// Stack, bytes.
    pub stack_size: c_int,
    /// 1: nobody will join the thread.
    pub detach_state: c_int,
    /// For debuggers; stays valid.
    pub name: *mut c_char,
}

const _: () = {
    use core::mem::{offset_of, size_of};
    let word = size_of::<usize>();
    assert!(size_of::<hal_os_thread_param_t>() == if word == 8 { 32 } else { 20 });
    assert!(offset_of!(hal_os_thread_param_t, stack_addr) == word);
    assert!(offset_of!(hal_os_thread_param_t, stack_size) == 2 * word);
    assert!(offset_of!(hal_os_thread_param_t, detach_state) == 2 * word + 4);
    assert!(offset_of!(hal_os_thread_param_t, name) == if word == 8 { 24 } else { 16 });
};
