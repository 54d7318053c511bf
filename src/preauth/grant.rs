//! What the auth server grants.

use alloc::string::String;

use zeroize::Zeroizing;

use crate::auth::{self, Failure};
use crate::error::Error;
use crate::http;
use crate::json::{ANYWHERE, Member, Scalar, read_members};
use crate::sign::HOSTNAME_LEN;

const CODE: usize = 0;
const ID: usize = 1;
const TOKEN: usize = 2;
const HOST: usize = 3;
const PORT: usize = 4;
const WANTED: [Member; 5] =
    [(ANYWHERE, "code"), (ANYWHERE, "iotId"), (ANYWHERE, "iotToken"), (ANYWHERE, "host"), (ANYWHERE, "port")];

/// Where to connect to, and as whom. The password is wiped on drop; there is no `Debug`.
pub struct Grant {
    /// User name, not empty.
    pub username: String,
    /// Password, not empty.
    pub password: Zeroizing<String>,
    /// Host of the server: visible ASCII, [`HOSTNAME_LEN`] bytes at most.
    pub host: String,
    /// Port of the server, not 0.
    pub port: u16,
}

impl Grant {
    /// Reads a response that is complete.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn read(response: &http::Response) -> Result<Self, Failure> {
        Self::read_json(auth::json(response)?)
    }

    /// Of a member that is there more than once the first counts.
    #[inline(never)]
    fn read_json(json: &[u8]) -> Result<Self, Failure> {
        let mut code = None;
        let mut port = None;
        let [mut username, mut host] = [const { String::new() }; 2];
        let mut password = Zeroizing::new(String::new());
        let mut is_memory_short = false;
        read_members(json, &WANTED, &mut |index, value| {
            let text = match index {
                CODE => return code = code.or(value.integer()),
                PORT => return port = port.or(value.integer()),
                ID => &mut username,
                TOKEN => &mut *password,
                HOST => &mut host,
                _ => return,
            };
            if let (Scalar::Text(value), true) = (value, text.is_empty()) {
                match text.try_reserve_exact(value.len()) {
                    Ok(()) => text.push_str(value),
                    Err(_) => is_memory_short = true,
                }
            }
        })
        .map_err(|error| match error {
            Error::OutOfMemory => Failure::OutOfMemory,
            _ => Failure::NotUnderstood("not JSON"),
        })?;
        if is_memory_short {
            return Err(Failure::OutOfMemory);
        }
        auth::check_code(code)?;
        let port = port.and_then(|port| u16::try_from(port).ok()).filter(|port| *port != 0);
        if username.is_empty() {
            return Err(Failure::NotUnderstood("no iotId"));
        }
        if password.is_empty() {
            return Err(Failure::NotUnderstood("no iotToken"));
        }
        if host.is_empty() || host.len() > HOSTNAME_LEN || !host.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Failure::NotUnderstood("no host"));
        }
        let port = port.ok_or(Failure::NotUnderstood("no port"))?;
        Ok(Self { username, password, host, port })
    }
}
