//! What is overheard while scanning: one [`Decoder`](super::decoder::Decoder) for each way of sending.

#[cfg(feature = "smartconfig")]
pub mod mcast;
pub mod receivers;
#[cfg(feature = "smartconfig")]
pub mod smartconfig;
#[cfg(feature = "smartconfig")]
pub mod symbols;
#[cfg(feature = "smartconfig")]
pub mod udp_length;
#[cfg(feature = "smartconfig")]
pub mod wps;
#[cfg(feature = "zero-config")]
pub mod zero_config;
