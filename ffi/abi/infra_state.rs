//! Codes of `infra_state.h`, which functions of 3.2.0 return.

use core::ffi::c_int;

/// A pointer is NULL, or the call came before its time. Source: 3.2.0 `infra_state.h`.
pub(crate) const STATE_USER_INPUT_NULL_POINTER: c_int = -0x0101;
/// The token has no usable length. Source: 3.2.0 `infra_state.h`.
pub(crate) const STATE_BIND_ASSEMBLE_APP_TOKEN_FAILED: c_int = -0x080C;
