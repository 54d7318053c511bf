//! The whole device in virtual time, with a cloud and phones made by hand.

#![allow(clippy::arithmetic_side_effects)]

mod bind;
mod failures;
pub(crate) mod logs;
mod model;
#[cfg(feature = "ota")]
mod ota;
#[cfg(feature = "provision")]
mod phone_token;
#[cfg(feature = "provision")]
pub(crate) mod provisioning;
#[cfg(feature = "registrar")]
mod registrar;
#[cfg(feature = "remote-switchap")]
mod remote_switchap;
mod simulation;
mod world;
