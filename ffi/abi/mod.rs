//! The C types and constants of the SDK, under upstream's names, as cbindgen writes them into the
//! headers. Enums here are for the headers: what C passes is taken as a number and checked.

#![allow(non_camel_case_types, clippy::upper_case_acronyms)]
#![expect(missing_docs, reason = "most enumerators say all in their names")]

mod dev_model;
mod error_codes;
mod infra_compat;
mod infra_defs;
#[cfg(feature = "provision")]
mod infra_state;
mod mqtt_api;
mod wrappers;
mod wrappers_awss;

pub use dev_model::*;
pub use error_codes::*;
pub use infra_compat::*;
pub use infra_defs::*;
#[cfg(feature = "provision")]
pub(crate) use infra_state::*;
pub use mqtt_api::*;
pub use wrappers::*;
pub use wrappers_awss::*;

use core::ffi::c_int;

/// `SUCCESS_RETURN` of [`iotx_err_t`] as functions return it.
pub(crate) const SUCCESS_RETURN: c_int = iotx_err_t::SUCCESS_RETURN as c_int;
/// `FAIL_RETURN` of [`iotx_err_t`] as functions return it.
pub(crate) const FAIL_RETURN: c_int = iotx_err_t::FAIL_RETURN as c_int;
