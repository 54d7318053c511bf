//! The JSON of what goes up.

use alloc::vec::Vec;

use serde::Serialize;

use super::report::method;
use crate::error::Error;
use crate::json::{Quoted, Raw, to_vec};

/// Bytes of an envelope around its parameters, or a little more.
const ENVELOPE_ROOM: usize = 96;
/// Longest envelope of a request, bytes: the longest method has 68.
const ENVELOPE_MAX: usize = 160;

/// What stands around the parameters of a request, which go out as they are.
pub struct Envelope {
    text: [u8; ENVELOPE_MAX],
    /// Bytes in front of the parameters, and bytes in all.
    params_at: usize,
    length: usize,
}

impl Envelope {
    /// Of a request on the topic `/sys/{pk}/{dn}/{topic}`.
    ///
    /// # Errors
    /// [`Error::TooLong`].
    pub fn new(id: u32, topic: &str) -> Result<Self, Error> {
        #[derive(Serialize)]
        struct Request<'a> {
            id: Quoted,
            version: &'static str,
            params: Raw<'a>,
            method: &'a str,
        }
        let method = method(topic)?;
        let request = Request { id: Quoted(id), version: "1.0", params: Raw(""), method: &method };
        let mut text = [0; ENVELOPE_MAX];
        let length = serde_json_core::to_slice(&request, &mut text).map_err(|_| Error::TooLong)?;
        let tail = r#","method":""}"#.len().saturating_add(method.len());
        Ok(Self { text, params_at: length.saturating_sub(tail), length })
    }

    /// The request with these parameters.
    pub fn around<'a>(&'a self, params: &'a str) -> [&'a [u8]; 3] {
        let head = self.text.get(..self.params_at).unwrap_or_default();
        let tail = self.text.get(self.params_at..self.length).unwrap_or_default();
        [head, params.as_bytes(), tail]
    }
}

/// The parts one behind the other.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn whole(parts: [&[u8]; 3]) -> Result<Vec<u8>, Error> {
    let mut whole = Vec::new();
    whole.try_reserve_exact(parts.iter().map(|part| part.len()).sum()).map_err(|_| Error::OutOfMemory)?;
    parts.into_iter().for_each(|part| whole.extend_from_slice(part));
    Ok(whole)
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
