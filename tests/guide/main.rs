//! The binding guide, section 1 and its troubleshooting list: a C firmware with a real broker and a
//! real CoAP client. The names of the tests in `connect`, `report`, `broadcast` and `query` follow the
//! numbered steps.

mod broadcast;
mod connect;
mod interrupted;
mod lifecycle;
mod log;
mod no_reply;
mod phones;
mod port;
mod query;
mod reconnect;
mod report;
#[path = "../support/mod.rs"]
mod support;
mod troubleshooting;
mod unbind;
