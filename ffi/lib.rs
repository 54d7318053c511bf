//! The C ABI of the linkkit SDK over the safe engine in `linkkit_core`.
#![cfg_attr(not(test), no_std)]
extern crate alloc;
