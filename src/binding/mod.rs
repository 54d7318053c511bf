//! Binding with a token made by the device: report it to the cloud, broadcast it, answer phones. A token
//! made by the phone is reported before it, and that is all.
//!
//! [`Binding`] decides; it is told what happened and is asked, through [`Binding::poll`], what to do
//! next. Its parts: [`token`] and its life, the tries of a [`report`], the schedule of a
//! [`broadcast`], the [`unbind`] that goes before everything, and the JSON [`messages`]; with the feature
//! `provision` also the `slot` of the phone's token, and the `completion` of a short one.

pub mod broadcast;
#[cfg(feature = "provision")]
mod completion;
mod machine;
pub mod messages;
mod report;
#[cfg(feature = "provision")]
mod slot;
mod token;
mod unbind;

pub use machine::{Action, Binding, QueryAnswer};
#[cfg(feature = "provision")]
pub use token::TOKEN_LEN;
pub use token::Token;

#[cfg(test)]
mod tests;
