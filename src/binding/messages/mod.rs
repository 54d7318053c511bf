//! The JSON of binding, both ways. What comes in is parsed by type, never searched as text; unknown
//! fields are skipped without recursion.

mod incoming;
mod outgoing;

pub use incoming::{CloudEvent, Query, Reply};
#[cfg(feature = "provision")]
pub(crate) use outgoing::{Answer, ProvisioningVersions, Request};
pub use outgoing::{
    CIPHER_DEVICE_SECRET, CIPHER_PRODUCT_SECRET, DeviceInfo, cloud_event_reply, notify, query_answer,
    query_not_yet, report, reset,
};

#[cfg(test)]
mod tests;
