//! What the phone's app asks of the cloud. The real app speaks HTTPS; the bench uses topics of its own.
//!
//! `/app/{account}/bind` takes an [`AppRequest`], the [`AppReply`] comes on `/app/{account}/bind_reply`;
//! the same for `unbind`.

use std::fmt;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The request was done.
pub const DONE: u16 = 200;
/// The request could not be read.
pub const MALFORMED: u16 = 400;
/// The device has not reported that token. A phone that made the token itself asks again.
pub const NO_SUCH_TOKEN: u16 = 460;

/// User name prefix by which the embedded broker knows a phone.
pub const PHONE_USER_PREFIX: &str = "app/";

/// What an account can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Operation {
    /// Tie the device to the account.
    Bind,
    /// Undo that.
    Unbind,
}

impl Operation {
    /// Where an account asks for it.
    pub fn request_topic(self, account: &str) -> String {
        format!("/app/{account}/{self}")
    }

    /// Where the account is answered.
    pub fn reply_topic(self, account: &str) -> String {
        format!("/app/{account}/{self}_reply")
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bind => "bind",
            Self::Unbind => "unbind",
        })
    }
}

/// Payload of a request.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppRequest {
    /// Chosen by the phone, echoed in the reply.
    pub id: Value,
    /// Product key of the device.
    pub product_key: String,
    /// Device name of the device.
    pub device_name: String,
    /// The bind token; absent when unbinding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Payload of a reply.
#[derive(Debug, Serialize, Deserialize)]
pub struct AppReply {
    /// The request's.
    pub id: Value,
    /// 200, or why not (`linkkit-sim cloud --help` lists the codes).
    pub code: u16,
    /// The same in words.
    pub message: String,
}

/// Accepts an account name that fits into a topic.
pub fn parse_account(text: &str) -> Result<String> {
    if text.is_empty() || text.contains(['/', '+', '#', '$', '\0']) {
        bail!("an account must not be empty, nor contain any of / + # $");
    }
    Ok(text.to_owned())
}
