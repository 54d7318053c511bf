//! What the auth server answers.

use super::{DeviceSecret, check_secret};
use crate::auth::{self, Failure};
use crate::error::Error;
use crate::http;
use crate::json::{Member, Scalar, read_members};

const CODE: usize = 0;
const SECRET: usize = 1;
const WANTED: [Member; 2] = [("", "code"), ("data", "deviceSecret")];

/// Reads a response that is complete.
///
/// # Errors
/// See [`Failure`].
pub fn read(response: &http::Response) -> Result<DeviceSecret, Failure> {
    read_json(auth::json(response)?)
}

#[inline(never)]
pub(super) fn read_json(json: &[u8]) -> Result<DeviceSecret, Failure> {
    let mut code = None;
    let mut secret = None;
    read_members(json, &WANTED, &mut |index, value| match (index, value) {
        (CODE, value) => code = value.integer(),
        (SECRET, Scalar::Text(value)) => secret = check_secret(value.as_bytes()),
        _ => {}
    })
    .map_err(|error| match error {
        Error::OutOfMemory => Failure::OutOfMemory,
        _ => Failure::NotUnderstood("not JSON"),
    })?;
    auth::check_code(code)?;
    secret.ok_or(Failure::NotUnderstood("no deviceSecret"))
}
