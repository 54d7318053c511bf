//! What is published, byte for byte as the C SDK writes it.

use alloc::vec::Vec;

use serde::Serialize;

use super::Report;
use crate::error::Error;
use crate::json::to_vec;

/// Bytes of a message without its texts, or more.
const FRAME_LEN: usize = 64;

/// Asks for the product's configuration, as a file.
pub const CONFIG_GET: &str = concat!(
    r#"{"id" : 0,"version":"1.0","params":{"configScope":"product","getType":"file","attributeKeys":""},"#,
    r#""method":"thing.config.get"}"#
);

#[derive(Serialize)]
struct Request<P> {
    id: u32,
    params: P,
}

/// Asks for the image of a version. The id of such requests is always 0.
///
/// # Errors
/// [`Error::TooLong`], [`Error::OutOfMemory`].
pub fn request(version: &str) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Version<'a> {
        version: &'a str,
    }
    write(&Request { id: 0, params: Version { version } }, version.len())
}

/// Tells how far a download has come. The id of such reports is always 0.
///
/// # Errors
/// As for [`request`].
pub fn progress(report: &Report) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Progress<'a> {
        step: InText,
        desc: &'a str,
    }
    let params = Progress { step: InText(report.step.number()), desc: report.description };
    write(&Request { id: 0, params }, report.description.len())
}

/// Refuses a configuration that was pushed.
///
/// # Errors
/// As for [`request`].
pub fn push_refused(id: &str) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Nothing {}
    #[derive(Serialize)]
    struct Reply<'a> {
        id: &'a str,
        code: u16,
        data: Nothing,
    }
    write(&Reply { id, code: 400, data: Nothing {} }, id.len())
}

fn write(message: &impl Serialize, texts_len: usize) -> Result<Vec<u8>, Error> {
    to_vec(message, texts_len.saturating_add(FRAME_LEN))
}

/// A number of at most three digits, in quotes.
struct InText(i16);

impl Serialize for InText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut room = [0; 6];
        let length = serde_json_core::to_slice(&self.0, &mut room).unwrap_or(0);
        let digits = room.get(..length).and_then(|digits| core::str::from_utf8(digits).ok());
        serializer.serialize_str(digits.unwrap_or_default())
    }
}
