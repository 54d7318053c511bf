//! What is overheard while scanning: one [`Decoder`](super::decoder::Decoder) for each way of sending.

#[cfg(feature = "smartconfig")]
pub mod smartconfig;
#[cfg(feature = "smartconfig")]
pub mod symbols;
#[cfg(feature = "smartconfig")]
pub mod udp_length;
