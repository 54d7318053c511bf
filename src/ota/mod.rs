//! Firmware and remote configuration over the air: what the cloud announces ([`Notice`]), the download of
//! the file it announces ([`Download`]), and what the cloud is told meanwhile ([`Cadence`]).
//!
//! The owner of the sockets connects where [`Download::server`] says, writes [`Download::request`], and
//! feeds what comes back; what is handed out belongs to the file, in order, and each byte once.

mod body;
mod cadence;
mod digest;
mod download;
mod failure;
pub mod messages;
mod notice;
mod response;
mod url;

pub use cadence::{Cadence, Report};
pub use digest::Digest;
pub use download::{Download, Interruption, Next};
pub use failure::{Failure, Step};
pub use notice::{File, Kind, Notice, OtaEvent, Unusable};
pub use url::Url;

#[cfg(test)]
mod tests;
