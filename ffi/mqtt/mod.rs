//! `mqtt_api.h`: the MQTT client as applications use it, beside `IOT_Linkkit_*` or alone.

mod client;
mod codes;
mod parameters;
mod publish;
mod subscribe;

use core::ffi::{c_char, c_void};

use log::error;

use crate::{c_string, runtime};

/// Longest topic and topic filter, bytes (`CONFIG_MQTT_TOPIC_MAXLEN`).
const TOPIC_MAX: usize = 128;

/// NULL stands for the one client.
fn is_client(function: &str, candidate: *const c_void) -> bool {
    let is_client = candidate.is_null() || candidate == runtime::client_handle().cast_const();
    if !is_client {
        error!("{function}: not a handle from IOT_MQTT_Construct");
    }
    is_client
}

/// Why a topic or topic filter is not taken.
enum BadTopic {
    /// NULL or empty.
    Missing,
    /// Longer than [`TOPIC_MAX`], without a `/` at its start, or with a byte outside 32 to 126.
    Malformed,
}

/// The topic at `start`, by the rules of the platform; those of MQTT the core checks.
///
/// # Safety
/// As [`c_string::from_pointer`].
unsafe fn topic<'a>(start: *const c_char) -> Result<&'a str, BadTopic> {
    if start.is_null() {
        return Err(BadTopic::Missing);
    }
    // SAFETY: the caller vouches for it.
    let topic = unsafe { c_string::from_pointer(start, TOPIC_MAX) }.ok_or(BadTopic::Malformed)?;
    if topic.is_empty() {
        return Err(BadTopic::Missing);
    }
    let is_allowed = topic.starts_with('/') && topic.bytes().all(|byte| matches!(byte, 32..=126));
    if is_allowed { Ok(topic) } else { Err(BadTopic::Malformed) }
}
