//! Binding with a token made by the device: report it to the cloud, broadcast it, answer phones.
//!
//! [`Binding`] decides; it is told what happened and is asked, through [`Binding::poll`], what to do
//! next. Its parts: [`token`] and its life, the tries of a [`report`], the schedule of a
//! [`broadcast`], the [`unbind`] that goes before everything, and the JSON [`messages`].

pub mod broadcast;
mod machine;
pub mod messages;
mod report;
mod token;
mod unbind;

pub use machine::{Action, Binding, QueryAnswer};
pub use token::Token;

#[cfg(test)]
mod tests;
