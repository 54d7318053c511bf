//! The JSON of what goes up.

use alloc::vec::Vec;

use serde::Serialize;

use super::report::method;
use crate::error::Error;
use crate::json::{Quoted, Raw, to_vec};

/// Bytes of an envelope around its parameters, or a little more.
const ENVELOPE_ROOM: usize = 96;

/// A request on the topic `/sys/{pk}/{dn}/{topic}` with parameters that go out as they are.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn request(id: u32, topic: &str, params: &str) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Request<'a> {
        id: Quoted,
        version: &'static str,
        params: Raw<'a>,
        method: &'a str,
    }
    let room = params.len().saturating_add(ENVELOPE_ROOM);
    to_vec(&Request { id: Quoted(id), version: "1.0", params: Raw(params), method: &method(topic)? }, room)
}

/// The answer to the request `id` of the cloud.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn response(id: &str, code: i32, data: &str) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Response<'a> {
        id: &'a str,
        code: i32,
        data: Raw<'a>,
    }
    let room = data.len().saturating_add(id.len()).saturating_add(ENVELOPE_ROOM);
    to_vec(&Response { id, code, data: Raw(data) }, room)
}

/// The parameters of the tags by which the cloud knows this SDK: those of the C SDK 3.0.1.
pub fn introduction() -> &'static str {
    concat!(
        r#"[{"attrKey":"SYS_LP_SDK_VERSION","attrValue":"3.0.1","domain":"SYSTEM"},"#,
        r#"{"attrKey":"SYS_SDK_LANGUAGE","attrValue":"C","domain":"SYSTEM"}]"#
    )
}

/// Which firmware is running, for `/ota/device/inform/{pk}/{dn}`.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn version_report(id: u32, version: &str) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Params<'a> {
        version: &'a str,
    }
    #[derive(Serialize)]
    struct Inform<'a> {
        id: Quoted,
        params: Params<'a>,
    }
    let room = version.len().saturating_add(ENVELOPE_ROOM);
    to_vec(&Inform { id: Quoted(id), params: Params { version } }, room)
}
