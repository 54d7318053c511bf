//! The functions that the firmware provides, with Rust semantics. Each quirk of existing ports is
//! absorbed here and nowhere else.

mod allocator;
pub mod identity;
pub mod kv;
pub mod mutex;
pub mod os;
pub mod printf;
pub mod tcp;
pub mod thread;
pub mod udp;
